"""Subjects and cases."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from api.cli.acting import Agency, agency_of
from api.cli.channels import case_resume
from api.cli.drafts import subject_of
from api.cli.materials import chosen_channel
from api.cli.outcome import DONE, FAILED, UsageWrong
from api.cli.session import pairs_of, session_of, settle

Outcome = Literal["granted", "refused", "dropped"]


def register(app: typer.Typer) -> None:
    subject = typer.Typer()
    subject.command("add")(subject_add)
    subject.command("find")(subject_find)
    app.add_typer(subject, name="subject")
    case = typer.Typer()
    case.command("open")(case_open)
    case.command("close")(case_close)
    case.command("resume")(case_resume)
    app.add_typer(case, name="case")


def subject_add(
    context: typer.Context,
    kind: Annotated[Literal["person", "organisation", "premises"], typer.Argument()],
    name: Annotated[str, typer.Argument()],
    id: Annotated[list[str] | None, typer.Option("--id")] = None,
) -> int:
    from ledger.flows.door.subjects import register_subject

    session = session_of(context)
    identifiers = tuple(pairs_of(id, "--id").items())
    with session.platform() as platform:
        subject = register_subject(platform, kind, name, identifiers)
    session.out({"subject": subject}, subject)
    return DONE


def subject_find(
    context: typer.Context,
    scheme: Annotated[str, typer.Argument()],
    value: Annotated[str, typer.Argument()],
) -> int:
    from ledger.flows.door.subjects import find_subject

    session = session_of(context)
    with session.platform() as platform:
        subject = find_subject(platform, scheme, value)
    session.out({"subject": subject}, subject or session.say("subject.absent"))
    return DONE if subject else FAILED


def case_open(
    context: typer.Context,
    item: Annotated[str, typer.Argument(metavar="ITEM")],
    subject: Annotated[str, typer.Option()],
    matter: Annotated[str, typer.Option()],
    officer: Annotated[str, typer.Option()],
    channel: Annotated[str, typer.Option()] = "counter",
    party: Annotated[list[str] | None, typer.Option()] = None,
    project: Annotated[str | None, typer.Option()] = None,
    premises: Annotated[str | None, typer.Option()] = None,
    follows: Annotated[str | None, typer.Option()] = None,
    agency: Agency = None,
) -> int:
    from ledger.flows.matters.cases import CaseDraft, open_case

    session = session_of(context)
    roles = pairs_of(party, "--party")
    with session.platform() as platform:
        agencies = platform.catalogue.item(item).agencies
        if agency is None and len(agencies) != 1:
            raise UsageWrong(f"Say which agency: --agency ({', '.join(agencies)}).")
        draft = CaseDraft(
            item=item,
            subject=subject_of(platform, subject),
            matter=matter,
            channel=chosen_channel(channel),
            officer=officer,
            project=project,
            premises=premises,
            parties={role: subject_of(platform, who) for role, who in roles.items()},
            follows=follows,
        )
        case, entry = open_case(platform, agency or agencies[0], draft)
        code, settled = settle(platform)
    facts = {"case": case, "agency": agency or agencies[0], "entry": entry.index, **settled}
    session.out(facts, session.say("case.opened", **facts))
    return code


def case_close(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    outcome: Annotated[Outcome, typer.Argument()],
    agency: Agency = None,
) -> int:
    from ledger.flows.matters.cases import close_case

    session = session_of(context)
    with session.platform() as platform:
        entry = close_case(platform, agency or agency_of(platform, case), case, outcome)
        code, settled = settle(platform)
    facts = {"case": case, "outcome": outcome, "entry": entry.index, **settled}
    session.out(facts, session.say("case.closed", **facts))
    return code
