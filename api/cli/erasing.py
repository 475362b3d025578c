"""Erasure on request: a holder asks with the wallet's key, two agencies decide."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.acting import OwnAgency, row_of
from api.cli.consenting import Out, Wallet
from api.cli.keyring import open_wallet
from api.cli.named import paper_named
from api.cli.outcome import DONE, FAILED
from api.cli.session import Session, session_of, settle, write_file
from api.cli.words import error_sentence

if TYPE_CHECKING:
    from ledger.flows.after.holding import Paper
    from ledger.platform import Platform

State = Literal["requested", "first", "refused", "erased"]
Officer = Annotated[str, typer.Option("--officer")]
Reason = Annotated[str, typer.Option("--reason")]
DryRun = Annotated[bool, typer.Option("--dry-run")]
Erasure = Annotated[str, typer.Argument(metavar="ERASURE")]


def register(app: typer.Typer) -> None:
    erase = typer.Typer()
    erase.command("request")(request)
    erase.command("approve")(approve)
    erase.command("refuse")(refuse)
    erase.command("list")(listed)
    erase.command("show")(show)
    app.add_typer(erase, name="erase")


def request(
    context: typer.Context,
    object: Annotated[str, typer.Argument(metavar="OBJECT")],
    reason: Reason,
    wallet: Wallet,
    dry_run: DryRun = False,
    out: Out = None,
) -> int:
    from ledger.consent.erasure_parties import erasure_request
    from ledger.flows.after.erasure import request_erasure
    from ledger.flows.after.holding import obstacles_of, paper_of

    session = session_of(context)
    signer = open_wallet(session, wallet).signer
    with session.platform() as platform:
        name = _object(object)
        if dry_run:
            return _looked(session, platform, paper_of(platform, name))
        data = erasure_request(
            signer, platform.log.origin, name, reason, platform.now(), secrets.token_bytes
        )
        entry = request_erasure(platform, data)
        (row,) = platform.store.rows("erasures", {"entry_index": entry.index})
        obstacles = obstacles_of(platform, paper_of(platform, name))
        code, settled = settle(platform)
    if out is not None:
        write_file(out, data)
    facts = {"erasure": row["id"], "object": name, "entry": entry.index, **settled}
    lines = [f"! {session.pick(one.zh, one.en)}" for one in obstacles]
    session.out(
        {**facts, "obstacles": [one.code for one in obstacles]},
        session.say("erase.requested", **facts),
        *lines,
    )
    return code


def approve(
    context: typer.Context,
    erasure: Erasure,
    officer: Officer,
    reason: Reason,
    agency: OwnAgency,
    dry_run: DryRun = False,
) -> int:
    from ledger.flows.after.erasure import approve_erasure
    from ledger.flows.after.holding import paper_of

    session = session_of(context)
    with session.platform() as platform:
        if dry_run:
            object = str(row_of(platform, "erasures", erasure)["object"])
            return _looked(session, platform, paper_of(platform, object))
        entry = approve_erasure(platform, agency, erasure, officer, reason)
        code, settled = settle(platform)
        row = row_of(platform, "erasures", erasure)
    state = str(row["state"])
    facts = {"erasure": erasure, "state": state, "entry": entry.index, **settled}
    session.out(facts, session.say(f"erase.{state}", **facts))
    return code


def refuse(
    context: typer.Context, erasure: Erasure, officer: Officer, reason: Reason, agency: OwnAgency
) -> int:
    from ledger import tlog
    from ledger.flows.after.erasure import refuse_erasure

    session = session_of(context)
    with session.platform() as platform:
        entry = refuse_erasure(platform, agency, erasure, officer, reason)
        ground = str(tlog.read(platform, entry.index).body["code"])
        code, settled = settle(platform)
    facts = {"erasure": erasure, "code": ground, "entry": entry.index, **settled}
    told = {**facts, "code": error_sentence(session.language, ground, "").rstrip("。.")}
    session.out(facts, session.say("erase.refused", **told))
    return code


def listed(
    context: typer.Context, state: Annotated[State | None, typer.Option("--state")] = None
) -> int:
    from ledger.flows.after.erasure_list import erasures_seen

    session = session_of(context)
    where = {} if state is None else {"state": state}
    with session.platform() as platform:
        found = [dict(row) for row in erasures_seen(platform, where, lambda row: True)]
        lines = [_row_line(session, platform, row) for row in found]
    session.out(found, *(lines or [session.say("erase.none")]))
    return DONE


def show(
    context: typer.Context, what: Annotated[str, typer.Argument(metavar="ERASURE|OBJECT")]
) -> int:
    from ledger.flows.after.erasure import OPEN
    from ledger.flows.after.holding import paper_of

    session = session_of(context)
    with session.platform() as platform:
        if not what.startswith("era_"):
            return _looked(session, platform, paper_of(platform, _object(what)))
        row = row_of(platform, "erasures", what)
        if row["state"] in OPEN:
            paper = paper_of(platform, str(row["object"]))
            return _looked(session, platform, paper, row)
        line = _row_line(session, platform, row)
    session.out(row, line)
    return DONE


def _row_line(session: Session, platform: Platform, row: dict[str, Any]) -> str:
    paper = paper_named(session, platform, str(row["object"]))
    state = session.say(f"erasure.{row['state']}")
    return session.say("erase.line", id=row["id"], state=state, object=paper)


def _object(text: str) -> str:
    """``lic_…`` and ``mat_…`` stand for ``licence:lic_…`` and ``material:mat_…``."""
    sort = {"lic": "licence", "mat": "material"}.get(text.partition("_")[0])
    return text if sort is None else f"{sort}:{text}"


def _looked(
    session: Session, platform: Platform, paper: Paper, row: dict[str, Any] | None = None
) -> int:
    """What would go and what stands in the way; FAILED where something does."""
    from ledger.flows.after.destruction import prospect_of
    from ledger.flows.after.holding import obstacles_of

    prospect, obstacles = prospect_of(platform, paper), obstacles_of(platform, paper)
    lines = [] if row is None else [_row_line(session, platform, row)]
    lines += [session.say("erase.entry", index=at, kind=kind) for at, kind in prospect.entries]
    lines += [session.say("erase.file", file=file) for file in prospect.files]
    lines.append(session.say("erase.beside", count=prospect.beside))
    lines += [f"! {session.pick(one.zh, one.en)}  {' '.join(one.by)}".rstrip() for one in obstacles]
    lines.append(session.say("erase.held" if obstacles else "erase.free"))
    facts: dict[str, Any] = {
        **(row or {"object": paper.object}),
        "entries": [{"entry": index, "kind": kind} for index, kind in prospect.entries],
        "files": list(prospect.files),
        "beside": prospect.beside,
        "obstacles": [
            {
                "code": one.code,
                "zh": one.zh,
                "en": one.en,
                "until": None if one.until is None else one.until.isoformat(),
                "by": list(one.by),
            }
            for one in obstacles
        ],
    }
    session.out(facts, *lines)
    return FAILED if obstacles else DONE
