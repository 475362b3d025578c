"""The order rule over disclosed statements: request before consent, consent before release, no
withdrawal between, no more uses than allowed.

With a consent's thread key every release must carry its tag, and with all leaves of the log the
rule holds for what is not disclosed too: absence is shown, not only presence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from certs import base64url
from ledger.consent.basis import check_consent, check_release
from ledger.log.entry import parse_leaf, thread_commitment, use_tag, withdraw_tag
from ledger.verify.steps.finding import Found, Idle, Open, Wrong
from ledger.verify.steps.form import OpenedEntry


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What the rule is applied to; ``leaves`` are those of the whole log, where given."""

    entries: Sequence[OpenedEntry]
    threads: Mapping[str, bytes]
    leaves: Sequence[bytes] | None


def judged_order(disclosed: Disclosed) -> Found[bool]:
    """Raises Wrong, Open, and Idle where no release is disclosed."""
    releases = [entry for entry in disclosed.entries if entry.statement.kind == "released"]
    if not releases and not disclosed.threads:
        raise Idle("order.nothing")
    tags = _tags(disclosed.leaves)
    consents = by_id(disclosed.entries, "consent.granted", "consent")
    for name, key in disclosed.threads.items():
        _check_thread(name, key, consents.get(name), disclosed.entries, tags)
    used: dict[tuple[str, int], int] = {}
    for entry in releases:
        use = _use(entry)
        if use in used:
            raise Wrong("order.use_twice", consent=use[0], n=str(use[1]))
        _check_release(entry, disclosed, consents, used)
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
    consents: Mapping[str, OpenedEntry],
    used: Mapping[tuple[str, int], int],
) -> None:
    """Raises Wrong, Open, and the refusals of `basis`; times are the signers' own claims, so a
    consent that had run out has by the requester's own word."""
    said, index = entry.statement, entry.opening.index
    body = said.body
    name = str(body["consent"])
    facts = {"entry": str(index), "consent": name}
    granted = consents.get(name)
    if granted is None:
        raise Open("order.consent_absent", **facts)
    requests = by_id(disclosed.entries, "consent.requested", "request")
    asked = requests.get(str(granted.statement.body["request"]))
    if asked is None:
        raise Open("order.request_absent", **facts)
    if not asked.opening.index < granted.opening.index < index:
        raise Wrong("order.sequence", **facts)
    withdrawn = any(
        granted.opening.index < other.opening.index < index
        for other in disclosed.entries
        if other.statement.kind == "consent.withdrawn" and other.statement.body["consent"] == name
    )
    digest = hashlib.sha256(asked.envelope.payload).digest()
    given, agency = granted.statement, str(body["agency"])
    check_consent(given.body, asked.statement.body, digest, given.at)
    check_release(body, given.body, withdrawn, len([1 for one, _ in used if one == name]), said.at)
    if not said.actor == asked.statement.actor == agency or given.actor != given.body["subject"]:
        raise Wrong("order.actor", **facts)
    key = disclosed.threads.get(name)
    if key is not None and parse_leaf(entry.opening.leaf).tag != use_tag(key, _use(entry)[1]):
        raise Wrong("order.tag", **facts)


def _use(entry: OpenedEntry) -> tuple[str, int]:
    body = entry.statement.body
    return str(body["consent"]), cast(int, body["n"])


def _tags(leaves: Sequence[bytes] | None) -> dict[bytes, list[int]] | None:
    """Indexes by tag, of all leaves."""
    if leaves is None:
        return None
    tags: dict[bytes, list[int]] = {}
    for index, leaf in enumerate(leaves):
        tags.setdefault(parse_leaf(leaf).tag, []).append(index)
    return tags


def _check_thread(
    name: str,
    key: bytes,
    granted: OpenedEntry | None,
    entries: Sequence[OpenedEntry],
    tags: dict[bytes, list[int]] | None,
) -> None:
    """The key is the consent's; among all leaves, no use after a withdrawal, and none hidden."""
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
