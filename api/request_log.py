"""Around every request: an id, a bound on its body's size and slowness, one log line, the last net.

The line holds request id, method, route template, status, milliseconds and the caller's agency.
Paths, query strings, headers, bodies, messages of errors and ids of people or things never reach
it. An unknown exception is logged by its type and the places it passed, not by its text.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, TextIO, cast

import structlog
from anyio import fail_after
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from api.metrics import Metrics
from api.problems import BodySlow, BodyTooLarge, Internal, problem_of
from api.settings import ServerSettings

METHODS = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"))
PLAIN = frozenset(("/docs", "/openapi.json", "/v1/verifications"))
"""Routes without the framework's machinery, whose template is their path."""
CLOSED = 499  # the client went away before the answer


def json_log(out: TextIO | None = None) -> FilteringBoundLogger:
    """A logger that writes one JSON object per line to ``out`` (standard error)."""
    return cast(
        FilteringBoundLogger,
        structlog.wrap_logger(
            structlog.PrintLogger(out or sys.stderr),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(serializer=_one_line),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(20),
        ),
    )


def _one_line(event: Any, **_: Any) -> str:
    return json.dumps(event, ensure_ascii=True, default=str)


class RequestLog:
    """ASGI middleware, the outermost one."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        log: FilteringBoundLogger,
        metrics: Metrics,
        settings: ServerSettings,
        request_id: Callable[[], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._log = log
        self._metrics = metrics
        self._settings = settings
        self._request_id = request_id
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._clock()
        state = scope.setdefault("state", {})
        state["request_id"] = request_id = self._request_id()
        status = 0

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", []), (b"x-request-id", request_id.encode())]
                headers.append((b"x-content-type-options", b"nosniff"))
                message = {**message, "headers": headers}
            await send(message)

        body = _Body(receive, self._settings, self._clock)
        try:
            await self._app(scope, body.receive, counted)
        except Exception as error:  # the last net: whatever comes here is a bug of ours
            self._log.error(
                "bug", request_id=request_id, error=type(error).__name__, places=_places(error)
            )
            if status:
                raise  # half an answer went out already: break the connection
            await problem_of(Internal("bug"), request_id)(scope, receive, counted)
        finally:
            seconds = self._clock() - began
            route, method = template(scope), scope["method"]
            method = method if method in METHODS else "OTHER"
            self._metrics.answered(route, method, status or CLOSED, seconds)
            self._log.info(
                "request",
                request_id=request_id,
                method=method,
                route=route,
                status=status or CLOSED,
                ms=round(seconds * 1000, 1),
                agency=state.get("agency"),
            )


def template(scope: Scope) -> str:
    """The route's template, such as ``/v1/cases/{case}``; ``unmatched`` where there is none."""
    route = scope.get("route")
    path = getattr(route, "path_format", None)
    if path is None and scope["path"] in PLAIN:
        path = scope["path"]
    return path or "unmatched"


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno}" for frame in frames]


class _Body:
    """A request's body with bounds: idle time, least rate, size (largest that any route takes)."""

    def __init__(
        self, receive: Receive, settings: ServerSettings, clock: Callable[[], float]
    ) -> None:
        self._receive = receive
        self._settings = settings
        self._clock = clock
        self._began = clock()
        self._size = 0
        self._whole = False

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()  # waits for the client to hang up, as long as it takes
        limits = self._settings
        allowed = limits.body_start_s + self._size / limits.body_least_rate
        left = min(limits.body_idle_s, self._began + allowed - self._clock())
        try:
            with fail_after(max(0.0, left)):
                message = await self._receive()
        except TimeoutError as error:
            raise BodySlow("The body came too slowly.") from error
        if message["type"] != "http.request":
            return message
        self._size += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._size > max(limits.max_upload, limits.max_verification):
            raise BodyTooLarge("The body is too large.", limit=limits.max_upload)
        return message
