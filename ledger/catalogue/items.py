"""Service items of a catalogue: their versions, requirements, forms, inclusion of one in another.

An item that includes another takes it as it is in force when the including version takes force: a
later version of the included one changes nothing that was published. Versions count from 1 without
gaps, each in force from a later day than the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from ledger.catalogue.agreement import all_evidence, check_item
from ledger.catalogue.catalogue import (
    FieldSource,
    FormField,
    Requirement,
    ServiceItem,
    kind_key,
)
from ledger.catalogue.node import Node
from ledger.catalogue.requirements import Tables, read_requirement

_MEMBERS = (
    "slug", "zh", "en", "agencies", "purpose_zh", "purpose_en", "decides", "outdates",
    "consent_days", "consent_uses", "roles", "includes", "also_may_ask", "requirements",
)  # fmt: skip
_OPTIONAL = (
    "version", "effective_from", "legal", "deadline_days", "issues", "form", "reask", "proactive",
    "changes_holder",
)  # fmt: skip
_DEADLINE = 20
_MOST = 10_000

_Versions = dict[tuple[str, int], ServiceItem]


def read_items(heads: Sequence[Node], tables: Tables) -> Mapping[tuple[str, int], ServiceItem]:
    """All versions by (slug, version), each with the requirements of what it includes before its
    own. Raises CatalogueInvalid."""
    tables.shared.members("requirements")
    for id, node in tables.shared["requirements"].entries():
        read_requirement(node, node.slug(id), tables)
    nodes: dict[str, dict[int, Node]] = {}
    for node in heads:
        node.members(*_MEMBERS, optional=_OPTIONAL)
        of_item = nodes.setdefault(node["slug"].slug(node["slug"].text()), {})
        version = version_of(node)
        if version in of_item:
            why = f"{of_item[version].file} has the same slug and version"
            raise node["slug"].invalid(why)
        of_item[version] = node
    for of_item in nodes.values():
        _in_turn(of_item)
    found: _Versions = {}
    for slug, of_item in nodes.items():
        for version in sorted(of_item):
            _include(slug, version, nodes, tables, found, ())
    return MappingProxyType({(slug, v): found[slug, v] for slug in nodes for v in nodes[slug]})


def in_force(
    versions: Mapping[tuple[str, int], ServiceItem], on: date
) -> Mapping[str, ServiceItem]:
    """The newest version of each item that is in force on a day, if any is."""
    newest: dict[str, ServiceItem] = {}
    for (slug, version), item in versions.items():
        started = item.effective_from is None or item.effective_from <= on
        if started and (slug not in newest or newest[slug].version < version):
            newest[slug] = item
    return MappingProxyType(newest)


def version_of(node: Node) -> int:
    """The version that an item's file says it is."""
    return node["version"].number(1, _MOST) if node.has("version") else 1


def _since(node: Node) -> date | None:
    return node["effective_from"].day() if node.has("effective_from") else None


def _in_turn(of_item: Mapping[int, Node]) -> None:
    before: Node | None = None
    for expected, (version, node) in enumerate(sorted(of_item.items()), 1):
        if version != expected:
            place = node["version"] if node.has("version") else node
            raise place.invalid(f"version {expected} is missing before {version}")
        if before is not None:
            since, earlier = _since(node), _since(before)
            if since is None:
                raise node.invalid("a version after the first is in force from a day of its own")
            if earlier is not None and since <= earlier:
                why = f"not later than version {version - 1}, which is in force from {earlier}"
                raise node["effective_from"].invalid(why)
        before = node


def _include(
    slug: str,
    version: int,
    nodes: Mapping[str, Mapping[int, Node]],
    tables: Tables,
    found: _Versions,
    below: tuple[str, ...],
) -> ServiceItem:
    if (slug, version) in found:
        return found[slug, version]
    node = nodes[slug][version]
    if slug in below:
        raise node["includes"].invalid(f"a circle: {' → '.join((*below, slug))}")
    included = []
    for element in node["includes"].elements():
        name = element.among(nodes, "service item")
        day = _since(node) or date.min
        past = [v for v, one in nodes[name].items() if (_since(one) or date.min) <= day]
        if not past:
            raise element.invalid(f"no version of {name} is in force when this one takes force")
        included.append(_include(name, max(past), nodes, tables, found, (*below, slug)))
    found[slug, version] = _item(slug, node, tables, included)
    return found[slug, version]


def _item(slug: str, node: Node, tables: Tables, included: Sequence[ServiceItem]) -> ServiceItem:
    requirements = _requirements(node, tables, included)
    agencies = tuple(e.among(tables.agencies, "agency") for e in node["agencies"].elements())
    if not agencies:
        raise node["agencies"].invalid("nobody runs it")
    proactive = node["proactive"].each_among(tables.facts, "fact") if node.has("proactive") else ()
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
        requirements=requirements,
        need=_need(node, requirements, proactive, tables),
        version=version_of(node),
        effective_from=_since(node),
        legal=node["legal"].each_among(tables.legal, "legal basis") if node.has("legal") else (),
        deadline_days=(
            node["deadline_days"].number(1, 365) if node.has("deadline_days") else _DEADLINE
        ),
        issues=node["issues"].each_among(tables.types, "licence type")
        if node.has("issues")
        else (),
        reask=node["reask"].one_of("refuse", "tell") if node.has("reask") else "refuse",
        proactive=proactive,
        changes_holder=node.has("changes_holder") and node["changes_holder"].flag(),
    )
    check_item(found, node, tables)
    return replace(found, form=_form(node, included, found, tables))


def _requirements(
    node: Node, tables: Tables, included: Sequence[ServiceItem]
) -> tuple[Requirement, ...]:
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
            r = read_requirement(tables.shared["requirements"][name], name, tables)
        else:
            r = read_requirement(element, element["id"].slug(element["id"].text()), tables)
        if r.id in requirements:
            raise element.invalid(f"{r.id} is required already")
        requirements[r.id] = r
    if not requirements:
        raise node["requirements"].invalid("nothing is required")
    return tuple(requirements.values())


def _need(
    node: Node, requirements: Iterable[Requirement], proactive: Sequence[str], tables: Tables
) -> Mapping[str, tuple[str, ...]]:
    """What requirements and eligibility name, and what the item may ask besides; by
    ``licence:…`` or ``material:…``. A fact is a field there."""
    need: dict[str, set[str]] = {}
    for evidence in (one for one in all_evidence(requirements) if one.fields):
        need.setdefault(kind_key(evidence), set()).update(evidence.fields)
    for name in proactive:
        need.setdefault(f"licence:{tables.facts[name].type}", set()).add(name)
    for key, listed in node["also_may_ask"].entries():
        name = key.removeprefix("licence:")
        if key not in need or name not in tables.types:
            raise listed.invalid("only more fields of a licence:TYPE that evidence names already")
        answered = {one.name for one in tables.facts.values() if one.type == name}
        fields = {*tables.types[name].attributes, *answered}
        need[key].update(e.among(fields, "field") for e in listed.elements())
    return MappingProxyType({key: tuple(sorted(need[key])) for key in sorted(need)})


def _form(
    node: Node,
    included: Sequence[ServiceItem],
    item: ServiceItem,
    tables: Tables,
) -> tuple[FormField, ...]:
    """The fields of what is included, then the item's own. A field's ``from`` lists
    [licence type, field] or [licence type, field, role], in order of preference."""
    fields = {one.name: one for part in included for one in part.form}
    for part in included:
        for one in part.form:
            if fields[one.name] != one:
                raise node["includes"].invalid(f"{one.name} means two things in what is included")
    for element in node["form"].elements() if node.has("form") else ():
        element.members("name", "zh", "en", optional=("from",))
        name = element["name"].name(element["name"].text())
        if name in fields:
            raise element["name"].invalid(f"{name} stands in the form already")
        listed = element["from"].elements() if element.has("from") else ()
        sources = tuple(_source(one, item, tables) for one in listed)
        fields[name] = FormField(name, element["zh"].text(), element["en"].text(), sources)
    return tuple(fields.values())


def _source(node: Node, item: ServiceItem, tables: Tables) -> FieldSource:
    parts = tuple(node.elements())
    if len(parts) not in (2, 3):
        raise node.invalid("a licence type, its field, and perhaps a role")
    slug = parts[0].among(tables.types, "licence type")
    field = parts[1].among(tables.types[slug].attributes, "field")
    if field not in item.need.get(f"licence:{slug}", ()):
        raise node.invalid(f"{field} of {slug} is beyond the registered need")
    role = parts[2].among(("applicant", *item.roles), "role") if len(parts) == 3 else "applicant"
    return FieldSource(slug, field, role)
