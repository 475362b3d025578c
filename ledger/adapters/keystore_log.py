"""The log as the key store followed it: its size, its heads, the tags of its leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.adapters.keystore_file import SecretsDatabase
from ledger.errors import LedgerError, LogBusy, Tampered
from ledger.log.checkpoint import Checkpoint
from ledger.log.entry import parse_leaf
from ledger.log.rfc6962 import leaf_hash
from ledger.log.subtrees import CompactRange


class FollowedLog:
    """Over the key store's own database."""

    def __init__(self, db: SecretsDatabase) -> None:
        self._db = db

    def size(self) -> int:
        return self._range().size

    def follow(self, leaves: Sequence[bytes], head: Checkpoint, origins: Sequence[str]) -> None:
        """The leaves up to a checked head. ``origins``: of the head's log and of those that it
        continues, of which one may have been followed before. Raises Tampered for another history
        or another log, also one that was left for its successor; LogBusy for leaves that begin
        elsewhere."""
        with self._db.writing():
            self._go_on(head.origin, origins)
            followed = self._range()
            first = followed.size
            if head.size <= first:  # shown again, or overtaken: it must be what was followed
                known = self.root_at(head.size)
                if known is not None and known != head.root:
                    raise Tampered("The log shows another history than before.", size=head.size)
                return
            if head.size - first != len(leaves):
                raise LogBusy("The leaves do not begin where the last ones ended.", retry_after=1)
            for leaf in leaves:
                followed = followed.append(leaf_hash(leaf))
            if followed.root() != head.root:
                raise Tampered("The log shows another history than before.", size=head.size)
            self._db.change_many(
                "INSERT OR IGNORE INTO tags VALUES (?, ?)",
                [(parse_leaf(leaf).tag, first + at) for at, leaf in enumerate(leaves)],
            )
            self._db.change("INSERT OR REPLACE INTO followed VALUES (1, ?)", followed.encode())
            self._db.change("INSERT INTO heads VALUES (?, ?)", head.size, head.root)

    def _go_on(self, origin: str, origins: Sequence[str]) -> None:
        row = self._db.one("SELECT origin FROM origins WHERE id = 1")
        if row is not None and row[0] not in origins:
            raise Tampered("Another log was followed before.", followed=row[0], origin=origin)
        if row is None or row[0] != origin:
            self._db.change("INSERT OR REPLACE INTO origins VALUES (1, ?)", origin)

    def carried(self, tags: Iterable[bytes]) -> dict[bytes, int]:
        """Those of the tags that the leaves carry, each with its first index."""
        rows = (self._db.one("SELECT tag, idx FROM tags WHERE tag = ?", tag) for tag in tags)
        return {bytes(row[0]): int(row[1]) for row in rows if row is not None}

    def root_at(self, size: int) -> bytes | None:
        """Root of a head that was followed."""
        row = self._db.one("SELECT root FROM heads WHERE size = ?", size)
        return bytes(row[0]) if row else None

    def _range(self) -> CompactRange:
        row = self._db.one("SELECT range FROM followed WHERE id = 1")
        if row is None:
            return CompactRange()
        try:
            return CompactRange.decode(bytes(row[0] or b""))
        except LedgerError as error:
            raise Tampered("What was followed of the log cannot be read.") from error
