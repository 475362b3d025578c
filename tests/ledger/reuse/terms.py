"""A catalogue with one of each term that stands beside papers, and requirements made of them."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from ledger.catalogue.catalogue import Catalogue, ServiceItem
from ledger.catalogue.evidence import (
    AssistanceEvidence,
    CommitmentEvidence,
    Evidence,
    EvidenceSet,
    FactEvidence,
    LicenceEvidence,
    MaterialEvidence,
    Requirement,
)
from ledger.catalogue.terms import CommitmentForm, Fact, TestSort
from ledger.reuse.documents import Grade
from tests.ledger.papers import CATALOGUE, HYGIENE

PROMISE = CommitmentForm(
    "layout-promise", "布局承诺", "Promise on the layout", "本人承诺……", "I commit …", 30,
    "撤销决定", "The decision is taken back", 365,
)  # fmt: skip
FACTS = (
    Fact("fact_firm_in_force", "营业执照有效", "The business licence is in force",
         "business-licence", TestSort.IN_FORCE, social=True),
    Fact("fact_catering", "经营范围含餐饮", "The scope covers catering", "business-licence",
         TestSort.CONTAINS, "business_scope", "餐饮"),
)  # fmt: skip
TERMS: Catalogue = replace(
    CATALOGUE,
    facts=MappingProxyType({one.name: one for one in FACTS}),
    commitments=MappingProxyType({PROMISE.id: PROMISE}),
)

LOOK_UP = LicenceEvidence("business-licence", ("holder_name", "address"))
FACT = FactEvidence("fact_firm_in_force", "business-licence")
PLAN = MaterialEvidence("layout-plan", Grade.DECLARED, 1095)
PROOF = MaterialEvidence("premises-proof", Grade.ORIGINAL_CHECKED, 1095)
ASK_TAX = AssistanceEvidence("sw", "有无欠税？", "Any tax owed?", 5)
COMMIT = CommitmentEvidence(PROMISE.id)
FOOD = LicenceEvidence("food-operation-permit", ("holder_name", "valid_to"))
EVERY: tuple[Evidence, ...] = (LOOK_UP, FACT, PLAN, PROOF, ASK_TAX, COMMIT, FOOD)


def an_item(*requirements: tuple[tuple[Evidence, ...], ...]) -> ServiceItem:
    """The hygiene permit with other requirements, each given by its evidence sets."""
    made = tuple(
        Requirement(
            f"r{number}", f"要求{number}", f"Requirement {number}",
            tuple(EvidenceSet(f"s{n}", evidence) for n, evidence in enumerate(sets)),
        )
        for number, sets in enumerate(requirements)
    )  # fmt: skip
    return replace(TERMS.item(HYGIENE.item), requirements=made)
