"""Flags: what an agency owes for a case that relied on something that ended, and how far all the
agencies have come with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from ledger.after.reach import Cause
from ledger.errors import Conflict, NotFound, Stale
from ledger.flows.after.cascade import relying
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import own_statement
from ledger.index import names_of, rows_of
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.ports import Expect, Scalar
from ledger.tlog import Draft, Sequenced, sequence

OUTCOMES = ("unaffected", "remedied", "reopened", "withdrawn")


class FlagAnswered(Conflict):
    """The flag was answered before; its outcome stands."""

    code = "flag.answered"


@dataclass(frozen=True, slots=True)
class FlagAnswer:
    """``outcome``: the case is unaffected, was remedied, was reopened, or its decision was
    withdrawn; ``reason`` says how the officer came to it."""

    flag: str
    outcome: str
    officer: str
    reason: str


def answer_flag(
    platform: Platform, agency: str, answer: FlagAnswer, once: Once | None = None
) -> Sequenced:
    """State the agency's answer to a flag of its own case. Raises NotFound, FlagAnswered."""
    row = row_of(platform, "flags", answer.flag, "flag", agency=agency)
    if row["state"] != "open":
        raise FlagAnswered("The flag is answered already.", outcome=row["state"])
    envelope, statement = own_statement(
        platform,
        agency,
        "flag.answered",
        {
            "flag": answer.flag,
            "case": str(row["case_id"]),
            "agency": agency,
            "outcome": answer.outcome,
            "officer": answer.officer,
            "reason": answer.reason,
        },
        prev=cast(int, row["entry_index"]),
    )
    written = rows_of(statement) + remembered(platform, once, statement, {"flag": answer.flag})
    expects = (Expect("flags", {"id": answer.flag}, {"state": "open"}),)
    try:
        (done,) = sequence(
            platform, [Draft(envelope, statement, names_of(statement), written, expects)]
        )
    except Stale as error:
        raise FlagAnswered("The flag was answered meanwhile.") from error
    return done


def inbox(platform: Platform, agency: str, *, open: bool = True) -> list[dict[str, Scalar]]:
    """The agency's flags, those due first first; the open ones, or the answered."""
    found: list[dict[str, Scalar]] = []
    after: Scalar = None
    where: Mapping[str, Scalar] = {"agency": agency, **({"state": "open"} if open else {})}
    while page := platform.store.rows("flags", where, after=after):
        found += [row for row in page if (row["state"] == "open") is open]
        after = page[-1]["id"]
    return sorted(found, key=lambda row: (str(row["due"]), cast(int, row["entry_index"])))


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a cascade is. ``done``: all cases were looked at; ``flagged`` by agency;
    ``outcomes``: answers by what was found; ``overdue``: open ones whose time has run out."""

    cause: int
    object: str
    done: bool
    cases: int | None
    flagged: Mapping[str, int]
    outcomes: Mapping[str, int]
    open: int
    overdue: int


def standing_of(platform: Platform, cause: int) -> Standing:
    """How far the cascade of this entry is. Raises NotFound where the entry caused none."""
    rows = platform.store.rows("cascades", {"cause_index": cause})
    if not rows:
        raise NotFound("Nothing follows from this entry.")
    (row,) = rows
    tally = platform.store.tally
    where: Mapping[str, Scalar] = {"cause_index": cause}
    states = {str(state): count for (state,), count in tally("flags", ("state",), where)}
    now = format_time(platform.now())
    late = tally("flags", ("state",), {**where, "state": "open"}, span=("due", None, now))
    return Standing(
        cause=cause,
        object=str(row["object"]),
        done=row["state"] == "done",
        cases=cast("int | None", row["cases"]),
        flagged={str(agency): count for (agency,), count in tally("flags", ("agency",), where)},
        outcomes={state: count for state, count in states.items() if state != "open"},
        open=states.get("open", 0),
        overdue=sum(count for _, count in late),
    )


@dataclass(frozen=True, slots=True)
class Relying:
    """How many cases of one agency rely on a paper; ``touched``: by the ending asked about."""

    cases: int
    open: int
    touched: int


def reliance_of(platform: Platform, about: str, cause: Cause | None) -> dict[str, Relying]:
    """Who relies on a paper, by agency, and how many cases ``cause`` would touch. Says nothing of
    any single case, changes nothing."""
    cases, opened, hit = Counter[str](), Counter[str](), Counter[str]()
    for page in relying(platform, about, cause):
        for case, code in page:
            agency = str(case["agency"])
            cases[agency] += 1
            opened[agency] += case["closed_at"] is None
            hit[agency] += code is not None
    return {one: Relying(cases[one], opened[one], hit[one]) for one in sorted(cases)}


def together(found: Iterable[Relying]) -> Relying:
    """All agencies' in one."""
    all_ = tuple(found)
    return Relying(
        cases=sum(one.cases for one in all_),
        open=sum(one.open for one in all_),
        touched=sum(one.touched for one in all_),
    )
