"""Who may see an erasure: its holder, those who decide, who took the paper in, who relied on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ledger.errors import NotFound
from ledger.flows.after.erasure import voice_of
from ledger.flows.after.holding import cases_on, paper_of
from ledger.platform import Platform
from ledger.ports import Scalar

Row = Mapping[str, Scalar]
PAGE = 200


def seen_by_agency(platform: Platform, agency: str, row: Row) -> bool:
    """Whether an erasure concerns an agency."""
    voice = voice_of(platform, agency)
    if voice.archive or voice.second:
        return True
    object = str(row["object"])
    if any(case["agency"] == agency for case in cases_on(platform, object)):
        return True
    filed_at = paper_of(platform, object).filed_at
    return platform.store.find(f"actor:{agency}", after=filed_at - 1, limit=1) == [filed_at]


def one_seen(platform: Platform, erasure: str, seen: Callable[[Row], bool]) -> Row:
    """An erasure that the caller may see. Raises NotFound, the same for a foreign one."""
    rows = platform.store.rows("erasures", {"id": erasure})
    if not rows or not seen(rows[0]):
        raise NotFound("There is no such erasure.")
    return rows[0]


def erasures_seen(
    platform: Platform,
    where: Mapping[str, Scalar],
    seen: Callable[[Row], bool],
    *,
    after: str | None = None,
) -> Iterator[Row]:
    """The erasures with these values that the caller may see, by id."""
    while rows := platform.store.rows("erasures", where, after=after, limit=PAGE):
        yield from (row for row in rows if seen(row))
        after = str(rows[-1]["id"])
