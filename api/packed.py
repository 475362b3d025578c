"""Many files in one upload: a ZIP archive, held in memory and read within bounds.

What an archive says of itself is believed only as far as it limits: how many members, how large
each and all of them become. Nothing is unpacked beyond what it announced, nothing rests on disk.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from api.problems import ApiError, BodyTooLarge

MAX_ARCHIVE = 64 << 20
MAX_UNPACKED = 256 << 20
MAX_MEMBERS = 1001
MOST_RATIO = 200
"""Times its packed size that a member may become, beyond a first MiB."""
CHUNK = 1 << 16
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


class ArchiveMalformed(ApiError):
    """No ZIP archive, or one whose members are encrypted, packed strangely, or badly named."""

    code = "archive.malformed"


class Archive:
    """The members of one archive by name."""

    def __init__(self, data: bytes) -> None:
        """Raises ArchiveMalformed, BodyTooLarge."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
            raise ArchiveMalformed("The file is no ZIP archive.") from error
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise BodyTooLarge(f"An archive has at most {MAX_MEMBERS} members.", limit=MAX_MEMBERS)
        if sum(one.file_size for one in members) > MAX_UNPACKED:
            raise BodyTooLarge(
                f"An archive unpacks to at most {MAX_UNPACKED} bytes.", limit=MAX_UNPACKED
            )
        self._members: dict[str, zipfile.ZipInfo] = {}
        for one in members:
            _check(one)
            if one.filename in self._members:
                raise ArchiveMalformed("Two members of the archive have one name.")
            self._members[one.filename] = one

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def require_room(self, named: Iterable[object]) -> None:
        """However often members are named, what is read of them all together has the size of one
        archive at most. Raises BodyTooLarge."""
        known = (self._members[one] for one in named if isinstance(one, str) and one in self)
        if sum(one.file_size for one in known) > MAX_UNPACKED:
            message = f"The rows name more than {MAX_UNPACKED} bytes of members in all."
            raise BodyTooLarge(message, limit=MAX_UNPACKED)

    def whole(self, name: str, most: int) -> bytes:
        """A member of at most ``most`` bytes. Raises ArchiveMalformed, BodyTooLarge."""
        if name not in self._members:
            raise ArchiveMalformed(f"The archive has no {name}.")
        if self._members[name].file_size > most:
            raise BodyTooLarge(f"{name} has at most {most} bytes.", limit=most)
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member in bounded pieces, its checksum compared at the end. Raises ArchiveMalformed."""
        try:
            with self._zip.open(self._members[name]) as member:
                while chunk := member.read(CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
            raise ArchiveMalformed("A member of the archive is spoilt.") from error


def gathered(chunks: Iterable[bytes]) -> bytes:
    """The archive's own bytes. Raises BodyTooLarge."""
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MAX_ARCHIVE:
            raise BodyTooLarge(f"An archive has at most {MAX_ARCHIVE} bytes.", limit=MAX_ARCHIVE)
    return bytes(data)


def _check(one: zipfile.ZipInfo) -> None:
    name = one.filename
    steps = name.split("/")
    if (
        one.is_dir()
        or name.startswith("/")
        or "\\" in name
        or not {"", ".", ".."}.isdisjoint(steps)
    ):
        raise ArchiveMalformed("A member of the archive is badly named.")
    if one.flag_bits & _ENCRYPTED or one.compress_type not in _PACKINGS:
        raise ArchiveMalformed("Members are stored or deflated, and not encrypted.")
    if one.file_size > (1 << 20) + MOST_RATIO * one.compress_size:
        raise ArchiveMalformed("A member of the archive unpacks to far more than it is.")
