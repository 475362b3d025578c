"""``mianti doctor``: what is reachable, what is configured wrongly, and what to do about it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import typer

from api.cli.outcome import DONE, FAILED
from api.cli.session import Session, session_of
from api.cli.words import table
from certs.errors import Coded

if TYPE_CHECKING:
    from ledger.platform import Platform

LEAST_FREE = 1 << 30
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """``level``: ok, warn or fail; ``name`` is for machines, ``detail`` what was seen."""

    level: str
    name: str
    detail: str


def doctor(context: typer.Context) -> int:
    session = session_of(context)
    found = list(_machine(session))
    if all(one.level != "fail" for one in found):
        try:
            found += _platform(session)
        except Coded as error:
            found.append(Finding("fail", error.code, str(error)))
    mark = {"ok": "✓", "warn": "!", "fail": "✗"}
    session.out(
        {"findings": [{"level": f.level, "name": f.name, "detail": f.detail} for f in found]},
        *(f"{mark[one.level]} {_title(session, one.name)}: {one.detail}" for one in found),
    )
    return FAILED if any(one.level == "fail" for one in found) else DONE


def _title(session: Session, name: str) -> str:
    """A name of this module's own in the person's language; a code as it is."""
    key = f"doctor.{name}"
    return session.say(key) if key in table("said") else name


def _machine(session: Session) -> Iterator[Finding]:
    from api.wiring import chain_node, kubo_there

    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("ok" if sys.version_info >= (3, 11) else "fail", "python", version)
    try:
        yield Finding("ok", "anvil", str(chain_node()))
    except Coded as error:
        yield Finding("fail", "anvil", f"{error} (scripts/setup)")
    try:
        settings = session.folder.settings()
    except Coded as error:
        yield Finding("fail", "folder", str(error))
        return
    yield Finding("ok", "folder", f"{session.data} ({settings.profile}, {settings.store})")
    needed = settings.store == "kubo"
    there = kubo_there()
    level = "ok" if there else "fail" if needed else "warn"
    yield Finding(level, "kubo", "scripts/engines" if not there else "ok")
    mode = session.folder.secrets_file.stat().st_mode & 0o077
    yield Finding("fail" if mode else "ok", "private", oct(mode) if mode else "0600")
    free = shutil.disk_usage(session.data).free
    yield Finding("ok" if free > LEAST_FREE else "warn", "disk", f"{free >> 20} MiB")
    beside = os.environ.get("MIANTI_PASSPHRASE")
    if settings.profile != "embedded" and not beside:
        yield Finding("fail", "private", "MIANTI_PASSPHRASE")


def _platform(session: Session) -> Iterator[Finding]:
    from ledger.log.statement import format_time

    with session.platform() as platform:
        size, head = platform.store.size(), platform.store.head()
        integrated = head.size if head is not None else 0
        yield Finding("ok", "store", platform.blobs.name)
        yield Finding("ok" if integrated == size else "warn", "log", f"{integrated}/{size}")
        block = platform.chain.now()
        yield Finding("ok", "chain", f"{platform.chain.identity().chain_id}, {format_time(block)}")
        ahead = block - platform.now()
        seconds = f"{ahead.total_seconds():.0f} s"
        yield Finding("fail" if ahead > timedelta(minutes=5) else "ok", "clock", seconds)
        anchored = platform.chain.head(platform.log.log_id).size
        yield Finding("ok" if anchored >= integrated else "warn", "lag", f"{anchored}/{size}")
        yield _index(platform)
        followed = platform.keys.size()
        yield Finding("ok" if followed >= anchored else "warn", "keystore", f"{followed}/{size}")
        left = platform.trust.expires - platform.now()
        yield Finding("ok" if left > SOON else "warn", "trust", format_time(platform.trust.expires))


def _index(platform: Platform) -> Finding:
    from ledger.errors import Pushback
    from ledger.flows.evidence.chain_index import check_standing
    from ledger.index.chain import DEPTH

    try:
        found = check_standing(platform)
    except Pushback as error:
        return Finding("warn", error.code, str(error))
    except Coded as error:
        return Finding("fail", error.code, str(error))
    level = "ok" if found.head - found.indexed <= DEPTH else "warn"
    return Finding(level, "index", f"{found.indexed}/{found.head}")
