"""An agency asks a holder for what the plan of its case needs."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from api.cli.acting import Agency, case_row
from api.cli.keyring import agency_signer
from api.cli.materials import chosen_channel
from api.cli.named import item_lines
from api.cli.outcome import UsageWrong
from api.cli.session import session_of, settle, write_file


def register(app: typer.Typer) -> None:
    app.command("request")(request)


def request(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    officer: Annotated[str, typer.Option()],
    reason: Annotated[str, typer.Option()],
    holder: Annotated[str | None, typer.Option()] = None,
    days: Annotated[int | None, typer.Option(min=1)] = None,
    uses: Annotated[int | None, typer.Option(min=1)] = None,
    channel: Annotated[str, typer.Option()] = "online",
    out: Annotated[Path | None, typer.Option("--out")] = None,
    agency: Agency = None,
) -> int:
    from ledger.consent.parties import Asking, consent_request, read_statement
    from ledger.flows.matters.plan import plan_of
    from ledger.flows.reading.consent import request_consent

    session = session_of(context)
    asked_through = chosen_channel(channel).value
    with session.platform() as platform:
        row = case_row(platform, case)
        acting = agency or str(row["agency"])
        made = plan_of(platform, row)
        item = platform.catalogue.item_version(made.case.item, made.item_version)
        whose = holder or str(row["subject"])
        items = made.consent_items(whose)
        used = {one.holder for need in made.requirements for one in need.used}
        others = sorted(one for one in used - {whose} if made.consent_items(one))
        if not items:
            hint = "".join(f" It needs papers of: --holder {one}." for one in others)
            raise UsageWrong(f"The plan needs nothing of this holder's.{hint}")
        now = platform.now()
        asking = Asking(
            case=case,
            service_item=item.slug,
            purpose=item.purpose_zh,
            subject=whose,
            items=cast(list[Any], items),
            # the limit counts from the plan's time, and the plan is made once more on receipt
            until=now + timedelta(days=days if days is not None else item.consent_days),
            uses=uses if uses is not None else item.consent_uses,
            officer=officer,
            reason=reason,
            channel=asked_through,
        )
        signer = agency_signer(session, acting)
        data = consent_request(signer, platform.log.origin, asking, now, secrets.token_bytes)
        entry = request_consent(platform, acting, data)
        code, settled = settle(platform)
        body = read_statement(data)[1].body
        told = item_lines(session, platform, body)
        told += [session.say("request.others", case=case, holder=one) for one in others]
    if out is not None:
        write_file(out, data)
    facts = {"request": body["request"], "items": items, "entry": entry.index, **settled}
    session.out(facts, session.say("request.done", **facts), *told)
    return code
