"""The table of the contracts' errors is complete, and each becomes a sentence."""

from __future__ import annotations

import re

import pytest
from eth_abi.abi import encode

from ledger.adapters.ethereum import errors, refused_governance, refused_heads
from ledger.adapters.ethereum.contracts import (
    CONTRACTS,
    ErrorKind,
    bytes32,
    contract,
    text_of,
)
from ledger.adapters.ethereum.refusals import REFUSALS, by_selector, refusal
from ledger.adapters.ethereum.refused import ChainRefused
from ledger.errors import LedgerError, Refused

KINDS = {kind.name: kind for name in CONTRACTS for kind in contract(name).errors}
SAMPLES: dict[str, object] = {
    "uint8": 2,
    "uint32": 310_101,
    "(uint16,uint16,uint32,uint32)": (1, 2, 3, 4),
    "address": "0x" + "ab" * 20,
    "bytes32": bytes32("scjg"),
    "bytes": b"\x01\x02",
    "uint256": 7,
    "uint64": 8,
    "uint40": 9,
}


def revert_data(kind: ErrorKind) -> bytes:
    return kind.selector + encode(kind.types, [SAMPLES[name] for name in kind.types])


def test_every_error_of_the_contracts_has_its_class_and_no_class_is_left_over() -> None:
    assert set(REFUSALS) == set(KINDS)
    assert len(by_selector()) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_revert_data_become_the_class_with_its_values(kind: ErrorKind) -> None:
    raised = refusal(revert_data(kind))
    assert type(raised) is REFUSALS[kind.name]
    assert set(raised.values) == set(kind.names)
    sentence = str(raised)
    assert sentence[0].isupper() or sentence.startswith("0x")
    assert sentence.endswith(".") and "{" not in sentence and len(sentence) < 160


def test_codes_are_one_per_class_and_follow_its_name() -> None:
    codes = {kind.code for kind in REFUSALS.values()}
    assert len(codes) == len(REFUSALS)
    for name, kind in REFUSALS.items():
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower().replace("log_is_", "log_")
        assert kind.code == f"chain.{words}"
        assert issubclass(kind, Refused)


def test_errors_of_the_engine_have_codes_of_their_own() -> None:
    found = [
        value
        for value in vars(errors).values()
        if isinstance(value, type)
        and issubclass(value, LedgerError)
        and value.__module__ == errors.__name__
    ]
    assert len({kind.code for kind in found}) == len(found) == 15
    assert all(kind.code.startswith("chain.") and kind.__doc__ for kind in found)
    assert errors.__doc__ is not None
    assert all(kind.__name__ in errors.__doc__ for kind in found)


@pytest.mark.parametrize(
    "data", [b"", b"\x01", b"\xde\xad\xbe\xef", b"\x08\xc3\x79\xa0" + b"\0" * 64]
)
def test_unknown_revert_data_are_refused_without_a_known_reason(data: bytes) -> None:
    raised = refusal(data)
    assert type(raised) is ChainRefused and raised.code == "chain.refused"


def test_a_failed_action_gives_the_inner_reason_if_it_is_known() -> None:
    failed = KINDS["ActionFailed"]
    inner = revert_data(KINDS["LogUnknown"])
    data = failed.selector + encode(failed.types, [3, inner])
    raised = refusal(data)
    assert isinstance(raised, refused_heads.LogUnknown) and raised.action == 3
    unknown = failed.selector + encode(failed.types, [3, b"\xde\xad\xbe\xef"])
    raised = refusal(unknown)
    assert isinstance(raised, refused_governance.ActionFailed) and raised.index == 3


@pytest.mark.parametrize("text", ["a", "food-operation-permit", "x" * 31])
def test_ids_go_to_bytes_and_back(text: str) -> None:
    assert len(bytes32(text)) == 32
    assert text_of(bytes32(text)) == text


@pytest.mark.parametrize("text", ["", "x" * 32, "监管局", "a\n", "é"])
def test_other_ids_are_wrong_use(text: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        bytes32(text)


@pytest.mark.parametrize(
    "value", [bytes(32), b"\xff" * 32, b"a\0b".ljust(32, b"\0"), b"x" * 32, b"a"]
)
def test_bytes_that_are_no_id_are_shown_in_hex(value: bytes) -> None:
    assert text_of(value) == "0x" + value.hex()
