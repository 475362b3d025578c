"""Requirements of service items, read from data: evidence sets and what each may hold.

Refused: unknown names, a rule looser than its kind's own, sets of which one contains another (it
could never be chosen), an arrangement preferred to what is held, a commitment in the place of a
decision's record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.catalogue.catalogue import (
    Agency,
    AssistanceEvidence,
    CommitmentEvidence,
    CommitmentForm,
    Evidence,
    EvidenceSet,
    Fact,
    FactEvidence,
    LegalBasis,
    LicenceEvidence,
    LicenceType,
    MaterialEvidence,
    MaterialKind,
    Requirement,
)
from ledger.catalogue.node import Node
from ledger.reuse.documents import Grade

ASSISTANCE_DAYS = 60


@dataclass(frozen=True, slots=True)
class Tables:
    """What evidence may name; ``shared``: requirements that several items share, by id."""

    agencies: Mapping[str, Agency]
    types: Mapping[str, LicenceType]
    kinds: Mapping[str, MaterialKind]
    legal: Mapping[str, LegalBasis]
    facts: Mapping[str, Fact]
    commitments: Mapping[str, CommitmentForm]
    shared: Node


def read_requirement(node: Node, id: str, tables: Tables) -> Requirement:
    """One requirement; raises CatalogueInvalid."""
    node.members("zh", "en", "any_of", optional=("id", "legal"))
    sets: list[EvidenceSet] = []
    for one in node["any_of"].elements():
        one.members("id", "all_of")
        evidence = tuple(_evidence(e, tables) for e in one["all_of"].elements())
        if not evidence or len(set(evidence)) != len(evidence):
            raise one["all_of"].invalid("at least one evidence, and each once")
        made = EvidenceSet(one["id"].slug(one["id"].text()), evidence)
        _in_order(one, sets, made)
        sets.append(made)
    if not sets or len({s.id for s in sets}) != len(sets):
        raise node["any_of"].invalid("at least one evidence set, each with its own id")
    _no_promise_for_a_decision(node, sets, tables)
    legal = node["legal"].each_among(tables.legal, "legal basis") if node.has("legal") else ()
    return Requirement(id, node["zh"].text(), node["en"].text(), tuple(sets), legal)


def _in_order(node: Node, before: list[EvidenceSet], one: EvidenceSet) -> None:
    for other in before:
        if _implies(other, one) or _implies(one, other):
            raise node.invalid(f"{one.id} and {other.id}: one contains the other")
        if _rank(one) < _rank(other):
            raise node.invalid(
                f"{other.id} is arranged and stands before {one.id}: first what is held, then "
                "assistance, then a commitment"
            )


def _rank(one: EvidenceSet) -> int:
    """0 what is held, 1 another agency is asked, 2 the holder promises."""
    ranks = {AssistanceEvidence: 1, CommitmentEvidence: 2}
    return max(ranks.get(type(evidence), 0) for evidence in one.evidence)


def _implies(harder: EvidenceSet, softer: EvidenceSet) -> bool:
    """Whether all that ``softer`` wants stands in ``harder`` too."""
    return all(any(_covers(own, wanted) for own in harder.evidence) for wanted in softer.evidence)


def _covers(harder: Evidence, softer: Evidence) -> bool:
    match harder, softer:
        case LicenceEvidence(), LicenceEvidence():
            same = harder.type == softer.type and harder.role == softer.role
            return same and {*softer.fields} <= {*harder.fields}
        case MaterialEvidence(), MaterialEvidence():
            older = softer.max_age_days is None or (
                harder.max_age_days is not None and harder.max_age_days <= softer.max_age_days
            )
            return (
                (harder.kind, harder.role) == (softer.kind, softer.role)
                and harder.min_grade.reaches(softer.min_grade)
                and older
                and harder.named >= softer.named
                and harder.fresh >= softer.fresh
                and {*softer.equals} <= {*harder.equals}
            )
        case AssistanceEvidence(), AssistanceEvidence():
            return (harder.agency, harder.role) == (softer.agency, softer.role)
        case _:
            return harder == softer


def _no_promise_for_a_decision(node: Node, sets: list[EvidenceSet], tables: Tables) -> None:
    decisions = [
        evidence.kind
        for one in sets
        for evidence in one.evidence
        if isinstance(evidence, MaterialEvidence) and tables.kinds[evidence.kind].one_decision
    ]
    for index, one in enumerate(sets):
        if decisions and all(isinstance(e, CommitmentEvidence) for e in one.evidence):
            place = tuple(node["any_of"].elements())[index]
            raise place.invalid(f"no commitment can stand for the decision in {decisions[0]}")


def _evidence(node: Node, tables: Tables) -> Evidence:
    role = node["role"].name(node["role"].text()) if node.has("role") else "applicant"
    if node.has("licence"):
        return _licence(node, tables, role)
    if node.has("fact"):
        node.members("fact", optional=("role",))
        fact = tables.facts[node["fact"].among(tables.facts, "fact")]
        return FactEvidence(fact.name, fact.type, role)
    if node.has("assistance"):
        node.members("assistance", "zh", "en", "days", optional=("role",))
        asked = tables.agencies[node["assistance"].among(tables.agencies, "agency")]
        if asked.social:
            raise node["assistance"].invalid(f"{asked.id} is a social user and gives no assistance")
        days = node["days"].number(1, ASSISTANCE_DAYS)
        return AssistanceEvidence(asked.id, node["zh"].text(), node["en"].text(), days, role)
    if node.has("commitment"):
        node.members("commitment", optional=("role",))
        return CommitmentEvidence(node["commitment"].among(tables.commitments, "commitment"), role)
    return _material(node, tables, role)


def _licence(node: Node, tables: Tables, role: str) -> LicenceEvidence:
    node.members("licence", "fields", optional=("role",))
    licence_type = tables.types[node["licence"].among(tables.types, "licence type")]
    fields = tuple(e.among(licence_type.attributes, "field") for e in node["fields"].elements())
    if not fields or len(set(fields)) != len(fields):
        raise node["fields"].invalid("at least one field, and each once")
    return LicenceEvidence(licence_type.slug, fields, role)


def _material(node: Node, tables: Tables, role: str) -> MaterialEvidence:
    node.members(
        "material", optional=("role", "named", "fresh", "max_age_days", "min_grade", "equals")
    )
    kind = tables.kinds[node["material"].among(tables.kinds, "material kind")]
    age, grade = kind.max_age_days, kind.min_grade
    if node.has("max_age_days"):
        age = node["max_age_days"].count()
        if age is not None and kind.max_age_days is not None and age > kind.max_age_days:
            raise node["max_age_days"].invalid("looser than the kind's own rule")
    if node.has("min_grade"):
        grade = Grade(node["min_grade"].one_of(*Grade))
        if not grade.reaches(kind.min_grade):
            raise node["min_grade"].invalid("looser than the kind's own rule")
    named = node.has("named") and node["named"].flag()
    fresh = node.has("fresh") and node["fresh"].flag()
    equals = _equals(node["equals"], tables) if node.has("equals") else ()
    return MaterialEvidence(kind.slug, grade, age, role, named, fresh, equals)


def _equals(node: Node, tables: Tables) -> tuple[tuple[str, str, str], ...]:
    found = []
    for element in node.elements():
        parts = tuple(element.elements())
        if len(parts) != 3:
            raise element.invalid("a field of the paper, a licence type and its field")
        own, licence_type, field = parts
        slug = licence_type.among(tables.types, "licence type")
        attributes = tables.types[slug].attributes
        found.append((own.name(own.text()), slug, field.among(attributes, "field")))
    if not found or len({own for own, _, _ in found}) != len(found):
        raise node.invalid("at least one field, and each once")
    return tuple(found)
