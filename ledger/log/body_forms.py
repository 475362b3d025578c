"""Forms that members of a statement's body may have; small, and put together in ``bodies``.

A form takes a value and the path that it stands at, and raises BodyInvalid for anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from certs import base64url
from certs.canonical import MAX_INTEGER, Json
from certs.errors import Base64Invalid
from certs.plain_text import is_plain
from ledger.errors import Malformed
from ledger.ids import IdInvalid, check_id
from ledger.log.statement import StatementInvalid, parse_time

Form = Callable[[Json, str], None]


class BodyInvalid(Malformed):
    """A body has not the shape of its kind; ``path`` such as ``items.0.fields`` says where."""

    code = "statement.body"


def _refuse(path: str, why: str) -> BodyInvalid:
    return BodyInvalid(f"{path}: {why}" if path else why, path=path)


def matching(pattern: str, why: str) -> Form:
    """A string that matches all of ``pattern``."""
    compiled = re.compile(pattern)

    def check(value: Json, path: str) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise _refuse(path, f"{why} is wanted")

    return check


def text(most: int, *, least: int = 1) -> Form:
    """A string of ``least`` to ``most`` characters without control or invisible characters."""

    def check(value: Json, path: str) -> None:
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise _refuse(path, f"a text of {least} to {most} characters is wanted")
        if not is_plain(value):
            raise _refuse(path, "control and invisible characters are not allowed")

    return check


def id_of(*prefixes: str) -> Form:
    """A surrogate id with one of the prefixes."""

    def check(value: Json, path: str) -> None:
        try:
            check_id(value, *prefixes)
        except IdInvalid as error:
            raise _refuse(path, f"an id {' or '.join(prefixes)}_… is wanted") from error

    return check


def octets(least: int, most: int) -> Form:
    """Canonical unpadded base64url of ``least`` to ``most`` bytes."""

    def check(value: Json, path: str) -> None:
        try:
            data = base64url.decode(value) if isinstance(value, str) else None
        except Base64Invalid as error:
            raise _refuse(path, "base64url is wanted") from error
        if data is None or not least <= len(data) <= most:
            raise _refuse(path, f"base64url of {least} to {most} bytes is wanted")

    return check


def number(least: int, most: int = MAX_INTEGER) -> Form:
    def check(value: Json, path: str) -> None:
        if type(value) is not int or not least <= value <= most:
            raise _refuse(path, f"a whole number from {least} to {most} is wanted")

    return check


def moment(value: Json, path: str) -> None:
    """RFC 3339 UTC with ``Z`` and whole seconds."""
    try:
        parse_time(value)
    except StatementInvalid as error:
        raise _refuse(path, "a time in UTC with whole seconds is wanted") from error


def calendar_day(value: Json, path: str) -> None:
    """``YYYY-MM-DD``."""
    try:
        known = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError as error:
        raise _refuse(path, "there is no such day") from error
    if not known:
        raise _refuse(path, "a day YYYY-MM-DD is wanted")


def one_of(*allowed: str) -> Form:
    def check(value: Json, path: str) -> None:
        if not isinstance(value, str) or value not in allowed:
            raise _refuse(path, f"one of {', '.join(allowed)} is wanted")

    return check


def nullable(form: Form) -> Form:
    def check(value: Json, path: str) -> None:
        if value is not None:
            form(value, path)

    return check


def members(**forms: Form) -> Form:
    """An object with exactly these members."""

    def check(value: Json, path: str) -> None:
        if not isinstance(value, dict):
            raise _refuse(path, "an object is wanted")
        if forms.keys() != value.keys():
            name = min(forms.keys() ^ value.keys())
            why = "is missing" if name in forms else "is not a member of this kind"
            raise _refuse(f"{path}.{name}" if path else name, why)
        for name, form in forms.items():
            form(value[name], f"{path}.{name}" if path else name)

    return check


def mapping(key: Form, form: Form, most: int) -> Form:
    """An object with free member names."""

    def check(value: Json, path: str) -> None:
        if not isinstance(value, dict) or len(value) > most:
            raise _refuse(path, f"an object of at most {most} members is wanted")
        for name, inner in value.items():
            key(name, path)
            form(inner, f"{path}.{name}")

    return check


def list_of(form: Form, most: int, *, least: int = 1, by: str = "") -> Form:
    """A list of ``least`` to ``most``, none twice; objects are told apart by their member ``by``,
    which their form must require to be a string."""

    def check(value: Json, path: str) -> None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise _refuse(path, f"a list of {least} to {most} is wanted")
        seen: set[Json] = set()
        for index, inner in enumerate(value):
            form(inner, f"{path}.{index}")
            key = inner[by] if by and isinstance(inner, dict) else inner
            if key in seen:
                raise _refuse(f"{path}.{index}", "stands twice")
            seen.add(key)

    return check


def exactly(wanted: Mapping[str, str | None]) -> Form:
    """An object that follows from the rest of the body."""

    def check(value: Json, path: str) -> None:
        if value != wanted:
            raise _refuse(path, "it does not follow from the rest")

    return check


def anything(value: Json, path: str) -> None:
    """An object whose shape is the affair of others."""
    if not isinstance(value, dict):
        raise _refuse(path, "an object is wanted")


Shapes = Mapping[str, Form]
