"""Consents against releases: the order of the log, who might, how often, and the thread's tags.

A delegate's consent, and every use of it, needs a power that stood then; another basis is read in
``bases``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, cast

from ledger import tlog
from ledger.consent.basis import check_consent, check_release
from ledger.consent.delegation import Link, check_chain, found_chain, link_of
from ledger.errors import LedgerError, Tampered
from ledger.flows.fsck import bases
from ledger.flows.fsck.reading import Reading
from ledger.flows.reading.consent import thread_key_of
from ledger.log.entry import delegation_end_tag, parse_leaf, use_tag, withdraw_tag
from ledger.log.statement import Statement
from ledger.platform import Platform

Body = Mapping[str, Any]


def check(platform: Platform, reading: Reading) -> None:
    bases.check_codes(platform, reading)
    story = _Story(platform, reading)
    steps = {
        "consent.requested": story.requested,
        "consent.granted": story.granted,
        "consent.withdrawn": story.withdrew,
        "delegation.granted": story.delegated,
        "delegation.ended": story.undelegated,
        "released": story.released,
    }
    steps |= bases.Story(platform, reading).steps()
    for index, (_, statement) in sorted(reading.statements.items()):
        step = steps.get(statement.kind)
        if step is None:
            continue
        try:
            step(index, statement, cast(Body, statement.body))
        except (LedgerError, KeyError) as error:
            reading.found(
                "fsck.release",
                f"entry {index}",
                f"第 {index} 条（{statement.kind}）没有当时有效的依据：{error}",
                f"Entry {index} ({statement.kind}) had no valid basis then: {error}",
            )


class _Story:
    """What was asked, granted, delegated and used, as far as has been read."""

    def __init__(self, platform: Platform, reading: Reading) -> None:
        self._platform, self._reading = platform, reading
        self._requests: dict[str, tuple[int, Statement]] = {}
        self._consents: dict[str, Statement] = {}
        self._withdrawn: set[str] = set()
        self._uses: dict[str, int] = {}
        self._links: dict[str, tuple[int, Body, str, bool]] = {}
        self._ended: set[str] = set()

    def requested(self, index: int, statement: Statement, body: Body) -> None:
        self._requests[body["request"]] = (index, statement)

    def granted(self, index: int, statement: Statement, body: Body) -> None:
        at, asked = self._requests[body["request"]]
        payload = self._reading.statements[at][0].payload
        digest = hashlib.sha256(payload).digest()
        check_consent(body, cast(Any, asked.body), digest, statement.at)
        self._check_power(statement, statement)
        self._consents[body["consent"]] = statement

    def withdrew(self, index: int, statement: Statement, body: Body) -> None:
        self._withdrawn.add(body["consent"])
        key = thread_key_of(self._platform, body["consent"])
        if self._tag(index) != withdraw_tag(key):
            raise Tampered("the withdrawal does not carry its thread's tag")
        granted = self._consents[body["consent"]]
        if statement.actor not in (granted.actor, granted.body["subject"]):
            self._check_power(granted, statement)

    def released(self, index: int, statement: Statement, body: Body) -> None:
        name = body["consent"]
        granted = self._consents.get(name)
        said = None if granted is None else cast(Body, granted.body)
        used = self._uses.get(name, 0)
        check_release(body, said, name in self._withdrawn, used, statement.at)
        self._uses[name] = used + 1
        if body["n"] != used + 1:
            raise Tampered("uses are not counted one by one")
        if self._tag(index) != use_tag(thread_key_of(self._platform, name), body["n"]):
            raise Tampered("the release does not carry its use's tag")
        if granted is not None and granted.actor != granted.body["subject"]:
            self._lets(granted, granted.actor, statement)
        self._reading.counts["releases"] += 1

    def delegated(self, index: int, statement: Statement, body: Body) -> None:
        envelope, _ = self._reading.statements[index]
        by_agency = bool(envelope.signatures[0].x5c)
        if by_agency and statement.actor not in self._platform.trust.identity_agencies:
            raise Tampered("a guardian was named by no identity agency")
        self._links[body["delegation"]] = (index, body, statement.actor, by_agency)
        known = {link.id: link for link in self._known()}
        chain = [known[body["delegation"]]]
        while chain[0].parent is not None:
            chain.insert(0, known[chain[0].parent])
        at = max(statement.at, chain[-1].since)
        check_chain(chain, chain[0].principal, chain[-1].delegate, None, at)

    def undelegated(self, index: int, statement: Statement, body: Body) -> None:
        at, granted, _, _ = self._links[body["delegation"]]
        self._ended.add(body["delegation"])
        salt, _ = tlog.record(self._platform, tlog.stored_entry(self._platform, at))
        if self._tag(index) != delegation_end_tag(salt):
            raise Tampered("the end of a delegation does not carry its tag")
        if statement.actor not in (granted["principal"], *self._platform.trust.identity_agencies):
            raise Tampered("a delegation was ended by somebody else")

    def _check_power(self, granted: Statement, acting: Statement) -> None:
        """Who acts is the subject of the consent, or has a power of the subject's then."""
        if acting.actor != granted.body["subject"]:
            self._lets(granted, acting.actor, acting)

    def _lets(self, granted: Statement, delegate: str, when: Statement) -> None:
        subject, item = str(granted.body["subject"]), str(granted.body["service_item"])
        found_chain(self._known(), subject, delegate, item, when.at)

    def _known(self) -> list[Link]:
        return [
            link_of(body, by, by_agency=by_agency, ended=name in self._ended)
            for name, (_, body, by, by_agency) in self._links.items()
        ]

    def _tag(self, index: int) -> bytes:
        return parse_leaf(self._reading.leaves[index]).tag
