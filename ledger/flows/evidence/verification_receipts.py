"""Verification receipts (核验回执): what an officer saw, signed and in the log, so that whoever
relied in good faith on what stood then can show it years later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from certs import base64url
from certs.canonical import Json, parse
from certs.verdict import Verdict
from ledger import tlog
from ledger.after.report import Occasion, Seen, report_of, statement_body
from ledger.errors import Malformed
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import own_statement
from ledger.flows.evidence.trace import export_bundle
from ledger.flows.evidence.verify import Submitted, placed_verdicts
from ledger.flows.matters.cases import read_case
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.log.records import RecordErased
from ledger.log.statement import Statement, parse_time
from ledger.platform import Platform
from ledger.reuse.documents import day
from ledger.status.lifecycle import STATE_AFTER
from ledger.tlog import Draft, Sequenced, sequence
from ledger.verify.memory import Memory

MOST_ITEMS = 1000


class ReportOther(Malformed):
    """These bytes are not the report that the receipt is about."""

    code = "verification.report"


@dataclass(frozen=True, slots=True)
class Officer:
    """Who looks: the officer's pseudonym, and for which case of the agency's own."""

    agency: str
    officer: str
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Receipted:
    """``report``: what was seen, in full; the agency keeps it, the log keeps its digest."""

    verification: str
    entry: Sequenced
    report: bytes
    verdicts: tuple[Verdict, ...]


def verify_with_receipt(
    platform: Platform,
    who: Officer,
    items: Sequence[Submitted],
    once: Once | None = None,
    memory: Memory | None = None,
) -> Receipted:
    """Verify 1 to 1,000 items as of now, and state what was seen. Raises NotFound (case, entry),
    ValueError for no or too many items."""
    if not 1 <= len(items) <= MOST_ITEMS:
        raise ValueError("1 to 1,000 items have a receipt")
    if who.case is not None:
        read_case(platform, who.agency, who.case)
    as_of = platform.now().replace(microsecond=0)
    found = placed_verdicts(platform, items, as_of, memory)
    seen = [
        Seen(one.sort, _digest(platform, one), index, verdict)
        for one, (index, verdict) in zip(items, found, strict=True)
    ]
    verification = new_id("ver", platform.randomness)
    occasion = Occasion(verification, who.agency, who.officer, who.case, as_of)
    report = report_of(platform.log.origin, occasion, seen)
    envelope, statement = own_statement(
        platform,
        who.agency,
        "verified",
        statement_body(occasion, seen, report),
        files=[(hashlib.sha256(report).digest(), len(report))],
        refs=sorted({one.entry for one in seen if one.entry is not None}),
    )
    shown = parse(report, max_bytes=len(report))
    answer: dict[str, Json] = {"verification": verification, "report": shown}
    rows = rows_of(statement) + remembered(platform, once, statement, answer)
    (done,) = sequence(platform, [Draft(envelope, statement, names_of(statement), rows)])
    return Receipted(verification, done, report, tuple(verdict for _, verdict in found))


def _digest(platform: Platform, one: Submitted) -> bytes:
    if one.sort == "entry" and one.index is not None:
        return hashlib.sha256(tlog.stored_entry(platform, one.index).leaf).digest()
    return hashlib.sha256(one.data).digest()


@dataclass(frozen=True, slots=True)
class Rejudged:
    """One item of a receipt, looked at again: ``outcome`` and ``code`` as the officer saw them;
    ``genuine``: verdict of today over everything but how it stands, None where nothing of it is in
    the log or its content was erased; ``state``: how it stood then by the log's own order (a
    licence's state, ``expired``, or None where it has none); ``right``: whether what was seen
    agrees with both, None where nobody can say."""

    sha256: str
    entry: int | None
    outcome: str
    code: str
    genuine: Verdict | None
    state: str | None
    right: bool | None


def rejudge(platform: Platform, verification: str) -> tuple[Statement, int, tuple[Rejudged, ...]]:
    """The statement of a receipt with its index, and each item judged again as of then. Raises
    NotFound."""
    row = row_of(platform, "verifications", verification, "verification")
    index = cast(int, row["entry_index"])
    statement = tlog.read(platform, index)
    body: Mapping[str, Any] = statement.body
    as_of = day(parse_time(body["as_of"]))
    return statement, index, tuple(_again(platform, one, index, as_of) for one in body["items"])


def _again(platform: Platform, item: Mapping[str, Any], index: int, on: date) -> Rejudged:
    genuine, state = None, None
    entry = item["entry"]
    if entry is not None:
        state = _state_before(platform, entry, index, on)
        genuine = _genuine(platform, entry)
    return Rejudged(
        sha256=item["sha256"],
        entry=entry,
        outcome=item["outcome"],
        code=item["code"],
        genuine=genuine,
        state=state,
        right=_right(item, genuine, state),
    )


def _genuine(platform: Platform, entry: int) -> Verdict | None:
    if tlog.stored_entry(platform, entry).record_key is None:
        return None
    asked = [Submitted("entry", index=entry)]
    ((_, verdict),) = placed_verdicts(platform, asked, platform.now(), ask_status=False)
    return verdict


def _right(item: Mapping[str, Any], genuine: Verdict | None, state: str | None) -> bool | None:
    if genuine is None or item["outcome"] == "indeterminate":
        return None
    if item["outcome"] == "passed":
        return genuine.outcome.value == "passed" and state in (None, "active")
    if str(item["code"]).startswith("status."):
        return state not in (None, "active")
    return None  # the bytes were not those of the entry: nothing here can show them again


def _state_before(platform: Platform, entry: int, index: int, on: date) -> str | None:
    """How the licence that ``entry`` brought in stood when ``index`` was written."""
    try:
        body: Mapping[str, Any] = tlog.read(platform, entry).body
    except RecordErased:
        return None
    licence = body.get("licence")
    if not isinstance(licence, str):
        return None
    ends = body.get("valid_to")
    if isinstance(ends, str) and on > date.fromisoformat(ends):
        return "expired"
    state = "active"
    for at in _history(platform, f"licence:{licence}", index):
        state = STATE_AFTER.get(tlog.stored_entry(platform, at).kind, state)
    return state


def _history(platform: Platform, name: str, before: int) -> Iterable[int]:
    after = -1
    while page := platform.store.find(name, after=after):
        for at in page:
            if at >= before:
                return
            yield at
        after = page[-1]


def check_report(statement: Statement, report: bytes) -> None:
    """Raises ReportOther unless these bytes are the report that the statement is about."""
    digest = base64url.encode(hashlib.sha256(report).digest())
    if digest != statement.body["report_sha256"]:
        raise ReportOther("This is not the report of this verification.")


def receipt_bundle(platform: Platform, verification: str, report: bytes | None = None) -> bytes:
    """The receipt to take away, signed for its agency: the statement, the report where it is given,
    what it rests on, and how that stood up to then. Verifies offline, at any time later as of the
    day when it was made (``--at``): what happened then is what it shows, not how things stand now.

    Raises NotFound (also where it is not anchored yet), ReportOther, Pushback.
    """
    statement, index, items = rejudge(platform, verification)
    if report is not None:
        check_report(statement, report)
    entries = {one.entry for one in items if one.entry is not None}
    history = {
        at
        for entry in entries
        for at in _history(platform, _licence(platform, entry), index)
        if tlog.stored_entry(platform, at).kind in STATE_AFTER
    }
    return export_bundle(
        platform,
        statement.actor,
        f"verification:{verification}",
        {index, *entries, *history},
        beside=() if report is None else (report,),
        complete=False,
    )


def _licence(platform: Platform, entry: int) -> str:
    try:
        licence = tlog.read(platform, entry).body.get("licence")
    except RecordErased:
        licence = None
    return f"licence:{licence}"
