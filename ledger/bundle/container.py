"""Bundles as files: a ZIP archive that has exactly one byte string for its members.

Stored, not compressed; names sorted by their bytes; every timestamp 1980-01-01 00:00, regular file
of mode 0644, no extra field, no comment, no data descriptor, no ZIP64 (APPNOTE 6.3.10, §4.3). Any
unzip program reads it; `unpack` packs the members again and refuses any byte of difference.

    ContainerInvalid            container
    ├── ContainerMalformed      container.malformed
    ├── ContainerName           container.name          a name that may lead elsewhere
    └── ContainerLimit          container.limit         more than the reader takes
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.errors import Malformed

_LOCAL = struct.Struct("<4sHHHHHIIIHH")  # §4.3.7
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")  # §4.3.12
_END = struct.Struct("<4sHHHHIIH")  # §4.3.16
_VERSION = 10  # §4.4.3: the default, no feature needed
_MADE_BY = 3 << 8 | _VERSION  # Unix, so that the mode below is read
_DATE = 0x0021  # 1980-01-01
_MODE = 0o100644 << 16
_MAX_32 = 0xFFFFFFFF  # 0xFFFFFFFF itself means ZIP64
_MAX_16 = 0xFFFF

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){0,7}")


class ContainerInvalid(Malformed):
    """A file that is not taken for a container."""

    code = "container"


class ContainerMalformed(ContainerInvalid):
    """Not the one byte string that its members give."""

    code = "container.malformed"


class ContainerName(ContainerInvalid):
    """A member's ``name`` that is not plain, or that is a folder of another's."""

    code = "container.name"


class ContainerLimit(ContainerInvalid):
    """More members or bytes than the limits allow; ``limit`` says how many."""

    code = "container.limit"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader takes: ``members``, and ``total`` bytes of the whole file."""

    members: int = 10_000
    total: int = 512 << 20


def pack(members: Mapping[str, bytes]) -> bytes:
    """The archive. Raises ContainerName or ContainerLimit (of the format itself)."""
    check_names(members)
    if len(members) >= _MAX_16:
        raise ContainerLimit("too many members for a ZIP archive", limit=_MAX_16 - 1)
    pieces: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name in sorted(members):
        data, encoded = members[name], name.encode("ascii")
        if offset >= _MAX_32 or len(data) >= _MAX_32:
            raise ContainerLimit("too many bytes for a ZIP archive", limit=_MAX_32)
        facts = (0, 0, 0, _DATE, zlib.crc32(data), len(data), len(data), len(encoded), 0)
        local = _LOCAL.pack(b"PK\x03\x04", _VERSION, *facts) + encoded
        central = _CENTRAL.pack(b"PK\x01\x02", _MADE_BY, _VERSION, *facts, 0, 0, 0, _MODE, offset)
        pieces += (local, data)
        directory += (central, encoded)
        offset += len(local) + len(data)
    size = sum(map(len, directory))
    if offset + size >= _MAX_32:
        raise ContainerLimit("too many bytes for a ZIP archive", limit=_MAX_32)
    count = len(members)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, size, offset, 0)
    return b"".join((*pieces, *directory, end))


def unpack(data: bytes, limits: Limits | None = None) -> dict[str, bytes]:
    """Members by name, in the archive's order.

    Raises ContainerLimit, ContainerName, and ContainerMalformed for an archive that `pack` would
    have written in any other way, down to one byte.
    """
    bounds = limits or Limits()
    if len(data) > bounds.total:
        raise ContainerLimit("the container is too large", limit=bounds.total)
    members: dict[str, bytes] = {}
    position = 0
    while data.startswith(b"PK\x03\x04", position):
        if len(members) == bounds.members:
            raise ContainerLimit("the container has too many members", limit=bounds.members)
        name, start, end = _local(data, position)
        members[name] = data[start:end]
        position = end
    check_names(members)
    if pack(members) != data:
        raise ContainerMalformed("not the one form of this container")
    return members


def check_names(names: Mapping[str, bytes]) -> None:
    """Raises ContainerName unless every name is plain and none is a folder of another."""
    for name in names:
        if not _NAME.fullmatch(name):
            raise ContainerName("a member's name is not plain", name=name)
        parent = name
        while "/" in parent:
            parent = parent.rpartition("/")[0]
            if parent in names:
                raise ContainerName("a member is a folder of another", name=parent)


def _local(data: bytes, position: int) -> tuple[str, int, int]:
    """Name of the member at ``position``, and where its bytes start and end."""
    start = position + _LOCAL.size
    if start > len(data):
        raise ContainerMalformed("the container ends inside a header")
    *_, size, name_length, extra_length = _LOCAL.unpack_from(data, position)
    try:
        name = data[start : start + name_length].decode("ascii")
    except UnicodeDecodeError as error:
        raise ContainerName("a member's name is not plain", name="") from error
    start += name_length + extra_length
    if start + size > len(data):
        raise ContainerMalformed("the container ends inside a member")
    return name, start, start + size
