"""``mianti issue --batch``: one licence per row, a result per row, safe to run again.

A row is remembered by its content (or its own ``key``) in the same commit as its licence: a second
run answers the licence that stands already, also after the first was killed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli import row_results
from api.cli.acting import issuer_of
from api.cli.drafts import BatchRow, draft_members, read_draft, read_rows
from api.cli.outcome import UsageWrong
from api.cli.pages import drawing
from api.cli.row_results import Told, why
from api.cli.session import Session, read_file, settle, write_file
from certs.canonical import canonical
from certs.errors import Coded

if TYPE_CHECKING:
    from ledger.flows.library.issue_many import Order, RowDone
    from ledger.platform import Platform

ROUTE = "cli/issue"


def run(
    session: Session,
    kind: str | None,
    rows: Path,
    out: Path | None,
    agency: str | None,
    report: Path | None = None,
) -> int:
    """Issue every row; 1 if any was refused, 69 if any must be tried again. Raises UsageWrong for
    a file that is no table, before anything is issued."""
    table = list(read_rows(read_file(rows)))
    if not table:
        raise UsageWrong("There are no rows.")
    with (
        session.platform() as platform,
        session.progress(len(table), "progress.issuing") as step,
    ):
        results = _issued(session, platform, table, kind, agency, out, step)
        code, settled = settle(platform)
    return row_results.tell(session, results, settled, code, "batch.done", report)


def _issued(
    session: Session,
    platform: Platform,
    table: list[BatchRow],
    kind: str | None,
    agency: str | None,
    out: Path | None,
    step: Callable[[int], None],
) -> list[Told]:
    """What became of each row, in the order of the table; rows of one issuer go together."""
    from ledger.flows.library.issue_many import issue_many

    told: dict[int, Told] = {}
    orders: dict[str, list[tuple[int, Order]]] = {}
    for row in table:
        try:
            issuer, order = _order(platform, row, kind, agency)
            orders.setdefault(issuer, []).append((row.line, order))
        except Coded as error:
            told[row.line] = {"line": row.line, **why(session, error)}
            step(1)
    with drawing(len(table)) as render:
        for issuer, numbered in orders.items():
            done = issue_many(platform, issuer, (order for _, order in numbered), render)
            for (line, _), one in zip(numbered, done, strict=True):
                told[line] = {"line": line, **_said(session, platform, one, out)}
                step(1)
    return [told[line] for line in sorted(told)]


def _order(
    platform: Platform, row: BatchRow, kind: str | None, agency: str | None
) -> tuple[str, Order]:
    from ledger.flows.door.once import Once
    from ledger.flows.library.issue_many import Order

    row.require_whole()
    type_ = str(row.members.get("type") or kind or "")
    issuer = issuer_of(platform, type_, agency)
    once = Once(issuer, ROUTE, row.key, canonical({**row.members, "type": type_}))
    return issuer, Order(read_draft(platform, type_, draft_members(row)), once)


def _said(session: Session, platform: Platform, done: RowDone, out: Path | None) -> Told:
    if done.error is not None:
        return why(session, done.error)
    told: Told = {
        "result": done.result,
        "licence": done.licence,
        "identifier": done.identifier,
    }
    try:
        if out is not None:
            told["file"] = str(_written(platform, str(done.licence), out))
    except Coded as error:
        return told | why(session, error)
    return told


def _written(platform: Platform, licence: str, out: Path) -> Path:
    from ledger.flows.library.files import plaintext

    path = out / f"{licence}.pdf"
    if not path.exists():
        (held,) = platform.store.rows("licences", {"id": licence})
        write_file(path, b"".join(plaintext(platform, str(held["layout_file"]))))
    return path
