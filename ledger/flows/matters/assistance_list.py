"""An agency's requests for assistance: what it is asked, what it asked, what is escalated to it."""

from __future__ import annotations

from typing import Any, Literal, cast

from ledger.arranged.reminding import ABOVE, ESCALATED
from ledger.log.records import RecordErased
from ledger.log.statement import parse_time
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.tlog import read

Box = Literal["inbox", "outbox", "escalated"]
Row = dict[str, Scalar]


def assistances(
    platform: Platform,
    agency: str,
    box: Box,
    *,
    state: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[Row]:
    """Rows by id: of what the agency is asked (``inbox``), of what it asked (``outbox``), or of
    what nobody answered in time and is now before it (``escalated``)."""
    where: dict[str, Scalar] = {} if state is None else {"state": state}
    if box == "escalated":
        where |= {"state": "open", "level": ESCALATED}
        if agency != ABOVE:
            return []
    else:
        where["asked" if box == "inbox" else "agency"] = agency
    return platform.store.rows("assistances", where, after=after, limit=limit)


def shown_assistance(platform: Platform, row: Row) -> dict[str, Any]:
    """A request for those whom it concerns; ``late``: answered after its time, or not yet."""
    try:
        said: Any = read(platform, cast(int, row["entry_index"])).body
    except RecordErased:
        said = {}
    replied = parse_time(str(row["answered_at"])) if row["answered_at"] else platform.now()
    return {
        "id": row["id"],
        "case": row["case_id"],
        "agency": row["agency"],
        "asked": row["asked"],
        "subject": said.get("subject"),
        "requirement": row["requirement"],
        "question": said.get("question"),
        "reason": said.get("reason"),
        "state": row["state"],
        "level": row["level"],
        "requested_at": row["requested_at"],
        "due": row["due"],
        "late": replied > parse_time(str(row["due"])),
        "answered_at": row["answered_at"],
        "object": row["object"],
        "entry": row["entry_index"],
    }
