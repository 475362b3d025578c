"""``mianti serve``: one process with the API and, on one machine, the worker in a thread beside it.

Where the platform outgrows one machine, run ``mianti worker`` alone and the API without it. Slow
or silent clients are bounded at three places: headers here, bodies in ``request_log``, answers by
the number of connections.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from fastapi import FastAPI
from structlog.typing import FilteringBoundLogger
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.app import create_app
from api.request_log import json_log
from api.settings import ServerSettings
from ledger.errors import LedgerError
from ledger.flows.feed import courier
from ledger.flows.worker import Round, run
from ledger.platform import Platform

HEADER_S = 10.0
CONNECTIONS = 256
KEEP_ALIVE_S = 5
DRAIN_S = 10


class ImpatientProtocol(HttpToolsProtocol):
    """Closes a connection whose request headers are not there within ``HEADER_S``."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(transport)

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing():
            self._wait(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self, transport: asyncio.Transport) -> None:
        self._stop_waiting()
        self._patience = self.loop.call_later(HEADER_S, transport.close)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


class BackgroundWorker:
    """Worker rounds in a thread, the courier's in another, until :meth:`stop`."""

    def __init__(self, platform: Platform, log: FilteringBoundLogger, interval: float) -> None:
        self._stop = threading.Event()
        self._log = log
        self._waiting: str | None = None
        self._thread = threading.Thread(
            target=run,
            args=(platform, self._stop.wait, self._report),
            kwargs={"interval": interval},
            name="worker",
            daemon=True,
        )
        self._courier = threading.Thread(
            target=courier.run,
            args=(platform, self._stop.wait, self._report_courier),
            kwargs={"interval": interval},
            name="courier",
            daemon=True,
        )
        self._away = 0

    def start(self) -> None:
        self._thread.start()
        self._courier.start()

    def stop(self) -> None:
        """Let the rounds in hand end."""
        self._stop.set()
        self._thread.join(timeout=60)
        self._courier.join(timeout=60)

    def _report_courier(self, done: courier.Delivered | LedgerError) -> None:
        if isinstance(done, LedgerError):
            self._log.warning("courier", waiting=done.code)
        elif done.failed != self._away:
            self._away = done.failed
            self._log.warning("courier", away=done.failed)

    def _report(self, done: Round | LedgerError) -> None:
        waiting = done.code if isinstance(done, LedgerError) else done.waiting
        if waiting != self._waiting:  # say what changes, not the same every second
            self._waiting = waiting
            self._log.warning("worker", waiting=waiting)


def make_server(
    app: FastAPI, settings: ServerSettings, started: Callable[[int], None] | None = None
) -> uvicorn.Server:
    """A server for one app on loopback (or where the settings say), with all limits set."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=ImpatientProtocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=DRAIN_S,
    )
    return _Announcing(config, started)


class _Announcing(uvicorn.Server):
    """Tells the port once it listens, which matters where port 0 was asked."""

    def __init__(self, config: uvicorn.Config, started: Callable[[int], None] | None) -> None:
        super().__init__(config)
        self._announce = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._announce is not None:
            self._announce(int(self.servers[0].sockets[0].getsockname()[1]))


@contextmanager
def _deaf_to(number: signal.Signals) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(number, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(number, before)


def serve(
    platform: Platform,
    settings: ServerSettings,
    *,
    token_seed: bytes | None = None,
    worker: bool = True,
    interval: float = 1.0,
    started: Callable[[int], None] | None = None,
    **parts: Any,
) -> bool:
    """Serve until SIGINT or SIGTERM; False where the port could not be had.

    ``started`` is told the port; ``parts`` go to :func:`api.app.create_app`.
    """
    log = parts.pop("log", None) or json_log()
    app = create_app(platform, settings, token_seed=token_seed, log=log, **parts)
    server = make_server(app, settings, started)
    beside = BackgroundWorker(platform, log, interval) if worker else None
    if beside is not None:
        beside.start()
    try:
        # uvicorn raises the signal that ended it once more; SIGTERM would then end the process
        # before the engines are closed.
        with suppress(SystemExit), _deaf_to(signal.SIGTERM):
            server.run()  # SystemExit: its own way to say that it could not start
    finally:
        if beside is not None:
            beside.stop()
    return bool(server.started)
