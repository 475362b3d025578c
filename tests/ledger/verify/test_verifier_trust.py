"""Checks 5 to 8: each defect fails, with a code of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from certs.verdict import Outcome
from tests.ledger.questions import (
    FIRST,
    OTHER,
    WORLD,
    Question,
    fingerprint,
    head,
    material,
    registered,
    rows_of_key,
    scoped,
    sealed,
    with_list,
    with_state,
)
from tests.ledger.questions_log import (
    agency_signs_consent,
    another_agency,
    bound_by_anyone,
    in_fresh_world,
    issued,
    other_certificate,
    replaced,
    stranger_root,
)
from tests.ledger.world import World
from tests.ledger.world_case import consistency
from tests.ledger.world_names import ANCHORED_AT, LIST_URI, REGION, p256, seed

STRANGER = World(name="stranger")


def certificate_of(name: str) -> bytes:
    """One more certificate of scjg by the right root, for a key of its own."""
    return WORLD.certificate("scjg", p256(name)).public_bytes(Encoding.DER)


WRONG: dict[str, tuple[Callable[[], Question], int, str]] = {
    # 5 anchor
    "the anchor of another history": (
        lambda: material(anchor=WORLD.anchor(root=seed("root"))), 5, "anchor.root",
    ),
    "another chain": (lambda: material(anchor=WORLD.anchor(chain_id=1)), 5, "anchor.chain"),
    "another genesis": (
        lambda: material(anchor=replace(WORLD.chain_anchor(), genesis="0x" + "77" * 32)),
        5, "anchor.chain",
    ),
    "another contract": (
        lambda: material(anchor=WORLD.anchor(contract="0x" + "99" * 20)), 5, "anchor.contract",
    ),
    "another log's anchor": (
        lambda: material(anchor=replace(WORLD.chain_anchor(), log_id=OTHER.log_id)),
        5, "anchor.log",
    ),
    "an anchor signed by another log": (
        lambda: material(anchor=OTHER.anchor()), 5, "note.unknown_signature",
    ),
    "an anchor before the entry": (
        lambda: sealed(anchor=WORLD.anchor(5), consistency=consistency(WORLD, 5)),
        5, "anchor.not_covered",
    ),
    "an anchor with a false consistency proof": (
        lambda: material(anchor=WORLD.anchor(6), consistency=(seed("x"), seed("y"), seed("z"))),
        5, "merkle.root_mismatch",
    ),
    # 6 path
    "an attacker's own root": (in_fresh_world(stranger_root), 6, "path.untrusted"),
    "a certificate that had expired": (
        other_certificate(days=1), 6, "path.expired",
    ),
    "a certificate from later": (
        other_certificate(since=ANCHORED_AT + timedelta(days=1)), 6, "path.not_yet_valid",
    ),
    "another agency's certificate": (in_fresh_world(another_agency), 6, "signer.agency"),
    # 7 entitlement
    "a key that was not registered": (
        lambda: material(snapshot=rows_of_key("wjw", since=ANCHORED_AT + timedelta(seconds=1))),
        7, "entitlement.key",
    ),
    "a key that had ended": (
        lambda: material(snapshot=rows_of_key("wjw", until=ANCHORED_AT)), 7, "entitlement.key",
    ),
    "no entitlement yet": (
        lambda: sealed(snapshot=scoped(valid_from=ANCHORED_AT + timedelta(seconds=1))),
        7, "entitlement.scope",
    ),
    "an entitlement that had ended": (
        lambda: sealed(snapshot=scoped(valid_to=ANCHORED_AT)), 7, "entitlement.scope",
    ),
    "an entitlement elsewhere": (
        lambda: sealed(snapshot=scoped(region=REGION + 1)), 7, "entitlement.scope",
    ),
    "a snapshot of another chain": (
        lambda: sealed(snapshot=WORLD.snapshot(chain_id=1)), 7, "snapshot.chain",
    ),
    "an agency that neither list nor registry names": (
        lambda: replace(
            material(snapshot=registered("wjw", None)), trust=replace(WORLD.trust, agencies=())
        ),
        7, "signer.agency_unknown",
    ),
    "an agency that signs for a holder": (
        in_fresh_world(agency_signs_consent), 7, "signer.role",
    ),
    "a holder key bound by an ordinary agency": (
        in_fresh_world(bound_by_anyone), 7, "holder.not_identity_agency",
    ),
    # 8 status
    "revoked": (lambda: with_state(1), 8, "status.revoked"),
    "suspended": (lambda: with_state(2), 8, "status.suspended"),
    "superseded, by the list alone": (lambda: with_state(3), 8, "status.superseded"),
    "past its last day": (issued(valid_to="2026-03-01"), 8, "status.expired"),
    "before its first day": (issued(valid_from="2026-03-03"), 8, "status.not_yet_valid"),
    "another list under the same version": (
        lambda: sealed(snapshot=WORLD.snapshot(status=head(digest=seed("x")))),
        8, "status.digest",
    ),
    "a list by another agency": (
        lambda: with_list(private=WORLD.key("wjw"), chain=WORLD.chain("wjw")),
        8, "status.list_foreign",
    ),
    "a licence that points to another agency's list": (
        lambda: replace(
            with_list(private=WORLD.key("wjw"), chain=WORLD.chain("wjw")),
            trust=replace(
                WORLD.trust, status_lists=(replace(WORLD.trust.status_lists[0], agency="wjw"),)
            ),
        ),
        8, "status.list_foreign",
    ),
    "a list by the agency's name under a root of its own": (
        lambda: with_list(private=STRANGER.key("scjg"), chain=STRANGER.chain("scjg")),
        8, "path.untrusted",
    ),
    "a list by a key that was never registered": (
        lambda: with_list(private=p256("other"), chain=(certificate_of("other"),)),
        8, "entitlement.key",
    ),
    "a later licence that is not in the log": (
        lambda: sealed(successor=replace(WORLD.opening(FIRST.index), proof=())),
        3, "merkle.proof_length",
    ),
    "another list": (lambda: with_list(uri="https://status.example/2"), 8, "status.list_other"),
    "a list signed with another key": (
        lambda: with_list(private=WORLD.key("wjw")), 8, "status_list.signature",
    ),
    "no such place in the list": (
        issued(status={"uri": LIST_URI, "index": 5000}), 8, "status_list.index",
    ),
    "a list that is another agency's": (
        lambda: replace(
            sealed(),
            trust=replace(
                WORLD.trust,
                status_lists=(replace(WORLD.trust.status_lists[0], agency="wjw"),),
            ),
        ),
        8, "status.list_foreign",
    ),
    "replaced by a later licence": (in_fresh_world(replaced), 8, "status.superseded"),
    "a later licence that replaces another": (
        in_fresh_world(lambda w: replaced(w, supersedes=None)), 8, "status.successor_other",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_refused(name: str) -> None:
    make, number, code = WRONG[name]
    verdict = make().answer()
    assert fingerprint(verdict)[number] == ("failed", code)
    assert (verdict.outcome, verdict.exit_code) == (Outcome.FAILED, 1)
