"""What cannot be decided is indeterminate, with a code of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from certs.verdict import Outcome
from tests.ledger.questions import (
    WORLD,
    Question,
    fingerprint,
    head,
    sealed,
    with_list,
    withdrawal,
)
from tests.ledger.world_names import ANCHORED_AT, AS_OF, TAKEN_AT

OPEN: dict[str, tuple[Callable[[], Question], int, str]] = {
    "a trust list that has expired": (
        lambda: replace(sealed(), as_of=WORLD.trust.expires), 0, "trust.expired",
    ),
    "no checkpoint": (lambda: sealed(checkpoint=None), 4, "checkpoint.absent"),
    "no anchor": (lambda: sealed(anchor=None), 5, "anchor.absent"),
    "no anchor, so no time for certificates": (
        lambda: sealed(anchor=None), 6, "evidence_time.absent",
    ),
    "no anchor, so no time for entitlement": (
        lambda: sealed(anchor=None), 7, "evidence_time.absent",
    ),
    "an anchor of another size without proof": (
        lambda: sealed(anchor=WORLD.anchor(6)), 5, "anchor.no_consistency",
    ),
    "asked about a time before the anchor": (
        lambda: replace(sealed(), as_of=ANCHORED_AT - timedelta(hours=1)), 5, "anchor.later",
    ),
    "no snapshot": (lambda: sealed(snapshot=None), 7, "entitlement.absent"),
    "a snapshot that is too old": (
        lambda: replace(sealed(), as_of=TAKEN_AT + timedelta(seconds=86401)), 7, "snapshot.stale",
    ),
    "a snapshot from later": (
        lambda: sealed(snapshot=WORLD.snapshot(taken_at=AS_OF + timedelta(minutes=6))),
        7, "snapshot.later",
    ),
    "a snapshot from before the anchor": (
        lambda: sealed(snapshot=WORLD.snapshot(block=39)), 7, "entitlement.earlier",
    ),
    "a snapshot without the agency": (
        lambda: sealed(snapshot=WORLD.snapshot(agency_keys={})), 7, "entitlement.not_covered",
    ),
    "a snapshot without the licence type": (
        lambda: sealed(snapshot=WORLD.snapshot(scopes={})), 7, "entitlement.not_covered",
    ),
    "no status list": (lambda: sealed(status_list=None), 8, "status.absent"),
    "no snapshot, so no newest list": (lambda: sealed(snapshot=None), 8, "status.head_absent"),
    "a snapshot without the list": (
        lambda: sealed(snapshot=WORLD.snapshot(status={})), 8, "status.head_absent",
    ),
    "a list that is not the newest": (
        lambda: sealed(status_list=WORLD.status_token(2)), 8, "status.not_newest",
    ),
    "a list newer than the snapshot": (
        lambda: sealed(status_list=WORLD.status_token(4)), 8, "status.not_newest",
    ),
    "a list past its validity on chain": (
        lambda: sealed(snapshot=WORLD.snapshot(status=head(valid_until=AS_OF))),
        8, "status.stale",
    ),
    "a list past its own end": (
        lambda: with_list(exp=AS_OF), 8, "status_list.expired",
    ),
    "a list from later": (
        lambda: with_list(issued=AS_OF + timedelta(seconds=1)), 8, "status_list.not_yet_valid",
    ),
    "a list that nobody trusts": (
        lambda: replace(sealed(), trust=replace(WORLD.trust, status_lists=())),
        8, "status.list_untrusted",
    ),
    "a holder's statement without the key's binding": (
        lambda: withdrawal(holder_key=None), 2, "holder.key_absent",
    ),
    "no relying party in the trust list": (
        lambda: replace(withdrawal(), trust=replace(WORLD.trust, webauthn=())),
        2, "webauthn.policy",
    ),
    "no contract in the trust list": (
        lambda: replace(
            sealed(),
            trust=replace(WORLD.trust, chain=replace(WORLD.trust.chain, contracts={})),
        ),
        5, "anchor.contract_unpinned",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN)
def test_what_cannot_be_decided(name: str) -> None:
    make, number, code = OPEN[name]
    verdict = make().answer()
    assert fingerprint(verdict)[number] == ("indeterminate", code)
    assert verdict.outcome is Outcome.INDETERMINATE
