"""An agency's published status lists: every version, and whether they follow each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.outcome import DONE, FAILED
from api.cli.session import session_of
from api.cli.words import error_sentence

if TYPE_CHECKING:
    from ledger.flows.library.list_history import Version

Whose = Annotated[str, typer.Argument(metavar="AGENCY")]


def register(app: typer.Typer) -> None:
    lists = typer.Typer()
    lists.command("history")(history)
    lists.command("check")(check)
    app.add_typer(lists, name="status-list")


def history(
    context: typer.Context, agency: Whose, limit: Annotated[int, typer.Option(min=1)] = 20
) -> int:
    from itertools import islice

    from ledger.flows.library.list_history import versions
    from ledger.flows.library.status import list_id, list_uri

    session = session_of(context)
    with session.platform() as platform:
        uri = list_uri(platform, agency)
        platform.catalogue.agency(agency)
        head = platform.chain.status_head(list_id(uri))
        shown = [told(one) for one in islice(versions(platform, uri, head), limit)]
    lines = [session.say("status_list.version", **one) for one in shown]
    facts = {"agency": agency, "uri": uri, "newest": head.version, "versions": shown}
    session.out(facts, *(lines or [session.say("status_list.none", agency=agency)]))
    return DONE


def check(context: typer.Context, agency: Whose) -> int:
    from ledger.flows.library.list_history import versions
    from ledger.flows.library.status import list_id, list_uri

    session = session_of(context)
    faults: list[dict[str, Any]] = []
    walked = 0
    with session.platform() as platform:
        uri = list_uri(platform, agency)
        platform.catalogue.agency(agency)
        head = platform.chain.status_head(list_id(uri))
        with session.progress(head.version, "progress.versions") as step:
            for one in versions(platform, uri, head):
                walked += 1
                faults += [
                    {
                        "version": one.number,
                        "code": fault.code,
                        "message": error_sentence(session.language, fault.code, str(fault)),
                    }
                    for fault in one.faults
                ]
                step(1)
    facts = {"agency": agency, "uri": uri, "versions": walked, "ok": not faults, "faults": faults}
    summary = "status_list.wrong" if faults else "status_list.whole"
    lines = [session.say("status_list.fault", **one) for one in faults]
    session.out(facts, *lines, session.say(summary, versions=walked, faults=len(faults)))
    return FAILED if faults else DONE


def told(version: Version) -> dict[str, Any]:
    """What is shown of one version."""
    from ledger.log.statement import format_time

    said = version.said
    return {
        "version": version.number,
        "issued": format_time(said.issued) if said else "—",
        "valid_until": format_time(said.expires) if said else "—",
        "cid": version.cid or "—",
        "sha256": version.digest.hex() if version.digest else "—",
    }
