"""What a holder is told of readings: who, when, which fields, why, on what, and who signed.

A reading that law lets be told later is told nobody but auditors and the agency before that day,
wherever a holder looks: not in this list, not in a trace, not as a receipt.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ledger import tlog
from ledger.consent.access_words import ground_words
from ledger.flows.evidence.trace import TraceLine, trace
from ledger.log.records import RecordErased
from ledger.log.statement import Statement, parse_time
from ledger.platform import Platform
from ledger.ports import Scalar

Row = Mapping[str, Scalar]
KINDS = frozenset(
    (
        "basis.ended", "basis.stated", "basis.used", "benefit.assessed", "benefit.confirmed",
        "benefit.offered", "consent.granted", "consent.requested",
        "consent.withdrawn", "copy.made", "erased", "erasure.approved", "erasure.refused",
        "erasure.requested", "fact.answered", "refused", "released",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One line in words. ``ground``: consent, attended, statutory, assistance, emergency, or none
    where nothing was granted; ``signed_by_holder``: with the holder's own key."""

    agency: tuple[str, str]
    ground: str | None
    words: tuple[str, str] | None
    signed_by_holder: bool
    visible_from: str | None
    items: list[Mapping[str, Any]]


def accesses(platform: Platform, subject: str, after: int, limit: int) -> list[TraceLine]:
    """Up to ``limit`` lines about readings of the subject's papers after an index."""
    return holder_trace(platform, f"subject:{subject}", after, limit, KINDS)


def holder_trace(
    platform: Platform, key: str, after: int, limit: int, kinds: Collection[str] | None = None
) -> list[TraceLine]:
    """`trace` as a holder is shown it: without what is told only later, and of
    ``kinds`` only."""
    found: list[TraceLine] = []
    while len(found) < limit and (page := trace(platform, key, after=after)):
        found += [
            line
            for line in page
            if (kinds is None or line.kind in kinds)
            and not hidden_from_holder(platform, line.statement)
        ]
        after = page[-1].index
    return found[:limit]


def hidden_from_holder(platform: Platform, statement: Statement | None) -> bool:
    """Whether the holder is told of this only later: it belongs to a basis that law lets be shown
    from a later day on."""
    row = None if statement is None else _basis_of(platform, statement)
    return row is not None and platform.now() < parse_time(str(row["visible_from"]))


def entry_hidden(platform: Platform, index: int) -> bool:
    """`hidden_from_holder` of the entry at an index; False for one that is absent or erased."""
    stored = platform.store.entry(index)
    if stored is None:
        return False
    try:
        return hidden_from_holder(platform, tlog.read(platform, index))
    except RecordErased:
        return False


def told(platform: Platform, line: TraceLine) -> Told:
    """The line in words."""
    statement = line.statement
    body = cast(Mapping[str, Any], statement.body) if statement is not None else {}
    agency = str(body.get("agency", statement.actor if statement is not None else ""))
    known = platform.catalogue.agencies.get(agency)
    basis = None if statement is None else _basis_of(platform, statement)
    consent = _consent_of(platform, body) if basis is None else None
    own = consent is not None and consent.actor == consent.body["subject"]
    sort = None if basis is None else str(basis["sort"])
    return Told(
        agency=(known.zh, known.en) if known is not None else (agency, agency),
        ground=sort if sort is not None else ("consent" if consent is not None else None),
        words=None if basis is None and consent is None else ground_words(sort, own=own),
        signed_by_holder=own,
        visible_from=None if basis is None else str(basis["visible_from"]),
        items=_items(body),
    )


def _items(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What it is about; of a copy no fields are named, of answers the questions."""
    if "items" not in body and "object" in body:
        return [{"object": body["object"], "fields": list(body.get("facts", ()))}]
    return [dict(one) for one in body.get("items", ())]


def _basis_of(platform: Platform, statement: Statement) -> Row | None:
    """The basis that a statement states, ends or uses, or under whose use it was made."""
    basis, release = statement.body.get("basis"), statement.body.get("release")
    if not isinstance(basis, str) and isinstance(release, str):
        reads = platform.store.rows("reads", {"id": release})
        basis = cast("str | None", reads[0]["basis"]) if reads else None
    rows = platform.store.rows("bases", {"id": basis}) if isinstance(basis, str) else []
    return rows[0] if rows else None


def _consent_of(platform: Platform, body: Mapping[str, Any]) -> Statement | None:
    """The consent that it names, or that the release under which it was made rests on."""
    consent, release = body.get("consent"), body.get("release")
    if consent is None and isinstance(release, str):
        reads = platform.store.rows("reads", {"id": release})
        consent = reads[0]["consent"] if reads else None
    rows = platform.store.rows("consents", {"id": consent}) if isinstance(consent, str) else []
    if not rows:
        return None
    try:
        return tlog.read(platform, cast(int, rows[0]["entry_index"]))
    except RecordErased:
        return None
