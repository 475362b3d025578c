"""The cascade: when a paper ends or turns out wrong, every case that relied on it is found and
flagged, and the log says that all were looked at.

A cause is due from the commit of its own entry on. Whoever goes on with it, after whatever crash
and beside whomever, flags no case twice: the index takes one flag for a cause and a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any, cast

from ledger import tlog
from ledger.after.causes import cause_of
from ledger.after.reach import (
    LIFTED_BY_RESTORING,
    Cause,
    Ending,
    Reach,
    Reliance,
    days_to_answer,
    touched,
)
from ledger.errors import Conflict, LedgerError, LogBusy, Pushback, Stale
from ledger.flows.after.responsible import responsible
from ledger.flows.door.statements import own_statement
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.log.records import RecordErased
from ledger.log.statement import format_time, parse_time
from ledger.platform import Platform
from ledger.ports import Expect, Scalar
from ledger.reuse.documents import day
from ledger.tlog import Draft, sequence

BATCH = 500
"""Cases looked at for one commit: bounded memory, and others write in between."""
ATTEMPTS = 16
"""How often a batch is made anew where another worker is at the same cause."""
Values = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Cascaded:
    """A cascade that was gone through: cases looked at, and those that are flagged for it."""

    cause: int
    cases: int
    flagged: int


def cascades(platform: Platform, *, batch: int = BATCH) -> list[Cascaded]:
    """Go through every cascade that is due, oldest cause first. Safe to repeat and to run in
    several processes; one that cannot be gone through hides no other. Raises Pushback, Tampered."""
    done, failed = [], None
    for row in platform.store.rows("cascades", {"state": "due"}):
        try:
            done.append(cascade(platform, row, batch=batch))
        except Pushback:
            raise
        except LedgerError as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return done


def cascade(platform: Platform, row: Values, *, batch: int = BATCH) -> Cascaded:
    """Go through the cascade of one row of the index. Raises Pushback."""
    index, about = cast(int, row["cause_index"]), str(row["object"])
    cause = read_cause(platform, index)
    if cause is None:
        cases, flagged = _lift(platform, index, about, batch), 0
    else:
        cases = _flag(platform, index, about, cause, batch)
        flagged = len(_flagged(platform, index))
    body: dict[str, Any] = {
        "cause": index,
        "object": about,
        "agency": responsible(platform, about),
        "cases": cases,
        "flagged": flagged,
    }
    done = _draft(platform, "cascade.done", body, index)
    expects = (Expect("cascades", {"cause_index": index}, {"state": "due"}),)
    with suppress(Stale):  # another worker came to the end first
        sequence(platform, [replace(done, expects=expects)])
    return Cascaded(index, cases, flagged)


def read_cause(platform: Platform, index: int) -> Cause | None:
    """What the entry does to those who relied; None where it only lifts. What was erased meanwhile
    cannot be shown, whatever it was."""
    try:
        statement = tlog.read(platform, index)
    except RecordErased:
        return Cause(Ending.ERASED)
    field = None
    if statement.kind == "dispute.settled":
        (dispute,) = platform.store.rows("disputes", {"id": str(statement.body["dispute"])})
        field = cast("str | None", dispute["field"])
    return cause_of(statement, field)


def relying(
    platform: Platform, about: str, cause: Cause | None, *, limit: int = BATCH
) -> Iterator[list[tuple[Values, str | None]]]:
    """The cases that rely on ``about``, in pages: each row with the code that ``cause`` touches it
    with, or None."""
    after: Scalar = None
    while rows := platform.store.rows("reliances", {"object": about}, after=after, limit=limit):
        page: list[tuple[Values, str | None]] = []
        for case, entries in groupby(rows, key=lambda row: str(row["case_id"])):
            for known in platform.store.rows("cases", {"id": case}):
                indexes = [cast(int, one["entry_index"]) for one in entries]
                page.append((known, _touched(platform, about, cause, known, indexes)))
        yield page
        after = rows[-1]["case_id"]


def _touched(
    platform: Platform, about: str, cause: Cause | None, case: Values, indexes: Sequence[int]
) -> str | None:
    if cause is None:
        return None
    closed = case["closed_at"]
    last, fields = date.min, frozenset[str]()
    if closed is not None and cause.reach is Reach.FROM_ITS_DAY:
        last = day(tlog.stored_entry(platform, indexes[-1]).sequenced_at)
    if closed is not None and cause.reach is Reach.OPEN_OR_WRONG:
        fields = frozenset(name for at in indexes for name in _fields(platform, about, at))
    closed_on = day(parse_time(str(closed))) if closed is not None else None
    return touched(cause, Reliance(closed is None, last, closed_on, fields))


def _fields(platform: Platform, about: str, index: int) -> Iterator[str]:
    """Which fields the case was given then; all, where nobody can say any more."""
    try:
        body: Mapping[str, Any] = tlog.read(platform, index).body
    except RecordErased:
        body = {}
    items = body.get("items")
    if not isinstance(items, list):
        yield "file"
        return
    for item in items:
        if item["object"] == about:
            yield from item["fields"]


def _flag(platform: Platform, index: int, about: str, cause: Cause, batch: int) -> int:
    """Flag what is touched and not flagged yet; answers how many cases were looked at."""
    known, cases = _flagged(platform, index), 0
    dues = {open: _due(platform, open=open) for open in (True, False)}
    for page in relying(platform, about, cause, limit=batch):
        cases += len(page)
        for _ in range(ATTEMPTS):
            left = [(case, code) for case, code in page if code and case["id"] not in known]
            drafts = [
                _flag_draft(platform, index, about, case, code, dues[case["closed_at"] is None])
                for case, code in left
            ]
            try:
                if drafts:
                    sequence(platform, drafts)
                break
            except Conflict:  # another worker flagged some of these
                known = _flagged(platform, index)
        else:
            raise LogBusy("Others are at the same cascade; ask again.", retry_after=1)
    return cases


def _flagged(platform: Platform, index: int) -> set[str]:
    """The cases that are flagged for this cause."""
    rows = platform.store.tally("flags", ("case_id",), {"cause_index": index})
    return {str(case) for (case,), _ in rows}


def _due(platform: Platform, *, open: bool) -> str:
    return format_time(
        platform.catalogue.calendar.due_after(platform.now(), days_to_answer(open=open))
    )


def _flag_draft(
    platform: Platform, index: int, about: str, case: Values, code: str, due: str
) -> Draft:
    body = {
        "flag": new_id("flg", platform.randomness),
        "case": str(case["id"]),
        "agency": str(case["agency"]),
        "object": about,
        "cause": index,
        "code": code,
        "due": due,
    }
    return _draft(platform, "case.flagged", body, index)


def _draft(platform: Platform, kind: str, body: dict[str, Any], cause: int) -> Draft:
    envelope, statement = own_statement(platform, platform.operator, kind, body, refs=(cause,))
    return Draft(envelope, statement, names_of(statement), rows_of(statement))


def _lift(platform: Platform, index: int, about: str, batch: int) -> int:
    """Lift the open flags that suspensions of the same licence left; how many."""
    lifted = 0
    causes = [
        cast(int, row["cause_index"])
        for row in platform.store.rows("cascades", {"object": about})
        if cast(int, row["cause_index"]) < index
    ]
    for cause in causes:
        while flags := _liftable(platform, cause, batch):
            try:
                sequence(platform, [_lift_draft(platform, index, flag) for flag in flags])
                lifted += len(flags)
            except Stale:  # one was answered meanwhile
                continue
    return lifted


def _liftable(platform: Platform, cause: int, batch: int) -> list[dict[str, Scalar]]:
    where: Values = {"cause_index": cause, "state": "open"}
    rows = platform.store.rows("flags", where, limit=batch)
    return [row for row in rows if row["code"] in LIFTED_BY_RESTORING]


def _lift_draft(platform: Platform, index: int, flag: Values) -> Draft:
    body = {
        "flag": str(flag["id"]),
        "case": str(flag["case_id"]),
        "agency": str(flag["agency"]),
        "outcome": "lifted",
        "officer": None,
        "reason": f"证照已恢复，见第 {index} 条。The licence was restored by entry {index}.",
    }
    made = _draft(platform, "flag.answered", body, index)
    expects = (Expect("flags", {"id": flag["id"]}, {"state": "open"}),)
    return replace(made, expects=expects)
