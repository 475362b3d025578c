"""Service items of a catalogue: requirements, evidence sets, inclusion of one item in another.

Refused are unknown kinds and fields, inclusion in a circle, two meanings of one requirement, a rule
looser than its kind's own, a role that the item does not name, and data that a social user may
never be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ledger.catalogue.catalogue import (
    Agency,
    Evidence,
    EvidenceSet,
    LicenceEvidence,
    LicenceType,
    MaterialEvidence,
    MaterialKind,
    Requirement,
    ServiceItem,
    kind_key,
)
from ledger.catalogue.node import Node
from ledger.reuse.documents import Grade

_MEMBERS = (
    "slug", "zh", "en", "agencies", "purpose_zh", "purpose_en", "decides", "outdates",
    "consent_days", "consent_uses", "roles", "includes", "also_may_ask", "requirements",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Tables:
    agencies: Mapping[str, Agency]
    types: Mapping[str, LicenceType]
    kinds: Mapping[str, MaterialKind]
    shared: Node


def read_items(
    heads: Sequence[Node],
    shared: Node,
    agencies: Mapping[str, Agency],
    types: Mapping[str, LicenceType],
    kinds: Mapping[str, MaterialKind],
) -> dict[str, ServiceItem]:
    """Items by slug, each with the requirements of what it includes before its own."""
    tables = _Tables(agencies, types, kinds, shared)
    shared.members("requirements")
    for id, node in shared["requirements"].entries():
        _requirement(node, node.slug(id), tables)
    nodes: dict[str, Node] = {}
    for node in heads:
        node.members(*_MEMBERS)
        slug = node["slug"].slug(node["slug"].text())
        if slug in nodes:
            raise node["slug"].invalid(f"{nodes[slug].file} has the same slug")
        nodes[slug] = node
    items: dict[str, ServiceItem] = {}
    for slug in nodes:
        _include(slug, nodes, tables, items, ())
    return {slug: items[slug] for slug in nodes}


def _include(
    slug: str,
    nodes: Mapping[str, Node],
    tables: _Tables,
    items: dict[str, ServiceItem],
    below: tuple[str, ...],
) -> ServiceItem:
    if slug in items:
        return items[slug]
    node = nodes[slug]
    if slug in below:
        raise node["includes"].invalid(f"a circle: {' → '.join((*below, slug))}")
    included = []
    for element in node["includes"].elements():
        name = element.among(nodes, "service item")
        included.append(_include(name, nodes, tables, items, (*below, slug)))
    items[slug] = _item(slug, node, tables, included)
    return items[slug]


def _item(slug: str, node: Node, tables: _Tables, included: Sequence[ServiceItem]) -> ServiceItem:
    requirements = {r.id: r for item in included for r in item.requirements}
    for item in included:
        for r in item.requirements:
            if requirements[r.id] != r:
                raise node["includes"].invalid(f"{r.id} means two things in what is included")
    for element in node["requirements"].elements():
        if isinstance(element.value, str):
            name = element.text()
            if not tables.shared["requirements"].has(name):
                raise element.invalid(f"there is no requirement {name!r}")
            r = _requirement(tables.shared["requirements"][name], name, tables)
        else:
            r = _requirement(element, element["id"].slug(element["id"].text()), tables)
        if r.id in requirements:
            raise element.invalid(f"{r.id} is required already")
        requirements[r.id] = r
    if not requirements:
        raise node["requirements"].invalid("nothing is required")
    agencies = tuple(e.among(tables.agencies, "agency") for e in node["agencies"].elements())
    if not agencies:
        raise node["agencies"].invalid("nobody runs it")
    found = ServiceItem(
        slug=slug,
        zh=node["zh"].text(),
        en=node["en"].text(),
        agencies=agencies,
        purpose_zh=node["purpose_zh"].text(),
        purpose_en=node["purpose_en"].text(),
        decides=node["decides"].flag(),
        outdates=tuple(e.among(tables.kinds, "material kind") for e in node["outdates"].elements()),
        consent_days=node["consent_days"].count() or 0,
        consent_uses=node["consent_uses"].count() or 0,
        roles=tuple(e.name(e.text()) for e in node["roles"].elements()),
        includes=tuple(item.slug for item in included),
        requirements=tuple(requirements.values()),
        need=_need(node, requirements.values(), tables),
    )
    _agree(found, node, tables)
    return found


def _requirement(node: Node, id: str, tables: _Tables) -> Requirement:
    node.members("zh", "en", "any_of", optional=("id",))
    sets = []
    for one in node["any_of"].elements():
        one.members("id", "all_of")
        evidence = tuple(_evidence(e, tables) for e in one["all_of"].elements())
        if not evidence or len(set(evidence)) != len(evidence):
            raise one["all_of"].invalid("at least one evidence, and each once")
        sets.append(EvidenceSet(one["id"].slug(one["id"].text()), evidence))
    if not sets or len({s.id for s in sets}) != len(sets):
        raise node["any_of"].invalid("at least one evidence set, each with its own id")
    return Requirement(id, node["zh"].text(), node["en"].text(), tuple(sets))


def _evidence(node: Node, tables: _Tables) -> Evidence:
    role = node["role"].name(node["role"].text()) if node.has("role") else "applicant"
    if node.has("licence"):
        node.members("licence", "fields", optional=("role",))
        licence_type = tables.types[node["licence"].among(tables.types, "licence type")]
        attributes = licence_type.attributes
        fields = tuple(e.among(attributes, "field") for e in node["fields"].elements())
        if not fields or len(set(fields)) != len(fields):
            raise node["fields"].invalid("at least one field, and each once")
        return LicenceEvidence(licence_type.slug, fields, role)
    node.members("material", optional=("role", "named", "fresh", "max_age_days", "min_grade"))
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
    return MaterialEvidence(kind.slug, grade, age, role, named, fresh)


def _need(
    node: Node, requirements: Iterable[Requirement], tables: _Tables
) -> Mapping[str, tuple[str, ...]]:
    """What the requirements name, and what the item may ask besides; by ``licence:…`` or
    ``material:…``."""
    need: dict[str, set[str]] = {}
    for evidence in (one for one in _all_evidence(requirements) if one.fields):
        need.setdefault(kind_key(evidence), set()).update(evidence.fields)
    for key, listed in node["also_may_ask"].entries():
        name = key.removeprefix("licence:")
        if key not in need or name not in tables.types:
            raise listed.invalid("only more fields of a licence:TYPE that evidence names already")
        attributes = tables.types[name].attributes
        need[key].update(e.among(attributes, "field") for e in listed.elements())
    return MappingProxyType({key: tuple(sorted(need[key])) for key in sorted(need)})


def _agree(item: ServiceItem, node: Node, tables: _Tables) -> None:
    social = [id for id in item.agencies if tables.agencies[id].social]
    for evidence in _all_evidence(item.requirements):
        if evidence.role != "applicant" and evidence.role not in item.roles:
            raise node["roles"].invalid(f"evidence is asked of {evidence.role!r}, who is not named")
        if isinstance(evidence, LicenceEvidence):
            attributes = tables.types[evidence.type].attributes
            hidden = [name for name in evidence.fields if not attributes[name].social]
            if social and hidden:
                why = f"{social[0]} may not be shown {hidden[0]} of {evidence.type}"
                raise node["agencies"].invalid(why)
        if not isinstance(evidence, MaterialEvidence):
            continue
        if tables.kinds[evidence.kind].one_decision and not item.decides:
            raise node["decides"].invalid(f"{evidence.kind} records a decision; this carries none")


def _all_evidence(requirements: Iterable[Requirement]) -> Iterator[Evidence]:
    for requirement in requirements:
        for one in requirement.sets:
            yield from one.evidence
