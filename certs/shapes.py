"""Reading a JSON value member by member: what is not exactly as expected raises, naming where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NoReturn

from certs import base64url
from certs.canonical import Json
from certs.errors import Base64Invalid, CertsError

MAX_INTEGER = (1 << 53) - 1
LAST_SECOND = 253402300799  # 9999-12-31T23:59:59Z
MAX_TEXT = 1024  # characters, where no pattern says less
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class Misshapen(CertsError):
    """A JSON value that has not the shape it should; the message says where and what."""

    code = "shape"


class Shape:
    """A JSON value and the place it stands at. All methods raise Misshapen."""

    def __init__(self, value: Json, place: str) -> None:
        self._value, self._place = value, place

    def members(self, *names: str) -> None:
        """An object with exactly these members."""
        present = self._object().keys()
        if unknown := present - set(names):
            self._refuse(f"unknown member {min(unknown)!r}")
        if missing := set(names) - present:
            self._refuse(f"member {min(missing)!r} is missing")

    def __getitem__(self, name: str) -> Shape:
        members = self._object()
        if name not in members:
            self._refuse(f"member {name!r} is missing")
        return Shape(members[name], f"{self._place}.{name}")

    def __contains__(self, name: str) -> bool:
        return name in self._object()

    def entries(self, pattern: str) -> Iterator[tuple[str, Shape]]:
        """Members of an object whose names are free but of one pattern."""
        for name, value in self._object().items():
            if not re.fullmatch(pattern, name):
                self._refuse("a member's name is not as it should be")
            yield name, Shape(value, f"{self._place}.{name}")

    def items(self, least: int = 0, most: int = 4096) -> list[Shape]:
        """Elements of an array."""
        if not isinstance(self._value, list):
            self._refuse("not an array")
        if not least <= len(self._value) <= most:
            self._refuse(f"not {least} to {most} elements")
        return [Shape(item, f"{self._place}[{n}]") for n, item in enumerate(self._value)]

    def texts(self, pattern: re.Pattern[str], most: int = 4096) -> list[str]:
        """Elements of an array, each a text of the pattern."""
        if not isinstance(self._value, list) or len(self._value) > most:
            self._refuse(f"not an array of at most {most} elements")
        found = [item for item in self._value if isinstance(item, str)]
        if len(found) != len(self._value) or not all(map(pattern.fullmatch, found)):
            self._refuse("an element of another form")
        return found

    def text(self, pattern: str | None = None, most: int = MAX_TEXT) -> str:
        """A string that is not empty, of the pattern if one is given."""
        if not isinstance(self._value, str) or not 0 < len(self._value) <= most:
            self._refuse("not a text")
        if pattern is not None and not re.fullmatch(pattern, self._value):
            self._refuse("a text of another form")
        return self._value

    def integer(self, least: int = 0, most: int = MAX_INTEGER) -> int:
        if not isinstance(self._value, int) or isinstance(self._value, bool):
            self._refuse("not an integer")
        if not least <= self._value <= most:
            self._refuse(f"not within {least} to {most}")
        return self._value

    def data(self) -> bytes:
        """Bytes of canonical base64url."""
        if not isinstance(self._value, str):
            self._refuse("not a text")
        try:
            return base64url.decode(self._value)
        except Base64Invalid as error:
            raise Misshapen(f"{self._place}: {error}") from error

    def time(self) -> datetime:
        """RFC 3339 UTC with Z, whole seconds."""
        if not isinstance(self._value, str) or not _TIME.fullmatch(self._value):
            self._refuse("not a UTC time in whole seconds")
        try:
            return datetime.strptime(self._value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise Misshapen(f"{self._place}: no such time") from error

    def moment(self) -> datetime:
        """NumericDate of RFC 7519: whole seconds since 1970, up to the year 9999."""
        return datetime.fromtimestamp(self.integer(0, LAST_SECOND), UTC)

    def _object(self) -> dict[str, Json]:
        if not isinstance(self._value, dict):
            self._refuse("not an object")
        return self._value

    def _refuse(self, what: str) -> NoReturn:
        raise Misshapen(f"{self._place}: {what}", place=self._place)


def written_time(at: datetime) -> str:
    """The wire form that `Shape.time` reads; `at` must be aware and of whole seconds."""
    if at.tzinfo is None or at.microsecond:
        raise ValueError("times on the wire are aware and of whole seconds")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def numeric_date(at: datetime) -> int:
    """The wire form that `Shape.moment` reads; fractions of a second are cut off."""
    if at.tzinfo is None:
        raise ValueError("times on the wire are aware")
    return int(at.timestamp())
