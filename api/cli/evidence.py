"""Evidence to take away: receipts, traces, bundles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from api.cli.acting import row_of
from api.cli.outcome import DONE, UsageWrong
from api.cli.session import Session, session_of, write_file

if TYPE_CHECKING:
    from ledger.flows.evidence.trace import TraceLine
    from ledger.platform import Platform
    from ledger.telling.telling import Names


def register(app: typer.Typer) -> None:
    app.command("receipt")(receipt)
    app.command("trace")(trace)


def receipt(
    context: typer.Context,
    entry: Annotated[str, typer.Argument(metavar="ENTRY")],
    out: Annotated[Path | None, typer.Option("--out")] = None,
    bare: Annotated[bool, typer.Option("--bare")] = False,
) -> int:
    from ledger import tlog
    from ledger.flows.evidence.gathering import anchored_head
    from ledger.flows.evidence.receipt import receipt_of
    from ledger.log.receipt import encode_receipt

    session = session_of(context)
    with session.platform() as platform:
        index = entry_of(platform, entry)
        tlog.integrate(platform)
        anchored = platform.store.anchor_covering(index)
        if bare:
            head = anchored_head(platform, anchored) if anchored else tlog.integrate(platform)
            data = encode_receipt(tlog.receipt(platform, index, head))
        else:
            data = receipt_of(platform, index)
    if out is not None:
        write_file(out, data)
    facts = {"entry": index, "anchored": anchored is not None, "file": str(out) if out else None}
    if out is not None or session.as_json:
        session.out(
            {**facts, "receipt": data.decode("utf-8")}, session.say("receipt.done", **facts)
        )
    else:
        print(data.decode("utf-8"), end="")
    return DONE


def entry_of(platform: Platform, text: str) -> int:
    """Index of an entry, given as such or as the licence or material that it describes first.

    Raises NotFound, UsageWrong.
    """
    from ledger.errors import NotFound

    if text.isdecimal() and text.isascii():
        if platform.store.entry(int(text[:18])) is None:
            raise NotFound("The log has no such entry.")
        return int(text)
    tables = {"lic": "licences", "mat": "materials", "con": "consents", "req": "requests"}
    prefix = text.partition("_")[0]
    if prefix not in tables:
        raise UsageWrong("ENTRY is an index, or lic_…, mat_…, req_…, con_….")
    return cast(int, row_of(platform, tables[prefix], text)["entry_index"])


def trace(
    context: typer.Context,
    licence: Annotated[str | None, typer.Option()] = None,
    subject: Annotated[str | None, typer.Option()] = None,
    case: Annotated[str | None, typer.Option()] = None,
    material: Annotated[str | None, typer.Option()] = None,
    consent: Annotated[str | None, typer.Option()] = None,
    agency: Annotated[str | None, typer.Option()] = None,
    officer: Annotated[str | None, typer.Option()] = None,
    out: Annotated[Path | None, typer.Option("--out")] = None,
    exporter: Annotated[str | None, typer.Option()] = None,
) -> int:
    from ledger.flows.door.names import PlatformNames
    from ledger.flows.evidence.trace import export_bundle, related
    from ledger.flows.evidence.trace import trace as lines_of
    from ledger.flows.worker import work

    session = session_of(context)
    given = {
        "licence": licence, "subject": subject, "case": case, "material": material,
        "consent": consent, "agency": agency, "officer": officer,
    }  # fmt: skip
    keys = [f"{sort}:{value}" for sort, value in given.items() if value is not None]
    if len(keys) != 1:
        raise UsageWrong("Say what to trace: one of --licence, --subject, --case and so on.")
    with session.platform() as platform:
        work(platform)  # what was only sequenced so far belongs into the trace too
        lines = _all(lines_of, platform, keys[0])
        if out is not None:
            who = exporter or _auditor(platform)
            write_file(out, export_bundle(platform, who, keys[0], related(platform, keys[0])))
        names = PlatformNames(platform)
        told = [_told(one, names) for one in lines]
    value = {"key": keys[0], "entries": told, "bundle": str(out) if out else None}
    shown = [_line(session, one) for one in told] or [session.say("trace.none")]
    if out is not None:
        shown.append(session.say("trace.bundle", file=out))
    session.out(value, *shown)
    return DONE


def _all(lines_of: Any, platform: Platform, key: str) -> list[TraceLine]:
    lines: list[TraceLine] = []
    while page := lines_of(platform, key, after=lines[-1].index if lines else -1):
        lines += page
    return lines


def _auditor(platform: Platform) -> str:
    """Who signs a bundle unless somebody else is named: the auditor, else the operator."""
    for one in platform.catalogue.agencies.values():
        if "auditor" in one.roles:
            return one.id
    return platform.operator


def _told(line: TraceLine, names: Names) -> dict[str, Any]:
    from ledger.log.statement import format_time
    from ledger.telling.telling import tell

    said = line.statement
    body: Any = said.body if said is not None else {}
    zh, en = tell(said, names) if said is not None else (None, None)
    return {
        "index": line.index,
        "kind": line.kind,
        "actor": said.actor if said is not None else None,
        "claimed_at": format_time(said.at) if said is not None else None,
        "evidence_time": format_time(line.evidence_time) if line.evidence_time else None,
        "erased": said is None,
        "zh": zh,
        "en": en,
        "purpose": body.get("purpose"),
        "case": body.get("case"),
        "code": body.get("code"),
        "agency": body.get("agency"),
        "officer": body.get("officer"),
        "items": body.get("items"),
    }


def _line(session: Session, told: dict[str, Any]) -> str:
    if told["erased"]:
        said = f"{told['kind']}  ({session.say('trace.erased')})"
        return f"{told['index']:>6}  {said}"
    anchored = told["evidence_time"] or session.say("trace.pending")
    return f"{told['index']:>6}  {anchored}  {session.pick(told['zh'], told['en'])}"
