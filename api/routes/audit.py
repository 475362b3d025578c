"""Receipts and traces: evidence for whom it concerns, and for auditors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query
from starlette.responses import JSONResponse, Response

from api.answers import After, Limit, promise, stage
from api.auth import Caller, Role
from api.door import Posted, posted
from api.edge import AuditorCaller, Edge, EdgeOf, PlatformOf, TracingCaller, only
from api.problems import QueryRefused
from api.routes import licences, materials
from api.routes.verifications import may_see
from api.schemas import BundleIn
from api.schemas_out import Page
from ledger import tlog
from ledger.errors import LogBusy, NotFound
from ledger.flows.door.names import PlatformNames
from ledger.flows.evidence.accesses import holder_trace
from ledger.flows.evidence.gathering import anchored_head
from ledger.flows.evidence.receipt import receipt_of
from ledger.flows.evidence.trace import TraceLine, export_bundle, related, trace
from ledger.flows.matters.cases import read_case
from ledger.log.receipt import encode_receipt
from ledger.log.records import RecordErased
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.ports import Anchor
from ledger.telling.telling import Names, tell

router = APIRouter(tags=["evidence"])
RECEIPT_TYPE = "text/plain; charset=utf-8"
BUNDLE_TYPE = "application/vnd.mianti.bundle+zip"
Key = Annotated[
    str,
    Query(
        pattern=r"^[a-z]{2,16}:[!-~]{1,100}$", description="such as case:case_… or subject:sub_…"
    ),
]
# What a trace shows of a statement: names, rules and times; no number, title or value of a paper.
SHOWN = [
    "agency",
    "basis",
    "case",
    "channel",
    "code",
    "copy",
    "consent",
    "decision",
    "delegate",
    "delegation",
    "effective_on",
    "erasure",
    "facts",
    "grade",
    "grant",
    "item",
    "items",
    "kind",
    "legal_effect",
    "licence",
    "material",
    "method",
    "n",
    "object",
    "officer",
    "outcome",
    "premises",
    "principal",
    "project",
    "purpose",
    "reason",
    "release",
    "request",
    "second_officer",
    "service_item",
    "service_items",
    "since",
    "sort",
    "step",
    "subject",
    "supersedes",
    "type",
    "until",
    "uses",
    "valid_from",
    "valid_to",
    "valid_until",
    "version",
    "visible_from",
]


@router.get(
    "/v1/receipts/{entry}",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}, "application/json": {}}}},
)
def receipt(
    entry: Annotated[int, Path(ge=0, le=2**53 - 1)],
    caller: TracingCaller,
    edge: EdgeOf,
    accept: Annotated[str, Header(max_length=512)] = "*/*",
) -> Response:
    """The receipt of an entry that concerns the caller: C2SP tlog-proof text, with all that
    verifies its item offline. With ``Accept: application/json`` also promise and anchor."""
    platform = edge.platform
    if not may_see(platform, caller, entry):
        raise NotFound("There is no such entry.")
    anchored = platform.store.anchor_covering(entry)
    text = _receipt(platform, entry, anchored)
    headers = {"Cache-Control": "private, no-store", "Vary": "Accept"}
    if "application/json" not in accept:
        return Response(text, media_type=RECEIPT_TYPE, headers=headers)
    answer: dict[str, Any] = {
        "entry": entry,
        "status": stage(platform, entry),
        "receipt": text.decode("utf-8"),
        "promise": _promised(edge, entry),
        "anchor": _anchor(anchored) if anchored is not None else None,
    }
    return JSONResponse(answer, headers=headers)


def _receipt(platform: Platform, entry: int, anchored: Anchor | None) -> bytes:
    """Where what the entry said was erased, the bare proof: that still stands."""
    head = anchored_head(platform, anchored) if anchored else tlog.integrate(platform)
    try:
        return receipt_of(platform, entry)
    except RecordErased:
        return encode_receipt(tlog.receipt(platform, entry, head))


def _promised(edge: Edge, entry: int) -> dict[str, Any] | None:
    try:
        return promise(edge, entry).model_dump()
    except RecordErased:
        return None


def _anchor(anchored: Anchor) -> dict[str, Any]:
    return {
        "size": anchored.size,
        "chain_id": anchored.chain_id,
        "contract": anchored.contract,
        "transaction": anchored.transaction,
        "block": anchored.block_number,
        "block_time": format_time(anchored.block_time),
    }


@router.get("/v1/trace")
def traced(
    key: Key,
    caller: TracingCaller,
    platform: PlatformOf,
    limit: Limit = 50,
    after: After = None,
) -> Page:
    """Every entry of one thing in the log's order. An auditor may ask for anything, an agency for
    its own cases, licences and materials, a holder for what is about them."""
    _require_own(platform, caller, key)
    seen = holder_trace if caller.role is Role.HOLDER else trace
    lines = seen(platform, key, after=cursor_of(after), limit=limit + 1)
    shown = lines[:limit]
    cursor = str(shown[-1].index) if len(lines) > limit else None
    names = PlatformNames(platform)
    return Page(items=[line_of(platform, one, names) for one in shown], next=cursor)


def _require_own(platform: Platform, caller: Caller, key: str) -> None:
    """Raise NotFound for what is not the caller's, as for what is not there."""
    sort, _, identity = key.partition(":")
    if caller.role is Role.AUDITOR:
        return
    if sort == "licence":
        licences.held_by(platform, caller, identity)
    elif sort == "material":
        materials.held_by(platform, caller, identity)
    elif sort == "case" and caller.role is not Role.HOLDER:
        read_case(platform, caller.own_agency, identity)
    elif not (sort == "subject" and caller.role is Role.HOLDER and identity == caller.subject):
        raise NotFound("There is no such thing.")


def cursor_of(after: str | None) -> int:
    if after is None:
        return -1
    if not after.isdigit() or len(after) > 16:
        raise QueryRefused(
            "This is no cursor of this list.", errors=[{"at": "after", "rule": "cursor"}]
        )
    return int(after)


def line_of(platform: Platform, line: TraceLine, names: Names | None = None) -> dict[str, Any]:
    said = line.statement
    body: Mapping[str, Any] = said.body if said is not None else {}
    called = names if names is not None else PlatformNames(platform)
    zh, en = tell(said, called) if said is not None else (None, None)
    return {
        "entry": line.index,
        "kind": line.kind,
        "actor": said.actor if said is not None else None,
        "claimed_at": format_time(said.at) if said is not None else None,
        "erased": said is None,
        "zh": zh,
        "en": en,
        "stage": stage(platform, line.index),
        "evidence_time": _time(line.evidence_time),
        "says": {name: body[name] for name in SHOWN if body.get(name) is not None},
    }


def _time(at: datetime | None) -> str | None:
    return format_time(at) if at is not None else None


@router.post(
    "/v1/trace/bundle",
    response_class=Response,
    responses={200: {"content": {BUNDLE_TYPE: {}}}},
)
def bundle(
    caller: AuditorCaller,
    edge: EdgeOf,
    body: Annotated[Posted[BundleIn], Depends(posted(BundleIn, only(Role.AUDITOR)))],
) -> Response:
    """The same as a signed bundle that verifies offline, signed for the auditor's agency. It
    discloses statements, never files. It writes nothing, so it takes no Idempotency-Key."""
    key = str(body.model.key)
    trace(edge.platform, key, limit=1)  # refuses a key of no known sort
    indexes = related(edge.platform, key)
    if not indexes:
        raise NotFound("There is no such thing.")
    _require_anchored(edge, indexes[-1])
    data = export_bundle(edge.platform, caller.own_agency, key, indexes)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": 'attachment; filename="trace.mianti"',
    }
    return Response(data, media_type=BUNDLE_TYPE, headers=headers)


def _require_anchored(edge: Edge, index: int) -> None:
    if edge.platform.store.anchor_covering(index) is None:
        raise LogBusy("The newest of these entries is not anchored yet.", retry_after=5)
