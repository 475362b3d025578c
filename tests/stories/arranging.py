"""Stories of what is arranged: a house with such a catalogue, a clock, a signed commitment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from api.demo.story import HEALTH
from ledger.arranged.parties import commitment_statement
from ledger.catalogue.evidence import Requirement
from ledger.catalogue.terms import CommitmentForm
from ledger.flows.fsck import Finding
from tests.arranging import FORM, RULES, arranging
from tests.stories.house import HYGIENE, House


@dataclass
class Clock:
    """Shows what the story sets."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


def arranged_house(house: House, *more: Requirement, reask: str = "refuse") -> House:
    """The house with a catalogue in which the hygiene item has the two requirements, and more."""
    return replace(house, platform=arranging(house.platform, HYGIENE, *more, reask=reask))


def with_clock(house: House) -> tuple[House, Clock]:
    """The house with a clock that stands still until it is moved, and the clock."""
    clock = Clock(house.platform.now().replace(microsecond=0))
    now: Callable[[], datetime] = clock
    return house.with_ports(now=now), clock


def hygiene_case(house: House, number: int = 1) -> str:
    return house.acts.open_case(HEALTH, HYGIENE, f"hygiene-permit/arranged-{number}")


def committed(house: House, case: str, form: CommitmentForm = FORM) -> bytes:
    """The firm's signed commitment to the rules on hygiene."""
    platform = house.platform
    named = {"id": case, "agency": HEALTH, "item": HYGIENE}
    return commitment_statement(
        house.firm.signer,
        platform.log.origin,
        named,
        RULES.id,
        form,
        platform.now(),
        platform.randomness,
    )


def index_findings(house: House) -> list[Finding]:
    """What fsck finds in log and index; status lists that grew old with the clock do not count."""
    return [one for one in house.findings() if one.code != "fsck.status"]
