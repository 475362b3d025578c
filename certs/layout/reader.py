"""Read the few objects of a PDF that verification needs, within fixed limits.

A small reader of ISO 32000-1, 7.3 and 7.5: cross-reference tables and streams, object streams,
Flate. Objects are looked up one by one and nothing is built for those nobody asks for, so the cost
is bounded whatever the file says: tokens, depth, inflated bytes and string lengths are all counted.
Files of several revisions and encrypted files are refused, not read.
"""

import re
from dataclasses import dataclass

from certs.layout.errors import (
    NotPdf,
    PdfEmpty,
    PdfEncrypted,
    PdfLimits,
    PdfMalformed,
    PdfRevisions,
    PdfTooLarge,
    PdfTruncated,
)
from certs.layout.streams import Stream, inflated, unpredicted
from certs.layout.tokens import Ref, Tokens, Value

_TAIL = re.compile(rb"startxref[\r\n ]{1,4}([0-9]{1,10})[\r\n ]{1,4}%%EOF(?:\r\n|\r|\n)?\Z")
_SECTION = re.compile(rb"[\r\n ]{0,4}([0-9]{1,10}) ([0-9]{1,8})[ ]?(?:\r\n|\r|\n)")
_OBJECT = re.compile(rb"([0-9]{1,10})[\0\t\n\f\r ]{1,4}([0-9]{1,5})[\0\t\n\f\r ]{1,4}obj")
_MOST_SECTIONS, _MOST_LOADS = 512, 5000


@dataclass(frozen=True, slots=True)
class Located:
    """An object and where it stands in the file: from ``start`` up to ``end``."""

    value: Value | Stream
    start: int
    end: int


def check_header(pdf: bytes, limits: PdfLimits) -> None:
    """Raise ``PdfEmpty``, ``PdfTooLarge`` or ``NotPdf``; cheap, to be done first."""
    if not pdf:
        raise PdfEmpty("the file is empty")
    if len(pdf) > limits.file:
        raise PdfTooLarge("the file is too large", size=len(pdf), limit=limits.file)
    if not re.match(rb"%PDF-[12]\.[0-9][\r\n ]", pdf):
        raise NotPdf("the file is not a PDF")


class PdfReader:
    """A PDF of one revision, opened. Every method raises ``PdfError`` for what it refuses."""

    def __init__(self, pdf: bytes, limits: PdfLimits) -> None:
        check_header(pdf, limits)
        tail = _TAIL.search(pdf, max(0, len(pdf) - 64))
        if tail is None:
            raise PdfTruncated("the file does not end with its end mark")
        if pdf.count(b"startxref") != 1 or pdf.count(b"%%EOF") != 1:
            raise PdfRevisions("the file holds more than one revision")
        self._pdf, self._limits = pdf, limits
        self._tokens = Tokens(pdf)
        self._loads, self._inflated = 0, 0
        self._sections: list[tuple[int, int, int]] = []
        self._packed: tuple[bytes, tuple[int, int, int], list[tuple[int, int, int]]] | None = None
        self._containers: dict[int, tuple[Tokens, int, list[int]]] = {}
        self.trailer = self._cross_references(int(tail[1]))
        if "Encrypt" in self.trailer:
            raise PdfEncrypted("the file is encrypted")
        if "Prev" in self.trailer or "XRefStm" in self.trailer:
            raise PdfRevisions("the file holds more than one revision")

    def root(self) -> dict[str, Value]:
        return self.dictionary(self.trailer.get("Root"))

    def get(self, value: Value) -> Value:
        """Return what a value refers to; a stream gives its dictionary."""
        if isinstance(value, Ref):
            found = self.locate(value).value
            return found.entries if isinstance(found, Stream) else found
        return value

    def dictionary(self, value: Value) -> dict[str, Value]:
        found = self.get(value)
        if not isinstance(found, dict):
            raise PdfMalformed("a dictionary is missing")
        return found

    def array(self, value: Value) -> list[Value]:
        found = self.get(value)
        if not isinstance(found, list):
            raise PdfMalformed("an array is missing")
        return found

    def stream(self, value: Value) -> Stream:
        found = self.locate(value).value if isinstance(value, Ref) else None
        if not isinstance(found, Stream):
            raise PdfMalformed("a stream is missing")
        return found

    def locate(self, ref: Ref) -> Located:
        """Return an indirect object; an object never defined is null (7.3.10)."""
        self._loads += 1
        if self._loads > _MOST_LOADS:
            raise PdfMalformed("too many objects", limit=_MOST_LOADS)
        kind, first, second = self._entry(ref.number)
        if kind == 1:
            return self._plain(ref.number, first)
        if kind == 2:
            return Located(self._contained(first, second, ref.number), 0, 0)
        return Located(None, 0, 0)

    def inflate(self, stream: Stream, limit: int) -> bytes:
        """Return a stream's content: stored plainly or by Flate, at most ``limit`` bytes."""
        chosen = self.get(stream.entries.get("Filter"))
        parameters = self.get(stream.entries.get("DecodeParms"))
        if isinstance(chosen, list) and len(chosen) == 1:
            chosen = chosen[0]
            parameters = self.get(parameters[0]) if isinstance(parameters, list) else parameters
        if chosen is None or chosen == []:
            data = bytes(stream.data[: limit + 1])
        elif chosen == "/FlateDecode":
            data = inflated(stream.data, limit)
        else:
            raise PdfMalformed("a stream has a filter that is not read here")
        self._inflated += len(data)
        if len(data) > limit or self._inflated > 3 * self._limits.inflated:
            raise PdfMalformed("a stream holds too many bytes", limit=limit)
        return unpredicted(data, parameters) if isinstance(parameters, dict) else data

    def _cross_references(self, start: int) -> dict[str, Value]:
        if self._pdf.startswith(b"xref", start):
            at = start + 4
            while section := _SECTION.match(self._pdf, at):
                first, count = int(section[1]), int(section[2])
                self._sections.append((first, count, section.end()))
                at = section.end() + 20 * count
                if len(self._sections) > _MOST_SECTIONS or at > len(self._pdf):
                    raise PdfMalformed("the cross-reference table is too long")
            at = self._tokens.expect(at, b"trailer")
            trailer, _ = self._tokens.read(at)
        else:
            found = self._plain(None, start).value
            if not isinstance(found, Stream):
                raise PdfTruncated("there is no cross-reference table")
            trailer = found.entries
            self._unpack(found)
        if not isinstance(trailer, dict):
            raise PdfMalformed("the trailer is missing")
        return trailer

    def _unpack(self, stream: Stream) -> None:
        entries = stream.entries
        widths: Value = entries.get("W")
        index: Value = entries.get("Index", [0, entries.get("Size")])
        if not (entries.get("Type") == "/XRef" and _integers(widths, 3) and _integers(index)):
            raise PdfMalformed("the cross-reference stream is malformed")
        data = self.inflate(stream, self._limits.inflated)
        step, at, ranges = sum(widths), 0, []
        for first, count in zip(index[::2], index[1::2], strict=False):
            ranges.append((first, count, at))
            at += count * step
        if not (0 < step <= 24 and at <= len(data) and len(ranges) <= _MOST_SECTIONS):
            raise PdfMalformed("the cross-reference stream is malformed")
        self._packed = (data, (widths[0], widths[1], widths[2]), ranges)

    def _entry(self, number: int) -> tuple[int, int, int]:
        """Return (kind, offset or container, generation or index) as in 7.5.8.3."""
        for first, count, at in self._sections:
            if first <= number < first + count:
                row = self._pdf[at + 20 * (number - first) :][:20]
                found = re.fullmatch(rb"([0-9]{10}) ([0-9]{5}) ([nf])(?: \r| \n|\r\n)", row)
                if found is None:
                    raise PdfMalformed("the cross-reference table is malformed")
                return (1 if found[3] == b"n" else 0), int(found[1]), int(found[2])
        if self._packed is not None:
            data, (a, b, c), ranges = self._packed
            for first, count, at in ranges:
                if first <= number < first + count:
                    row = data[at + (a + b + c) * (number - first) :][: a + b + c]
                    kind = int.from_bytes(row[:a], "big") if a else 1
                    place = int.from_bytes(row[a : a + b], "big")
                    return kind, place, int.from_bytes(row[a + b :], "big")
        return 0, 0, 0

    def _plain(self, number: int | None, start: int) -> Located:
        head = _OBJECT.match(self._pdf, start)
        if head is None or number not in (None, int(head[1])):
            raise PdfMalformed("an object is not where the table says")
        value, at = self._tokens.read(head.end())
        at = self._tokens.skip(at)
        if not (isinstance(value, dict) and self._pdf.startswith(b"stream", at)):
            return Located(value, start, self._tokens.expect(at, b"endobj"))
        at += 6
        at += 2 if self._pdf.startswith(b"\r\n", at) else 1
        # A stream's own length may be indirect; one that leads to a stream again is refused.
        length = value.get("Length")
        if isinstance(length, Ref):
            kind, place, _ = self._entry(length.number)
            target = _OBJECT.match(self._pdf, place) if kind == 1 else None
            length = self._tokens.read(target.end())[0] if target else None
        if not isinstance(length, int) or not 0 <= length <= len(self._pdf) - at:
            raise PdfMalformed("a stream has no length")
        end = self._tokens.expect(at + length, b"endstream")
        data = memoryview(self._pdf)[at : at + length]
        return Located(Stream(value, data), start, self._tokens.expect(end, b"endobj"))

    def _contained(self, container: int, index: int, number: int) -> Value:
        if container not in self._containers:
            kind, place, _ = self._entry(container)
            stream = self._plain(container, place).value if kind == 1 else None
            if not isinstance(stream, Stream) or stream.entries.get("Type") != "/ObjStm":
                raise PdfMalformed("an object stream is missing")
            data = self.inflate(stream, self._limits.inflated)
            first = stream.entries.get("First")
            if not isinstance(first, int) or not 0 <= first <= len(data):
                raise PdfMalformed("an object stream is malformed")
            try:
                table = [int(n) for n in data[: min(first, 1 << 20)].split()]
            except ValueError as error:
                raise PdfMalformed("an object stream is malformed") from error
            self._containers[container] = (self._tokens.within(data), first, table)
        tokens, first, table = self._containers[container]
        if 2 * index + 1 >= len(table) or table[2 * index] != number:
            raise PdfMalformed("an object is not where the table says")
        return tokens.read(first + table[2 * index + 1])[0]


def _integers(value: Value, count: int | None = None) -> bool:
    fits = isinstance(value, list) and all(type(n) is int and 0 <= n < 1 << 32 for n in value)
    return fits and (count is None or len(value) == count)
