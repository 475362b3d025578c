"""Drafts: bodies of statements for the parties to look at and sign themselves.

They spare a foreign program the copying, nothing else: nobody has to use them, they write nothing,
and what comes back signed is checked as if it had been made anywhere. A holder's application shows
what it signs, not what it was told it signs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from api.answers import whole
from api.auth import AGENCIES, Role
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, HolderCaller, PlatformOf, only
from api.routes.consents import shown_statement, spoken_for
from api.schemas import ConsentDraftIn, ReleaseDraftIn, RequestDraftIn
from api.schemas_out import Drafts
from certs import base64url, keys
from certs.canonical import Json
from ledger.flows.door.rows import row_of
from ledger.flows.matters.plan import plan_case
from ledger.ids import new_id
from ledger.log.statement import format_time

router = APIRouter(tags=["reuse"])
REPEATED = [
    "request",
    "subject",
    "agency",
    "service_item",
    "purpose",
    "case",
    "items",
    "until",
    "uses",
    "nonce",
]


@router.post("/v1/cases/{case}/request-drafts")
def request_drafts(
    case: str,
    caller: AgencyCaller,
    edge: EdgeOf,
    body: Annotated[Posted[RequestDraftIn], Depends(posted(RequestDraftIn, only(*AGENCIES)))],
) -> Drafts:
    """Bodies of ``consent.requested``, one per holder whose consent the case's plan needs now, with
    the item's own purpose, days and uses."""
    platform = edge.platform
    plan = plan_case(platform, caller.own_agency, case)
    item = platform.catalogue.item_version(plan.case.item, plan.item_version)
    until = platform.now() + timedelta(days=item.consent_days)
    drafts: list[dict[str, Any]] = [
        {
            "request": new_id("req", platform.randomness),
            "case": case,
            "agency": caller.own_agency,
            "service_item": item.slug,
            "purpose": item.purpose_zh,
            "subject": holder,
            "items": plan.consent_items(holder),
            "until": format_time(until),
            "uses": item.consent_uses,
            "officer": body.model.officer,
            "reason": body.model.reason,
            "channel": body.model.channel,
            "nonce": base64url.encode(platform.randomness(16)),
        }
        for holder in plan.holders()
    ]
    return Drafts(kind="consent.requested", drafts=drafts)


@router.post("/v1/requests/{identity}/consent-draft")
def consent_draft(
    identity: str,
    caller: HolderCaller,
    platform: PlatformOf,
    body: Annotated[Posted[ConsentDraftIn], Depends(posted(ConsentDraftIn, only(Role.HOLDER)))],
) -> Drafts:
    """The body of ``consent.granted`` that repeats a request word for word. ``thread`` commits to
    the holder's thread key k: base64url(SHA-256("mianti/thread/v1" ‖ 0x00 ‖ k))."""
    row = spoken_for(platform, caller, "requests", identity)
    said, digest = shown_statement(platform, whole(row["entry_index"]))
    asked: Mapping[str, Json] = said["body"]
    draft = {name: asked[name] for name in REPEATED} | {
        "consent": new_id("con", platform.randomness),
        "request_sha256": digest,
        "thread": body.model.thread,
    }
    return Drafts(kind="consent.granted", drafts=[draft])


@router.post("/v1/consents/{identity}/release-draft")
def release_draft(
    identity: str,
    caller: AgencyCaller,
    platform: PlatformOf,
    body: Annotated[Posted[ReleaseDraftIn], Depends(posted(ReleaseDraftIn, only(*AGENCIES)))],
) -> Drafts:
    """The body of ``released`` for the next use of a consent, all of its items."""
    row = row_of(platform, "consents", identity, agency=caller.own_agency)
    said, _ = shown_statement(platform, whole(row["entry_index"]))
    granted: Mapping[str, Json] = said["body"]
    recipient = keys.x25519_public(base64url.decode(body.model.recipient))
    draft = {
        "release": new_id("rel", platform.randomness),
        "request": granted["request"],
        "consent": identity,
        "n": whole(row["uses"]) + 1,
        "agency": caller.own_agency,
        "case": granted["case"],
        "purpose": granted["purpose"],
        "items": granted["items"],
        "recipient": keys.key_id(recipient),
        "officer": body.model.officer,
        "reason": body.model.reason,
        "channel": body.model.channel,
    }
    return Drafts(kind="released", drafts=[draft])
