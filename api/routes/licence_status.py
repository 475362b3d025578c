"""The status of one licence: how it stands in law, and its change by its issuer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request

from api.answers import IdempotencyKey, accepted, answered, once_of
from api.auth import AGENCIES
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, PartyCaller, PlatformOf, only
from api.routes.licences import held_by, place_of
from api.schemas import StatusIn
from api.schemas_out import Accepted, LifecycleOut, StandingOut
from certs.canonical import Json
from ledger.errors import NotFound
from ledger.flows.library.status import Change, change_status, newest_change
from ledger.platform import Platform
from ledger.reuse.documents import LegalEffect
from ledger.status.lifecycle import MEANING, lifecycle_of

router = APIRouter(tags=["licences"])


@router.get("/v1/licences/{licence}/status")
def status(licence: str, caller: PartyCaller, platform: PlatformOf) -> StandingOut:
    """Its state with the lifecycle code, and its place in the issuer's status list. Expiry is a
    matter of its dates."""
    row = held_by(platform, caller, licence)
    said = newest_change(platform, licence)
    body = cast(Mapping[str, Any], said.body if said is not None else {})
    code = body.get("lifecycle") or lifecycle_of(str(row["state"]))
    return StandingOut(
        **place_of(row).model_dump(),
        lifecycle=LifecycleOut.model_validate(code),
        legal_effect=body.get("legal_effect"),
        effective_on=body.get("effective_on"),
        authority=body.get("authority"),
    )


@router.post("/v1/licences/{licence}/status", status_code=202)
def change(
    request: Request,
    licence: str,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[StatusIn], Depends(posted(StatusIn, only(*AGENCIES)))],
) -> Accepted:
    """Suspend, restore or revoke; only its issuer. The status list follows at once where the chain
    answers, else with the worker's next round."""
    held_by(edge.platform, caller, licence)
    asked = body.model
    wanted = Change(
        licence=licence,
        state=asked.state,
        reason=asked.reason,
        authority=asked.authority,
        effect=LegalEffect(asked.legal_effect),
        effective_on=asked.effective_on,
    )
    once = once_of(request, caller, key, body.data)

    meaning = MEANING[wanted.effect]

    def do() -> dict[str, Json]:
        done = change_status(edge.platform, caller.own_agency, wanted, once)
        return {"licence": licence, "state": asked.state, "entry": done.index}

    def show(known: Mapping[str, Json]) -> Accepted:
        index = known.get("entry")
        at = index if isinstance(index, int) else _newest(edge.platform, licence, meaning.kind)
        look = f"/v1/licences/{licence}/status"
        code = meaning.lifecycle
        return accepted(edge, licence, at, look, state=known["state"], lifecycle=code)

    return answered(edge.platform, once, do, show)


def _newest(platform: Platform, licence: str, kind: str) -> int:
    """The newest entry of this kind about the licence."""
    stored = (platform.store.entry(index) for index in platform.store.find(f"licence:{licence}"))
    found = [one.index for one in stored if one is not None and one.kind == kind]
    if not found:
        raise NotFound("There is no such entry.")
    return found[-1]
