"""What the catalogue lets be arranged for a requirement of a service item."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.arranged.errors import AssistanceNotForeseen, CommitmentNotForeseen
from ledger.catalogue.catalogue import ServiceItem
from ledger.catalogue.evidence import AssistanceEvidence, CommitmentEvidence, Evidence


def assistance_foreseen(
    item: ServiceItem, requirement: str, agency: str | None = None
) -> AssistanceEvidence:
    """The first in the item's order of preference, or the one that ``agency`` is to give. Raises
    AssistanceNotForeseen."""
    for evidence in _evidence(item, requirement):
        if isinstance(evidence, AssistanceEvidence) and agency in (None, evidence.agency):
            return evidence
    raise AssistanceNotForeseen(
        "The catalogue foresees no such assistance for this requirement.",
        item=item.slug,
        requirement=requirement,
    )


def commitment_foreseen(item: ServiceItem, requirement: str, form: str) -> CommitmentEvidence:
    """The evidence that a commitment of ``form`` is for the requirement. Raises
    CommitmentNotForeseen."""
    for evidence in _evidence(item, requirement):
        if isinstance(evidence, CommitmentEvidence) and evidence.form == form:
            return evidence
    raise _no_commitment(item, requirement)


def _no_commitment(item: ServiceItem, requirement: str) -> CommitmentNotForeseen:
    message = "The catalogue foresees no such commitment for this requirement."
    return CommitmentNotForeseen(message, item=item.slug, requirement=requirement)


def _evidence(item: ServiceItem, requirement: str) -> Iterator[Evidence]:
    for one in item.requirements:
        if one.id == requirement:
            for choice in one.sets:
                yield from choice.evidence


def forms_foreseen(item: ServiceItem, requirement: str) -> tuple[str, ...]:
    """The forms of commitment for a requirement, in order of preference. Raises
    CommitmentNotForeseen where there is none."""
    found = [
        one.form for one in _evidence(item, requirement) if isinstance(one, CommitmentEvidence)
    ]
    if not found:
        raise _no_commitment(item, requirement)
    return tuple(found)
