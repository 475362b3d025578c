"""Stories of what is arranged: a house with such a catalogue, a clock, a signed commitment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from api.demo.story import HEALTH, MARKET
from ledger.arranged.parties import commitment_statement
from ledger.catalogue.evidence import Requirement
from ledger.catalogue.terms import CommitmentForm
from ledger.flows.fsck import Finding
from ledger.flows.matters.assistance import Question, Reply, answer_assistance, request_assistance
from ledger.flows.matters.commitment import Check, check_kept, commitment_words, make_commitment
from ledger.flows.matters.demand import Demand, record_demand
from ledger.flows.matters.plan import sign_plan
from ledger.reuse.documents import Channel
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


def live_on(house: House) -> None:
    """By the built-in catalogue, a restaurant's case: planned, demanded, asked, committed."""
    platform, item = house.platform, "restaurant-opening"
    case = house.acts.open_case(MARKET, item, "restaurant/arranged")
    sign_plan(platform, MARKET, case)
    missing = Demand("material:health-certificates", "officer-7", "受理", Channel.COUNTER)
    record_demand(platform, MARKET, case, missing)
    question = Question("premises-by-registry", "officer-7", "办件需要")
    asked = request_assistance(platform, MARKET, case, question)
    own = Reply("confirmed", "officer-3", "登记属实")
    answer_assistance(platform, asked.asked, asked.assistance, own)
    words = commitment_words(
        platform, case, "food-safety-rules", "food-safety-rules", house.firm.subject
    )
    named = {"id": case, "agency": MARKET, "item": item}
    origin, now, randomness = platform.log.origin, platform.now(), platform.randomness
    data = commitment_statement(
        house.firm.signer, origin, named, "food-safety-rules", words.form, now, randomness
    )
    made, _ = make_commitment(platform, data)
    check_kept(platform, MARKET, made, Check("kept", "officer-7", "属实"))
