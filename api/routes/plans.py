"""Plans of cases: as of now or a past time, signed, made again; and the forms that they prefill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

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
from api.auth import AGENCIES, Caller, Role
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, HolderCaller, PlatformOf, TracingCaller, only
from api.moments import At, aware
from api.schemas import PlanIn
from api.schemas_out import Accepted, Page
from ledger import tlog
from ledger.errors import NotFound
from ledger.flows.matters.cases import read_case
from ledger.flows.matters.holder_cases import HoldersCase, holders_cases
from ledger.flows.matters.plan import judged_paper, plan_case, sign_plan
from ledger.flows.matters.prefill import Form, prefill_for_holder, prefill_sources
from ledger.flows.matters.replay import replay_plan
from ledger.forms.prefill import FieldOrigin, prefill_counts
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.reuse.exemption import Plan
from ledger.reuse.fitness_words import RULES
from ledger.reuse.plan_json import fitness_json
from ledger.reuse.rulings import Ruling

router = APIRouter(tags=["cases"])
Principal = Annotated[
    str | None, Query(pattern="^sub_[a-z2-7]{26}$", description="for whom the caller speaks")
]


@router.get("/v1/cases/{case}/plan")
def plan(case: str, caller: AgencyCaller, platform: PlatformOf, at: At = None) -> dict[str, Any]:
    """The exemption plan as of now, or of a past time: what serves, why, and what is truly missing;
    with what a request for consent must name, no more."""
    made = plan_case(platform, caller.own_agency, case, aware(at))
    return {**made.to_json(), "consent_items": made.consent_items()}


@router.get("/v1/cases/{case}/papers/{object}")
def paper(case: str, object: str, caller: AgencyCaller, platform: PlatformOf) -> Page:
    """One paper that the plan names, rule by rule, under each requirement that it could meet: why
    it serves, or what of it does not."""
    made = judged_paper(platform, caller.own_agency, case, object)
    return Page(items=[_ruling(one) for one in made], next=None)


def _ruling(ruling: Ruling) -> dict[str, Any]:
    return {
        "requirement": ruling.requirement,
        "zh": ruling.zh,
        "en": ruling.en,
        "fitness": fitness_json(ruling.fitness),
        "rules": [
            {
                "rule": one.rule,
                "asks_zh": RULES[one.rule][0],
                "asks_en": RULES[one.rule][1],
                "against": fitness_json(one.fitness) if one.fitness else None,
            }
            for one in ruling.rules
        ],
    }


@router.post("/v1/cases/{case}/plan", status_code=202)
def signed_plan(
    request: Request,
    case: str,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[PlanIn], Depends(posted(PlanIn, only(*AGENCIES)))],
) -> Accepted:
    """Make the plan, have the platform sign it and log it; the answer carries it."""
    read_case(edge.platform, caller.own_agency, case)
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Any]:
        made, done = sign_plan(edge.platform, caller.own_agency, case, once)
        return {"case": case, "entry": done.index, "plan": made.to_json()}

    def show(known: Mapping[str, Any]) -> Accepted:
        return accepted_known(edge, case, known, f"/v1/cases/{case}/plan", plan=known["plan"])

    return answered(edge.platform, once, do, show)


@router.get("/v1/plans/{entry}/replay")
def replay(
    entry: Annotated[int, Path(ge=0, le=2**53 - 1)], caller: TracingCaller, platform: PlatformOf
) -> dict[str, Any]:
    """A signed plan made again from what it saw, equal to the byte; 409 ``plan.differs`` where it
    is not. For the agency and the holder of its case, and for auditors."""
    statement = tlog.read(platform, entry)
    if statement.kind != "plan.signed" or not _concerns(platform, caller, statement.body["case"]):
        raise NotFound("There is no such plan.")
    made = replay_plan(platform, entry).plan
    return {"entry": entry, "case": made.case.id, "at": format_time(made.at), "seen": made.seen}


def _concerns(platform: Platform, caller: Caller, case: Any) -> bool:
    if caller.role is Role.AUDITOR:
        return True
    rows = platform.store.rows("cases", {"id": case})
    if caller.role is Role.HOLDER:
        return bool(rows) and rows[0]["subject"] == caller.subject
    return bool(rows) and rows[0]["agency"] == caller.agency


@router.get("/v1/cases/{case}/form")
def form(case: str, caller: AgencyCaller, platform: PlatformOf) -> dict[str, Any]:
    """The form of the agency's own case: where each field can be filled from, how fresh that is,
    and no value; those come with a release."""
    return _form(platform, prefill_sources(platform, caller.own_agency, case))


@router.get("/v1/holder/cases")
def cases_of_holder(
    caller: HolderCaller,
    platform: PlatformOf,
    principal: Principal = None,
    limit: Limit = 50,
    after: After = None,
) -> Page:
    """The caller's own cases, or those of a ``principal`` for whom it may speak; of open ones, what
    is asked for and why, and what is not."""
    own = caller.own_subject
    found = list(holders_cases(platform, own, principal or own, after, limit + 1))
    shown = found[:limit]
    following = str(shown[-1].row["id"]) if len(found) > limit else None
    return Page(items=[_case(platform, one) for one in shown], next=following)


@router.get("/v1/holder/cases/{case}/form")
def form_of_holder(case: str, caller: HolderCaller, platform: PlatformOf) -> dict[str, Any]:
    """The form of the caller's own case, or of one in which it may speak for the holder, filled
    from the holder's own licences."""
    return _form(platform, prefill_for_holder(platform, caller.own_subject, case))


def _case(platform: Platform, one: HoldersCase) -> dict[str, Any]:
    row = one.row
    item = platform.catalogue.item(str(row["item"]))
    return {
        **{name: row[name] for name in ("id", "agency", "item", "matter", "state", "outcome")},
        "zh": item.zh,
        "en": item.en,
        "opened_at": row["opened_at"],
        "entry": whole(row["opened_index"]),
        "plan": _plan(one.plan) if one.plan is not None else None,
    }


def _plan(made: Plan) -> dict[str, Any]:
    said = cast(dict[str, Any], made.to_json())
    return {name: said[name] for name in ("at", "counts", "requirements")}


def _form(platform: Platform, made: Form) -> dict[str, Any]:
    return {
        "case": made.case,
        "item": made.item,
        "counts": prefill_counts(made.fields),
        "fields": [_field(platform, one, made.values) for one in made.fields],
    }


def _field(platform: Platform, one: FieldOrigin, values: Mapping[str, str]) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": one.name, "zh": one.zh, "en": one.en, "origin": None}
    if one.name in values:
        shown["value"] = values[one.name]
    if one.reason is not None:
        shown["reason"] = {"code": one.reason.code, "zh": one.reason.zh, "en": one.reason.en}
    if (origin := one.origin) is not None:
        issuer = platform.catalogue.agencies.get(origin.issuer)
        shown["origin"] = {
            "object": origin.object,
            "type": origin.type,
            "field": origin.field,
            "role": origin.role,
            "issuer": origin.issuer,
            "issuer_zh": issuer.zh if issuer else origin.issuer,
            "issuer_en": issuer.en if issuer else origin.issuer,
            "recorded_at": format_time(origin.recorded_at),
            "age_days": origin.age_days,
            "entry": origin.entry,
            "zh": origin.fitness.zh,
            "en": origin.fitness.en,
        }
    return shown
