"""Fields of one conformance line, each read in its only form; what is missing or spoilt raises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from certs.canonical import MAX_INTEGER, Json
from certs.errors import Coded
from certs.moments import MomentOutOfRange, moment_of

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00)", re.ASCII)


class FieldSpoilt(Coded):
    """A field that is missing, or not in its form; ``name`` says which."""

    code = "MALFORMED"


class NotOffered(Coded):
    """An operation or algorithm that the product does not have."""

    code = "UNSUPPORTED"


class Fields:
    """Members of one line. Every method raises FieldSpoilt; members nobody asks for are ignored."""

    def __init__(self, members: Mapping[str, Json]) -> None:
        self._members = members

    def __contains__(self, name: str) -> bool:
        return self._members.get(name) is not None

    def text(self, name: str) -> str:
        """A string that UTF-8 can carry."""
        return _text(self._members.get(name), name)

    def texts(self, name: str) -> list[str]:
        """A list of strings; an absent one is empty."""
        return [_text(value, name) for value in self._list(name, required=False)]

    def octets(self, name: str) -> bytes:
        """Lower-case hex."""
        return _octets(self._members.get(name), name)

    def octets_list(self, name: str, *, required: bool = True) -> list[bytes]:
        """A list of lower-case hex strings; where it is not required an absent one is empty."""
        return [_octets(value, name) for value in self._list(name, required=required)]

    def number(self, name: str, absent: int | None = None) -> int:
        """An integer from 0 to 2^53-1; ``absent`` stands in for a missing one."""
        value = self._members.get(name, absent)
        if type(value) is not int or not 0 <= value <= MAX_INTEGER:
            raise FieldSpoilt(f"{name} is no index or size", name=name)
        return value

    def flag(self, name: str) -> bool:
        """A truth value; an absent one is false."""
        value = self._members.get(name, False)
        if not isinstance(value, bool):
            raise FieldSpoilt(f"{name} is neither true nor false", name=name)
        return value

    def moment(self, name: str) -> datetime:
        """An RFC 3339 time in UTC."""
        text = self.text(name)
        if not _TIME.fullmatch(text):
            raise FieldSpoilt(f"{name} is no RFC 3339 UTC time", name=name)
        try:
            return moment_of(datetime.fromisoformat(text))
        except (ValueError, MomentOutOfRange) as error:
            raise FieldSpoilt(f"{name} is no day or hour", name=name) from error

    def members(self, name: str) -> Mapping[str, Json]:
        """A JSON object."""
        value = self._members.get(name)
        if not isinstance(value, dict):
            raise FieldSpoilt(f"{name} is no object", name=name)
        return value

    def _list(self, name: str, *, required: bool) -> list[Json]:
        value = self._members.get(name)
        if value is None and not required:
            return []
        if not isinstance(value, list):
            raise FieldSpoilt(f"{name} is no list", name=name)
        return value


def _text(value: Json, name: str) -> str:
    if not isinstance(value, str):
        raise FieldSpoilt(f"{name} is no text", name=name)
    return value


def _octets(value: Json, name: str) -> bytes:
    if isinstance(value, str):
        try:
            data = bytes.fromhex(value)
        except ValueError:
            data = b""
        if data.hex() == value:  # fromhex is lenient: upper case, white space
            return data
    raise FieldSpoilt(f"{name} is no lower-case hex", name=name)
