"""Views before and after a release: what is shown of a licence, and what a request would give."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import Role
from api.edge import PartyCaller, PlatformOf, TracingCaller
from api.schemas_use import LicenceViewOut, PreviewOut
from ledger.errors import NotFound
from ledger.flows.door.rows import row_of
from ledger.flows.reading.preview import preview
from ledger.flows.reading.views import view_for_agency, view_for_auditor, view_for_holder
from ledger.use.views import Viewer

router = APIRouter(tags=["use"])
CaseOf = Annotated[
    str | None, Query(max_length=64, description="an agency's own case; it decides what is shown")
]


@router.get("/v1/licences/{licence}/view")
def view(
    licence: str, caller: TracingCaller, platform: PlatformOf, case: CaseOf = None
) -> LicenceViewOut:
    """A licence by role and purpose: the holder sees all; an agency what was released to it for
    its case, or masked what it asked for; an auditor the names of the fields."""
    if caller.role is Role.HOLDER:
        found = view_for_holder(platform, caller.own_subject, licence)
    elif caller.role is Role.AUDITOR:
        found = view_for_auditor(platform, licence)
    elif case is None:
        raise NotFound("There is no such licence.")
    else:
        found = view_for_agency(platform, caller.own_agency, licence, case)
    said = asdict(found)
    return LicenceViewOut(id=said.pop("licence"), **said)


@router.get("/v1/requests/{identity}/preview")
def preview_request(identity: str, caller: PartyCaller, platform: PlatformOf) -> PreviewOut:
    """What a consent to this request would give: to the holder as it is, to the agency masked."""
    if caller.role is Role.HOLDER:
        row = row_of(platform, "requests", identity, subject=caller.own_subject)
        found = preview(platform, row, Viewer.HOLDER)
    else:
        row = row_of(platform, "requests", identity, agency=caller.own_agency)
        found = preview(platform, row, Viewer.ASKING)
    return PreviewOut.model_validate(asdict(found))
