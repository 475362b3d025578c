"""How it is, honestly: what answers, how far anchoring lags, and the figures for a scraper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anyio
from anyio import to_thread
from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from api import metrics
from api.edge import Edge, EdgeOf
from ledger.errors import LedgerError
from ledger.flows.evidence.chain_index import standing
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.ports import Anchor, Head

router = APIRouter(tags=["operation"])
PROBE_S = 3.0
NOBODY = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"  # CID of no bytes
SLOW = "timeout"


@dataclass(frozen=True, slots=True)
class LogState:
    """Sizes by stage, and the age in seconds of the oldest entry that is not anchored."""

    sequenced: int
    integrated: int
    anchored: int
    lag_s: float
    head: Head | None
    anchor: Anchor | None


@router.get("/health")
async def health(edge: EdgeOf) -> JSONResponse:
    """``ok``; ``degraded`` (200: something waits, and is said); ``down`` (503: the log itself does
    not answer). Each engine has three seconds."""
    probes: dict[str, Callable[[], Any]] = {
        "log": lambda: log_state(edge.platform),
        "chain": lambda: _chain_state(edge.platform),
        "files": lambda: edge.platform.blobs.has(NOBODY),
        "keys": edge.platform.keys.size,
    }
    found: dict[str, tuple[str, Any]] = {}
    async with anyio.create_task_group() as group:
        for name, probe in probes.items():
            group.start_soon(_probe, name, probe, found)
    engines = {name: found[name][0] for name in probes}
    for name, state in engines.items():
        edge.metrics.engine(name, state == "ok")
    answer: dict[str, Any] = {"engines": engines, "profile": edge.settings.profile}
    log = found["log"][1]
    late = True
    if isinstance(log, LogState):
        late = log.lag_s > edge.settings.promise_s
        answer["log"] = _log_answer(edge, log)
        edge.metrics.log(log.sequenced, log.integrated, log.anchored, log.lag_s)
    if engines["chain"] == "ok":
        answer["chain"] = found["chain"][1]
    well = all(state == "ok" for state in engines.values()) and not late
    down = engines["log"] != "ok"
    answer["status"] = "down" if down else "ok" if well else "degraded"
    return JSONResponse(answer, 503 if down else 200, headers={"Cache-Control": "no-store"})


def _chain_state(platform: Platform) -> dict[str, int]:
    """The newest block, and the last one whose events are indexed (-1: none)."""
    platform.chain.head(platform.log.log_id)
    found = standing(platform)
    return {"block": found.head, "indexed": found.indexed}


def _log_answer(edge: Edge, log: LogState) -> dict[str, Any]:
    fresh = edge.platform.trust.profile.freshness.evidence_s
    age = (edge.platform.now() - log.anchor.block_time).total_seconds() if log.anchor else None
    return {
        "sequenced": log.sequenced,
        "integrated": log.integrated,
        "anchored": log.anchored,
        "unanchored_seconds": round(log.lag_s, 1),
        "anchored_at": format_time(log.anchor.block_time) if log.anchor else None,
        "releasing": age is not None and age <= fresh,
    }


async def _probe(name: str, probe: Callable[[], Any], found: dict[str, tuple[str, Any]]) -> None:
    """Run a probe in a thread that is left behind where it does not come back in time."""
    found[name] = (SLOW, None)
    with anyio.move_on_after(PROBE_S):
        try:
            value = await to_thread.run_sync(probe, abandon_on_cancel=True)
            found[name] = ("ok", value)
        except LedgerError as error:
            found[name] = (error.code, None)


def log_state(platform: Platform) -> LogState:
    """Read from the store alone."""
    size, head = platform.store.size(), platform.store.head()
    anchors = platform.store.anchors()
    anchored = anchors[-1].size if anchors else 0
    first = platform.store.entry(anchored) if anchored < size else None
    lag = (platform.now() - first.sequenced_at).total_seconds() if first else 0.0
    return LogState(
        size,
        head.size if head else 0,
        anchored,
        max(0.0, lag),
        head,
        anchors[-1] if anchors else None,
    )


@router.get("/metrics", response_class=Response)
def figures(edge: EdgeOf) -> Response:
    """Prometheus text format; no label names a person, an agency or an id."""
    try:
        log = log_state(edge.platform)
        edge.metrics.log(log.sequenced, log.integrated, log.anchored, log.lag_s)
        edge.metrics.engine("log", True)
    except LedgerError:
        edge.metrics.engine("log", False)
    return Response(edge.metrics.text(), media_type=metrics.MEDIA_TYPE)
