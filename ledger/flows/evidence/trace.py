"""Trace: every entry of one subject, licence, case, agency or officer, in the log's order, with
what it was; and the bundle that shows all of it to somebody who trusts nobody here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from certs.envelope import Envelope, Signature, sign_es256
from ledger import tlog
from ledger.bundle.bundle import build_bundle
from ledger.bundle.contents import Contents, Heading
from ledger.bundle.form import PAYLOAD_TYPE
from ledger.errors import NotFound
from ledger.flows.door.powers import delegations_between
from ledger.flows.evidence.anchor import chain_anchor
from ledger.flows.evidence.chain_round import snapshot_of
from ledger.flows.evidence.gathering import anchored_head, status_token
from ledger.flows.library.files import plaintext
from ledger.flows.reading.basis_threads import basis_thread_key_of
from ledger.flows.reading.consent import thread_key_of
from ledger.log.evidence import anchor_note
from ledger.log.records import RecordErased
from ledger.log.snapshot import snapshot_note
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.ports import Anchor, Head

KEYS = (
    "agency", "basis", "case", "consent", "delegation", "erasure", "licence", "material", "officer",
    "project", "subject",
)  # fmt: skip
PAGE = 1000
ALL_LEAVES = 50_000


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One entry of a trace; ``statement`` None where its content was erased. ``evidence_time``:
    block time of the first anchor that covers it."""

    index: int
    kind: str
    statement: Statement | None
    evidence_time: datetime | None


def trace(platform: Platform, key: str, *, after: int = -1, limit: int = PAGE) -> list[TraceLine]:
    """Entries found under ``key`` (such as ``case:case_…``), with those that they rest on. Costs by
    their number, not by the log's size. Raises NotFound for a key of no known sort."""
    if key.partition(":")[0] not in KEYS:
        raise NotFound("Nothing can be traced by this.", key=key.partition(":")[0])
    found = [index for index in related(platform, key) if index > after]
    return [_line(platform, index) for index in found[:limit]]


def related(platform: Platform, key: str) -> list[int]:
    """Indexes under ``key``, and of what they rest on: the consents with their withdrawals, the
    entries of the items, the bindings of the holders' keys. Ascending."""
    wanted = set(_all(platform, key))
    for index in tuple(wanted):
        wanted |= set(_rests_on(platform, index))
    return sorted(wanted)


def _all(platform: Platform, key: str) -> Iterator[int]:
    after = -1
    while page := platform.store.find(key, after=after, limit=PAGE):
        yield from page
        after = page[-1]


def _rests_on(platform: Platform, index: int) -> Iterator[int]:
    stored = tlog.stored_entry(platform, index)
    try:
        envelope, statement = tlog.opened(tlog.record(platform, stored)[1])
    except RecordErased:
        return
    yield from _binding(platform, envelope)
    yield from _powers(platform, statement)
    body = statement.body
    if isinstance(basis := body.get("basis"), str):
        yield from _all(platform, f"basis:{basis}")
    if isinstance(consent := body.get("consent"), str):
        for one in _all(platform, f"consent:{consent}"):
            yield one
            inner, said = _opened(platform, one)
            yield from _binding(platform, inner)
            yield from _powers(platform, said)
    if isinstance(request := body.get("request"), str):
        yield from _all(platform, f"request:{request}")
    items = body.get("items")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and isinstance(about := item.get("object"), str):
            yield from platform.store.find(about, limit=1)
        elif isinstance(item, dict) and isinstance(seen := item.get("entry"), int):
            yield seen  # what an officer saw verified


def _binding(platform: Platform, envelope: Envelope) -> Iterator[int]:
    """The entry that bound the holder's key which signed this, if one did."""
    for row in platform.store.rows("holder_keys", {"kid": envelope.signatures[0].kid}):
        yield cast(int, row["bound_index"])


def _powers(platform: Platform, statement: Statement) -> Iterator[int]:
    """The delegations, with their ends and keys, of one who spoke for the statement's subject."""
    subject = statement.body.get("subject")
    if statement.actor.startswith("sub_") and isinstance(subject, str):
        for row in delegations_between(platform, subject, statement.actor):
            for index in (row["entry_index"], row["ended_index"]):
                if isinstance(index, int):
                    yield index
                    yield from _binding(platform, _opened(platform, index)[0])


def _opened(platform: Platform, index: int) -> tuple[Envelope, Statement]:
    return tlog.opened(tlog.record(platform, tlog.stored_entry(platform, index))[1])


def _line(platform: Platform, index: int) -> TraceLine:
    stored = tlog.stored_entry(platform, index)
    anchored = platform.store.anchor_covering(index)
    try:
        statement = tlog.opened(tlog.record(platform, stored)[1])[1]
    except RecordErased:
        statement = None
    return TraceLine(index, stored.kind, statement, anchored.block_time if anchored else None)


def export_bundle(
    platform: Platform,
    exporter: str,
    about: str,
    indexes: Iterable[int],
    *,
    kind: str = "trace",
    files: Iterable[str] = (),
    beside: Iterable[bytes] = (),
    complete: bool = True,
) -> bytes:
    """The bundle over these entries, signed by ``exporter``; of those that were erased only the
    leaf is left, among all leaves. ``files``: ids of files to disclose; ``beside``: bytes that an
    entry names and that are not kept here;
    ``kind``: ``trace`` (what happened?) or ``items`` (do these stand now?); ``complete``: with all
    leaves (up to ALL_LEAVES), so that a reader sees that no withdrawal or use was left out.

    Raises NotFound where nothing is anchored yet or nothing is asked for, Pushback.
    """
    wanted = [index for index in sorted(set(indexes)) if not _is_erased(platform, index)]
    anchors = platform.store.anchors()
    if not wanted or not anchors or anchors[-1].size <= wanted[-1]:
        raise NotFound("There is nothing to export, or it is not anchored yet.")
    head = anchored_head(platform, anchors[-1])
    entries = tuple(tlog.opening(platform, index, head.size) for index in wanted)
    statements = [tlog.opened(entry.envelope)[1] for entry in entries]
    covering = {
        done.size: done
        for index in wanted
        if (done := platform.store.anchor_covering(index)) is not None
    }
    snapshot = snapshot_of(platform, [*statements, _asking(platform, exporter)])
    contents = Contents(
        trust_list=platform.trust_data,
        checkpoint=head.note,
        entries=entries,
        anchors={size: _note(platform, done) for size, done in sorted(covering.items())},
        consistency={
            size: tuple(tlog.consistency(platform, size, head.size))
            for size in sorted(covering)
            if size < head.size
        },
        snapshot=snapshot_note(snapshot, platform.log.origin, platform.log.private_key),
        status_lists=_lists(platform, statements),
        files=(*(b"".join(plaintext(platform, one)) for one in files), *beside),
        leaves=_leaves(platform, head) if complete and head.size <= ALL_LEAVES else None,
        threads=_threads(platform, statements),
    )
    heading = Heading(kind, about, exporter, platform.now().replace(microsecond=0))

    def seal(payload: bytes) -> Signature:
        private, chain = platform.signing.key(exporter), platform.signing.chain(exporter)
        return sign_es256(payload, PAYLOAD_TYPE, private, chain)

    return build_bundle(heading, contents, seal)


def _is_erased(platform: Platform, index: int) -> bool:
    return tlog.stored_entry(platform, index).record_key is None


def _leaves(platform: Platform, head: Head) -> tuple[bytes, ...]:
    return tuple(stored.leaf for stored in platform.store.entries(0, head.size))


def _note(platform: Platform, done: Anchor) -> bytes:
    known = chain_anchor(platform, done)
    return anchor_note(known, platform.log.origin, platform.log.private_key)


def _asking(platform: Platform, exporter: str) -> Statement:
    """Stands for the exporter, so that the snapshot shows its keys too."""
    return Statement("refused", "", platform.log.origin, exporter, platform.now(), {})


def _lists(platform: Platform, statements: Iterable[Statement]) -> tuple[str, ...]:
    found = {status_token(platform, one) for one in statements}
    return tuple(sorted(token for token in found if token is not None))


def _threads(platform: Platform, statements: Iterable[Statement]) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for one in statements:
        if one.kind == "consent.granted":
            name = str(one.body["consent"])
            keys[name] = thread_key_of(platform, name)
        elif one.kind == "basis.stated":
            name = str(one.body["basis"])
            keys[name] = basis_thread_key_of(platform, name)
    return keys
