"""A receipt file carries all that its item needs, in one form, and proves nothing by itself."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from certs.canonical import canonical
from ledger.items import Evidence, SealedLicence
from ledger.receipt import Receipt, ReceiptMalformed, encode_receipt, parse_receipt
from ledger.receipt_evidence import evidence_of, receipt_file
from ledger.verifier import verify
from tests.ledger.world import small_world
from tests.ledger.world_names import AS_OF


def test_what_goes_in_comes_out_and_verifies() -> None:
    world, licence, _ = small_world()
    evidence = world.evidence(licence.index)
    data = receipt_file(evidence)
    assert evidence_of(data) == evidence
    assert receipt_file(evidence_of(data)) == data
    made = verify(SealedLicence(licence.pdf), evidence_of(data), world.trust, AS_OF)
    alone = verify(SealedLicence(licence.pdf), evidence, world.trust, AS_OF)
    assert made == alone


def test_openings_of_others_go_along() -> None:
    world, licence, other = small_world()
    further = replace(world.evidence(licence.index), successor=world.opening(other.index))
    assert evidence_of(receipt_file(further)) == further
    bound = replace(world.evidence(licence.index), holder_key=world.opening(other.index))
    assert evidence_of(receipt_file(bound)) == bound


def test_a_bare_receipt_shows_its_checkpoint_only() -> None:
    world, licence, _ = small_world()
    opening = world.opening(licence.index)
    data = encode_receipt(Receipt(opening.index, opening.proof, world.checkpoint()))
    assert evidence_of(data) == Evidence(checkpoint=world.checkpoint())


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"more": 1},
        {"leaf": None},
        {"salt": "AA=="},
        {"anchor": None},
        {"status": "gICA"},  # not ASCII
        {"successor": {}},
        {"holder_key": []},
    ],
    ids=str,
)
def test_extra_data_in_another_form(changes: dict[str, object]) -> None:
    world, licence, _ = small_world()
    receipt = parse_receipt(receipt_file(world.evidence(licence.index)))
    assert receipt.extra is not None
    extra = canonical(json.loads(receipt.extra) | changes)
    with pytest.raises(ReceiptMalformed):
        evidence_of(encode_receipt(replace(receipt, extra=extra)))


@pytest.mark.parametrize("extra", [b"", b"[]", b"{}", b"\xff", b'{"v": 1}'], ids=str)
def test_extra_data_of_another_kind(extra: bytes) -> None:
    world, licence, _ = small_world()
    receipt = parse_receipt(receipt_file(world.evidence(licence.index)))
    with pytest.raises(ReceiptMalformed):
        evidence_of(encode_receipt(replace(receipt, extra=extra)))


def test_what_is_not_vouched_for_is_not_written() -> None:
    world, licence, _ = small_world()
    evidence = world.evidence(licence.index)
    for spoilt in (
        replace(evidence, opening=None),
        replace(evidence, checkpoint=None),
        replace(evidence, anchor=world.chain_anchor()),
        replace(evidence, snapshot=world.snapshot_value()),
        replace(evidence, consistency=(bytes(32),)),
    ):
        with pytest.raises(ValueError):
            receipt_file(spoilt)
