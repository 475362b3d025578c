"""What happens to people: which matters come up, how often, and who plays which role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from ledger.reuse.documents import Channel
from scripts.simulation.city import City, Firm

CASES_PER_SUBJECT_YEAR = 0.1
CARELESS, WITHDRAWING = 0.08, 0.04
"""Shares of cases in which an agency asks for what it can have, and a holder withdraws."""
CHANNELS = (Channel.ONLINE, Channel.COUNTER, Channel.SMART, Channel.KIOSK)
CHANNEL_WEIGHTS = (60, 20, 12, 8)


@dataclass(frozen=True, slots=True)
class Life:
    """A matter. ``slug``: a service item, or a bundle where ``bundle``; ``weight``: how often
    beside the others; ``cases``: how many it opens."""

    slug: str
    weight: float
    firm: bool = True
    bundle: bool = False
    cases: int = 1


LIVES = (
    Life("business-scope-change", 14),
    Life("business-scope-change-catering", 4),
    Life("equity-change", 8),
    Life("legal-representative-change", 6),
    Life("food-shop-opening", 8),
    Life("restaurant-opening", 5),
    Life("public-place-hygiene-permit", 6),
    Life("loan-interest-subsidy", 4),
    Life("commercial-performance", 2),
    Life("large-performance", 1),
    Life("ip-protection", 2),
    Life("going-overseas", 2),
    Life("pharmacy-one-matter", 2, bundle=True, cases=3),
    Life("technology-transfer-one-matter", 1, bundle=True, cases=3),
    Life("house-transfer-one-matter", 5, firm=False, bundle=True, cases=4),
    Life("new-home-one-matter", 2, firm=False, bundle=True, cases=5),
    Life("newborn-one-matter", 2, firm=False, bundle=True, cases=6),
    Life("newborn-across-provinces", 0.5, firm=False, bundle=True, cases=5),
)
"""Every service item of the catalogue comes up in one of them."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One that has come up: for whom, where, with whom."""

    life: Life
    subject: str
    premises: str | None
    parties: Mapping[str, str]
    channel: Channel
    firm: Firm | None = None


def planned(subjects: int, years: int, chance: Random) -> list[tuple[float, Life]]:
    """(share of the time, matter) of all that will come up, in order: every matter once, then as
    many more as make about CASES_PER_SUBJECT_YEAR cases a subject and year."""
    wanted = max(1.0, subjects * years * CASES_PER_SUBJECT_YEAR)
    mean = sum(life.weight * life.cases for life in LIVES) / sum(life.weight for life in LIVES)
    more = max(0, round(wanted / mean) - len(LIVES))
    drawn = [*LIVES, *chance.choices(LIVES, [life.weight for life in LIVES], k=more)]
    chance.shuffle(drawn)
    moments = sorted(chance.random() for _ in drawn)
    return list(zip(moments, drawn, strict=True))


def come_up(city: City, life: Life, chance: Random) -> Matter:
    """Who it is about. What a newborn or a buyer brings along is registered and issued first."""
    channel = chance.choices(CHANNELS, CHANNEL_WEIGHTS)[0]
    if life.firm:
        firm = chance.choice(city.firms)
        others = chance.sample(city.persons, 4)
        roles = {
            "legal_representative": firm.representative,
            "new_shareholder": others[0],
            "new_legal_representative": others[1],
            "pharmacist": others[2],
            "agent": others[3],
        }
        return Matter(life, firm.subject, firm.premises, roles, channel, firm)
    mother, father, seller = chance.sample(city.persons, 3)
    if life.slug.startswith("newborn"):
        child = city.register("person", named=False)
        city.hands.guard(child, mother)
        parties = {"child": child, "mother": mother, "father": father}
        return Matter(life, mother, None, parties, channel)
    home = city.register("premises")
    parties = {"buyer": mother, "developer": seller}
    return Matter(life, mother, home, parties, channel)
