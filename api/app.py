"""The app: routes, one error table, limits around all of it. Made from a platform, holds no global.

request → RequestLog (id, bounds, log line, last net) → route: caller → body → flow → answer
"""

from __future__ import annotations

import time
from typing import Any

from anyio import CapacityLimiter
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from structlog.typing import FilteringBoundLogger

from api import description
from api.auth import Tokens
from api.by_block import ByBlock
from api.edge import Edge
from api.metrics import Metrics
from api.problems import (
    ApiError,
    HttpRefused,
    MethodUnknown,
    QueryRefused,
    RouteUnknown,
    problem,
    problem_of,
)
from api.rates import Rate
from api.request_log import RequestLog, json_log
from api.routes import ROUTERS, TOKEN_ROUTER
from api.routes.verifications import PATH as VERIFICATIONS
from api.routes.verifications import verify
from api.settings import ServerSettings
from api.verifying import Verifying
from certs.errors import Coded
from ledger.flows.matters.catalogue_now import PlatformNow
from ledger.platform import Platform
from ledger.verify.memory import Memory

VERSION = "0.1.0"


def create_app(
    platform: Platform,
    settings: ServerSettings,
    *,
    token_seed: bytes | None = None,
    log: FilteringBoundLogger | None = None,
) -> FastAPI:
    """The API over ``platform``. ``token_seed``: 32 secret bytes for the key of bearer tokens on
    the embedded profile (None: fresh, so that tokens end with this process).

    Raises ValueError where the settings do not fit the profile that the trust list names.
    """
    if platform.trust.profile.name != settings.profile:
        raise ValueError(f"this data folder is of the profile {platform.trust.profile.name}")
    logger = log or json_log()
    app = FastAPI(
        title="Mianti 免提",
        version=VERSION,
        summary="Hand it in once: licences, materials, consent, evidence.",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    metrics = Metrics()
    app.state.edge = _edge(
        platform, settings, token_seed or platform.randomness(32), metrics, logger
    )
    # First, because routes are tried in their order and this one is the busiest.
    app.add_route(VERIFICATIONS, verify, methods=["POST"], include_in_schema=False)
    for router in ROUTERS:
        app.include_router(router)
    if settings.issues_tokens:
        app.include_router(TOKEN_ROUTER)
        logger.warning(
            "demo_accounts", notice="token endpoint with demo accounts is on; embedded profile only"
        )
    description.install(app)
    for kind, answer in (
        (Coded, _coded),
        (RequestValidationError, _invalid),
        (HTTPException, _http),
        (ClientDisconnect, _gone),
    ):
        app.add_exception_handler(kind, answer)
    app.add_middleware(
        RequestLog,
        log=logger,
        metrics=metrics,
        settings=settings,
        request_id=lambda: platform.randomness(12).hex(),
    )
    return app


def _edge(
    platform: Platform,
    settings: ServerSettings,
    seed: bytes,
    metrics: Metrics,
    log: FilteringBoundLogger,
) -> Edge:
    origin, clock = platform.log.origin, time.monotonic
    public = settings.token_public_key
    return Edge(
        running=PlatformNow(platform),
        settings=settings,
        tokens=(
            Tokens.reading(origin, public, platform.now)
            if public
            else Tokens.signing(origin, seed, platform.now)
        ),
        account_seed=seed,
        metrics=metrics,
        log=log,
        failures=Rate(settings.token_failures_per_minute, clock),
        grants=Rate(settings.tokens_per_minute, clock),
        lookups=Rate(settings.lookups_per_minute, clock),
        uploads=CapacityLimiter(settings.uploads_at_once),
        verifying=Verifying(
            Memory(platform.trust),
            CapacityLimiter(settings.verifications_at_once),
            settings.verifications_waiting,
        ),
        by_block=ByBlock(),
    )


async def _coded(request: Request, error: Exception) -> Response:
    assert isinstance(error, Coded)
    answer = problem_of(error, request.state.request_id)
    if answer.status_code >= 500:
        request.app.state.edge.log.error(
            "fault", request_id=request.state.request_id, code=error.code
        )
    return answer


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    places = [
        {"at": ".".join(str(step) for step in one["loc"])[:100], "rule": str(one["type"])}
        for one in error.errors()
    ]
    if places and all(one["at"].startswith("path.") for one in places):
        return problem_of(RouteUnknown("There is no such path."), request.state.request_id)
    refused = QueryRefused("A parameter has not its form.", errors=places[:20])
    return problem_of(refused, request.state.request_id)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers: dict[str, Any] = dict(error.headers or {})
    known: dict[int, ApiError] = {
        404: RouteUnknown("There is no such path."),
        405: MethodUnknown("This path takes another method.", allow=headers.get("Allow")),
    }
    if error.status_code in known:
        return problem_of(known[error.status_code], request.state.request_id)
    refused = HttpRefused("The request was refused.")
    return problem(
        error.status_code, refused.code, str(refused), request.state.request_id, None, headers
    )


async def _gone(request: Request, error: Exception) -> Response:
    """The client went away in the middle of its body; nobody reads this answer."""
    return problem_of(HttpRefused("The body ended too soon."), request.state.request_id)
