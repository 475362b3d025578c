"""What a service item must agree with: its roles, its agencies, what issuers allow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ledger.catalogue.catalogue import (
    AssistanceEvidence,
    Evidence,
    FactEvidence,
    LicenceEvidence,
    MaterialEvidence,
    Requirement,
    ServiceItem,
)
from ledger.catalogue.node import Node
from ledger.catalogue.requirements import Tables


def check_item(item: ServiceItem, node: Node, tables: Tables) -> None:
    """Refuse an item that contradicts itself or what its evidence is; raises CatalogueInvalid."""
    social = [id for id in item.agencies if tables.agencies[id].social]
    for evidence in all_evidence(item.requirements):
        if evidence.role != "applicant" and evidence.role not in item.roles:
            raise node["roles"].invalid(f"evidence is asked of {evidence.role!r}, who is not named")
        if social:
            _social(node["agencies"], social[0], evidence, tables)
        if isinstance(evidence, LicenceEvidence | FactEvidence):
            allowed = tables.types[evidence.type].policy.items
            if allowed is not None and item.slug not in allowed:
                why = f"the issuer of {evidence.type} does not allow it for {item.slug}"
                raise node["requirements"].invalid(why)
        if isinstance(evidence, AssistanceEvidence) and {*item.agencies} == {evidence.agency}:
            raise node["agencies"].invalid(f"{evidence.agency} would ask itself for assistance")
        if (
            isinstance(evidence, MaterialEvidence)
            and tables.kinds[evidence.kind].one_decision
            and not item.decides
        ):
            why = f"{evidence.kind} records a decision; this carries none"
            raise node["decides"].invalid(why)
    for index, slug in enumerate(item.issues):
        issuers = tables.types[slug].issued_by
        if issuers and not {*issuers} & {*item.agencies}:
            place = tuple(node["issues"].elements())[index]
            raise place.invalid(f"{slug} is issued by {', '.join(issuers)}, who does not run it")


def _social(node: Node, agency: str, evidence: Evidence, tables: Tables) -> None:
    """Utilities and banks see what the catalogue opened to them, on consent."""
    match evidence:
        case LicenceEvidence():
            attributes = tables.types[evidence.type].attributes
            hidden = [name for name in evidence.fields if not attributes[name].social]
            if hidden:
                raise node.invalid(f"{agency} may not be shown {hidden[0]} of {evidence.type}")
        case FactEvidence():
            if not tables.facts[evidence.fact].social:
                raise node.invalid(f"{agency} may not be told {evidence.fact}")
        case AssistanceEvidence():
            raise node.invalid(f"{agency} may not be assisted: it acts on consent alone")


def check_policies(head: Node, items: Collection[str]) -> None:
    """The items that issuers' policies name are there."""
    for _, node in head["licence_types"].entries():
        if node.has("reuse") and node["reuse"].has("items"):
            node["reuse"]["items"].each_among(items, "service item")


def all_evidence(requirements: Iterable[Requirement]) -> Iterator[Evidence]:
    for requirement in requirements:
        for one in requirement.sets:
            yield from one.evidence
