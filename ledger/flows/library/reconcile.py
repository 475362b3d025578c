"""Daily reconciliation (归集对账): an issuer's list of a day against what its agency keeps here.

The log says that it was done, over which list, and how many gaps of which sort were found; the
report itself names licence numbers and so lies sealed beside the log, its digest in the entry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from certs import base64url
from certs.canonical import Json, canonical, parse
from ledger import tlog
from ledger.errors import NotFound
from ledger.flows.door.numbers import identifier_digest, number_digest
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.statements import own_statement
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.library.gaps import GapSort, HeldPaper, Listed, Report, reconcile
from ledger.library.increment import read_increment
from ledger.log.records import RecordErased, open_small, seal_small
from ledger.log.statement import format_time, parse_time
from ledger.platform import Platform
from ledger.ports import Row, Scalar
from ledger.reuse.documents import CHINA
from ledger.reuse.documents import day as day_of
from ledger.tlog import Draft, Sequenced, sequence

TELLING = (GapSort.STATUS_DIFFERS, GapSort.LATE, GapSort.UNREADABLE)
"""Sorts of gaps whose two sides are words, days or rows."""
PURPOSE = "gap report"
Held = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """``id``: ``rcn_…``; ``report`` as JSON members, in full: :func:`read_report` gives it again
    without numbers."""

    id: str
    entry: Sequenced
    report: dict[str, Any]


def reconcile_increment(
    platform: Platform,
    agency: str,
    data: bytes,
    day: date,
    *,
    type_: str | None = None,
    source: str | None = None,
    once: Once | None = None,
) -> Reconciled:
    """Compare the list ``data`` (CSV) of ``day`` with what ``agency`` keeps, or with what it
    collected from ``source`` alone, and log that it was done. Raises IncrementMalformed, Unknown
    (agency)."""
    platform.catalogue.agency(agency)
    listed = read_increment(data, type_)
    report = compare(platform, agency, listed, day, source)
    full = _as_json(agency, source, report)
    plain = canonical(_to_keep(full))
    identity = new_id("rcn", platform.randomness)
    body: dict[str, Json] = {
        "reconciliation": identity,
        "agency": agency,
        "source": source,
        "day": day.isoformat(),
        "increment_sha256": base64url.encode(hashlib.sha256(data).digest()),
        "report_sha256": base64url.encode(hashlib.sha256(plain).digest()),
        "listed": report.listed,
        "matched": report.matched,
        "counts": dict(report.counts),
    }
    envelope, statement = own_statement(platform, agency, "library.reconciled", body)
    sealed, key = seal_small(
        plain, f"{PURPOSE}/{identity}", platform.record_key, platform.randomness
    )
    kept: dict[str, Scalar] = {"reconciliation": identity, "sealed": sealed, "sealed_key": key}
    rows = (*rows_of(statement), Row("gap_reports", kept))
    rows += remembered(platform, once, statement, {"reconciliation": identity})
    (done,) = sequence(platform, [Draft(envelope, statement, names_of(statement), rows)])
    return Reconciled(identity, done, full)


def compare(
    platform: Platform, agency: str, listed: list[Listed], day: date, source: str | None
) -> Report:
    """The gaps as of now; nothing is written. What is held is listed first: a licence that comes in
    meanwhile is then found for its row, and is not missing on both sides."""
    of_the_day = list(_of_the_day(platform, agency, day, source))
    held = {}
    for one in listed:
        paper = _find(platform, agency, one, source) if one.fault is None else None
        if paper is not None:
            held[one.row] = paper
    return reconcile(day, listed, held, of_the_day)


def read_report(platform: Platform, agency: str, identity: str) -> dict[str, Any]:
    """The report of one of the agency's own reconciliations, as it is kept: each gap by its row in
    the agency's list and by its licence, no numbers. Raises NotFound, Tampered."""
    if not platform.store.rows("reconciliations", {"id": identity, "agency": agency}):
        raise NotFound("There is no such reconciliation.")
    return cast(dict[str, Any], parse(report_bytes(platform, identity)))


def report_bytes(platform: Platform, identity: str) -> bytes:
    """The canonical bytes of a report. Raises NotFound, Tampered."""
    rows = platform.store.rows("gap_reports", {"reconciliation": identity})
    if not rows:
        raise NotFound("There is no such report.")
    sealed, key = cast(bytes, rows[0]["sealed"]), cast(bytes, rows[0]["sealed_key"])
    return open_small(sealed, key, f"{PURPOSE}/{identity}", platform.record_key)


def gap_board(platform: Platform, agency: str | None = None) -> list[dict[str, Any]]:
    """The last reconciliation of each agency and source, agencies in order (or of one agency)."""
    agencies = sorted(platform.catalogue.agencies) if agency is None else [agency]
    board = []
    for one in agencies:
        newest: dict[str, Held] = {}
        after: Scalar = None
        while page := platform.store.rows("reconciliations", {"agency": one}, after=after):
            for row in page:
                source = str(row["source"] or "")
                if source not in newest or _rank(row) > _rank(newest[source]):
                    newest[source] = row
            after = page[-1]["id"]
        board += [shown(newest[source]) for source in sorted(newest)]
    return board


def shown(row: Held) -> dict[str, Any]:
    """What a reconciliation's row says, for pages and answers."""
    plain = {name: row[name] for name in ("id", "agency", "source", "day", "listed", "matched")}
    counts = cast(dict[str, int], parse(str(row["counts"]).encode()))
    made = {"gaps": row["gaps"], "made_at": row["made_at"], "entry": row["entry_index"]}
    return {**plain, "counts": counts, **made}


def _rank(row: Held) -> tuple[str, int]:
    return str(row["day"]), cast(int, row["entry_index"])


def _find(platform: Platform, agency: str, one: Listed, source: str | None) -> HeldPaper | None:
    """The newest licence held under a row's number, or its identifier."""
    if one.number:
        digest = number_digest(platform, agency, one.type, one.number)
    else:
        digest = identifier_digest(platform, agency, str(one.identifier))
    names = platform.store.rows("licence_numbers", {"digest": digest})
    held = [row for named in names for row in _kept(platform, agency, named, source)]
    newest = max(held, key=lambda row: cast(int, row["entry_index"]), default=None)
    return None if newest is None else _paper(platform, newest)


def _kept(platform: Platform, agency: str, named: Held, source: str | None) -> list[Held]:
    where: dict[str, Scalar] = {"id": str(named["object"]).removeprefix("licence:")}
    where |= {"issuer": agency} | ({"source": source} if source is not None else {})
    return list(platform.store.rows("licences", where))


def _of_the_day(
    platform: Platform, agency: str, day: date, source: str | None
) -> Iterator[HeldPaper]:
    """What the issuer should have listed: licences issued here on that day, and those collected
    that say they are valid from it. A version that was replaced since is not looked for."""
    begins = datetime.combine(day, time.min, CHINA)
    span = ("recorded_at", format_time(begins), format_time(begins + timedelta(days=1)))
    where: dict[str, Scalar] = {"issuer": agency}
    found: list[Held] = []
    if source is None:
        issued = platform.store.tally("licences", ("id",), {**where, "source": None}, span=span)
        for (identity,), _ in issued:
            found += platform.store.rows("licences", {"id": identity})
    dated = {**where, "valid_from": day.isoformat()}
    if source is not None:
        dated["source"] = source
    after: Scalar = None
    while page := platform.store.rows("licences", dated, after=after):
        found += [row for row in page if row["source"] is not None]
        after = page[-1]["id"]
    for row in found:
        if row["state"] not in ("superseded", "erased"):
            yield _paper(platform, row)


def _paper(platform: Platform, row: Held) -> HeldPaper:
    number, identifier = "", None
    try:
        body = tlog.read(platform, cast(int, row["entry_index"])).body
        number, identifier = str(body["number"]), cast("str | None", body["identifier"])
    except RecordErased:
        pass
    (file,) = platform.store.rows("files", {"id": row["layout_file"]})
    return HeldPaper(
        licence=str(row["id"]),
        type=str(row["type"]),
        number=number,
        status=str(row["state"]),
        identifier=identifier,
        sha256=cast(bytes, file["sha256"]),
        recorded_on=day_of(parse_time(str(row["recorded_at"]))),
    )


def _as_json(agency: str, source: str | None, report: Report) -> dict[str, Any]:
    gaps = [{**asdict(gap), "sort": gap.sort.value} for gap in report.gaps]
    return {
        "agency": agency,
        "source": source,
        "day": report.day.isoformat(),
        "listed": report.listed,
        "matched": report.matched,
        "counts": dict(report.counts),
        "gaps": gaps,
    }


def _to_keep(full: dict[str, Any]) -> dict[str, Any]:
    """A report outlives the licences that it names, also those that are erased. What is kept points
    into the agency's own list, and tells words and days alone: no number, identifier or digest."""
    gaps = []
    for gap in full["gaps"]:
        told = ("here", "there") if gap["sort"] in TELLING else ()
        gaps.append({name: gap[name] for name in ("sort", "type", "row", "licence", *told)})
    return {**full, "gaps": gaps}
