"""A service item in whose catalogue other agencies can be asked and holders can commit."""

from __future__ import annotations

from dataclasses import replace

from ledger.catalogue.evidence import (
    AssistanceEvidence,
    CommitmentEvidence,
    EvidenceSet,
    MaterialEvidence,
    Requirement,
)
from ledger.catalogue.terms import CommitmentForm
from ledger.platform import Platform
from ledger.reuse.documents import Grade

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


def arranging(platform: Platform, slug: str, *more: Requirement, reask: str = "refuse") -> Platform:
    """The platform with the two requirements, and more, in one of its service items."""
    catalogue = platform.catalogue
    old = catalogue.item(slug)
    item = replace(
        old,
        requirements=(*old.requirements, TAX, RULES, *more),
        need={**old.need, "material:equipment-list": ("file",)},
        reask=reask,
    )
    changed = replace(
        catalogue,
        items={**catalogue.items, slug: item},
        item_versions={},
        commitments={**catalogue.commitments, FORM.id: FORM},
    )
    return replace(platform, catalogue=changed)
