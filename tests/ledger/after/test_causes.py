"""What each kind of statement does to those who relied; and whom it concerns."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.after.audience import (
    LEADS,
    OF_AGENCIES,
    OF_HOLDERS,
    SHOWN,
    leads_of,
    shown_names,
)
from ledger.after.causes import cause_of
from ledger.after.reach import Cause, Ending
from ledger.index.aftermath import cause_object
from ledger.log.statement import SIGNERS, Statement
from tests.ledger.bodies import BODIES, an_id

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
DAY = date(2026, 3, 3)


def said(kind: str, **changes: Any) -> Statement:
    return Statement(kind, an_id("st"), "log.example", "scjg", AT, BODIES[kind] | changes)


@pytest.mark.parametrize(
    ("kind", "changes", "cause"),
    [
        ("licence.suspended", {"legal_effect": "withheld"}, Cause(Ending.WITHHELD, DAY)),
        ("licence.revoked", {"legal_effect": "void"}, Cause(Ending.VOID, DAY)),
        ("licence.revoked", {"legal_effect": "penalty"}, Cause(Ending.PENALTY, DAY)),
        ("licence.restored", {}, None),
        ("licence.superseded", {}, Cause(Ending.SUPERSEDED)),
        ("dispute.settled", {"outcome": "upheld"}, Cause(Ending.UPHELD, field="address")),
        ("dispute.settled", {"outcome": "corrected"}, Cause(Ending.CORRECTED, field="address")),
        ("commitment.checked", {"outcome": "broken"}, Cause(Ending.BROKEN)),
        ("basis.ended", {}, Cause(Ending.ENDED)),
        ("erased", {}, Cause(Ending.ERASED)),
    ],
)
def test_causes(kind: str, changes: dict[str, Any], cause: Cause | None) -> None:
    statement = said(kind, **changes)
    assert cause_of(statement, "address") == cause
    assert cause_object(statement) is not None


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_what_the_index_holds_for_a_cause_is_one(kind: str) -> None:
    statement = said(kind)
    if cause_object(statement) is not None:
        cause_of(statement)
    elif kind not in ("dispute.settled", "commitment.checked"):
        with pytest.raises(ValueError):
            cause_of(statement)


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_an_event_shows_ids_and_nobody_s_name(kind: str) -> None:
    statement = said(kind)
    for name in shown_names(statement):
        assert name.partition(":")[0] in SHOWN
        assert "officer" not in name and (BODIES[kind].get("officer") or "-") not in name
    for table, identity, columns in leads_of(statement):
        assert identity in BODIES[kind].values() or identity in BODIES[kind]["object"]
        assert columns <= {"agency", "subject", "delegate"} and table.endswith("s")


def test_kinds_of_the_audience_are_kinds() -> None:
    assert SIGNERS.keys() >= OF_AGENCIES | OF_HOLDERS
    assert not OF_HOLDERS & {"verified", "cascade.done"}  # an officer's protection, a count
    assert "issuer" not in {column for _, columns in LEADS.values() for column in columns}
    assert leads_of(said("verified")) == []
