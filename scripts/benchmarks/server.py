"""A server process for the measurement: the real app over a founded platform, or a bare one.

    python -m scripts.benchmarks.server FOLDER    the app, as `mianti serve` runs it, no worker
    python -m scripts.benchmarks.server           a FastAPI app with one POST that does nothing

Prints its port, then serves until it is told to end.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import structlog
from fastapi import FastAPI

from api.serving import make_server, serve
from api.settings import ServerSettings
from api.wiring import open_platform

BARE_PATH = "/nothing"


def bare_app() -> FastAPI:
    """One POST route of the framework, with a JSON body, and nothing behind it."""
    app = FastAPI()

    @app.post(BARE_PATH)
    async def nothing(body: dict[str, object]) -> dict[str, bool]:
        return {"ok": bool(body)}

    return app


def announce(port: int) -> None:
    print(port, flush=True)


def main() -> None:
    settings = ServerSettings(port=0)
    if len(sys.argv) == 1:
        make_server(bare_app(), settings, announce).run()
        return
    quiet = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
    )
    with open_platform(Path(sys.argv[1])) as platform:
        serve(platform, settings, worker=False, started=announce, log=quiet)


if __name__ == "__main__":
    main()
