"""The engines behind :class:`ledger.ports.BlobStore` that the contract runs against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.ports import BlobStore

KUBO: Final = Path(__file__).parents[3] / ".engines" / "ipfs"
BLOB_ENGINES: Final = ["blobdir", "ipfs"] if KUBO.exists() else ["blobdir"]


@dataclass(frozen=True)
class BlobEngine:
    """A store and the folder where its bytes lie."""

    store: BlobStore
    folder: Path

    def file_with(self, content: bytes) -> Path:
        """The one file on disk that holds these bytes."""
        [found] = [
            path
            for path in self.folder.rglob("*")
            if path.is_file() and content in path.read_bytes()
        ]
        return found

    def overwrite(self, content: bytes, other: bytes) -> None:
        path = self.file_with(content)
        path.chmod(0o600)
        path.write_bytes(path.read_bytes().replace(content, other))


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    """``content`` as a stream of chunks."""
    for start in range(0, len(content), size):
        yield content[start : start + size]
