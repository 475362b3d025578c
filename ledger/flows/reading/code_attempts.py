"""Wrong codes, counted by case and by agency in windows that every process shares.

An attempt counts as wrong from its beginning, and is given back once it proves right: however many
try at once, no more than ``most`` are tried in a window.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

from ledger.errors import Conflict, LogBusy, Refused
from ledger.flows.door.edge_rows import with_seal
from ledger.log.statement import format_time, parse_time
from ledger.platform import Platform
from ledger.ports import Expect, Row, Scalar

WINDOW = timedelta(minutes=15)
TRIES = 16
Columns = Mapping[str, Scalar]


class CodeLocked(Refused):
    """Too many wrong codes; ``retry_after`` in whole seconds."""

    code = "code.locked"


def count_attempt(platform: Platform, scope: str, most: int) -> None:
    """Count one attempt of a case or an agency. Raises CodeLocked, LogBusy."""
    for _ in range(TRIES):
        now = platform.now()
        row = _row(platform, scope)
        wrong, since = (0, now) if row is None else _running(row, now)
        if wrong >= most:
            left = max(1, int((since + WINDOW - now).total_seconds()))
            raise CodeLocked("Too many wrong codes; come back later.", retry_after=left)
        if _set(platform, scope, row, wrong + 1, since):
            return
    raise LogBusy("Others are trying codes; ask again.", retry_after=1)


def give_back(platform: Platform, scope: str) -> None:
    """An attempt was right. Where that cannot be written down, it counts as a wrong one."""
    for _ in range(TRIES):
        row = _row(platform, scope)
        if row is None:
            return
        wrong, since = _running(row, platform.now())
        if _set(platform, scope, row, max(0, wrong - 1), since):
            return


def _row(platform: Platform, scope: str) -> Columns | None:
    rows = platform.store.rows("code_attempts", {"scope": scope})
    return rows[0] if rows else None


def _running(row: Columns, now: datetime) -> tuple[int, datetime]:
    """Wrong ones in the window that runs, and since when it does."""
    since = parse_time(str(row["since"]))
    return (cast(int, row["wrong"]), since) if now < since + WINDOW else (0, now)


def _set(platform: Platform, scope: str, seen: Columns | None, wrong: int, since: datetime) -> bool:
    """Compare and set; False where somebody else came first."""
    values: dict[str, Scalar] = {"scope": scope, "wrong": wrong, "since": format_time(since)}
    row = with_seal(platform, Row("code_attempts", values, "insert" if seen is None else "put"))
    expects: tuple[Expect, ...] = ()
    if seen is not None:
        known = {"wrong": seen["wrong"], "since": seen["since"]}
        expects = (Expect("code_attempts", {"scope": scope}, known),)
    try:
        platform.store.write([row], expects)
    except Conflict:
        return False
    return True
