"""What a statement does to those who relied on what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ledger.after.reach import Cause, Ending
from ledger.log.statement import Statement

RESTORED = "licence.restored"
_ENDING_OF = {
    "licence.superseded": Ending.SUPERSEDED,
    "commitment.checked": Ending.BROKEN,
    "basis.ended": Ending.ENDED,
    "erased": Ending.ERASED,
}


def cause_of(statement: Statement, field: str | None = None) -> Cause | None:
    """The cause of a cascade, None where the statement only lifts what an earlier one flagged.
    ``field``: the one that a settled dispute was about. Raises ValueError for other kinds."""
    body: Mapping[str, Any] = statement.body
    if statement.kind == RESTORED:
        return None
    if statement.kind in ("licence.suspended", "licence.revoked"):
        return Cause(Ending(body["legal_effect"]), date.fromisoformat(body["effective_on"]))
    if statement.kind == "dispute.settled" and body["outcome"] in ("upheld", "corrected"):
        return Cause(Ending(body["outcome"]), field=field)
    if statement.kind not in _ENDING_OF:
        raise ValueError(f"{statement.kind} ends nothing that others rely on")
    return Cause(_ENDING_OF[statement.kind])
