"""``mianti issue --batch``: one licence per row, a result per row, safe to run again.

A row is remembered by its content (or its own ``key``) in the same commit as its licence: a second
run answers the licence that stands already.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.drafts import BatchRow, draft_members, read_draft, read_rows
from api.cli.outcome import AWAY, FAILED, UsageWrong
from api.cli.session import Session, read_file, settle, write_file
from certs.canonical import canonical
from certs.errors import Coded

if TYPE_CHECKING:
    from ledger.platform import Platform

ROUTE = "cli/issue"


def run(
    session: Session, kind: str | None, rows: Path, out: Path | None, agency: str | None
) -> int:
    """Issue every row; 1 if any was refused, 69 if any must be tried again. Raises UsageWrong for
    a file that is no table, before anything is issued."""
    table = list(read_rows(read_file(rows)))
    if not table:
        raise UsageWrong("There are no rows.")
    results = []
    with (
        session.platform() as platform,
        session.progress(len(table), "progress.issuing") as step,
    ):
        for row in table:
            results.append(_row(platform, row, kind, out, agency))
            step(1)
        code, settled = settle(platform)
    counts = Counter(str(one["result"]) for one in results)
    lines = [
        session.say("batch.row", line=one["line"], result=session.say(f"batch.{one['result']}"),
                    detail=one.get("licence") or f"{one['code']}: {one['message']}")
        for one in results
    ]  # fmt: skip
    summary = session.say("batch.done", total=len(results), refused=counts["refused"])
    session.out({"rows": results, "counts": dict(counts), **settled}, *lines, summary)
    if counts["waiting"]:
        return AWAY
    return FAILED if counts["refused"] else code


def _row(
    platform: Platform, row: BatchRow, kind: str | None, out: Path | None, agency: str | None
) -> dict[str, Any]:
    from api.cli.issuing import issuer_of
    from ledger.errors import Pushback
    from ledger.flows.issue import issue_licence
    from ledger.flows.once import Once

    told: dict[str, Any] = {"line": row.line}
    try:
        type_ = str(row.members.get("type") or kind or "")
        issuer = issuer_of(platform, type_, agency)
        once = Once(issuer, ROUTE, row.key, canonical({**row.members, "type": type_}))
        known = once.earlier(platform)
        if known is None:
            draft = read_draft(platform, type_, draft_members(row))
            done = issue_licence(platform, issuer, draft, once)
            told |= {"result": "issued", "licence": done.licence, "identifier": done.identifier}
        else:
            told |= {"result": "standing", **known}
        if out is not None:
            told["file"] = str(_written(platform, str(told["licence"]), out))
    except Pushback as error:
        told |= {"result": "waiting", "code": error.code, "message": str(error)}
    except Coded as error:
        told |= {"result": "refused", "code": error.code, "message": str(error)}
    return told


def _written(platform: Platform, licence: str, out: Path) -> Path:
    from ledger.flows.files import plaintext

    path = out / f"{licence}.pdf"
    if not path.exists():
        (held,) = platform.store.rows("licences", {"id": licence})
        write_file(path, b"".join(plaintext(platform, str(held["layout_file"]))))
    return path
