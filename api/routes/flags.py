"""What follows when a paper ends: flags that agencies answer, cascades that are seen to be done,
and who would be touched before anything is ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Path, Query, Request

from api.answers import (
    After,
    IdempotencyKey,
    Limit,
    accepted_known,
    answered,
    once_of,
    whole,
)
from api.auth import AGENCIES, Role
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, PlatformOf, ReaderCaller, only
from api.problems import QueryRefused
from api.schemas_after import (
    CascadeOut,
    EndingName,
    FlagAnswerIn,
    FlagOut,
    RelianceOut,
    RelyingOut,
)
from api.schemas_out import Accepted, Page
from certs.canonical import Json
from ledger.after.reach import Cause, Ending
from ledger.errors import NotFound
from ledger.flows.after.flags import (
    FlagAnswer,
    answer_flag,
    inbox,
    reliance_of,
    standing_of,
    together,
)
from ledger.flows.after.responsible import responsible
from ledger.flows.door.rows import row_of
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.reuse.documents import day

router = APIRouter(tags=["after use"])


@router.get("/v1/flags")
def flags(
    caller: AgencyCaller,
    platform: PlatformOf,
    state: Literal["open", "answered"] = "open",
    limit: Limit = 50,
    after: After = None,
) -> Page:
    """The agency's own cases that relied on something that ended or turned out wrong, those due
    first first."""
    rows = inbox(platform, caller.own_agency, open=state == "open")
    if after is not None:
        rows = rows[_place(rows, after) :]
    now = format_time(platform.now())
    following = str(rows[limit - 1]["id"]) if len(rows) > limit else None
    return Page(items=[flag_out(row, now) for row in rows[:limit]], next=following)


def _place(rows: list[dict[str, Scalar]], after: str) -> int:
    """Behind the flag that the last page ended with, also where it was answered meanwhile."""
    for place, row in enumerate(rows):
        if row["id"] == after:
            return place + 1
    raise QueryRefused(
        "This list has changed; begin anew.", errors=[{"at": "after", "rule": "cursor"}]
    )


def flag_out(row: Mapping[str, Scalar], now: str) -> FlagOut:
    """A flag of the index, as of ``now``."""
    return FlagOut(
        id=str(row["id"]),
        case=str(row["case_id"]),
        object=str(row["object"]),
        cause=whole(row["cause_index"]),
        code=str(row["code"]),
        state=str(row["state"]),
        due=str(row["due"]),
        overdue=row["state"] == "open" and str(row["due"]) < now,
        entry=whole(row["entry_index"]),
        answered_entry=cast("int | None", row["answered_index"]),
    )


@router.get("/v1/flags/{flag}")
def read(flag: str, caller: AgencyCaller, platform: PlatformOf) -> FlagOut:
    """One flag of the agency's own case."""
    row = row_of(platform, "flags", flag, agency=caller.own_agency)
    return flag_out(row, format_time(platform.now()))


@router.post("/v1/flags/{flag}/answer", status_code=202)
def answer(
    request: Request,
    flag: str,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[FlagAnswerIn], Depends(posted(FlagAnswerIn, only(*AGENCIES)))],
) -> Accepted:
    """Say what became of a case that was flagged; once."""
    row_of(edge.platform, "flags", flag, agency=caller.own_agency)
    asked = body.model
    said = FlagAnswer(flag, asked.outcome, asked.officer, asked.reason)
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Json]:
        done = answer_flag(edge.platform, caller.own_agency, said, once)
        return {"flag": flag, "entry": done.index}

    return answered(
        edge.platform,
        once,
        do,
        lambda known: accepted_known(edge, flag, known, f"/v1/flags/{flag}"),
    )


@router.get("/v1/cascades/{cause}")
def cascade(
    cause: Annotated[int, Path(ge=0, le=2**53 - 1)], caller: ReaderCaller, platform: PlatformOf
) -> CascadeOut:
    """How far the cascade of an entry is, in numbers, to the agency that answers for what ended,
    and to auditors: which agencies have how many cases, what they answered, what is overdue."""
    seen = standing_of(platform, cause)
    if caller.role is not Role.AUDITOR and responsible(platform, seen.object) != caller.agency:
        raise NotFound("There is no such cascade.")
    return CascadeOut(
        cause=seen.cause,
        object=seen.object,
        done=seen.done,
        cases=seen.cases,
        flagged=dict(seen.flagged),
        answers=dict(seen.outcomes),
        open=seen.open,
        overdue=seen.overdue,
    )


@router.get("/v1/licences/{licence}/reliance")
def reliance(
    licence: str,
    caller: ReaderCaller,
    platform: PlatformOf,
    ending: Annotated[EndingName | None, Query()] = None,
    effective_on: Annotated[date | None, Query()] = None,
) -> RelianceOut:
    """How many cases rely on a licence, and how many an ``ending`` with effect from a day on would
    touch. To auditors agency by agency; to its issuer in one sum (``*``), since which agencies a
    holder deals with is not its affair. Nothing is changed, no case is named."""
    row = row_of(platform, "licences", licence)
    if caller.role is not Role.AUDITOR and row["issuer"] != caller.agency:
        raise NotFound("There is no such licence.")
    cause = None if ending is None else Cause(Ending(ending), effective_on or _today(platform))
    found = reliance_of(platform, f"licence:{licence}", cause)
    if caller.role is not Role.AUDITOR:
        found = {"*": together(found.values())}
    return RelianceOut(
        licence=licence,
        ending=ending,
        effective_on=cause.effective_on if cause is not None else None,
        agencies=[
            RelyingOut(agency=agency, cases=one.cases, open=one.open, touched=one.touched)
            for agency, one in found.items()
        ],
    )


def _today(platform: Platform) -> date:
    return day(platform.now())
