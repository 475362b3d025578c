"""Proposals and votes. All is safe to repeat: what stands already is answered, not done twice.

The chain has the digest of a proposal's reason; the text is kept here, in the platform's record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from ledger.agencies.changes import gravity_of
from ledger.errors import Malformed, NotFound
from ledger.platform import Platform
from ledger.ports import Row
from ledger.ports.governance import Action, Ballot, Choice, Gravity, Proposal, Rule, Stage

REASONS = "proposal_reasons"
LONGEST_REASON = 2_000
OPEN = (Stage.VOTING, Stage.WAITING, Stage.READY)
OLDEST = timedelta(days=211)
"""No proposal is open for longer: 90 days to vote, 90 to wait, 30 to be carried out in."""
_LOOKED_AT = 256


class ReasonInvalid(Malformed):
    """A reason has 1 to 2,000 characters."""

    code = "agency.reason"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a proposal of these actions needs, if it were made now. ``earliest``: where not all
    vote yes; who is unanimous need not wait."""

    gravity: Gravity
    rule: Rule
    voting_ends: datetime
    earliest: datetime


@dataclass(frozen=True, slots=True)
class Proposed:
    """``fresh`` is False where the same proposal of the same member was open already."""

    number: int
    fresh: bool


def foresee(platform: Platform, key: bytes, actions: Sequence[Action]) -> Foreseen:
    """Rehearse the proposal. Raises the contract's own error for what could not be proposed or
    would not be carried out; changes nothing."""
    platform.governance.rehearse(actions, key)
    gravity = gravity_of(actions)
    rule, now = platform.governance.rule(gravity), platform.now().replace(microsecond=0)
    ends = now + timedelta(seconds=rule.voting_period)
    return Foreseen(gravity, rule, ends, ends + timedelta(seconds=rule.delay))


def propose(platform: Platform, key: bytes, actions: Sequence[Action], reason: str) -> Proposed:
    """Rehearsed first. Raises ReasonInvalid, ChainRefused subclasses, ChainAway."""
    foresee(platform, key, actions)
    digest = keep_reason(platform, reason)
    member = platform.governance.member_of(key)
    for standing in recent(platform):
        same = (standing.proposer, standing.reason, standing.actions)
        if standing.stage in OPEN and same == (member, digest, tuple(actions)):
            return Proposed(standing.number, fresh=False)
    return Proposed(platform.governance.propose(key, actions, digest), fresh=True)


def vote(platform: Platform, key: bytes, number: int, choice: Choice) -> Proposal:
    """By a member's own key. The same vote again is harmless. Raises NotFound."""
    found = proposal(platform, number)
    member = platform.governance.member_of(key)
    if member is None or platform.governance.choice_of(number, member) is not choice:
        platform.governance.vote(key, number, choice)
        found = proposal(platform, number)
    return found


def cast(platform: Platform, sender: bytes | None, ballots: Sequence[Ballot]) -> Proposal:
    """Send what members signed; ballots that count already are left out. Raises NotFound."""
    if not ballots:
        raise ValueError("no ballot to send")
    governance, number = platform.governance, ballots[0].number
    proposal(platform, number)
    waiting = [b for b in ballots if governance.choice_of(number, b.member) is not b.choice]
    if waiting:
        governance.cast(sender, waiting)
    return proposal(platform, number)


def execute(platform: Platform, sender: bytes | None, number: int) -> Proposal:
    """Carry out what passed; by anybody, once. Raises NotFound."""
    found = proposal(platform, number)
    if found.stage is not Stage.EXECUTED:
        platform.governance.execute(sender, number)
        found = proposal(platform, number)
    return found


def withdraw(platform: Platform, key: bytes, number: int) -> Proposal:
    """By its proposer, while nobody else has voted. Raises NotFound."""
    found = proposal(platform, number)
    if found.stage is not Stage.WITHDRAWN:
        platform.governance.withdraw(key, number)
        found = proposal(platform, number)
    return found


def suspend_now(platform: Platform, key: bytes, agency: str, reason: str) -> None:
    """Three days, by one member alone; it lapses unless a proposal confirms it."""
    platform.governance.suspend_in_emergency(key, agency, keep_reason(platform, reason))


def proposal(platform: Platform, number: int) -> Proposal:
    """Raises NotFound."""
    found = platform.governance.proposal(number) if 0 <= number < 1 << 64 else None
    if found is None:
        raise NotFound("There is no such proposal.", number=number)
    return found


def recent(platform: Platform) -> Iterator[Proposal]:
    """The newest proposals, newest first, as far back as one may still be open."""
    newest = platform.governance.proposals()
    oldest = platform.now() - OLDEST
    for number in range(newest, max(0, newest - _LOOKED_AT), -1):
        found = proposal(platform, number)
        if found.proposed_at < oldest:
            return
        yield found


def concerns(made: Proposal, agency: str) -> bool:
    """Whether the agency proposed it, or an action names it."""
    named = (getattr(one, field.name) for one in made.actions for field in fields(one))
    return made.proposer == agency or agency in named


def keep_reason(platform: Platform, reason: str) -> bytes:
    """Keep the text under its digest, which it answers. Raises ReasonInvalid."""
    text = reason.strip()
    if not 0 < len(text) <= LONGEST_REASON or not _writable(text):
        raise ReasonInvalid(f"A reason has 1 to {LONGEST_REASON} characters.")
    digest = hashlib.sha256(text.encode()).digest()
    platform.store.write([Row(REASONS, {"digest": digest, "reason": text}, "put")])
    return digest


def reason_of(platform: Platform, digest: bytes) -> str | None:
    """The text, where it was proposed here."""
    rows = platform.store.rows(REASONS, {"digest": digest})
    return str(rows[0]["reason"]) if rows else None


def _writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return text.isprintable() or all(c.isprintable() or c in "\n\t" for c in text)
