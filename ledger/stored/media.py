"""The first look at a file that is handed in: what it is, and whether it is whole.

Any bytes are welcome as material; told apart are files that nobody could use (empty, too large,
cut off, locked by a password) and files that are not what they are said to be. The look takes the
first and the last bytes only and believes nothing about the rest.
"""

from __future__ import annotations

import re

from ledger.errors import Malformed

MAX_SIZE = 100 * 1024 * 1024
HEAD = 64 * 1024
TAIL = 64 * 1024 + 22  # a ZIP end record (22 bytes) with the longest comment
OCTETS = "application/octet-stream"


class DocumentInvalid(Malformed):
    """A file that cannot be taken in."""

    code = "document.invalid"


class DocumentEmpty(DocumentInvalid):
    """No bytes at all."""

    code = "document.empty"


class DocumentTooLarge(DocumentInvalid):
    """``size`` and ``limit`` in bytes."""

    code = "document.too_large"


class DocumentEncrypted(DocumentInvalid):
    """A PDF that needs a password: nobody could read what was handed in."""

    code = "document.encrypted"


class DocumentTruncated(DocumentInvalid):
    """The mark that ends files of this ``media_type`` is missing."""

    code = "document.truncated"


class DocumentTypeMismatch(DocumentInvalid):
    """``declared`` says one media type, the bytes show another: ``found`` (None: not that one)."""

    code = "document.type_mismatch"


_ZIP = "application/zip"
_OLE = "application/x-ole-storage"
_TIFF = "image/tiff"
_MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"II*\x00", 0, _TIFF),
    (b"MM\x00*", 0, _TIFF),
    (b"WEBP", 8, "image/webp"),
    (b"ftyp", 4, "video/mp4"),
    (b"PK\x03\x04", 0, _ZIP),
    (b"PK\x05\x06", 0, _ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, _OLE),
    (b"{\\rtf", 0, "application/rtf"),
    (b"\x1f\x8b\x08", 0, "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", 0, "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", 0, "application/vnd.rar"),
    (b"\x7fELF", 0, "application/x-executable"),
    (b"MZ", 0, "application/x-msdownload"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
# Media types that are written inside a container which the magic bytes name.
_INSIDE: dict[str, tuple[str, ...]] = {
    _ZIP: (
        _OFFICE, "application/vnd.oasis.opendocument.", "application/ofd", "application/vnd.ofd",
        "application/epub+zip", "application/x-zip-compressed", "application/java-archive",
        "application/vnd.ms-", "application/vnd.etsi.asic-e+zip",
    ),
    _OLE: ("application/msword", "application/vnd.ms-", "application/wps-office."),
    "video/mp4": ("audio/mp4", "image/heic", "image/heif", "image/avif", "video/quicktime"),
    "application/rtf": ("text/rtf", "application/msword"),
    "application/gzip": ("application/x-gzip",),
    "image/jpeg": ("image/jpg", "image/pjpeg"),
    "application/x-msdownload": ("application/vnd.microsoft.portable-executable",),
}  # fmt: skip
_END_MARKS: dict[str, tuple[bytes, int]] = {
    "application/pdf": (b"%%EOF", 1024),  # ISO 32000-1 §7.5.5; readers look at the last 1024 bytes
    "image/png": (b"IEND\xaeB`\x82", TAIL),
    "image/jpeg": (b"\xff\xd9", TAIL),
    _ZIP: (b"PK\x05\x06", TAIL),
}
_ENCRYPT = re.compile(
    rb"/Encrypt[\x00\t\n\x0c\r ]*(?:[0-9]+[\x00\t\n\x0c\r ]+[0-9]+[\x00\t\n\x0c\r ]+R|<<)"
)
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,94}")


def inspect_file(head: bytes, size: int, declared_type: str | None, tail: bytes = b"") -> str:
    """The media type of a file of ``size`` bytes.

    ``head``: its first bytes (HEAD, or all); ``tail``: its last bytes (TAIL, or all), to be given
    where the head is not the entire file. The answer is the declared type where the bytes allow it,
    else what the bytes show, else ``application/octet-stream``. Raises DocumentEmpty,
    DocumentTooLarge, DocumentTypeMismatch, DocumentTruncated, DocumentEncrypted, and
    DocumentInvalid for a declared type that is no media type.
    """
    _check_size(size)
    if size <= 0 or not head:
        raise DocumentEmpty("The file is empty.")
    if len(head) < size and not tail:
        raise ValueError("the last bytes are needed where the head is not the entire file")
    end = tail if len(head) < size else head
    found = _sniff(head)
    media_type = _agree(found, declared_type)
    if found in _END_MARKS:
        mark, window = _END_MARKS[found]
        if mark not in end[-window:]:
            raise DocumentTruncated("The file is cut off before its end.", media_type=found)
    if found == "application/pdf" and (_ENCRYPT.search(end) or _ENCRYPT.search(head)):
        raise DocumentEncrypted("The PDF is locked by a password; hand it in without one.")
    return media_type


class FileProbe:
    """Looks at a file as it streams by, in bounded memory; ``declared_type`` as above."""

    def __init__(self, declared_type: str | None = None) -> None:
        self._declared_type = declared_type
        self._head = bytearray()
        self._tail = b""
        self._size = 0

    def update(self, chunk: bytes) -> None:
        """Take the next bytes; raises DocumentTooLarge as soon as they are too many."""
        self._size += len(chunk)
        _check_size(self._size)
        self._head += chunk[: max(0, HEAD - len(self._head))]
        self._tail = (self._tail + chunk[-TAIL:])[-TAIL:]

    def conclude(self, size: int) -> str:
        """The media type of the whole file of ``size`` bytes; raises what `inspect_file` raises,
        and ValueError where not exactly ``size`` bytes went by."""
        if size != self._size:
            raise ValueError("not all of the file went by")
        return inspect_file(bytes(self._head), size, self._declared_type, self._tail)


def _check_size(size: int) -> None:
    if size > MAX_SIZE:
        message = f"A file may have {MAX_SIZE // 2**20} MB at most."
        raise DocumentTooLarge(message, size=size, limit=MAX_SIZE)


def _sniff(head: bytes) -> str | None:
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    for magic, offset, media_type in _MAGIC:
        if head.startswith(magic, offset):
            return media_type
    return None


def _agree(found: str | None, declared_type: str | None) -> str:
    declared = (declared_type or OCTETS).partition(";")[0].strip().lower()
    if not _MEDIA_TYPE.fullmatch(declared):
        raise DocumentInvalid("The declared type is no media type.", declared=declared_type)
    if declared == OCTETS:
        return found or OCTETS
    if found is None:
        if declared == "application/pdf" or any(declared == name for _, _, name in _MAGIC):
            raise DocumentTypeMismatch(
                f"The file is said to be {declared}, but its bytes are not.",
                declared=declared,
                found=None,
            )
        return declared
    if declared == found or declared.startswith(_INSIDE.get(found, ())):
        return declared
    raise DocumentTypeMismatch(
        f"The file is said to be {declared}, but its bytes show {found}.",
        declared=declared,
        found=found,
    )
