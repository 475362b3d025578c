"""What comes after a use: a lost dispute, flags, a receipt, a reminder, a subscription."""

from __future__ import annotations

from datetime import timedelta

from api.demo.story import HEALTH, MARKET
from ledger.after.parties import dispute
from ledger.flows.after.disputes import Settlement, open_dispute, settle_dispute
from ledger.flows.evidence.verification_receipts import Officer, verify_with_receipt
from ledger.flows.evidence.verify import Submitted
from ledger.flows.feed.subscriptions import subscribe
from ledger.reuse.documents import day
from tests.stories.house import House, issue_food


def live_on(house: House) -> None:
    """All of it once; the worker's next round follows it up."""
    platform = house.platform
    (paper,) = platform.store.rows("materials", {"kind": "shareholders-resolution"})
    about, now = f"material:{paper['id']}", platform.now()
    data = dispute(
        house.firm.signer, platform.log.origin, about, MARKET, None, "不是我交的", now,
        platform.randomness,
    )  # fmt: skip
    opened = open_dispute(platform, data)
    settle_dispute(platform, MARKET, Settlement(opened.dispute, "upheld", "m-02", "属实"))
    verify_with_receipt(platform, Officer(HEALTH, "w-07"), [Submitted("material", b"x")])
    subscribe(platform, HEALTH, "http://127.0.0.1:9/events", ["case.flagged"])
    today = day(now)
    issue_food(
        house, number="JY-soon", valid_from=today - timedelta(days=300),
        valid_to=today + timedelta(days=20),
    )  # fmt: skip
