"""Verification receipts: what an officer saw, for the officer's protection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.answers import (
    IdempotencyKey,
    accepted_known,
    answered,
    once_of,
    stage,
)
from api.auth import AGENCIES, Caller, Role
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, PlatformOf, ReaderCaller, only
from api.routes.audit import BUNDLE_TYPE
from api.routes.verifications import submitted_of
from api.schemas_after import ReceiptBundleIn, ReceiptIn, RejudgedOut, VerificationOut
from api.schemas_out import Accepted
from certs.canonical import Json, canonical, parse
from ledger.errors import LogBusy, NotFound
from ledger.flows.evidence.verification_receipts import (
    Officer,
    receipt_bundle,
    rejudge,
    verify_with_receipt,
)
from ledger.platform import Platform

router = APIRouter(tags=["verification"])


@router.post("/v1/verifications/receipts", status_code=202)
async def verify(
    request: Request,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[ReceiptIn], Depends(posted(ReceiptIn, only(*AGENCIES), large=True))],
) -> Accepted:
    """Verify 1 to 1,000 items as of now and have it stated, signed by the agency, what the officer
    saw. The answer carries the full ``report``; the log keeps its digest, the agency the report."""
    asked, once = body.model, once_of(request, caller, key, body.data)
    who = Officer(caller.own_agency, asked.officer, asked.case)

    def do() -> dict[str, Json]:
        items = [submitted_of(edge, caller, item) for item in asked.items]
        done = verify_with_receipt(edge.platform, who, items, once, edge.verifying.memory)
        for verdict in done.verdicts:
            edge.metrics.verified(verdict.outcome.value, 1)
        report = parse(done.report, max_bytes=len(done.report))
        return {"verification": done.verification, "entry": done.entry.index, "report": report}

    def show(known: Mapping[str, Any]) -> Accepted:
        identity = str(known["verification"])
        look = f"/v1/verifications/{identity}"
        return accepted_known(edge, identity, known, look, report=known["report"])

    return await edge.verifying.run(lambda: answered(edge.platform, once, do, show))


@router.get("/v1/verifications/{identity}")
def read(identity: str, caller: ReaderCaller, platform: PlatformOf) -> VerificationOut:
    """What the officer saw, judged again as of then. To the agency that verified, and auditors."""
    _require_own(platform, caller, identity)
    statement, index, items = rejudge(platform, identity)
    body: Mapping[str, Any] = statement.body
    return VerificationOut(
        id=identity,
        agency=body["agency"],
        officer=body["officer"],
        case=body["case"],
        as_of=body["as_of"],
        report_sha256=body["report_sha256"],
        items=[
            RejudgedOut(
                sha256=one.sha256,
                entry=one.entry,
                outcome=one.outcome,
                code=one.code,
                genuine=None if one.genuine is None else one.genuine.outcome.value,
                state=one.state,
                right=one.right,
            )
            for one in items
        ],
        entry=index,
        stage=stage(platform, index),
    )


@router.post(
    "/v1/verifications/{identity}/bundle",
    response_class=Response,
    responses={200: {"content": {BUNDLE_TYPE: {}}}},
)
def bundle(
    identity: str,
    caller: ReaderCaller,
    platform: PlatformOf,
    body: Annotated[
        Posted[ReceiptBundleIn],
        Depends(posted(ReceiptBundleIn, only(*AGENCIES, Role.AUDITOR), large=True)),
    ],
) -> Response:
    """The receipt as a signed bundle that verifies offline, with the full report where it is given
    here. It writes nothing, so it takes no Idempotency-Key."""
    row = _require_own(platform, caller, identity)
    if platform.store.anchor_covering(row) is None:
        raise LogBusy("The receipt is not anchored yet.", retry_after=5)
    report = None if body.model.report is None else canonical(body.model.report)
    data = receipt_bundle(platform, identity, report)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": 'attachment; filename="verification.mianti"',
    }
    return Response(data, media_type=BUNDLE_TYPE, headers=headers)


def _require_own(platform: Platform, caller: Caller, identity: str) -> int:
    """Index of the entry. Raises NotFound for another's, as for what is not there."""
    rows = platform.store.rows("verifications", {"id": identity})
    if not rows or (caller.role is not Role.AUDITOR and rows[0]["agency"] != caller.agency):
        raise NotFound("There is no such verification.")
    index = rows[0]["entry_index"]
    assert isinstance(index, int)
    return index
