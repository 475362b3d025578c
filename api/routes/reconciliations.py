"""Reconciliations: an agency's list of a day against the library, and the board of gaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request

from api.answers import IdempotencyKey, accepted, answered, once_streamed, whole
from api.auth import Role
from api.door import shaped
from api.edge import AgencyCaller, EdgeOf, PlatformOf, ReaderCaller
from api.problems import BodyTooLarge
from api.schemas_filling import ReconciliationIn
from api.schemas_out import Accepted, Page
from api.upload import Parts, with_parts
from certs.canonical import Json, parse
from ledger.flows.door.rows import row_of
from ledger.flows.library.reconcile import gap_board, read_report, reconcile_increment, shown

router = APIRouter(tags=["library"])
MAX_LIST = 16 << 20


@router.post("/v1/reconciliations", status_code=202, openapi_extra={"x-upload": "ReconciliationIn"})
async def reconcile(
    request: Request, caller: AgencyCaller, key: IdempotencyKey, edge: EdgeOf
) -> Accepted:
    """Compare the agency's own list of a day with what it keeps here. Multipart: ``about`` (JSON:
    day, and a type or source for all), then ``file``: CSV with the columns number, type, and any of
    status, identifier, sha256, paper_number. The answer carries the report; with the numbers of
    the licences only the first time, since what is kept of it names none."""

    def take(parts: Parts) -> Accepted:
        about = parts.about()
        parse(about)
        asked = shaped(ReconciliationIn, about)
        once = once_streamed(request, caller, key, about)
        data = bytearray()
        for chunk in once.file.over(parts.file()):
            data += chunk
            if len(data) > MAX_LIST:
                raise BodyTooLarge(f"A list has at most {MAX_LIST} bytes.", limit=MAX_LIST)

        fresh: dict[str, Any] = {}

        def do() -> dict[str, Json]:
            done = reconcile_increment(
                edge.platform,
                caller.own_agency,
                bytes(data),
                asked.day,
                type_=asked.type,
                source=asked.source,
                once=once,
            )
            fresh.update(done.report)
            return {"reconciliation": done.id}

        def show(known: Mapping[str, Json]) -> Accepted:
            identity = str(known["reconciliation"])
            row = row_of(edge.platform, "reconciliations", identity)
            look = f"/v1/reconciliations/{identity}"
            report = fresh or read_report(edge.platform, caller.own_agency, identity)
            return accepted(edge, identity, whole(row["entry_index"]), look, report=report)

        return answered(edge.platform, once, do, show)

    return await with_parts(request, edge, take)


@router.get("/v1/reconciliations/{identity}")
def read(identity: str, caller: AgencyCaller, platform: PlatformOf) -> dict[str, Any]:
    """One of the agency's own reconciliations, with every gap, by its row in the list."""
    row = row_of(platform, "reconciliations", identity, agency=caller.own_agency)
    return {**shown(row), "report": read_report(platform, caller.own_agency, identity)}


@router.get("/v1/gaps")
def gaps(caller: ReaderCaller, platform: PlatformOf) -> Page:
    """The last reconciliation of each source: an agency sees its own, the auditor all, counts
    alone."""
    own = None if caller.role is Role.AUDITOR else caller.own_agency
    return Page(items=gap_board(platform, own), next=None)
