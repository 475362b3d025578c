"""How versions of a list may follow each other, and when its two forms say the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.bitstringlist import Bitstring, ReadBitstringList
from certs.statuslist import ReadStatusList, StatusList
from ledger.status.history import (
    SHOWN_BY,
    FormsDiffer,
    ListNotNewer,
    ListUnlinked,
    ListUnrevoked,
    check_follows,
    check_forms,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
URI = "https://example.invalid/v1/status-lists/scjg"
DIGESTS = {purpose: bytes([n]) * 32 for n, purpose in enumerate(SHOWN_BY, 3)}
values = st.lists(st.integers(0, 3), min_size=8, max_size=8)


def version(number: int, states: list[int], **changed: object) -> ReadStatusList:
    made = ReadStatusList(
        uri=URI,
        version=number,
        issued=AT + timedelta(hours=number),
        expires=AT + timedelta(hours=number + 24),
        ttl_s=300,
        digest=bytes([number]) * 32,
        states=StatusList.of(states),
        previous=bytes([number - 1]) * 32,
        forms=DIGESTS,
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def forms(said: ReadStatusList) -> dict[str, ReadBitstringList]:
    return {
        purpose: ReadBitstringList(
            uri=f"{URI}/{purpose}",
            agency="scjg",
            purpose=purpose,
            version=said.version,
            valid_from=said.issued,
            valid_until=said.expires,
            ttl_ms=300_000,
            digest=DIGESTS[purpose],
            bits=Bitstring.where(said.states, value),
        )
        for purpose, value in SHOWN_BY.items()
    }


@given(values, values)
def test_ends_stay_and_all_else_may_change(before: list[int], after: list[int]) -> None:
    broken = [n for n, one in enumerate(before) if one in (1, 3) and after[n] != one]
    earlier, later = version(1, before), version(2, after)
    if not broken:
        check_follows(earlier, later)
        return
    with pytest.raises(ListUnrevoked) as caught:
        check_follows(earlier, later)
    assert caught.value.values["index"] == broken[0]
    assert caught.value.code == "status_list.unrevoked"


def test_a_version_over_a_gap_is_compared_too() -> None:
    check_follows(version(1, [1] * 8), version(5, [1] * 8))
    with pytest.raises(ListUnrevoked):
        check_follows(version(1, [0, 0, 0, 0, 0, 0, 0, 3]), version(5, [0] * 8))


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 1},
        {"version": 0},
        {"issued": AT},
        {"uri": URI + "x"},
    ],
)
def test_what_does_not_follow(changed: dict[str, object]) -> None:
    with pytest.raises(ListNotNewer):
        check_follows(version(1, [0] * 8), version(2, [0] * 8, **changed))


def test_neighbours_are_linked() -> None:
    for previous in (None, bytes(32)):
        with pytest.raises(ListUnlinked):
            check_follows(version(1, [0] * 8), version(2, [0] * 8, previous=previous))


def test_a_list_that_shrank_gave_ends_back() -> None:
    earlier = version(1, [0] * 15 + [1])
    with pytest.raises(ListUnrevoked) as caught:
        check_follows(earlier, version(2, [0] * 8))
    assert caught.value.values["index"] == 15
    check_follows(version(1, [1] * 8), version(2, [1] * 16))


@given(values)
def test_forms_of_the_same_states_agree(states: list[int]) -> None:
    said = version(2, states)
    check_forms(said, forms(said))


SAID = version(2, [0, 1, 2, 3, 0, 1, 2, 3])
OTHER = {
    "another version": {"version": 1},
    "another address": {"uri": URI},
    "another purpose": {"purpose": "refresh"},
    "another beginning": {"valid_from": AT},
    "another end": {"valid_until": AT},
    "another digest": {"digest": bytes(32)},
    "another time to live": {"ttl_ms": 300},
    "another bit": {"bits": Bitstring(b"\0")},
}


@pytest.mark.parametrize("name", OTHER)
def test_forms_that_differ(name: str) -> None:
    made = forms(SAID)
    made["revocation"] = replace(made["revocation"], **OTHER[name])  # type: ignore[arg-type]
    with pytest.raises(FormsDiffer):
        check_forms(SAID, made)


def test_a_form_too_few_or_none() -> None:
    made = forms(SAID)
    del made["refresh"]
    with pytest.raises(FormsDiffer):
        check_forms(SAID, made)
    with pytest.raises(FormsDiffer):
        check_forms(replace(SAID, forms={}), {})
