"""What a request would give, before anything is given: to its holder, or masked to the agency."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.acting import row_of
from api.cli.keyring import open_wallet
from api.cli.outcome import DONE
from api.cli.session import Session, session_of

if TYPE_CHECKING:
    from ledger.flows.reading.preview import ItemPreview, Preview
    from ledger.use.availability import Availability


def register(app: typer.Typer) -> None:
    app.command("preview")(preview)


def preview(
    context: typer.Context,
    request: Annotated[str, typer.Argument(metavar="REQUEST")],
    wallet: Annotated[Path | None, typer.Option("--wallet", envvar="MIANTI_WALLET")] = None,
) -> int:
    from ledger.errors import NotFound
    from ledger.flows.reading.preview import preview as look
    from ledger.use.views import Viewer

    session = session_of(context)
    holder = open_wallet(session, wallet).subject if wallet is not None else None
    with session.platform() as platform:
        row = row_of(platform, "requests", request)
        if holder not in (None, row["subject"]):
            raise NotFound("There is no such request.")
        found = look(platform, row, Viewer.HOLDER if holder is not None else Viewer.ASKING)
    session.out(_told(found), *_lines(session, found))
    return DONE


def _told(found: Preview) -> dict[str, Any]:
    told = asdict(found)
    for one in (*told["coming"], *(item["available"] for item in told["items"])):
        for name in ("since", "expected"):
            one[name] = one[name].isoformat() if one[name] is not None else None
    return told


def _lines(session: Session, found: Preview) -> list[str]:
    lines = []
    for item in found.items:
        named = session.pick(item.zh, item.en)
        lines.append(f"{named}  {item.object}" + (f"  {item.title}" if item.title else ""))
        lines += [f"  {line}" for line in _item_lines(session, item)]
    return lines + [_available(session, one) for one in found.coming]


def _item_lines(session: Session, item: ItemPreview) -> list[str]:
    lines = [
        f"{session.pick(one.zh, one.en)}: {one.value if one.value is not None else '—'}"
        for one in item.fields
    ]
    for fact in item.facts:
        told = session.say(f"fact.{fact.answer or 'withheld'}")
        asked = session.pick(fact.zh, fact.en)
        lines.append(session.say("fact.line", fact=asked, answer=told).strip())
    if item.file is not None:
        lines.append(session.say("preview.file", **asdict(item.file)))
    return [*lines, _available(session, item.available)]


def _available(session: Session, one: Availability) -> str:
    days = [
        session.say(f"preview.{name}", day=day.isoformat())
        for name, day in (("since", one.since), ("expected", one.expected))
        if day is not None
    ]
    return " ".join((session.pick(one.zh, one.en), *days))
