"""What became of each row of a table: said on the terminal, or written as CSV or JSON lines."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from api.cli.outcome import AWAY, FAILED
from api.cli.session import Session, write_file
from api.cli.words import error_sentence
from certs.errors import Coded

Told = dict[str, Any]
COLUMNS = ("line", "result", "licence", "identifier", "code", "message", "warnings", "file")


def why(session: Session, error: Coded) -> Told:
    """The result of a row that was refused, or must be tried again."""
    from ledger.errors import Pushback

    result = "waiting" if isinstance(error, Pushback) else "refused"
    sentence = " ".join(
        error_sentence(session.language, error.code, str(error), error.values).split()
    )
    return {"result": result, "code": error.code, "message": sentence}


def tell(
    session: Session,
    results: Sequence[Told],
    settled: Mapping[str, Any],
    code: int,
    summary: str,
    report: Path | None,
) -> int:
    """Say the results, write them to ``report`` (CSV for ``.csv``, else JSON lines), and answer the
    exit code: 1 if any row was refused, 69 if any must be tried again, else ``code``."""
    counts = Counter(str(one["result"]) for one in results)
    if report is not None:
        written = _csv(results) if report.suffix.lower() == ".csv" else _lines(results)
        write_file(report, written.encode())
    lines = [
        session.say("batch.row", line=one["line"], result=session.say(f"batch.{one['result']}"),
                    detail=_detail(one))
        for one in results
    ]  # fmt: skip
    closing = session.say(summary, total=len(results), refused=counts["refused"])
    session.out({"rows": list(results), "counts": dict(counts), **settled}, *lines, closing)
    if counts["waiting"]:
        return AWAY
    return FAILED if counts["refused"] else code


def _detail(one: Told) -> str:
    if "code" in one:
        return f"{one['code']}: {one['message']}"
    odd = one.get("warnings") or ()
    return " ".join(filter(None, (one.get("licence"), f"({', '.join(odd)})" if odd else "")))


def _csv(results: Sequence[Told]) -> str:
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for one in results:
        cells = {**one, "warnings": " ".join(one.get("warnings") or ())}
        table.writerow([inert(cells.get(name)) for name in COLUMNS])
    return text.getvalue()


def inert(cell: object) -> object:
    """A text that a spreadsheet would take for a formula is shown as text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell


def _lines(results: Sequence[Told]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in results)
