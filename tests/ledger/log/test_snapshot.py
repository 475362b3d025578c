"""Snapshot notes, version 2: one form, strict and bounded, and every snapshot comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.log.snapshot import Snapshot, SnapshotMalformed, open_snapshot_note, snapshot_note
from ledger.ports import (
    AgencyName,
    AgencyRecord,
    DutyRow,
    KeyRow,
    LogEnding,
    ScopeRow,
    Span,
    StatusHead,
)
from tests.ledger.log.test_evidence import put, respelt
from tests.ledger.world import small_world
from tests.ledger.world_names import FOOD, ORIGIN, START

WORLD, _, _ = small_world()
DUTY = DutyRow("scjg", "", "wjw", START, 1)
ENDED = "0x" + "aa" * 32
LATER = DutyRow("wjw", FOOD, "", START, 2)


def full(**changes: Any) -> Snapshot:
    """A snapshot with something of everything."""
    known = WORLD.snapshot_value()
    gone = WORLD.record(
        "scjg", ended_at=START, ending="dissolved", successor="wjw", legal_code="1" * 18,
        suspensions=(Span(START, None, START),), social=True,
    )  # fmt: skip
    (key,) = known.agency_keys["scjg"]
    facts: dict[str, Any] = {
        "agencies": {**known.agencies, "scjg": gone, "nobody": None},
        "agency_keys": {**known.agency_keys, "scjg": (replace(key, compromised_at=START),)},
        "duties": {("scjg", ""): (DUTY, LATER), ("scjg", FOOD): (DUTY,)},
        "logs": {ENDED: LogEnding(7, bytes(32)), "0x" + "bb" * 32: LogEnding(0, None),
                 WORLD.log_id: None},
        **changes,
    }  # fmt: skip
    return replace(known, **facts)


NOTE = snapshot_note(full(), ORIGIN, WORLD.log_key)


def test_a_snapshot_is_read_as_it_was_written() -> None:
    assert open_snapshot_note(NOTE, ORIGIN, WORLD.vkey) == full()


def test_many_regions_and_many_keys_are_more_than_one_list_of_the_registry() -> None:
    """The registry holds 256 rows for each region and each key, not for all of them."""
    (key,) = full().agency_keys["wjw"]
    scopes = tuple(ScopeRow("scjg", FOOD, region, START, None, START) for region in range(300))
    held = {**full().agency_keys, "wjw": (key,) * 300}
    wide = full(scopes={("scjg", FOOD): scopes}, agency_keys=held)
    note = snapshot_note(wide, ORIGIN, WORLD.log_key)
    assert open_snapshot_note(note, ORIGIN, WORLD.vkey) == wide


def agency(change: Callable[[dict[str, Any]], object]) -> Callable[[dict], object]:
    """Of scjg's record, the third of five."""
    return lambda members: change(members["agencies"][2]["record"])


def frozen(change: Callable[[dict[str, Any]], object]) -> Callable[[dict], object]:
    """Of the log that has a successor."""
    return lambda m: [change(one["frozen"]) for one in m["logs"] if one["log_id"] == ENDED]


REFUSED: dict[str, Callable[[dict], object]] = {
    "no member": lambda m: m.pop("block"),
    "one more member": put("more", 1),
    "version 1": put("v", 1),
    "version 3": put("v", 3),
    "rows of one agency twice": lambda m: m["keys"].append(m["keys"][-1]),
    "rows out of order": lambda m: m["keys"].reverse(),
    "agencies out of order": lambda m: m["agencies"].reverse(),
    "logs out of order": lambda m: m["logs"].reverse(),
    "row with one more member": lambda m: m["keys"][0]["rows"][0].update(more=1),
    "open end written as null": lambda m: m["keys"][0]["rows"][0].update(valid_to=None),
    "short key id": lambda m: m["keys"][0]["rows"][0].update(key_id="AAAA"),
    "key without its certificate": lambda m: m["keys"][0]["rows"][0].pop("certificate"),
    "theft without a time": lambda m: m["keys"][0]["rows"][0].update(compromised_at=None),
    "region beyond 32 bits": lambda m: m["scopes"][0]["rows"][0].update(region=1 << 32),
    "list id in upper case": lambda m: m["status"][0].update(list_id="0x" + "AA" * 32),
    "an agency's end without how": agency(lambda r: r.pop("ending")),
    "an agency's end without when": agency(lambda r: r.pop("ended_at")),
    "an end of another sort": agency(lambda r: r.update(ending="merged")),
    "a successor of one that goes on": agency(lambda r: (r.pop("ending"), r.pop("ended_at"))),
    "an agency without a name": agency(lambda r: r.update(names=[])),
    "an agency of another kind": agency(lambda r: r.update(kind="private")),
    "a short legal code": agency(lambda r: r.update(legal_code="1" * 17)),
    "no legal code, written": agency(lambda r: r.update(legal_code="")),
    "an unknown agency with null": lambda m: m["agencies"][1].update(record=None),
    "duties out of order": lambda m: m["duties"][0]["rows"].reverse(),
    "one duty twice": lambda m: m["duties"][0]["rows"].append(m["duties"][0]["rows"][-1]),
    "a duty of every type, written": lambda m: m["duties"][0].update(licence_type=""),
    "a duty before the first": lambda m: m["duties"][0]["rows"][0].update(sequence=0),
    "a log frozen nowhere": frozen(lambda f: f.pop("last_good")),
    "a log frozen before its beginning": frozen(lambda f: f.update(last_good=-1)),
    "a successor by half its id": frozen(lambda f: f.update(successor="0x00")),
    "more rows than are read": lambda m: m["keys"][0]["rows"].extend(m["keys"][0]["rows"] * 4096),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_snapshots(name: str) -> None:
    note = respelt(NOTE, REFUSED[name])  # type: ignore[arg-type]
    with pytest.raises(LedgerError) as refused:
        open_snapshot_note(note, ORIGIN, WORLD.vkey)
    assert refused.value.code == "snapshot.malformed"


def test_what_cannot_be_read_is_not_written() -> None:
    for spoilt in (full(duties={("scjg", ""): (LATER, DUTY)}), full(genesis="0x12")):
        with pytest.raises(SnapshotMalformed):
            snapshot_note(spoilt, ORIGIN, WORLD.log_key)


_TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)
_NAMES = st.text(st.sampled_from("abcxyz0123456789-"), min_size=1, max_size=31)
_OPEN = st.none() | _TIMES
_PERIODS = st.tuples(_TIMES, _OPEN, _TIMES)
_HASHES = st.binary(min_size=32, max_size=32)
_HEX = _HASHES.map(lambda data: "0x" + data.hex())
_ENDINGS = st.just((None, "", None)) | st.tuples(
    _TIMES, st.sampled_from(["dissolved", "expelled"]), st.none() | _NAMES
)


@st.composite
def _records(draw: st.DrawFn, agency: str) -> AgencyRecord | None:
    if draw(st.booleans()):
        return None
    named = st.builds(AgencyName, st.text(st.characters(codec="utf-8"), min_size=1), _TIMES)
    ended_at, ending, successor = draw(_ENDINGS)
    return AgencyRecord(
        agency,
        tuple(draw(st.lists(named, min_size=1, max_size=2))),
        draw(st.integers(0, (1 << 32) - 1)),
        draw(st.just("") | st.text("0123456789ABC", min_size=18, max_size=18)),
        draw(st.booleans()),
        draw(_TIMES),
        ended_at,
        ending,
        successor,
        tuple(Span(*one) for one in draw(st.lists(_PERIODS, max_size=2))),
    )


@st.composite
def _duties(draw: st.DrawFn) -> tuple[DutyRow, ...]:
    blank = st.just("") | _NAMES
    rows = draw(st.lists(st.tuples(_NAMES, blank, blank, _TIMES), max_size=3))
    return tuple(DutyRow(*one, number) for number, one in enumerate(rows, 1))


@st.composite
def _snapshots(draw: st.DrawFn) -> Snapshot:
    def some(strategy: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(strategy, max_size=3))

    def named(strategy: st.SearchStrategy[Any]) -> set[Any]:
        return draw(st.sets(strategy, max_size=3))

    return Snapshot(
        taken_at=draw(_TIMES),
        chain_id=31337,
        genesis="0x" + "11" * 32,
        block=7,
        agencies={one: draw(_records(one)) for one in named(_NAMES)},
        agency_keys={
            one: tuple(
                KeyRow(one, key, *period, certificate, since)
                for key, period, certificate, since in some(
                    st.tuples(_HASHES, _PERIODS, _HASHES, _OPEN)
                )
            )
            for one in named(_NAMES)
        },
        scopes={
            pair: tuple(
                ScopeRow(*pair, region, *period)
                for region, period in some(st.tuples(st.integers(0, (1 << 32) - 1), _PERIODS))
            )
            for pair in named(st.tuples(_NAMES, _NAMES))
        },
        duties={pair: draw(_duties()) for pair in named(st.tuples(_NAMES, st.just("") | _NAMES))},
        logs={
            one: draw(
                st.none() | st.builds(LogEnding, st.integers(0, 1 << 40), st.none() | _HASHES)
            )
            for one in named(_HEX)
        },
        status={
            one: StatusHead(draw(st.integers(0, 1 << 40)), draw(_HASHES), draw(_OPEN), draw(_OPEN))
            for one in named(_HEX)
        },
    )


@given(_snapshots())
def test_every_snapshot_comes_back(made: Snapshot) -> None:
    note = snapshot_note(made, ORIGIN, WORLD.log_key)
    assert open_snapshot_note(note, ORIGIN, WORLD.vkey) == made
