"""An issuer's list against what is held: every sort of gap, and no other."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.library.gaps import STATUSES, Gap, GapSort, HeldPaper, Listed, Report, reconcile
from ledger.library.increment import IncrementMalformed, read_increment

DAY = date(2026, 3, 2)
TYPE = "food-operation-permit"
ROW = Listed(2, TYPE, "JY-1", "active", "1.2.156", bytes(32), "P-1")
PAPER = HeldPaper("lic_1", TYPE, "JY-1", "active", "1.2.156", bytes(32), DAY)


def gaps(listed: list[Listed], held: dict[int, HeldPaper], *there: HeldPaper) -> list[Gap]:
    return list(reconcile(DAY, listed, held, there).gaps)


def sorts(found: list[Gap]) -> list[GapSort]:
    return [gap.sort for gap in found]


def test_what_agrees_has_no_gap() -> None:
    report = reconcile(DAY, [ROW], {2: PAPER}, [PAPER])
    assert (report.gaps, report.listed, report.matched) == ((), 1, 1)
    assert set(report.counts) == set(GapSort) and not any(report.counts.values())


def test_what_the_list_leaves_empty_is_not_compared() -> None:
    bare = Listed(2, TYPE, "JY-1")
    for status in STATUSES:
        assert gaps([bare], {2: replace(PAPER, status=status, identifier=None)}) == []


@pytest.mark.parametrize(
    ("listed", "held", "sort"),
    [
        (ROW, None, GapSort.MISSING_HERE),
        (ROW, replace(PAPER, status="suspended"), GapSort.STATUS_DIFFERS),
        (ROW, replace(PAPER, sha256=bytes([1]) * 32), GapSort.BYTES_DIFFER),
        (ROW, replace(PAPER, identifier="1.2.157"), GapSort.IDENTIFIER_DIFFERS),
        (ROW, replace(PAPER, identifier=None), GapSort.IDENTIFIER_DIFFERS),
        (ROW, replace(PAPER, recorded_on=DAY + timedelta(days=1)), GapSort.LATE),
        (replace(ROW, paper=""), PAPER, GapSort.PAPER_ABSENT),
        (replace(ROW, fault="row.status"), PAPER, GapSort.UNREADABLE),
    ],
    ids=str,
)
def test_each_gap_alone(listed: Listed, held: HeldPaper | None, sort: GapSort) -> None:
    found = gaps([listed], {2: held} if held else {})
    assert sorts(found) == [sort]
    assert (found[0].row, found[0].number) == (2, "JY-1")
    assert found[0].licence == (None if held is None or listed.fault else "lic_1")


def test_gaps_add_up_and_a_row_twice_is_one() -> None:
    late = replace(PAPER, status="revoked", recorded_on=DAY + timedelta(days=3))
    other = replace(PAPER, licence="lic_2", number="JY-2")
    found = gaps([ROW, replace(ROW, row=3)], {2: late, 3: late}, late, other)
    assert sorts(found) == [
        GapSort.STATUS_DIFFERS, GapSort.LATE, GapSort.UNREADABLE, GapSort.MISSING_THERE,
    ]  # fmt: skip
    assert (found[0].here, found[0].there) == ("revoked", "active")
    assert (found[-1].licence, found[-1].row) == ("lic_2", None)


NUMBERS = st.integers(0, 5)


@given(listed=st.lists(NUMBERS, unique=True), held=st.sets(NUMBERS), there=st.sets(NUMBERS))
def test_every_licence_is_matched_or_missing(
    listed: list[int], held: set[int], there: set[int]
) -> None:
    papers = {n: replace(PAPER, licence=f"lic_{n}", number=f"JY-{n}") for n in range(6)}
    rows = [replace(ROW, row=n + 2, number=f"JY-{n}") for n in listed]
    found: Report = reconcile(
        DAY,
        rows,
        {n + 2: papers[n] for n in held},
        [papers[n] for n in sorted(held | there, reverse=True)],
    )
    here = {gap.number for gap in found.gaps if gap.sort is GapSort.MISSING_HERE}
    missing = {gap.number for gap in found.gaps if gap.sort is GapSort.MISSING_THERE}
    assert here == {f"JY-{n}" for n in set(listed) - held}
    assert missing == {f"JY-{n}" for n in (held | there) - (set(listed) & held)}
    assert found.matched == len(set(listed) & held)


def test_a_list_is_read_row_by_row() -> None:
    digest = "ab" * 32
    text = (
        "\ufeffnumber,type,status,sha256,paper_number,remark\r\n"
        f"JY-1,{TYPE},active,{digest},P-1,x\r\n"
        "\r\n"
        f",{TYPE},,,,\r\n"
        f"JY-3,{TYPE},gone,,,\r\n"
        f"JY-4,{TYPE},,xyz,,\r\n"
        "JY-5\r\n"
        f"JY-6,{TYPE},,,,\r\n"
    )
    rows = read_increment(text.encode())
    assert [one.fault for one in rows] == [
        None, "row.number", "row.status", "row.sha256", "row.length", None,
    ]  # fmt: skip
    assert rows[0] == Listed(2, TYPE, "JY-1", "active", None, bytes.fromhex(digest), "P-1")
    assert (rows[-1].row, rows[-1].paper) == (8, "")
    by_identifier = read_increment(b"identifier\n1.2.156.x\n", TYPE)
    assert by_identifier == [Listed(2, TYPE, "", identifier="1.2.156.x")]


@pytest.mark.parametrize(
    "data",
    [b"", b"number\n1\n", b"type\nx\n", b"number,number,type\n1,2,3\n", b"number,type\n\xff,x\n",
     b'number,type\n"1,x\n'],
)  # fmt: skip
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(IncrementMalformed):
        read_increment(data)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with suppress(IncrementMalformed):
        read_increment(data, TYPE)
