"""Every kind of change goes to the contract's form and back."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.adapters.ethereum.actions import (
    GRAVITIES,
    KINDS,
    SORTS,
    decoded_actions,
    encoded_actions,
)
from ledger.adapters.ethereum.contracts import GOVERNANCE, contract, name32, text_of
from ledger.adapters.ethereum.sending import address_of, call
from ledger.agencies.changes import gravity_of
from ledger.errors import ChainAway
from ledger.ports import governance as port
from tests.ledger.adapters.ethereum.world import World, secret

IDS = st.from_regex(r"[a-z][a-z0-9-]{0,30}", fullmatch=True)
MOMENTS = st.integers(1, (1 << 31) - 1).map(lambda s: datetime.fromtimestamp(s, UTC))
ADDRESSES = st.integers(1, 99).map(lambda n: address_of(secret(f"address {n}")))
HASHES = st.binary(min_size=32, max_size=32)
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "name": st.text(min_size=1, max_size=40),
    "legal_code": st.sampled_from(["", "11319999MT00000141"]),
    "sort": st.sampled_from(SORTS),
    "rule": st.builds(port.Rule, *[st.integers(0, 9999)] * 4),
    "gravity": st.sampled_from(port.Gravity),
    "attesters": st.lists(ADDRESSES, max_size=4).map(tuple),
    "threshold": st.integers(0, 255),
    "region": st.integers(0, (1 << 32) - 1),
    "weight": st.integers(0, (1 << 32) - 1),
    "row": st.integers(0, 1 << 40),
    "last_good": st.integers(0, (1 << 64) - 1),
}
ADDRESSED = {"anchor", "publisher", "voter", "current", "next"}


def members(kind: type[port.Action]) -> st.SearchStrategy[port.Action]:
    given = {}
    for field in fields(kind):
        if field.name in BY_NAME:
            given[field.name] = BY_NAME[field.name]
        elif field.name in ADDRESSED:
            given[field.name] = ADDRESSES
        elif field.type == "bytes":
            given[field.name] = HASHES
        elif field.type == "bool":
            given[field.name] = st.booleans()
        elif field.type == "datetime | None":
            given[field.name] = st.none() | MOMENTS
        elif field.type == "datetime":
            given[field.name] = MOMENTS
        else:
            given[field.name] = IDS
    return st.builds(kind, **given)


ACTIONS = st.one_of([members(kind) for kind, _, _ in KINDS])


@given(st.lists(ACTIONS, max_size=4))
def test_what_is_encoded_decodes_to_itself(actions: list[port.Action]) -> None:
    assert list(decoded_actions(encoded_actions(actions))) == actions


def test_long_names_of_kinds_stand_as_their_digest() -> None:
    kind = "licence:high-tech-enterprise-certificate"
    action = port.GrantBasis("wjw", "newborn", kind, "statutory")
    (known,) = decoded_actions(encoded_actions([action]))
    assert isinstance(known, port.GrantBasis)
    assert known.kind == text_of(name32(kind)) and known.item == "newborn"


def test_kinds_stand_in_the_contract_s_order(standing: World) -> None:
    route = contract(GOVERNANCE).functions["routeOf"]
    place = standing.book.contracts[GOVERNANCE]
    for number, (kind, name, function) in enumerate(KINDS):
        target, selector, gravity = call(standing.node, place, route, number)
        assert target.lower() == standing.book.contracts[name].lower()
        assert selector == contract(name).functions[function].selector
        assert gravity_of([kind.__new__(kind)]) is GRAVITIES[gravity]


def test_what_is_no_change_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of change"):
        encoded_actions([port.Action()])
    with pytest.raises(ChainAway):
        decoded_actions([(len(KINDS), b"")])
    with pytest.raises(ChainAway):
        decoded_actions([(0, b"\x01")])
    with pytest.raises(ValueError, match="ASCII"):
        encoded_actions([port.Rename("监管局", "x")])
