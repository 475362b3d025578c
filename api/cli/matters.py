"""One matter across departments: opened once, planned together, consented to together."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.acting import Agency
from api.cli.consenting import Wallet, ask_yes, asked_lines, envelope_at
from api.cli.drafts import subject_of
from api.cli.keyring import open_wallet
from api.cli.materials import chosen_channel
from api.cli.named import agency_named, service_named
from api.cli.outcome import DONE
from api.cli.session import pairs_of, session_of, settle

if TYPE_CHECKING:
    from ledger.platform import Platform


def register(app: typer.Typer) -> None:
    matter = typer.Typer()
    matter.command("open")(matter_open)
    matter.command("plan")(matter_plan)
    matter.command("consent")(matter_consent)
    app.add_typer(matter, name="matter")


def matter_open(
    context: typer.Context,
    bundle: Annotated[str, typer.Argument(metavar="BUNDLE")],
    subject: Annotated[str, typer.Option()],
    matter: Annotated[str, typer.Option()],
    officer: Annotated[str, typer.Option()],
    channel: Annotated[str, typer.Option()] = "counter",
    party: Annotated[list[str] | None, typer.Option()] = None,
    project: Annotated[str | None, typer.Option()] = None,
    premises: Annotated[str | None, typer.Option()] = None,
    agency: Agency = None,
    key: Annotated[str | None, typer.Option("--key")] = None,
) -> int:
    from ledger.flows.door.once import Once
    from ledger.flows.matters.one_matter import MatterDraft, open_matter

    session = session_of(context)
    roles = pairs_of(party, "--party")
    with session.platform() as platform:
        acting = agency or platform.catalogue.bundle(bundle).members[0].agency
        draft = MatterDraft(
            bundle=bundle,
            subject=subject_of(platform, subject),
            matter=matter,
            channel=chosen_channel(channel),
            officer=officer,
            project=project,
            premises=premises,
            parties={role: subject_of(platform, who) for role, who in roles.items()},
        )
        once = Once(acting, "matter open", key or secrets.token_hex(16), repr(draft).encode())
        opened = open_matter(platform, acting, draft, once)
        code, settled = settle(platform)
        cases = [
            {"agency": one.agency, "item": one.item, "case": one.case, "entry": one.entry}
            for one in opened
        ]
        lines = [
            session.say(
                "matter.case",
                agency=agency_named(session, platform, one.agency),
                item=service_named(session, platform, one.item),
                case=one.case,
            )
            for one in opened
        ]
    session.out({"matter": matter, "cases": cases, **settled}, *lines)
    return code


def matter_plan(
    context: typer.Context, case: Annotated[str, typer.Argument(metavar="CASE")]
) -> int:
    from ledger.flows.matters.one_matter import plan_matter

    session = session_of(context)
    with session.platform() as platform:
        made = plan_matter(platform, case)
        lines = [
            session.say(
                "matter.counts",
                agency=agency_named(session, platform, plan.case.agency),
                item=service_named(session, platform, plan.case.item),
                **plan.counts,
            )
            for plan in made.plans
        ]
    lines += [f"  → {session.pick(one.zh, one.en)}" for one in made.missing]
    lines.append(session.say("matter.total", **made.counts))
    missing = [
        {"kind": one.kind, "subject": one.subject, "cases": list(one.cases)} for one in made.missing
    ]
    plans = [plan.to_json() for plan in made.plans]
    session.out({"counts": made.counts, "missing": missing, "plans": plans}, *lines)
    return DONE


def matter_consent(
    context: typer.Context,
    matter: Annotated[str, typer.Argument(metavar="MATTER")],
    wallet: Wallet,
    yes: Annotated[bool, typer.Option("--yes")] = False,
) -> int:
    """All requests of one matter are shown together and signed after one yes: each agency gets a
    consent of its own, which says nothing of the others."""
    from ledger.consent.errors import ConsentSuperseded
    from ledger.consent.parties import consent_grant, read_statement
    from ledger.errors import NotFound
    from ledger.flows.reading.consent import grant_consent

    session = session_of(context)
    signer = open_wallet(session, wallet).signer
    granted: list[dict[str, Any]] = []
    superseded: list[str] = []
    over: ConsentSuperseded | None = None
    with session.platform() as platform:
        requests = _requests(platform, signer.actor, matter)
        if not requests:
            raise NotFound("Nothing is asked for this matter.")
        for asked in requests:
            for line in asked_lines(session, platform, asked):
                session.note(line)
        ask_yes(session, yes=yes)
        for asked in requests:
            data, thread_key = consent_grant(
                signer, asked, platform.now(), secrets.token_bytes, log=platform.log.origin
            )
            try:
                done = grant_consent(platform, data, thread_key)
            except ConsentSuperseded as error:  # what the other agencies ask stands all the same
                superseded.append(str(read_statement(asked)[1].body["request"]))
                over = error
                continue
            granted.append({"consent": done.consent, "entry": done.entry.index})
        if over is not None and not granted:
            raise over
        code, settled = settle(platform)
    facts = {"consents": granted, "superseded": superseded, **settled}
    lines = [session.say("matter.consented", **one) for one in granted]
    lines += [session.say("matter.superseded", request=one) for one in superseded]
    session.out(facts, *lines)
    return code


def _requests(platform: Platform, subject: str, matter: str) -> list[bytes]:
    """The envelopes of what is asked of the subject for one matter and not answered yet."""
    found = []
    for row in platform.store.rows("requests", {"subject": subject, "state": "open"}):
        if platform.store.rows("cases", {"id": row["case_id"], "matter": matter}):
            found.append(envelope_at(platform, row["entry_index"]))
    return found
