"""Verification: nine numbered checks over bytes, at a time, under a trust list. No I/O, no clock.

    0 policy        time asked about, and which checks the trust list's profile requires
    1 form          parts in their one form and of one piece; the file is the one named
    2 signature     signatures and seal, as mathematics
    3 inclusion     the entry is in the log's tree
    4 checkpoint    the log signed that tree's head, and enough witnesses did
    5 anchor        the head is on chain; its block's time is the *evidence time*
    6 path          certificates led to a trusted root at the evidence time
    7 entitlement   the signer might say this at the evidence time
    8 status        the licence stands at the time asked about

Checks 4 and 3 are made in this order (a proof leads to a head), and shown by number. Without an
evidence time 6 and 7 cannot be decided. A check that a kind of item does not have (8, for all but
licences) is shown as not made and not required of it. The caller's trust list is the only
authority; nothing in an item or its evidence can loosen it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from certs.trust.trustlist import TrustList
from certs.verdict import Check, Note, Outcome, Verdict, conclude
from ledger.verify.items import BareEntry, Evidence, GivenFile, Item, Presentation, SealedLicence
from ledger.verify.memory import Memory
from ledger.verify.sentences import sentence
from ledger.verify.steps.entitlement import judged_entitlement, judged_paths
from ledger.verify.steps.finding import NAMES, Found, Open, judge, not_made
from ledger.verify.steps.form import read_item
from ledger.verify.steps.ground import Ground
from ledger.verify.steps.placing import judged_anchor, judged_checkpoint, judged_inclusion, written
from ledger.verify.steps.signing import judged_signatures
from ledger.verify.steps.standing import judged_standing, nothing_asked

__all__ = [
    "BareEntry",
    "Evidence",
    "GivenFile",
    "Item",
    "Presentation",
    "SealedLicence",
    "Verifier",
    "policy_check",
    "profile_notes",
    "verify",
]

EMBEDDED = "embedded"
NO_PROFILE = "none"
Value = TypeVar("Value")


def verify(item: Item, evidence: Evidence, trust: TrustList | None, as_of: datetime) -> Verdict:
    """The verdict over one item at ``as_of`` (aware). ``trust`` has been opened by the caller;
    without one the verdict is indeterminate with `trust.unpinned`.

    Never raises for what the item or the evidence holds.
    """
    if trust is None:
        return untrusted(as_of)
    return Verifier(trust, as_of).verify(item, evidence)


class Verifier:
    """Verifies any number of items under one trust list at one time, opening shared parts once.

    ``only_known``: checkpoints may carry no signature by keys that the policy does not know.
    ``memory``: one of this trust list, where verifications after this one may share what was
    opened.
    """

    def __init__(
        self,
        trust: TrustList,
        as_of: datetime,
        *,
        only_known: bool = False,
        memory: Memory | None = None,
    ) -> None:
        self._ground = Ground(trust, as_of, only_known=only_known, memory=memory)
        self._policy, _ = judge(0, policy_check, self._ground)

    @property
    def ground(self) -> Ground:
        """Trust list, time and memory, for those that judge more than single items."""
        return self._ground

    def verify(self, item: Item, evidence: Evidence, *, ask_status: bool = True) -> Verdict:
        """The verdict over one item. ``ask_status`` False where only the past is asked about, as
        in a trace: then check 8 is not made."""
        ground = self._ground
        sheet = _Sheet(self._policy)
        subject = sheet.made(1, read_item, ground, item, evidence)
        signed = sheet.made(2, judged_signatures, ground, subject, evidence)
        checkpoint = sheet.made(4, judged_checkpoint, ground, subject, evidence)
        included = sheet.made(3, judged_inclusion, subject, evidence, checkpoint)
        anchor = sheet.made(5, judged_anchor, ground, subject, evidence, checkpoint)
        time = anchor if included else None
        sheet.made(6, judged_paths, ground, signed, evidence, time)
        sheet.made(7, judged_entitlement, ground, subject, signed, evidence, time)
        standing = judged_standing if ask_status else nothing_asked
        sheet.made(8, standing, ground, subject, signed, evidence, checkpoint)
        profile = ground.trust.profile
        return conclude(
            sheet.checks,
            [number for number in profile.required if number not in sheet.idle],
            ground.as_of,
            profile.name,
            profile_notes(ground.trust, anchored=anchor is not None),
        )


class _Sheet:
    """Checks as they are made; ``idle``: numbers that this kind of item does not have."""

    def __init__(self, first: Check) -> None:
        self.checks = [first]
        self.idle: set[int] = set()

    def made(self, number: int, step: Callable[..., Found[Value]], *args: object) -> Value | None:
        made = judge(number, step, *args)
        self.checks.append(made[0])
        if made[0].outcome is Outcome.NOT_MADE:
            self.idle.add(number)
        return made[1]


def policy_check(ground: Ground) -> Found[bool]:
    """Check 0: the trust list holds at the time asked about."""
    trust = ground.trust
    facts = {
        "as_of": written(ground.as_of),
        "profile": trust.profile.name,
        "trust_list": str(trust.version),
        "required": " ".join(map(str, trust.profile.required)),
    }
    if ground.as_of >= trust.expires:
        raise Open("trust.expired", expires=written(trust.expires), **facts)
    return Found(True, "policy.fixed", facts)


def profile_notes(trust: TrustList, *, anchored: bool) -> tuple[Note, ...]:
    """What the profile does not promise, and on whose word the anchor stands."""
    codes = []
    if trust.profile.witness_quorum == 0:
        codes.append("profile.one_operator")
    if anchored:
        embedded = trust.profile.name == EMBEDDED
        codes.append("anchor.development_chain" if embedded else "anchor.log_key_vouches")
    return tuple(Note(code, *sentence(code)) for code in codes)


def untrusted(as_of: datetime) -> Verdict:
    """The verdict of one who trusts nobody yet."""
    if as_of.tzinfo is None:
        raise ValueError("as_of must be an aware time")
    checks = [judge(0, nobody_trusted)[0]]
    checks += [not_made(number) for number in range(1, len(NAMES))]
    return conclude(checks, range(len(NAMES)), as_of, NO_PROFILE)


def nobody_trusted(*_: object) -> Found[bool]:
    """Check 0 without a trust list."""
    raise Open("trust.unpinned")
