"""Premises (住所云): what is held about a place, for an agency with an open case there."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from api.edge import AgencyCaller, PlatformOf
from api.schemas_out import Page
from ledger.flows.matters.premises import proofs_at

router = APIRouter(tags=["subjects"])


@router.get("/v1/premises/{premises}")
def premises(premises: str, caller: AgencyCaller, platform: PlatformOf) -> Page:
    """Which proofs of the place are held, kind by kind, as far as the agency's open cases there
    may ask: whose they are, whether one is in force and serves. No paper is named; the case's plan
    names those that serve. A place is found by its code: ``POST /v1/subjects/lookup``."""
    proofs = proofs_at(platform, caller.own_agency, premises)
    return Page(items=[{**asdict(one), "serves": one.serves} for one in proofs], next=None)
