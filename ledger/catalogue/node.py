"""A value in a catalogue file with its place, so that each refusal can name file, line and path."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from certs.canonical import Json, parse
from ledger.catalogue.json_lines import line_of
from ledger.errors import Malformed

# A slug becomes a bytes32 on chain, padded with zeros.
_SLUG = re.compile(r"[a-z][a-z0-9-]{0,31}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class CatalogueInvalid(Malformed):
    """``file``, ``line`` (from 1, None if unknown), ``path`` such as ``requirements.2.any_of``."""

    code = "catalogue.invalid"


@dataclass(frozen=True, slots=True)
class Node:
    """The value at ``path`` in ``file``, whose whole text is ``source``."""

    file: str
    source: str
    path: tuple[str | int, ...]
    value: Json = None

    @classmethod
    def parse(cls, file: str, data: bytes) -> Node:
        """The top of a file; raises what the JSON door raises."""
        value = parse(data)
        return cls(file, data.decode(), (), value)

    def invalid(self, why: str, *, line: int | None = None) -> CatalogueInvalid:
        if self.source:
            line = line_of(self.source, self.path)
        path = ".".join(map(str, self.path))
        place = f"{self.file}:{line}" if line else self.file
        message = f"{place}: {path}: {why}" if path else f"{place}: {why}"
        return CatalogueInvalid(message, file=self.file, line=line, path=path)

    def __getitem__(self, name: str) -> Node:
        members = self._object()
        if name not in members:
            raise self.invalid(f"{name} is missing")
        return self._child(name, members[name])

    def _child(self, step: str | int, value: Json) -> Node:
        return Node(self.file, self.source, (*self.path, step), value)

    def _object(self) -> dict[str, Json]:
        if not isinstance(self.value, dict):
            raise self.invalid("an object is wanted")
        return self.value

    def has(self, name: str) -> bool:
        return name in self._object()

    def members(self, *names: str, optional: Collection[str] = ()) -> None:
        """Refuse members that are missing or unknown."""
        given = self._object().keys()
        for name in names:
            if name not in given:
                raise self.invalid(f"{name} is missing")
        for name in given:
            if name not in names and name not in optional:
                raise self[name].invalid("an unknown member")

    def entries(self) -> Iterator[tuple[str, Node]]:
        for name, value in self._object().items():
            yield name, self._child(name, value)

    def elements(self) -> Iterator[Node]:
        if not isinstance(self.value, list):
            raise self.invalid("a list is wanted")
        for index, value in enumerate(self.value):
            yield self._child(index, value)

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.invalid("a text is wanted")
        return self.value

    def pair(self) -> tuple[str, str]:
        """A label in Chinese and English."""
        labels = [node.text() for node in self.elements()]
        if len(labels) != 2:
            raise self.invalid("a label in Chinese and one in English")
        return labels[0], labels[1]

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.invalid("true or false is wanted")
        return self.value

    def count(self, *, optional: bool = False) -> int | None:
        """A number from 1, or null if ``optional``."""
        if self.value is None and optional:
            return None
        if type(self.value) is not int or self.value < 1:
            raise self.invalid("a whole number from 1 is wanted")
        return self.value

    def number(self, least: int, most: int) -> int:
        """A whole number from ``least`` to ``most``."""
        if type(self.value) is not int or not least <= self.value <= most:
            raise self.invalid(f"a whole number from {least} to {most} is wanted")
        return self.value

    def day(self) -> date:
        """A calendar day, YYYY-MM-DD."""
        text = self.text()
        try:
            found = date.fromisoformat(text)
        except ValueError as error:
            raise self.invalid("no calendar day") from error
        if found.isoformat() != text:
            raise self.invalid("no calendar day")
        return found

    def one_of(self, *allowed: str) -> str:
        if self.value not in allowed:
            raise self.invalid(f"one of {', '.join(allowed)} is wanted")
        return str(self.value)

    def among(self, table: Collection[str], what: str) -> str:
        """A name that ``table`` has."""
        name = self.text()
        if name not in table:
            raise self.invalid(f"there is no {what} {name!r}")
        return name

    def each_among(self, table: Collection[str], what: str) -> tuple[str, ...]:
        """Names that ``table`` has, each once."""
        names = tuple(element.among(table, what) for element in self.elements())
        if len(set(names)) != len(names):
            raise self.invalid("each once")
        return names

    def slug(self, text: str) -> str:
        if not _SLUG.fullmatch(text):
            raise self.invalid(f"{text!r} is no slug")
        return text

    def name(self, text: str) -> str:
        if not _NAME.fullmatch(text):
            raise self.invalid(f"{text!r} is no name")
        return text
