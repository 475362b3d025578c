"""``mianti premises``: what is held about a place, for an agency with an open case there."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from api.cli.acting import OwnAgency
from api.cli.drafts import reference_of
from api.cli.outcome import DONE
from api.cli.session import session_of


def register(app: typer.Typer) -> None:
    app.command("premises")(premises)


def premises(
    context: typer.Context,
    place: Annotated[str, typer.Argument(metavar="PREMISES")],
    agency: OwnAgency,
) -> int:
    from ledger.flows.matters.premises import proofs_at

    session = session_of(context)
    with session.platform() as platform:
        proofs = proofs_at(platform, agency, str(reference_of(platform, place)))
        catalogue = platform.catalogue
        called = {f"licence:{k}": (v.zh, v.en) for k, v in catalogue.licence_types.items()}
        called |= {f"material:{k}": (v.zh, v.en) for k, v in catalogue.material_kinds.items()}
    lines = [
        session.say(
            "premises.line",
            case=one.case,
            kind=session.pick(*called[one.kind]),
            whose=session.say(f"premises.{one.whose}"),
            serves=session.say("premises.serves" if one.serves else "premises.not"),
        )
        for one in proofs
    ]
    session.out(
        [{**asdict(one), "serves": one.serves} for one in proofs],
        *(lines or [session.say("premises.none")]),
    )
    return DONE
