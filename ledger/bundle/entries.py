"""Each entry of a bundle, verified as if it had come alone, with the evidence of the bundle."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from certs.verdict import Verdict
from ledger.bundle.form import OpenedBundle
from ledger.bundle.powers import power_entries
from ledger.consent.delegation import ANY_ITEM, DelegationRefused
from ledger.log.statement import Statement, format_time
from ledger.ports import Opening, Powers
from ledger.verify.items import (
    BareEntry,
    EarlierAnchor,
    Evidence,
    GivenFile,
    Item,
    Presentation,
    SealedLicence,
)
from ledger.verify.steps.form import CHANGES, COLLECTED, ISSUED, OpenedEntry
from ledger.verify.verifier import Verifier


@dataclass(frozen=True, slots=True)
class EntryVerdict:
    """``statement`` is what the entry says, whatever its verdict."""

    index: int
    statement: Statement
    verdict: Verdict

    def as_json(self) -> dict[str, object]:
        return {
            "index": self.index,
            "kind": self.statement.kind,
            "actor": self.statement.actor,
            "claimed_at": format_time(self.statement.at),
            "verdict": self.verdict.as_json(),
        }


def verified_entries(verifier: Verifier, bundle: OpenedBundle) -> tuple[EntryVerdict, ...]:
    """A verdict for each entry, in the log's order. A trace does not ask how things stand now."""
    ask_status = bundle.heading.kind == "items"
    files = {hashlib.sha256(data).digest(): data for data in bundle.contents.files}
    return tuple(
        EntryVerdict(
            entry.opening.index,
            entry.statement,
            verifier.verify(_item(entry, files), _evidence(bundle, entry), ask_status=ask_status),
        )
        for entry in bundle.entries
    )


def _item(entry: OpenedEntry, files: dict[bytes, bytes]) -> Item:
    """What is disclosed of the entry's files, the first of them."""
    for position, (digest, _) in enumerate(entry.statement.files):
        data = files.get(digest)
        if data is None:
            continue
        if entry.statement.kind == ISSUED and position == 0:
            return SealedLicence(data)
        if entry.statement.kind == ISSUED and position == 1 and data.isascii():
            return Presentation(data.decode("ascii"))
        return GivenFile.of(data)
    return BareEntry()


def _evidence(bundle: OpenedBundle, entry: OpenedEntry) -> Evidence:
    contents, index = bundle.contents, entry.opening.index
    size = min((size for size in contents.anchors if size > index), default=None)
    status = entry.statement.body.get("status")
    uri = status.get("uri") if isinstance(status, dict) else None
    binding = bundle.holder_keys.get(entry.envelope.signatures[0].kid)
    spoken = _powers(bundle, entry)
    leaned_on = [] if binding is None else [binding.opening]
    leaned_on += [*spoken.delegations, *spoken.keys]
    return Evidence(
        opening=entry.opening,
        checkpoint=contents.checkpoint,
        anchor=None if size is None else contents.anchors[size],
        consistency=() if size is None else contents.consistency.get(size, ()),
        snapshot=contents.snapshot,
        status_list=bundle.status_lists.get(uri) if isinstance(uri, str) else None,
        holder_key=None if binding is None else binding.opening,
        successor=_successor(bundle, entry),
        issue=_issue(bundle, entry),
        earlier=_earlier(bundle, size, leaned_on),
        powers=spoken,
    )


def _earlier(
    bundle: OpenedBundle, own: int | None, leaned_on: Sequence[Opening]
) -> tuple[EarlierAnchor, ...]:
    """The first anchors of what an entry leans on, where they are not its own."""
    contents, sizes = bundle.contents, sorted(bundle.contents.anchors)
    first = {next((size for size in sizes if size > one.index), None) for one in leaned_on}
    return tuple(
        EarlierAnchor(contents.anchors[size], contents.consistency.get(size, ()))
        for size in sizes
        if size in first and size != own
    )


def _powers(bundle: OpenedBundle, entry: OpenedEntry) -> Powers:
    statement = entry.statement
    subject, item = statement.body.get("subject"), statement.body.get("service_item")
    holders = not entry.envelope.signatures[0].x5c
    if not holders or not isinstance(subject, str) or subject == statement.actor:
        return Powers()
    named = item if isinstance(item, str) else ANY_ITEM
    index = entry.opening.index
    try:
        found = power_entries(bundle.entries, subject, statement.actor, named, statement.at, index)
    except DelegationRefused:
        return Powers()
    signed = [bundle.holder_keys.get(one.envelope.signatures[0].kid) for one in found]
    return Powers(
        tuple(one.opening for one in found),
        tuple(one.opening for one in signed if one is not None),
    )


def _issue(bundle: OpenedBundle, entry: OpenedEntry) -> Opening | None:
    """Of the licence that a change of status is about."""
    if entry.statement.kind not in CHANGES:
        return None
    licence = entry.statement.body["licence"]
    for other in bundle.entries:
        statement = other.statement
        if statement.kind in (ISSUED, COLLECTED) and statement.body["licence"] == licence:
            return other.opening
    return None


def _successor(bundle: OpenedBundle, entry: OpenedEntry) -> Opening | None:
    licence = entry.statement.body.get("licence")
    for other in bundle.entries:
        replaces = other.statement.kind == ISSUED and other.statement.body["supersedes"] == licence
        if licence is not None and replaces:
            return other.opening
    return None
