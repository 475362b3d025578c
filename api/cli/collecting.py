"""``mianti collect``: licences that exist elsewhere, one or a table of them, bytes untouched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import row_results
from api.cli.acting import OwnAgency
from api.cli.drafts import BatchRow, day, read_rows, reference_of, subject_of
from api.cli.outcome import DONE, FileUnreadable, UsageWrong
from api.cli.session import Session, chunks_of, pairs_of, read_file, session_of, settle
from certs.canonical import canonical
from certs.errors import Coded

if TYPE_CHECKING:
    from ledger.flows.library.collect_many import Found, RowTaken
    from ledger.flows.library.issue import CollectedLicence
    from ledger.platform import Platform

ROUTE = "cli/collect"
_PLAIN = (
    "type", "key", "subject", "number", "issuer", "source", "file", "identifier", "valid_from",
    "valid_to", "premises", "project", "decision",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What the command line says of all rows that do not say it themselves."""

    type: str | None
    issuer: str | None
    source: str


def register(app: typer.Typer) -> None:
    app.command("collect")(collect)


def collect(
    context: typer.Context,
    agency: OwnAgency,
    type: Annotated[str | None, typer.Argument(metavar="TYPE")] = None,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", exists=True)] = None,
    subject: Annotated[str | None, typer.Option()] = None,
    number: Annotated[str | None, typer.Option()] = None,
    issuer: Annotated[str | None, typer.Option()] = None,
    source: Annotated[str, typer.Option()] = "presented by the holder",
    field: Annotated[list[str] | None, typer.Option()] = None,
    identifier: Annotated[str | None, typer.Option()] = None,
    valid_from: Annotated[str | None, typer.Option()] = None,
    valid_to: Annotated[str | None, typer.Option()] = None,
    premises: Annotated[str | None, typer.Option()] = None,
    project: Annotated[str | None, typer.Option()] = None,
    decision: Annotated[str | None, typer.Option()] = None,
    rows: Annotated[Path | None, typer.Option("--batch")] = None,
    files: Annotated[Path | None, typer.Option("--files", file_okay=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    report: Annotated[Path | None, typer.Option()] = None,
) -> int:
    session = session_of(context)
    if rows is not None:
        if file is not None or files is None:
            raise UsageWrong("Give --batch ROWS.csv with --files DIR.")
        told = Told(type, issuer, source)
        return _batch(session, agency, told, rows, files, dry_run=dry_run, report=report)
    if type is None or file is None or None in (subject, number, issuer):
        raise UsageWrong("Give TYPE, FILE, --subject, --number and --issuer, or --batch ROWS.csv.")
    members: dict[str, str | None] = {
        "type": type,
        "subject": subject,
        "number": number,
        "issuer": issuer,
        "source": source,
        "identifier": identifier,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "premises": premises,
        "project": project,
        "decision": decision,
    }
    return _one(session, agency, members, pairs_of(field, "--field"), file, dry_run=dry_run)


def _one(
    session: Session,
    agency: str,
    members: Mapping[str, str | None],
    fields: Mapping[str, str],
    file: Path,
    *,
    dry_run: bool,
) -> int:
    from ledger.flows.library.collect_many import Found, collect_many

    for name in ("valid_from", "valid_to"):
        day(members[name], f"--{name.replace('_', '-')}")
    with (
        session.platform() as platform,
        session.progress(2 * file.stat().st_size, "progress.storing") as step,
    ):
        row = Found(_licence(platform, members, fields), lambda: chunks_of(file, step))
        (done,) = collect_many(platform, agency, [row], dry=dry_run)
        if done.error is not None:
            raise done.error
        code, settled = (DONE, {}) if dry_run else settle(platform)
        held = platform.store.rows("licences", {"id": done.licence})
    facts: dict[str, Any] = {
        "result": done.result,
        "licence": done.licence,
        "entry": held[0]["entry_index"] if held else None,
        "warnings": list(done.warnings),
        **settled,
    }
    said = "collect.would" if dry_run else "collect.done"
    session.out(
        facts, session.say(said, **{**facts, "result": session.say(f"batch.{done.result}")})
    )
    return code


def _batch(
    session: Session,
    agency: str,
    told: Told,
    rows: Path,
    files: Path,
    *,
    dry_run: bool,
    report: Path | None,
) -> int:
    """Take in every row; 1 if any was refused, 69 if any must be tried again."""
    table = list(read_rows(read_file(rows)))
    if not table:
        raise UsageWrong("There are no rows.")
    with (
        session.platform() as platform,
        session.progress(len(table), "progress.collecting") as step,
    ):
        platform.catalogue.agency(agency)
        results = []
        for row in table:
            done = _row(platform, agency, told, row, files, dry_run)
            results.append({"line": row.line, **_said(session, done)})
            step(1)
        code, settled = (DONE, {"dry_run": True}) if dry_run else settle(platform)
    summary = "collect.would_all" if dry_run else "collect.all"
    return row_results.tell(session, results, settled, code, summary, report)


def _row(
    platform: Platform, agency: str, told: Told, row: BatchRow, files: Path, dry_run: bool
) -> RowTaken:
    from ledger.flows.library.collect_many import collect_many, failed

    try:
        found = _found(platform, agency, told, row, files)
    except Coded as error:
        return failed(error)
    (done,) = collect_many(platform, agency, [found], dry=dry_run)
    return done


def _found(platform: Platform, agency: str, told: Told, row: BatchRow, files: Path) -> Found:
    from ledger.flows.door.once import Once
    from ledger.flows.library.collect_many import Found, sha256_of

    row.require_whole()
    cells = {name: str(value) for name, value in row.members.items() if value != ""}
    members: dict[str, str | None] = {name: cells.get(name) for name in _PLAIN}
    members["type"] = members["type"] or told.type
    members["issuer"] = members["issuer"] or told.issuer
    members["source"] = members["source"] or told.source
    for name in ("type", "subject", "number", "issuer", "file"):
        if not members[name]:
            raise UsageWrong(f"A row needs {name}.", option=name)
    fields = {name: value for name, value in cells.items() if name not in _PLAIN}
    read = partial(chunks_of, inside(files, str(members["file"])))
    once = None
    if members["key"]:
        request = canonical(dict(row.members)) + sha256_of(read())
        once = Once(agency, ROUTE, members["key"], request)
    return Found(_licence(platform, members, fields), read, once)


def inside(folder: Path, name: str) -> Path:
    """A file that a row names, which must lie in ``folder``. Raises FileUnreadable."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        raise FileUnreadable(f"{name}: no such file in {folder}", path=name)
    return path


def _licence(
    platform: Platform, members: Mapping[str, str | None], fields: Mapping[str, str]
) -> CollectedLicence:
    from ledger.flows.library.issue import CollectedLicence

    return CollectedLicence(
        type=str(members["type"]),
        subject=subject_of(platform, str(members["subject"])),
        number=str(members["number"]),
        source=str(members["source"]),
        issuer_name=str(members["issuer"]),
        fields=fields,
        valid_from=day(members["valid_from"], "valid_from"),
        valid_to=day(members["valid_to"], "valid_to"),
        identifier=members["identifier"],
        premises=reference_of(platform, members["premises"]),
        project=members["project"],
        decision=members["decision"],
    )


def _said(session: Session, done: RowTaken) -> row_results.Told:
    if done.error is not None:
        return row_results.why(session, done.error)
    return {"result": done.result, "licence": done.licence, "warnings": list(done.warnings)}
