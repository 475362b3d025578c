"""Tokens and direct objects of PDF (ISO 32000-1, 7.2 and 7.3), read within a budget."""

import re
from dataclasses import dataclass
from typing import Any

from certs.layout.errors import PdfMalformed

Value = Any
"""None, bool, int, float, bytes (a string), str with a leading slash (a name), list, dict, Ref."""

_SPACES = re.compile(rb"(?:[\0\t\n\f\r ]++|%[^\r\n]*+)*+")
_NAME = re.compile(rb"/[^\0\t\n\f\r ()<>\[\]{}/%]{0,127}+")
_NUMBER = re.compile(rb"[+-]?(?:[0-9]{1,19}(?:\.[0-9]{0,19})?|\.[0-9]{1,19})")
_REF = re.compile(rb"([0-9]{1,10})[\0\t\n\f\r ]{1,4}([0-9]{1,5})[\0\t\n\f\r ]{1,4}R(?![A-Za-z0-9])")
_HEX = re.compile(rb"<([0-9A-Fa-f\0\t\n\f\r ]*+)>")
_PIECE = re.compile(rb"[^()\\]*+")
_OCTAL = re.compile(rb"[0-7]{1,3}")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_WORDS: tuple[tuple[bytes, Value], ...] = ((b"true", True), (b"false", False), (b"null", None))
_DEPTH, _BUDGET, _LONGEST = 40, 100_000, 4 << 20


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an indirect object."""

    number: int
    generation: int


class Tokens:
    """Reads direct objects at given places of ``data``; all readers of a file share one budget."""

    def __init__(self, data: bytes, budget: list[int] | None = None) -> None:
        self._data = data
        self._budget = [_BUDGET] if budget is None else budget

    def within(self, data: bytes) -> "Tokens":
        """Return a reader of other bytes of the same file, on the same budget."""
        return Tokens(data, self._budget)

    def skip(self, at: int) -> int:
        """Return the place after white space and comments."""
        found = _SPACES.match(self._data, at, min(len(self._data), at + 65536))
        end = found.end() if found else at
        if end - at >= 65536:
            raise PdfMalformed("too much white space")
        self._spend((end - at) >> 6)
        return end

    def expect(self, at: int, word: bytes) -> int:
        """Return the place after ``word``, which must come next."""
        at = self.skip(at)
        if not self._data.startswith(word, at):
            raise PdfMalformed("a keyword is missing", keyword=word.decode("ascii"))
        return at + len(word)

    def read(self, at: int, depth: int = 0) -> tuple[Value, int]:
        """Return the object at a place, and the place after it. Raises ``PdfMalformed``."""
        self._spend(1)
        if depth > _DEPTH:
            raise PdfMalformed("the file nests too deeply", limit=_DEPTH)
        data, at = self._data, self.skip(at)
        first = data[at : at + 1]
        if first == b"/":
            return self._name(at)
        if data.startswith(b"<<", at):
            return self._dictionary(at + 2, depth)
        if first == b"[":
            return self._array(at + 1, depth)
        if first == b"<":
            return self._hexadecimal(at)
        if first == b"(":
            return self._literal(at)
        if found := _REF.match(data, at):
            return Ref(int(found[1]), int(found[2])), found.end()
        if found := _NUMBER.match(data, at):
            text = found[0].decode("ascii")
            return (float(text) if "." in text else int(text)), found.end()
        for word, value in _WORDS:
            if data.startswith(word, at):
                return value, at + len(word)
        raise PdfMalformed("there is no object")

    def _spend(self, units: int) -> None:
        # Strings and spaces cost by length: objects may overlap, so bytes can be read many times.
        self._budget[0] -= units
        if self._budget[0] < 0:
            raise PdfMalformed("the file holds more than is read here", limit=_BUDGET)

    def _name(self, at: int) -> tuple[str, int]:
        found = _NAME.match(self._data, at)
        if found is None:
            raise PdfMalformed("a name is malformed")
        plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes.fromhex(m[1].decode()), found[0])
        return plain.decode("latin-1"), found.end()

    def _array(self, at: int, depth: int) -> tuple[list[Value], int]:
        items: list[Value] = []
        while True:
            at = self.skip(at)
            if self._data.startswith(b"]", at):
                return items, at + 1
            value, at = self.read(at, depth + 1)
            items.append(value)

    def _dictionary(self, at: int, depth: int) -> tuple[dict[str, Value], int]:
        entries: dict[str, Value] = {}
        while True:
            at = self.skip(at)
            if self._data.startswith(b">>", at):
                return entries, at + 2
            if not self._data.startswith(b"/", at):
                raise PdfMalformed("a dictionary key is not a name")
            key, at = self._name(at)
            if key[1:] in entries:
                raise PdfMalformed("a dictionary names a key twice", key=key)
            entries[key[1:]], at = self.read(at, depth + 1)

    def _hexadecimal(self, at: int) -> tuple[bytes, int]:
        found = _HEX.match(self._data, at, min(len(self._data), at + _LONGEST))
        if found is None:
            raise PdfMalformed("a hexadecimal string is malformed")
        self._spend((found.end() - at) >> 6)
        digits = found[1].translate(None, b"\0\t\n\f\r ").decode("ascii")
        return bytes.fromhex(digits + "0" * (len(digits) % 2)), found.end()

    def _literal(self, at: int) -> tuple[bytes, int]:
        data, out, level = self._data, bytearray(), 0
        begin, limit = at, min(len(data), at + 65536)
        while at < limit:
            mark = data[at : at + 1]
            at += 1
            if mark == b"\\":
                piece, at = self._escape(at)
                out += piece
            elif mark == b"(":
                out += mark if level else b""
                level += 1
            elif mark == b")":
                level -= 1
                if level == 0:
                    self._spend((at - begin) >> 4)
                    return bytes(out), at
                out += mark
            else:
                found = _PIECE.match(data, at - 1, limit)
                end = found.end() if found else at
                out += data[at - 1 : end]
                at = end
        raise PdfMalformed("a string has no end")

    def _escape(self, at: int) -> tuple[bytes, int]:
        if found := _OCTAL.match(self._data, at):
            return bytes([int(found[0], 8) & 255]), found.end()
        if self._data.startswith(b"\r\n", at):
            return b"", at + 2
        letter = self._data[at : at + 1]
        return (b"" if letter in (b"\r", b"\n") else _ESCAPES.get(letter, letter)), at + 1
