"""Decoys: the key alone decides, ends stay, suspensions come and go, no licence is ever there."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.statuslist import Status
from ledger.status.decoys import FIRST_DAY, LEAST, MOST, SPREAD, Decoys, decoy_key

SIZE = 131_072
URI = "https://example.invalid/v1/status-lists/scjg"
keys = st.binary(min_size=32, max_size=32)
days = st.integers(0, 4500)
FINAL = (Status.INVALID, Status.SUPERSEDED)


def day(number: int) -> datetime:
    return FIRST_DAY + timedelta(days=number)


@settings(max_examples=20, deadline=None)
@given(keys, days, days)
def test_what_is_final_stays(key: bytes, one: int, other: int) -> None:
    decoys = Decoys(key, SIZE)
    earlier, later = (decoys.shown_at(day(number)) for number in sorted((one, other)))
    for place, status in earlier.items():
        if status in FINAL:
            assert later[place] is status


@settings(max_examples=20, deadline=None)
@given(keys, st.integers(1, 2000), days)
def test_the_key_alone_decides(key: bytes, size: int, number: int) -> None:
    places = list(Decoys(key, size))
    assert places == [place for place in range(size) if place in Decoys(key, size)]
    assert places == [place for place in Decoys(key, SIZE) if place < size]
    assert Decoys(key, size).shown_at(day(number)) == Decoys(key, size).shown_at(day(number))
    assert set(Decoys(key, size).shown_at(day(number))) <= set(places)


@settings(max_examples=30, deadline=None)
@given(keys)
def test_their_share_is_the_keys_secret(key: bytes) -> None:
    found = len(list(Decoys(key, SIZE)))
    assert LEAST / 65536 * SIZE * 0.8 < found < MOST / 65536 * SIZE * 1.2


def test_every_list_has_other_decoys_and_another_share() -> None:
    record = bytes(range(32))
    lists = [Decoys(decoy_key(record, f"{URI}{n}"), SIZE) for n in range(12)]
    assert len({frozenset(one) for one in lists}) == 12
    counts = {len(list(one)) for one in lists}
    assert max(counts) - min(counts) > 150
    assert decoy_key(record, URI) != decoy_key(bytes(32), URI)


KEY = decoy_key(bytes(range(32)), URI)


def test_some_from_the_first_day_more_over_ten_years_of_every_kind() -> None:
    decoys = Decoys(KEY, SIZE)
    total = len(list(decoys))
    ends = [
        sum(status in FINAL for status in decoys.shown_at(day(number)).values())
        for number in (0, 1000, 2000, 3000, SPREAD.days)
    ]
    assert ends == sorted(ends) and len(set(ends)) == len(ends)
    assert total * 0.1 < ends[0] < total * 0.3  # a quarter of the three in four that end
    assert total * 0.65 < ends[-1] < total * 0.85
    kinds = Counter(decoys.shown_at(day(1800)).values())
    assert set(kinds) == {Status.INVALID, Status.SUPERSEDED, Status.SUSPENDED}
    assert min(kinds.values()) > 20


def test_suspensions_come_and_go_and_some_end_in_an_end() -> None:
    decoys = Decoys(KEY, SIZE)
    seen: dict[int, list[Status]] = {}
    for number in range(0, 1500, 10):
        shown = decoys.shown_at(day(number))
        for place in set(shown) | set(seen):
            past = seen.setdefault(place, [])
            now = shown.get(place, Status.VALID)
            if not past or past[-1] is not now:
                past.append(now)
    back = [past for past in seen.values() if past.count(Status.SUSPENDED) > 1]
    ended = [past for past in seen.values() if past[-2:] == [Status.SUSPENDED, Status.INVALID]]
    direct = [past for past in seen.values() if past == [Status.INVALID]]
    assert len(back) > 50 and len(ended) > 10 and len(direct) > 50


def test_before_the_first_day_and_after_the_last_it_still_answers() -> None:
    decoys = Decoys(KEY, SIZE)
    before = decoys.shown_at(day(-9000))
    assert not set(before.values()) & set(FINAL)
    last, later = decoys.shown_at(FIRST_DAY + SPREAD), decoys.shown_at(day(9000))
    assert {p for p, s in last.items() if s in FINAL} == {p for p, s in later.items() if s in FINAL}


@pytest.mark.parametrize("size", [1, 7, 8, 9, 4096])
def test_lists_of_any_size(size: int) -> None:
    decoys = Decoys(KEY, size)
    assert all(0 <= place < size for place in decoys)
