"""A hygiene permit whose catalogue lets other agencies be asked and the holder commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from api.demo.story import HEALTH
from ledger.arranged.parties import commitment_statement
from ledger.catalogue.evidence import (
    AssistanceEvidence,
    CommitmentEvidence,
    EvidenceSet,
    MaterialEvidence,
    Requirement,
)
from ledger.catalogue.terms import CommitmentForm
from ledger.flows.fsck import Finding
from ledger.reuse.documents import Grade
from tests.stories.house import HYGIENE, House

FORM = CommitmentForm(
    id="story-hygiene-rules",
    zh="卫生制度承诺",
    en="Commitment on hygiene",
    text_zh="本申请人承诺遵守卫生管理制度，愿意接受核查。",
    text_en="The applicant commits to keep the rules on hygiene, and to accept a check.",
    check_days=30,
    consequence_zh="经核查不实的，撤销决定，一年内不再适用告知承诺。",
    consequence_en="If untrue the decision is revoked, and no commitment is accepted for a year.",
    bars_days=365,
)
TAX = Requirement(
    "story-tax-standing",
    "无欠税",
    "No tax due",
    (EvidenceSet("asked", (AssistanceEvidence("sw", "有无欠税", "Is any tax due?", 4),)),),
)
RULES = Requirement(
    "story-hygiene-rules",
    "卫生管理制度",
    "Rules on hygiene",
    (
        EvidenceSet("committed", (CommitmentEvidence(FORM.id),)),
        EvidenceSet("paper", (MaterialEvidence("equipment-list", Grade.DECLARED, None),)),
    ),
)


@dataclass
class Clock:
    """Shows what the story sets."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


def arranging(house: House, *more: Requirement, reask: str = "refuse") -> House:
    """The house with a catalogue in which the hygiene item has the two requirements, and more."""
    catalogue = house.platform.catalogue
    old = catalogue.item(HYGIENE)
    item = replace(
        old,
        requirements=(*old.requirements, TAX, RULES, *more),
        need={**old.need, "material:equipment-list": ("file",)},
        reask=reask,
    )
    changed = replace(
        catalogue,
        items={**catalogue.items, HYGIENE: item},
        item_versions={},
        commitments={**catalogue.commitments, FORM.id: FORM},
    )
    return house.with_ports(catalogue=changed)


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
