"""The order rule over disclosed statements: request before consent, consent or another basis before
release, no end of it between, no more uses than allowed; and whoever consented for another had a
power then, and still had it at the release.

With a thread key every release must carry its tag, and with all leaves of the log the rule holds
for what is not disclosed too: absence is shown, not only presence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from certs import base64url
from ledger.bundle.powers import power_entries
from ledger.consent.basis import check_consent, check_release
from ledger.consent.delegation import DelegationAbsent
from ledger.consent.other_bases import check_use
from ledger.log.entry import (
    delegation_end_tag,
    parse_leaf,
    thread_commitment,
    use_tag,
    withdraw_tag,
)
from ledger.verify.steps.finding import Found, Idle, Open, Wrong
from ledger.verify.steps.form import OpenedEntry

Tags = dict[bytes, list[int]]
"""Indexes of the leaves that carry a tag."""
_GROUND_OF = {"released": "consent", "basis.used": "basis"}


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What the rule is applied to; ``leaves`` are those of the whole log, where given."""

    entries: Sequence[OpenedEntry]
    threads: Mapping[str, bytes]
    leaves: Sequence[bytes] | None


def judged_order(disclosed: Disclosed) -> Found[bool]:
    """Raises Wrong, Open, and Idle where no release is disclosed."""
    releases = [entry for entry in disclosed.entries if entry.statement.kind in _GROUND_OF]
    if not releases and not disclosed.threads:
        raise Idle("order.nothing")
    tags = _tags(disclosed.leaves)
    grounds = {
        **by_id(disclosed.entries, "consent.granted", "consent"),
        **by_id(disclosed.entries, "basis.stated", "basis"),
    }
    for name, key in disclosed.threads.items():
        _check_thread(name, key, grounds.get(name), disclosed.entries, tags)
    used: dict[tuple[str, int], int] = {}
    for entry in releases:
        use = _use(entry)
        if use in used:
            raise Wrong("order.use_twice", consent=use[0], n=str(use[1]))
        earlier = len([1 for name, _ in used if name == use[0]])
        check = _check_release if entry.statement.kind == "released" else _check_basis_use
        check(entry, disclosed, grounds.get(use[0]), earlier, tags)
        thread = disclosed.threads.get(use[0])
        if thread is not None and parse_leaf(entry.opening.leaf).tag != use_tag(thread, use[1]):
            raise Wrong("order.tag", entry=str(entry.opening.index), consent=use[0])
        used[use] = entry.opening.index
    facts = {"releases": str(len(releases)), "threads": str(len(disclosed.threads))}
    complete = tags is not None and all(name in disclosed.threads for name, _ in used)
    return Found(True, "order.proven" if complete else "order.shown", facts)


def by_id(entries: Sequence[OpenedEntry], kind: str, member: str) -> dict[str, OpenedEntry]:
    """First entry of a kind for each value of a member of its body."""
    found: dict[str, OpenedEntry] = {}
    for entry in entries:
        if entry.statement.kind == kind:
            found.setdefault(str(entry.statement.body.get(member)), entry)
    return found


def _check_release(
    entry: OpenedEntry,
    disclosed: Disclosed,
    granted: OpenedEntry | None,
    earlier: int,
    tags: Tags | None,
) -> None:
    """Raises Wrong, Open, and the refusals of `basis`; times are the signers' own claims, so a
    consent that had run out has by the requester's own word."""
    said, index = entry.statement, entry.opening.index
    body = said.body
    name = str(body["consent"])
    facts = {"entry": str(index), "consent": name}
    if granted is None:
        raise Open("order.consent_absent", **facts)
    requests = by_id(disclosed.entries, "consent.requested", "request")
    asked = requests.get(str(granted.statement.body["request"]))
    if asked is None:
        raise Open("order.request_absent", **facts)
    if not asked.opening.index < granted.opening.index < index:
        raise Wrong("order.sequence", **facts)
    withdrawn = _ended(disclosed, "consent", name, granted, index)
    digest = hashlib.sha256(asked.envelope.payload).digest()
    given, agency = granted.statement, str(body["agency"])
    check_consent(given.body, asked.statement.body, digest, given.at)
    check_release(body, given.body, withdrawn, earlier, said.at)
    if not said.actor == asked.statement.actor == agency:
        raise Wrong("order.actor", **facts)
    if given.actor != given.body["subject"]:
        _check_power(disclosed, granted, given.at, granted.opening.index, tags)
        _check_power(disclosed, granted, said.at, index, tags)


def _check_basis_use(
    entry: OpenedEntry,
    disclosed: Disclosed,
    stated: OpenedEntry | None,
    earlier: int,
    _: Tags | None,
) -> None:
    """As `_check_release`; what grants a basis is the catalogue's to say, not a bundle's."""
    said, index = entry.statement, entry.opening.index
    name = str(said.body["basis"])
    facts = {"entry": str(index), "consent": name}
    if stated is None:
        raise Open("order.basis_absent", **facts)
    if not stated.opening.index < index:
        raise Wrong("order.sequence", **facts)
    ended = _ended(disclosed, "basis", name, stated, index)
    check_use(said.body, stated.statement.body, ended, earlier, said.at)
    if not said.actor == stated.statement.actor == stated.statement.body["agency"]:
        raise Wrong("order.actor", **facts)


def _check_power(
    disclosed: Disclosed, granted: OpenedEntry, at: datetime, before: int, tags: Tags | None
) -> None:
    """Who consented for the subject had a power at ``at``, not ended before the entry ``before``:
    by what is disclosed, and by all leaves where they are."""
    given, entries = granted.statement, disclosed.entries
    subject, item = str(given.body["subject"]), str(given.body["service_item"])
    facts = {"entry": str(before), "consent": str(given.body["consent"])}
    try:
        links = power_entries(entries, subject, given.actor, item, at, granted.opening.index)
        power_entries(links + _ends(entries), subject, given.actor, item, at, before)
    except DelegationAbsent as error:
        raise Wrong("order.actor", **facts) from error
    for link in links if tags is not None else ():
        ended = (tags or {}).get(delegation_end_tag(link.opening.salt), [])
        if ended and min(ended) < before:
            raise Wrong("delegation.ended", **facts)


def _ends(entries: Sequence[OpenedEntry]) -> tuple[OpenedEntry, ...]:
    return tuple(one for one in entries if one.statement.kind == "delegation.ended")


def _ended(disclosed: Disclosed, member: str, name: str, granted: OpenedEntry, before: int) -> bool:
    """Whether an end of the consent or basis is disclosed between it and the entry ``before``."""
    kind = "consent.withdrawn" if member == "consent" else "basis.ended"
    return any(
        granted.opening.index < other.opening.index < before
        for other in disclosed.entries
        if other.statement.kind == kind and other.statement.body[member] == name
    )


def _use(entry: OpenedEntry) -> tuple[str, int]:
    body = entry.statement.body
    return str(body[_GROUND_OF[entry.statement.kind]]), cast(int, body["n"])


def _tags(leaves: Sequence[bytes] | None) -> Tags | None:
    """Indexes by tag, of all leaves."""
    if leaves is None:
        return None
    tags: Tags = {}
    for index, leaf in enumerate(leaves):
        tags.setdefault(parse_leaf(leaf).tag, []).append(index)
    return tags


def _check_thread(
    name: str,
    key: bytes,
    granted: OpenedEntry | None,
    entries: Sequence[OpenedEntry],
    tags: Tags | None,
) -> None:
    """The key is the ground's; among all leaves, no use after its end, and none hidden."""
    if granted is None:
        raise Open("order.consent_absent", consent=name)
    if granted.statement.body["thread"] != base64url.encode(thread_commitment(key)):
        raise Wrong("order.thread", consent=name)
    if tags is None:
        return
    uses = cast(int, granted.statement.body["uses"])
    shown = {entry.opening.index for entry in entries}
    withdrawn = min(tags.get(withdraw_tag(key), []), default=None)
    hidden: list[int] = []
    for n in range(1, uses + 2):
        found = tags.get(use_tag(key, n), [])
        if len(found) > 1:
            raise Wrong("order.use_twice", consent=name, n=str(n))
        for index in found:
            if n > uses:
                raise Wrong("order.uses", consent=name, entry=str(index))
            if withdrawn is not None and withdrawn < index:
                raise Wrong("order.withdrawn", consent=name, entry=str(index))
            if index not in shown:
                hidden.append(index)
    if hidden:
        raise Open("order.undisclosed_use", consent=name, entry=str(hidden[0]))
