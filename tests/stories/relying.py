"""Cases of several agencies that rely on the firm's business licence and papers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from api.demo.reuse import receive
from api.demo.story import HEALTH, MARKET
from ledger.flows.library.status import Change, change_status
from ledger.flows.matters.plan import plan_case
from ledger.reuse.documents import LegalEffect, day
from tests.stories.house import HYGIENE, House

SCIENCE, POLICE = "kw", "gafj"
ITEM_OF = {HEALTH: HYGIENE, SCIENCE: "technology-transfer", POLICE: "large-performance"}
STATE_OF = {
    LegalEffect.SUSPENDED: "suspended",
    LegalEffect.WITHHELD: "suspended",
    LegalEffect.RESTORED: "active",
}


def business_licence(house: House) -> str:
    """The id of the firm's business licence, which the market regulation collected."""
    (row,) = house.platform.store.rows("licences", {"type": "business-licence"})
    return str(row["id"])


def rely(house: House, agency: str) -> str:
    """A case of the agency, which read what its plan may reuse of the firm's."""
    case = house.acts.open_case(agency, ITEM_OF[agency], f"{agency}/2026-1")
    agreed = house.agree(plan_case(house.platform, agency, case))
    receive(house.platform, house.folder, agency, agreed.consent, 1)
    return case


def end(house: House, licence: str, effect: LegalEffect, *, days: int = 0) -> int:
    """The licence's change of status with this effect, from ``days`` after today on; its entry."""
    change = Change(
        licence,
        STATE_OF.get(effect, "revoked"),
        "现场检查不合格",
        "市监处〔2026〕12号",
        effect,
        today(house) + timedelta(days=days),
    )
    return change_status(house.platform, MARKET, change).index


def today(house: House) -> date:
    return day(house.platform.now())


def flags(house: House, **where: Any) -> dict[str, Mapping[str, Any]]:
    """Flags by case."""
    return {str(row["case_id"]): row for row in house.platform.store.rows("flags", where)}
