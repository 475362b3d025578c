"""The transparency log over its store: sequenced → integrated → anchored.

An entry is *sequenced* when it has its index (durable, in order), *integrated* when a signed
checkpoint covers it, *anchored* when the contract holds a root that covers it (``anchor``).
Whatever may be shown to others as a fact is integrated first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from certs.envelope import Envelope, parse_envelope
from ledger.errors import LogBusy, NotFound, Pushback, Stale
from ledger.index import continued
from ledger.log import entry as entries
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.receipt import Receipt
from ledger.log.records import open_record, seal_record
from ledger.log.rfc6962 import leaf_hash
from ledger.log.statement import Statement, parse_statement
from ledger.log.subtrees import Nodes, consistency_at, grown, inclusion_at, root_at
from ledger.platform import LogIdentity, Platform
from ledger.ports import Appended, Expect, Head, NewEntry, Node, Opening, Quiet, Row, StoredEntry


class LogContinued(Pushback):
    """This log was frozen, and another goes on with its tree; whoever still writes here must start
    anew under the other's name."""

    code = "log.continued"


ATTEMPTS = 16
BATCH = 10_000
"""Leaves integrated in one step: bounded memory, and a checkpoint soon."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A signed statement on its way into the log, with what the index keeps of it."""

    envelope: Envelope
    statement: Statement
    keys: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    expects: tuple[Expect, ...] = ()
    tag: bytes | None = None
    quiet: tuple[Quiet, ...] = ()


@dataclass(frozen=True, slots=True)
class Sequenced:
    """What the caller may keep as a promise: leaf, salt and index of the entry."""

    index: int
    leaf: bytes
    salt: bytes
    envelope: bytes
    fresh: bool


def sequence(platform: Platform, drafts: Sequence[Draft]) -> list[Sequenced]:
    """Append all or none; the same payload again answers the first entry's index and salt.

    Raises Conflict or Stale where a row or a guard forbids it, Pushback where the store is away,
    LogContinued where another log goes on in place of this one.
    """
    prepared = [_prepare(platform, draft) for draft in drafts]
    try:
        appended = platform.store.append([new for new, _ in prepared])
    except Stale:
        if platform.store.find(continued(platform.log.origin), limit=1):
            raise LogContinued("Another log goes on here; start again.", retry_after=60) from None
        raise
    return [
        _fresh(done, new, salt, draft.envelope) if done.fresh else standing(platform, done.index)
        for done, (new, salt), draft in zip(appended, prepared, drafts, strict=True)
    ]


def _prepare(platform: Platform, draft: Draft) -> tuple[NewEntry, bytes]:
    salt = platform.randomness(entries.SALT_BYTES)
    tag = draft.tag if draft.tag is not None else platform.randomness(entries.TAG_BYTES)
    envelope = draft.envelope.encode()
    digest = hashlib.sha256(draft.envelope.payload).digest()
    record, record_key = seal_record(
        digest, salt, envelope, platform.record_key, platform.randomness
    )
    new = NewEntry(
        leaf=entries.leaf(draft.statement.kind, tag, entries.commit(salt, envelope)),
        payload_sha256=digest,
        kind=draft.statement.kind,
        tag=tag,
        record=record,
        record_key=record_key,
        keys=draft.keys,
        rows=draft.rows,
        expects=draft.expects,
        quiet=(*draft.quiet, Quiet(continued(platform.log.origin), -1)),
    )
    return new, salt


def _fresh(done: Appended, new: NewEntry, salt: bytes, envelope: Envelope) -> Sequenced:
    return Sequenced(done.index, new.leaf, salt, envelope.encode(), True)


def standing(platform: Platform, index: int) -> Sequenced:
    """The promise for an entry that stands already."""
    stored = stored_entry(platform, index)
    salt, envelope = open_record(stored, platform.record_key)
    return Sequenced(index, stored.leaf, salt, envelope, False)


def integrate(platform: Platform) -> Head:
    """Sign checkpoints until all is covered that was sequenced when this was called.

    Any number of callers: the store lets one step win, the others go on from what it made.
    Raises NotFound for an empty log, LogBusy where others kept winning.
    """
    goal = platform.store.size()
    if goal == 0:
        raise NotFound("The log is empty.")
    for _ in range(ATTEMPTS + goal // BATCH):
        head = platform.store.head()
        if head is not None and head.size >= goal:
            return own_head(platform.log, head)
        done = head.size if head is not None else 0
        size = platform.store.size()
        try:
            _integrate_step(platform, done, min(size, done + BATCH))
        except Stale:
            continue
    raise LogBusy("Others are integrating the log; ask again.", retry_after=1)


def _integrate_step(platform: Platform, done: int, size: int) -> None:
    store = platform.store
    leaves = [leaf_hash(stored.leaf) for stored in store.entries(done, size)]
    new = grown(store.nodes, done, leaves)
    root = root_at(_over(store.nodes, new), size)
    store.integrate(done, new, signed_head(platform.log, size, root))


def signed_head(log: LogIdentity, size: int, root: bytes) -> Head:
    """Our checkpoint over size and root, as a signed note."""
    return Head(size, root, sign_checkpoint(Checkpoint(log.origin, size, root), log.private_key))


def own_head(log: LogIdentity, head: Head) -> Head:
    """A head of this tree as this log signs it: one that a log before it signed is signed anew."""
    if head.note.startswith(f"{log.origin}\n".encode()):
        return head
    return signed_head(log, head.size, head.root)


def newest_head(platform: Platform) -> Head | None:
    """The newest signed checkpoint, None for an empty log."""
    head = platform.store.head()
    return None if head is None else own_head(platform.log, head)


def _over(stored: Nodes, new: Sequence[Node]) -> Nodes:
    fresh = {(level, index): value for level, index, value in new}

    def nodes(coordinates: Sequence[tuple[int, int]]) -> list[bytes]:
        missing = [place for place in coordinates if place not in fresh]
        found = dict(zip(missing, stored(missing), strict=True)) if missing else {}
        return [fresh.get(place) or found[place] for place in coordinates]

    return nodes


def stored_entry(platform: Platform, index: int) -> StoredEntry:
    """The entry at ``index``; raises NotFound."""
    stored = platform.store.entry(index)
    if stored is None:
        raise NotFound("The log has no such entry.", index=index)
    return stored


def record(platform: Platform, stored: StoredEntry) -> tuple[bytes, bytes]:
    """(salt, envelope) of a stored entry. Raises RecordErased, Tampered."""
    return open_record(stored, platform.record_key)


def read(platform: Platform, index: int) -> Statement:
    """What the entry at ``index`` says; RecordErased where its content is gone."""
    _, envelope = open_record(stored_entry(platform, index), platform.record_key)
    return opened(envelope)[1]


def opened(envelope: bytes) -> tuple[Envelope, Statement]:
    """Envelope and statement of an entry's own, already checked bytes."""
    parsed = parse_envelope(envelope)
    return parsed, parse_statement(parsed.payload)


def opening(platform: Platform, index: int, size: int) -> Opening:
    """The entry with salt and envelope, proven in the tree of ``size`` leaves."""
    stored = stored_entry(platform, index)
    salt, envelope = open_record(stored, platform.record_key)
    proof = tuple(inclusion_at(platform.store.nodes, index, size))
    return Opening(index, stored.leaf, salt, envelope, proof)


def receipt(platform: Platform, index: int, head: Head) -> Receipt:
    """C2SP tlog-proof of one entry in the tree of ``head``."""
    proof = inclusion_at(platform.store.nodes, index, head.size)
    return Receipt(index, tuple(proof), head.note, None)


def consistency(platform: Platform, size1: int, size2: int) -> list[bytes]:
    """RFC 6962 consistency proof between two sizes of the log."""
    return consistency_at(platform.store.nodes, size1, size2)
