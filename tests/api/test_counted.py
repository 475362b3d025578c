"""Counts in words, in both languages; what has no Chinese word shows its own."""

from __future__ import annotations

from api.counted import counted


def test_counts_in_words() -> None:
    counts = {"entries": 59, "plans": 2, "moons": 1}
    assert counted("zh", counts) == "59 条记录，2 份清单，1 moons"
    assert counted("en", counts) == "59 entries, 1 moons, 2 plans"
