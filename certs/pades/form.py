"""Find a file's one signature: in its bytes, and in its form. Both must mean the same place."""

import re
from datetime import UTC, datetime, timedelta

from certs.layout.errors import PdfLimits, PdfMalformed, PdfRevisions, PdfTruncated
from certs.layout.reader import PdfReader, check_header
from certs.layout.tokens import Ref, Value
from certs.pades.der import size_of
from certs.pades.errors import ContainerMalformed, SealAbsent, SealCoverage, SealMultiple

_RANGE = re.compile(rb"/ByteRange[\r\n ]{0,8}\[([0-9 \r\n]{7,80})\]")
_DATE = re.compile(rb"D:([0-9]{14})(?:Z(?:00'?00'?)?|([+-])([0-9]{2})'([0-9]{2})'?)?")


def find_hole(pdf: bytes, limits: PdfLimits) -> tuple[int, int]:
    """Return where the container's hexadecimal string starts and ends, angle brackets included."""
    check_header(pdf, limits)
    at = pdf.find(b"/ByteRange")
    if at < 0:
        PdfReader(pdf, limits)
        raise SealAbsent("the file has no seal")
    found = _RANGE.match(pdf, at)
    numbers = [int(n) for n in found[1].split()] if found else []
    if len(numbers) != 4 or numbers[0] != 0:
        raise SealCoverage("the signature does not begin at the first byte")
    _, start, end, rest = numbers
    if end + rest > len(pdf):
        raise PdfTruncated("the end of the file is missing")
    if end + rest < len(pdf):
        later = pdf.find(b"startxref", end + rest) >= 0
        raise (PdfRevisions if later else SealCoverage)("bytes follow what was sealed")
    if pdf.find(b"/ByteRange", at + 1) >= 0:
        raise SealMultiple("the file holds more than one signature")
    if not 0 < start < end or pdf[start : start + 1] != b"<" or pdf[end - 1 : end] != b">":
        raise SealCoverage("the signature leaves out more than its own container")
    if end - start > 1 << 20:
        raise ContainerMalformed("the container is too large")
    return start, end


def container_bytes(digits: bytes) -> bytes:
    """Return the container without its padding; digits of one case, padding of zeros only."""
    if not re.fullmatch(rb"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+", digits):
        raise ContainerMalformed("the container is not plain hexadecimal")
    data = bytes.fromhex(digits.decode("ascii"))
    size = size_of(data)
    if size > len(data) or any(data[size:]):
        raise ContainerMalformed("the container is cut off, or followed by something")
    return data[:size]


def signature_field(
    reader: PdfReader, pdf: bytes, start: int, end: int
) -> tuple[str, dict[str, Value]]:
    """Return name and dictionary of the one signature field that is filled.

    Its dictionary must be the object around the hole, and its contents what the hole holds.
    """
    form = reader.dictionary(reader.root().get("AcroForm"))
    waiting = [(f, "", None) for f in reader.array(form.get("Fields"))]
    filled: list[tuple[str, Value]] = []
    while waiting:
        reference, prefix, inherited = waiting.pop()
        field = reader.dictionary(reference)
        own = text_string(field.get("T"))
        name = f"{prefix}.{own}" if prefix and own else prefix or own
        kind = reader.get(field.get("FT", inherited))
        if kind == "/Sig" and "V" in field:
            filled.append((name, field["V"]))
        waiting += [(kid, name, kind) for kid in reader.array(field.get("Kids", []))]
    if len(filled) != 1:
        raise (SealMultiple if filled else SealAbsent)("there is not one filled signature field")
    name, value = filled[0]
    if not isinstance(value, Ref):
        raise PdfMalformed("the signature is no object of its own")
    located = reader.locate(value)
    entries = located.value
    if not isinstance(entries, dict) or not located.start < start < end < located.end:
        raise SealCoverage("the bytes left out are not those of the signature in the form")
    numbers = [0, start, end, len(pdf) - end]
    held = bytes.fromhex(pdf[start + 1 : end - 1].decode("ascii"))
    if entries.get("ByteRange") != numbers or entries.get("Contents") != held:
        raise SealCoverage("the bytes left out are not those of the signature in the form")
    return name, entries


def text_string(value: Value) -> str:
    """Return a text string (ISO 32000-1, 7.9.2.2); anything else is empty."""
    if not isinstance(value, bytes):
        return ""
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    if value.startswith(b"\xef\xbb\xbf"):
        return value[3:].decode("utf-8", "replace")
    return value.decode("latin-1")


def date_string(value: Value) -> datetime | None:
    found = _DATE.fullmatch(value) if isinstance(value, bytes) else None
    if found is None:
        return None
    try:
        at = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        shift = timedelta(hours=int(found[3] or 0), minutes=int(found[4] or 0))
        return at + shift if found[2] == b"-" else at - shift
    except (ValueError, OverflowError):
        return None
