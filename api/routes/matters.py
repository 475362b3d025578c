"""One matter across departments (一件事): opened once, one case at each agency, papers once."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from api.answers import IdempotencyKey, answered, once_of
from api.auth import AGENCIES
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, HolderCaller, PlatformOf, only
from api.schemas_matters import MatterIn
from api.schemas_out import Page
from certs.canonical import Json
from ledger.errors import NotFound
from ledger.flows.matters.one_matter import (
    MatterDraft,
    cases_of_matter,
    open_matter,
    plan_matter,
    serves_all,
)
from ledger.flows.matters.plan import plan_of
from ledger.platform import Platform
from ledger.reuse.documents import Channel
from ledger.reuse.one_matter import MatterPlan

router = APIRouter(tags=["cases"])


@router.post("/v1/matters", status_code=202)
def open_(
    request: Request,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[MatterIn], Depends(posted(MatterIn, only(*AGENCIES)))],
) -> dict[str, Any]:
    """Open a case at each agency of a bundle, for a member or for the desk that serves all."""
    asked = body.model
    draft = MatterDraft(
        bundle=asked.bundle,
        subject=asked.subject,
        matter=asked.matter,
        channel=Channel(asked.channel),
        officer=asked.officer,
        project=asked.project,
        premises=asked.premises,
        parties=asked.parties,
    )
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Json]:
        opened = open_matter(edge.platform, caller.own_agency, draft, once)
        cases: list[Json] = [
            {"agency": one.agency, "item": one.item, "case": one.case, "entry": one.entry}
            for one in opened
        ]
        return {"id": opened[0].case, "cases": cases}

    return answered(edge.platform, once, do, lambda known: dict(known))


@router.get("/v1/matters/{case}")
def read(case: str, caller: AgencyCaller, platform: PlatformOf) -> dict[str, Any]:
    """The matter that a case belongs to. Of its own cases an agency sees the plans; of the others
    only which agency has one and how it stands. The desk that serves all sees what is to be handed
    in, each paper once, and no agency's plan."""
    rows = cases_of_matter(platform, case)
    agency, desk = caller.own_agency, serves_all(platform, caller.own_agency)
    if not desk and agency not in {row["agency"] for row in rows}:
        raise NotFound("There is no such case.")
    cases: list[dict[str, Any]] = []
    for row in rows:
        one: dict[str, Any] = {
            name: row[name] for name in ("id", "agency", "item", "state", "outcome")
        }
        if row["agency"] == agency and row["state"] == "open":
            one["plan"] = plan_of(platform, row).to_json()
        cases.append(one)
    answer: dict[str, Any] = {"id": rows[0]["id"], "matter": rows[0]["matter"], "cases": cases}
    return answer | (_papers(plan_matter(platform, case)) if desk else {})


@router.get("/v1/holder/matters/{case}")
def holder_read(case: str, caller: HolderCaller, platform: PlatformOf) -> dict[str, Any]:
    """One's own matter: at which agencies it stands, and what is to be handed in, each once."""
    rows = cases_of_matter(platform, case)
    if rows[0]["subject"] != caller.own_subject:
        raise NotFound("There is no such case.")
    cases = [{n: row[n] for n in ("id", "agency", "item", "state", "outcome")} for row in rows]
    answer: dict[str, Any] = {"id": rows[0]["id"], "matter": rows[0]["matter"], "cases": cases}
    return answer | _papers(plan_matter(platform, case))


@router.get("/v1/holder/requests")
def holder_requests(caller: HolderCaller, platform: PlatformOf, matter: str | None = None) -> Page:
    """What agencies ask of the caller and is not answered yet; those of one ``matter`` are meant
    to be read and consented to together, each with its own signature over its own words."""
    rows = platform.store.rows("requests", {"subject": caller.own_subject, "state": "open"})
    listed = []
    for row in rows:
        case = _case(platform, str(row["case_id"]))
        if matter is None or case["matter"] == matter:
            listed.append(
                {
                    **{name: row[name] for name in ("id", "agency", "until")},
                    "case": row["case_id"],
                    "item": case["item"],
                    "matter": case["matter"],
                    "look": f"/v1/requests/{row['id']!s}",
                }
            )
    return Page(items=listed, next=None)


def _case(platform: Platform, case: str) -> dict[str, Any]:
    rows = platform.store.rows("cases", {"id": case})
    return dict(rows[0]) if rows else {"item": None, "matter": None}


def _papers(made: MatterPlan) -> dict[str, Any]:
    missing = [
        {"kind": one.kind, "zh": one.zh, "en": one.en, "cases": list(one.cases)}
        for one in made.missing
    ]
    return {"counts": made.counts, "missing": missing}
