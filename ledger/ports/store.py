"""The port of log and index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ledger.ports.chain import Anchor
from ledger.ports.entries import Appended, Expect, Head, NewEntry, Node, Row, Scalar, StoredEntry


class LedgerStore(Protocol):
    """The log and the index beside it.

    Durability: when ``append`` or ``integrate`` returns, the data survive a power cut.
    Consistency: an entry, its keys and its rows become visible together or not at all; indexes
    are dense from 0. Concurrency: any number of callers and processes; ``append`` groups
    callers into one commit; ``integrate`` is compare-and-set on the previous size, so that one
    of two sequencers wins. Trust: may be asked to order entries until the next anchor; what it
    rewrites later is refused by the contract and found by ``fsck``.
    """

    def append(self, entries: Sequence[NewEntry]) -> list[Appended]:
        """Sequence all or none. Idempotent by ``payload_sha256``: a twin is not written again
        (neither rows nor keys) and answers the index of the first."""
        ...

    def size(self) -> int: ...

    def entry(self, index: int) -> StoredEntry | None: ...

    def entry_by_payload(self, payload_sha256: bytes) -> StoredEntry | None: ...

    def entries(self, start: int, stop: int) -> list[StoredEntry]: ...

    def find(self, key: str, *, after: int = -1, limit: int = 1000) -> list[int]:
        """Indexes of the entries appended under ``key``, ascending, greater than ``after``."""
        ...

    def nodes(self, coordinates: Sequence[tuple[int, int]]) -> list[bytes]:
        """Hashes of complete subtrees; :class:`ledger.errors.Tampered` where one is missing."""
        ...

    def integrate(self, previous: int, nodes: Sequence[Node], head: Head) -> None:
        """Store new nodes and the head if the newest head's size is still ``previous``
        (0 = none yet); else :class:`ledger.errors.Stale`."""
        ...

    def head(self) -> Head | None: ...

    def head_at(self, size: int) -> Head | None: ...

    def heads(self) -> list[Head]: ...

    def put_anchor(self, anchor: Anchor) -> None:
        """Idempotent by size; another root for the same size is a Conflict, unless that one is
        void: then it stands in its place."""
        ...

    def anchor_covering(self, index: int) -> Anchor | None:
        """The first anchor whose size is greater than ``index``, of those that are not void."""
        ...

    def anchors(self, *, void: bool = False) -> list[Anchor]:
        """Those that count, or those that were made void."""
        ...

    def void_anchors(self, beyond: int) -> None:
        """All of a greater size count for nothing from now on: their log was frozen before them."""
        ...

    def rows(
        self,
        table: str,
        where: Mapping[str, Scalar] | None = None,
        *,
        after: Scalar = None,
        limit: int = 1000,
    ) -> list[dict[str, Scalar]]:
        """Rows whose columns equal ``where``, ordered by primary key. ``after`` applies to the
        first primary key column that ``where`` leaves open; a page grows past ``limit`` rather
        than split rows that are equal there. Unknown tables or columns are a ValueError."""
        ...

    def tally(
        self,
        table: str,
        by: Sequence[str],
        where: Mapping[str, Scalar] | None = None,
        *,
        span: tuple[str, Scalar, Scalar] | None = None,
    ) -> list[tuple[tuple[Scalar, ...], int]]:
        """How many rows have the same values of the columns ``by``, in order of these values.

        Counted are rows whose columns equal ``where`` and, with ``span`` (column, first, end),
        have a value from ``first`` on and before ``end`` (None: open). ``cases.item`` speaks of the
        case that the row's ``case_id`` names, ``consents.…``, ``bases.…`` and ``entries.…`` alike
        of its ``consent``, ``basis`` and ``entry_index``; None where there is none.
        ``entries.sequenced_at`` is in milliseconds since 1970. Unknown names are a ValueError."""
        ...

    def write(self, rows: Sequence[Row], expects: Sequence[Expect] = ()) -> None:
        """Rows that belong to no entry (accounts, subjects, status lists), all or none."""
        ...

    def delete(self, table: str, key: Mapping[str, Scalar]) -> int:
        """Delete the rows whose columns equal ``key`` (not empty); how many went."""
        ...

    def erase(self, index: int) -> None:
        """Destroy record and record key of one entry; leaf and proofs stay. Idempotent."""
        ...

    def close(self) -> None: ...
