"""Annotated copies: made for an agency's one use, and traced by auditors when they turn up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from api.answers import IdempotencyKey, answered, once_of
from api.auth import AGENCIES
from api.door import Posted, media_type, posted, read_bounded
from api.edge import AgencyCaller, EdgeOf, PlatformOf, TracerCaller, only
from api.problems import BodyType
from api.schemas_use import CopyIn, LeakOut, LeaksOut
from certs.canonical import Json
from ledger.flows.reading.copies import Copied, CopyOrder, make_copy, remade_copy
from ledger.flows.reading.leaks import Leak, find_copy, trace_copy
from ledger.use.copy_errors import MAX_BYTES

router = APIRouter(tags=["use"])
PDF = "application/pdf"
TRACED = (PDF, "application/octet-stream")
AS_PDF: dict[int | str, dict[str, Any]] = {201: {"content": {PDF: {}}}}
A_FILE = {"requestBody": {"required": True, "content": {PDF: {"schema": {"type": "string"}}}}}


@router.post(
    "/v1/releases/{identity}/copies",
    status_code=201,
    response_class=Response,
    responses=AS_PDF,
)
def copy(
    request: Request,
    identity: str,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[CopyIn], Depends(posted(CopyIn, only(*AGENCIES)))],
) -> Response:
    """A copy of an item of the agency's own release, noted and marked for this one use; PDF.
    ``Mianti-Copy`` is its number, ``Mianti-Entry`` where its digest stands in the log."""
    asked, platform = body.model, edge.platform
    order = CopyOrder(identity, asked.object, asked.officer, asked.valid_until)
    once = once_of(request, caller, key, body.data)
    fresh: list[Copied] = []

    def do() -> dict[str, Json]:
        fresh.append(make_copy(platform, caller.own_agency, order, once))
        return {"copy": fresh[0].copy}

    def show(known: Mapping[str, Json]) -> Response:
        number = str(known["copy"])
        made = fresh[0] if fresh else remade_copy(platform, caller.own_agency, number)
        headers = {
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{made.copy}.pdf"',
            "Mianti-Copy": made.copy,
            "Mianti-Entry": str(made.entry),
        }
        return Response(made.pdf, 201, headers=headers, media_type=PDF)

    return answered(platform, once, do, show)


@router.get("/v1/copies/{mark}")
def find(
    mark: Annotated[str, Path(max_length=200)], caller: TracerCaller, platform: PlatformOf
) -> LeaksOut:
    """Whose a copy was: by the file's SHA-256, the line of its mark, or its number and short mark
    as they stand on it (``cpy_….ABCD…``)."""
    return _told(find_copy(platform, mark))


@router.post("/v1/copies/trace", openapi_extra=A_FILE)
async def trace(request: Request, caller: TracerCaller, platform: PlatformOf) -> LeaksOut:
    """Whose the copy in the body was: the file itself, or one that was made of it and still holds
    its mark. It writes nothing, so it takes no Idempotency-Key."""
    if media_type(request) not in TRACED:
        raise BodyType("Send application/pdf.")
    data = await read_bounded(request, MAX_BYTES)
    return _told(await to_thread.run_sync(trace_copy, platform, data))


def _told(found: tuple[Leak, ...]) -> LeaksOut:
    told = [{**asdict(one), "copy_id": one.copy, "proven": one.proven} for one in found]
    return LeaksOut(copies=[LeakOut.model_validate(one) for one in told])
