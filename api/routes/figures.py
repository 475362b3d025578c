"""Figures of reuse, and alerts: an agency sees its own, auditor and operator see all."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from starlette.responses import JSONResponse, Response

from api.auth import AGENCIES, Caller
from api.edge import PlatformOf, WatchingCaller
from ledger.figures.table import By
from ledger.flows.evidence.alerts import HOURS, watch
from ledger.flows.evidence.figures import Period, figures_of, this_year

router = APIRouter(tags=["figures"])
CSV = "text/csv"
Of = Annotated[
    str | None,
    Query(pattern=r"^[a-z][a-z0-9-]{0,31}$", description="one agency's; agencies see their own"),
]
Format = Annotated[Literal["json", "csv"] | None, Query(description="csv as with Accept: text/csv")]
_EITHER: dict[int | str, dict[str, Any]] = {
    200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "JSON, or CSV"}
}


@router.get("/v1/figures", response_class=JSONResponse, responses=_EITHER)
def read_figures(
    caller: WatchingCaller,
    platform: PlatformOf,
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
    by: Annotated[By, Query()] = "item",
    agency: Of = None,
    format: Format = None,
    accept: Annotated[str, Header()] = "",
) -> Response:
    """Coverage, savings, re-asks, reads and times of a period (days in China, both included; the
    year up to today), by service item, agency or channel. Nothing in it names a person."""
    year = this_year(platform)
    end = last or year.last
    period = Period(first or min(year.first, end), end)
    report = figures_of(platform, period, by, _own(caller, agency))
    if format == "csv" or (format is None and accept.partition(";")[0].strip() == CSV):
        headers = {"Content-Disposition": 'attachment; filename="figures.csv"'}
        return Response(report.to_csv(), media_type=CSV, headers=headers)
    return JSONResponse(report.to_json())


@router.get("/v1/alerts")
def read_alerts(
    caller: WatchingCaller,
    platform: PlatformOf,
    hours: Annotated[int, Query(ge=1, le=24 * 31)] = HOURS,
    agency: Of = None,
) -> dict[str, Any]:
    """``level`` (green, yellow, red) and ``alerts``: reading without a basis, in bulk or off hours,
    refusals that pile up, needless demands, and whatever is late now."""
    return watch(platform, hours, _own(caller, agency)).to_json(platform.catalogue)


def _own(caller: Caller, agency: str | None) -> str | None:
    return caller.own_agency if caller.role in AGENCIES else agency
