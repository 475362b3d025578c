"""Receipts that carry their evidence: licence and receipt together pass offline."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.canonical import canonical, parse
from certs.verdict import Outcome
from ledger.log.receipt import Receipt, ReceiptMalformed, encode_receipt, parse_receipt
from ledger.verify.items import EarlierAnchor, Evidence, SealedLicence
from ledger.verify.receipt_evidence import evidence_of, receipt_file
from ledger.verify.verifier import verify
from tests.ledger.questions import SEALED, WORLD
from tests.ledger.world_case import consistency
from tests.ledger.world_names import AS_OF

EVIDENCE = WORLD.evidence(SEALED.index, anchor=WORLD.anchor(6), consistency=consistency(WORLD, 6))
RECEIPT = receipt_file(EVIDENCE)


def test_a_licence_with_its_receipt_passes_offline() -> None:
    assert evidence_of(RECEIPT) == EVIDENCE
    verdict = verify(SealedLicence(SEALED.pdf), evidence_of(RECEIPT), WORLD.trust, AS_OF)
    assert verdict.outcome is Outcome.PASSED


def test_every_part_is_carried() -> None:
    full = replace(
        EVIDENCE,
        holder_key=WORLD.opening(3),
        successor=WORLD.opening(2),
        issue=WORLD.opening(0),
        earlier=(
            EarlierAnchor(WORLD.anchor(4), consistency(WORLD, 4)),
            EarlierAnchor(WORLD.anchor()),
        ),
    )
    assert evidence_of(receipt_file(full)) == full
    least = Evidence(opening=EVIDENCE.opening, checkpoint=EVIDENCE.checkpoint)
    assert evidence_of(receipt_file(least)) == least


def test_what_is_no_receipt_is_wrong_use() -> None:
    for evidence in (
        Evidence(),
        replace(EVIDENCE, checkpoint=None),
        replace(EVIDENCE, anchor=WORLD.chain_anchor()),
        replace(EVIDENCE, snapshot=WORLD.snapshot_value()),
        replace(EVIDENCE, earlier=(EarlierAnchor(WORLD.chain_anchor()),)),
    ):
        with pytest.raises(ValueError, match="a receipt"):
            receipt_file(evidence)


def with_extra(extra: bytes | None) -> bytes:
    receipt: Receipt = replace(parse_receipt(RECEIPT), extra=extra)
    return encode_receipt(receipt)


def edited(**changes: Any) -> bytes:
    members: Any = parse(parse_receipt(RECEIPT).extra or b"")
    return with_extra(canonical({**members, **changes}))


REFUSED = {
    "no extra line": with_extra(None),
    "an empty one": with_extra(b""),
    "not canonical": with_extra((parse_receipt(RECEIPT).extra or b"") + b" "),
    "one more member": edited(more=1),
    "a member that is null": edited(anchor=None),
    "no earlier anchor, written": edited(earlier=[]),
    "an earlier anchor without its proof": edited(earlier=[{"anchor": ""}]),
    "more earlier anchors than any entry leans on": edited(
        earlier=[{"anchor": "", "consistency": []}] * 17
    ),
    "a padded salt": edited(salt="AA=="),
    "a proof with a short hash": edited(consistency=["AAAA"]),
    "a status list that is not ASCII": edited(status_list="_w"),
    "an opening without index": edited(successor={"envelope": "", "leaf": "", "salt": ""}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    with pytest.raises(ReceiptMalformed):
        evidence_of(REFUSED[name])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(RECEIPT) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(position: int, change: int) -> None:
    spoilt = bytearray(RECEIPT)
    spoilt[position] ^= change
    try:
        evidence = evidence_of(bytes(spoilt))
    except ReceiptMalformed:
        return
    verdict = verify(SealedLicence(SEALED.pdf), evidence, WORLD.trust, AS_OF)
    assert verdict.outcome is not Outcome.PASSED
