"""Making and running a platform: init, serve, worker, demo, conform."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, Literal

import typer

from api.cli import doctor
from api.cli.outcome import DONE, FAILED, PENDING, UsageWrong
from api.cli.session import session_of

Store = Literal["auto", "directory", "kubo"]


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)
    app.command("init")(init)
    app.command("serve")(serve)
    app.command("worker")(worker)
    app.command("doctor")(doctor.doctor)
    app.command("conform")(conform)


def demo(
    context: typer.Context,
    material: Annotated[list[Path] | None, typer.Option()] = None,
    json: Annotated[Path | None, typer.Option()] = None,
    store: Annotated[Store, typer.Option()] = "auto",
    serve: Annotated[bool, typer.Option("--serve")] = False,
    chapter: Annotated[Literal["reuse", "governance"] | None, typer.Option("--chapter")] = None,
) -> int:
    from api.demo.consortium_run import run_consortium
    from api.demo.run import Choices, run_demo
    from api.demo.year_run import run_year

    session = session_of(context)
    if chapter is not None and material:
        raise UsageWrong("A chapter has its own papers; --material goes with the whole story.")
    choices = Choices(session.data, session.language, store, tuple(material or ()), json)
    {None: run_demo, "reuse": run_year, "governance": run_consortium}[chapter](choices)
    return _serve(context, None, None, worker=True) if serve else DONE


def init(context: typer.Context, store: Annotated[Store, typer.Option()] = "auto") -> int:
    from api.founding import found
    from certs.trust.trustlist import pin_text, roots_of

    session = session_of(context)
    given = os.environ.get("MIANTI_PASSPHRASE")
    made = found(
        session.data,
        store=store,
        passphrase=given.encode() if given else None,
        progress=lambda zh, en: session.note(f"… {session.pick(zh, en)}"),
    )
    roots = roots_of(made.folder.trust_list.read_bytes())
    facts = {
        "data": str(session.data.resolve()),
        "origin": made.settings.origin,
        "profile": made.settings.profile,
        "store": made.settings.store,
        "trust_list": str(made.folder.trust_list.resolve()),
        "trust_roots": pin_text(roots).splitlines(),
        "accounts": str(made.folder.accounts.resolve()),
    }
    session.out(
        facts,
        session.say("init.done", **facts),
        session.say("init.accounts", **facts),
        session.say("init.roots", roots=", ".join(sorted(key.kid for key in roots.keys))),
    )
    return DONE


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option()] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535)] = None,
    no_worker: Annotated[bool, typer.Option("--no-worker")] = False,
) -> int:
    return _serve(context, host, port, worker=not no_worker)


def _serve(context: typer.Context, host: str | None, port: int | None, *, worker: bool) -> int:
    from api.serving import serve as serve_platform
    from api.settings import ServerSettings

    session = session_of(context)
    folder = session.folder
    known: dict[str, Any] = {"profile": folder.settings().profile}
    if host is not None:
        known["host"] = host
    if port is not None:
        known["port"] = port
    settings = ServerSettings(**known)

    def started(actual: int) -> None:
        url = f"http://{settings.host}:{actual}"
        session.note(session.say("serve.started", url=url))
        session.note(session.say("serve.demo_accounts", path=folder.accounts))

    # the server hands the signal on when it has drained; then the engines are to end in order too
    signal.signal(signal.SIGTERM, _leave)
    with session.platform() as platform:
        seed = folder.secrets(folder.passphrase())["token"]
        done = serve_platform(platform, settings, token_seed=seed, worker=worker, started=started)
    return DONE if done else FAILED


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(DONE)


def worker(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once")] = False,
    interval: Annotated[float, typer.Option(min=0.1, max=3600)] = 1.0,
) -> int:
    from ledger.flows.feed.courier import deliver
    from ledger.flows.worker import work

    session = session_of(context)
    if not once:
        return _work_on(context, interval)
    with session.platform() as platform:
        done = work(platform)
        deliver(platform)
    facts = {
        "integrated": done.integrated, "anchored": done.anchored, "waiting": done.waiting
    }  # fmt: skip
    session.out(facts, session.say("worker.round", **{**facts, "waiting": done.waiting or "–"}))
    return PENDING if done.waiting else DONE


def _work_on(context: typer.Context, interval: float) -> int:
    from ledger.errors import LedgerError
    from ledger.flows.feed import courier
    from ledger.flows.worker import Round, run

    session = session_of(context)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    last: list[str] = []

    def report(done: Round | LedgerError) -> None:
        if isinstance(done, LedgerError):
            line = f"mianti: {done.code}: {done}"
        else:
            line = session.say(
                "worker.round",
                integrated=done.integrated,
                anchored=done.anchored,
                waiting=done.waiting or "–",
            )
        if [line] != last:  # say what changes, not the same every second
            last[:] = [line]
            print(line, file=sys.stderr)

    with session.platform() as platform:
        beside = threading.Thread(
            target=courier.run,
            args=(platform, stop.wait, lambda done: None),
            kwargs={"interval": interval},
            name="courier",
            daemon=True,
        )
        beside.start()
        try:
            run(platform, stop.wait, report, interval=interval)
        finally:
            stop.set()
            beside.join(timeout=60)
    return DONE


def conform(context: typer.Context) -> int:
    """Reached only with options beside it; without any, ``api.cli.entry`` starts it at once."""
    from api.conform.driver import run
    from api.conform.limits import bound_memory

    bound_memory()
    run(sys.stdin.buffer, sys.stdout.buffer)
    return DONE
