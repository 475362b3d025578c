"""Marks of copies: found however a text was broken, and no two alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.ids import new_id
from ledger.use.marks import (
    FoundMark,
    mark_line,
    mark_message,
    marks_in,
    numbers_in,
    opens,
    short_mark,
    short_marks_in,
)

COPY = "cpy_" + "a" * 26
MARKS = st.binary(min_size=32, max_size=32)


@given(mark=MARKS, ids=st.binary(min_size=16, max_size=16), width=st.integers(1, 40))
def test_a_mark_is_found_in_broken_lines(mark: bytes, ids: bytes, width: int) -> None:
    copy = new_id("cpy", lambda size: ids)
    line = mark_line(copy, mark)
    broken = "\n ".join(line[at : at + width] for at in range(0, len(line), width))
    assert marks_in(f"第 1 页 {broken}\u3000{line} 共 1 页") == (FoundMark(copy, mark),)
    assert numbers_in(broken) == (copy,)


@given(mark=MARKS, other=MARKS)
def test_a_short_mark_opens_its_own_mark_only(mark: bytes, other: bytes) -> None:
    short = short_mark(mark)
    assert opens(short, mark) and opens(short.replace("-", ""), mark)
    assert opens(short, other) == (mark[:10] == other[:10])
    assert short_marks_in(f"防伪标记 {short}，") == (short.replace("-", ""),)
    assert short_marks_in(f"{COPY}.{short.replace('-', '')}") == (short.replace("-", ""),)


@given(st.text(max_size=300))
def test_any_text_can_be_searched(text: str) -> None:
    for one in marks_in(text):
        assert len(one.mark) == 32
    numbers_in(text), short_marks_in(text)


def test_what_the_mark_is_made_of_is_told_apart() -> None:
    said = {
        mark_message(COPY, "rel_a", "material:mat_b", "wjw"),
        mark_message(COPY, "rel_a", "material:mat_bwjw", ""),
        mark_message(COPY, "rel_amaterial:mat_b", "", "wjw"),
    }
    assert len(said) == 3
