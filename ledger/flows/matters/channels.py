"""One case on four channels: begun online, gone on with at the counter, a smart desk or a kiosk.

The case stays the same one, with what was handed in, planned and asked; only where it is worked on
changes. The case's agency says so, for its systems on each channel; who stands there and acts for
the holder is a matter of delegations and of the holder's own key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from ledger import tlog
from ledger.errors import Malformed
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.statements import own_statement
from ledger.flows.matters.cases import CaseClosed, read_case
from ledger.index import names_of, rows_of
from ledger.log.records import RecordErased
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.ports import Expect
from ledger.reuse.documents import Channel
from ledger.tlog import Draft, Sequenced, sequence

STAFFED = (Channel.COUNTER, Channel.SMART)
"""Channels where an officer works on the case; a kiosk and the web have none."""
_PAGE = 1000


class OfficerMissing(Malformed):
    """On this channel an officer takes the case over, and must be named."""

    code = "case.officer"


@dataclass(frozen=True, slots=True)
class Step:
    """From entry ``entry`` on the case was worked on over ``channel``; ``at`` is RFC 3339 UTC."""

    channel: str
    officer: str | None
    at: str
    entry: int


def resume_case(
    platform: Platform,
    agency: str,
    case: str,
    channel: Channel,
    officer: str | None = None,
    once: Once | None = None,
) -> Sequenced:
    """Go on with the agency's own open case over ``channel``. Raises NotFound, CaseClosed,
    OfficerMissing."""
    row = read_case(platform, agency, case)
    if row["state"] != "open":
        raise CaseClosed("The case is closed already.", outcome=row["outcome"])
    if channel in STAFFED and officer is None:
        raise OfficerMissing("Name the officer who takes the case over.", channel=channel.value)
    envelope, statement = own_statement(
        platform,
        agency,
        "case.resumed",
        {"case": case, "channel": channel.value, "officer": officer},
        prev=cast(int, row["opened_index"]),
    )
    expects = (Expect("cases", {"id": case}, {"state": "open"}),)
    answer = {"case": case, "channel": channel.value}
    rows = rows_of(statement) + remembered(platform, once, statement, answer)
    (done,) = sequence(platform, [Draft(envelope, statement, names_of(statement), rows, expects)])
    return done


def channel_history(platform: Platform, case: str) -> list[Step]:
    """Over which channels the case went, in order. Costs by the case's entries."""
    steps: list[Step] = []
    after = -1
    while page := platform.store.find(f"case:{case}", after=after, limit=_PAGE):
        steps += [step for index in page for step in _step(platform, index)]
        after = page[-1]
    return steps


def _step(platform: Platform, index: int) -> list[Step]:
    stored = tlog.stored_entry(platform, index)
    if stored.kind not in ("case.opened", "case.resumed"):
        return []
    try:
        _, statement = tlog.opened(tlog.record(platform, stored)[1])
    except RecordErased:
        return []
    body = statement.body
    officer = cast("str | None", body["officer"])
    return [Step(str(body["channel"]), officer, format_time(statement.at), index)]
