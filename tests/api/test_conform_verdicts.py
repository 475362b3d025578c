"""Bundles, consents and receipts through the conformance driver."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from api.conform.driver import answer
from ledger.log.receipt import Receipt, encode_receipt
from ledger.verify.receipt_evidence import receipt_file
from tests.ledger.world import small_world
from tests.ledger.world_case import case_bundle, case_world
from tests.ledger.world_names import AS_OF

AT = AS_OF.strftime("%Y-%m-%dT%H:%M:%SZ")


def code(op: str, **fields: Any) -> str:
    reply = answer(json.dumps({"id": 1, "op": op, **fields}).encode())
    assert reply["ok"] is (reply["code"] == "passed")
    return str(reply["code"])


@pytest.fixture(scope="module")
def bundle() -> dict[str, Any]:
    world, case = case_world()
    return {
        "bundle_hex": case_bundle(world, case).hex(),
        "trust_hex": world.trust_bytes.hex(),
        "at": AT,
        "consent": case.consent_id,
    }


def test_bundles_and_the_consents_in_them(bundle: dict[str, Any]) -> None:
    assert code("bundle_verify", **bundle) == "passed"
    assert code("consent_verify", **bundle) == "passed"
    other = {**bundle, "consent": "con_aaaaaaaaaaaaaaaaaaaaaaaaaa"}
    assert code("consent_verify", **other) == "consent.absent"


def test_bundles_that_do_not_pass(bundle: dict[str, Any]) -> None:
    whole = bytes.fromhex(bundle["bundle_hex"])
    flipped = whole[:99] + bytes([whole[99] ^ 1]) + whole[100:]
    late = (AS_OF + timedelta(days=20_000)).strftime("%Y-%m-%dT%H:%M:%SZ")
    foreign = small_world(name="two")[0].trust_bytes.hex()
    untrusted = {name: value for name, value in bundle.items() if name != "trust_hex"}
    assert code("bundle_verify", **untrusted) == "trust.unpinned"
    assert code("bundle_verify", **{**bundle, "at": late}) == "trust.expired"
    assert code("bundle_verify", **{**bundle, "trust_hex": "00"}) == "trust.malformed"
    assert code("bundle_verify", **{**bundle, "trust_hex": foreign}).startswith("trust.")
    assert code("bundle_verify", **{**bundle, "bundle_hex": flipped.hex()}) != "passed"
    assert code("bundle_verify", **{**bundle, "bundle_hex": whole[:-1].hex()}).startswith("cont")


def test_receipts() -> None:
    world, licence, other = small_world()
    evidence = world.evidence(licence.index)
    fields = {"receipt_hex": receipt_file(evidence).hex(), "trust_hex": world.trust_bytes.hex()}
    fields["at"] = AT
    file = {"file_hex": licence.pdf.hex(), "sort": "material"}
    assert code("receipt_verify", **fields) == "passed"
    assert code("receipt_verify", **fields, **file) == "passed"
    assert code("receipt_verify", **fields, file_hex="00", sort="material") == "file.digest"
    assert code("receipt_verify", **fields, file_hex="00", sort="scroll") == "MALFORMED"
    shown = {"file_hex": other.credential.encode().hex(), "sort": "credential"}
    assert code("receipt_verify", **fields, **shown) == "credential.other"


def test_bare_receipts() -> None:
    world, licence, _ = small_world()
    opening = world.opening(licence.index)
    made = encode_receipt(Receipt(opening.index, opening.proof, world.checkpoint()))
    fields = {"receipt_hex": made.hex(), "at": AT, "leaf_hex": opening.leaf.hex()}
    trusted = {**fields, "trust_hex": world.trust_bytes.hex()}
    foreign = small_world(name="two", origin="log.example/two")[0].trust_bytes.hex()
    assert code("receipt_verify", **trusted) == "passed"
    assert code("receipt_verify", **{**trusted, "leaf_hex": "00"}) == "merkle.root_mismatch"
    assert code("receipt_verify", **{**fields, "trust_hex": foreign}) == "checkpoint.origin"
    assert code("receipt_verify", **fields) == "trust.unpinned"
    assert code("receipt_verify", **{**trusted, "receipt_hex": "00"}) == "receipt.malformed"
