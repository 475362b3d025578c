"""The tables of a catalogue about terms: legal bases, facts, commitments; grants and bundles, which
speak of service items.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ledger.catalogue.catalogue import (
    Agency,
    BasisSort,
    Bundle,
    BundleMember,
    CommitmentForm,
    Fact,
    Grant,
    LegalBasis,
    LicenceType,
    ServiceItem,
    TestSort,
)
from ledger.catalogue.node import Node

DAYS = 3660
USES = 1000


def read_legal_bases(head: Node) -> dict[str, LegalBasis]:
    head.members("legal_bases")
    found = {}
    for id, node in head["legal_bases"].entries():
        node.slug(id)
        node.members("zh", "en")
        found[id] = LegalBasis(id, node["zh"].text(), node["en"].text())
    return found


def read_facts(head: Node, types: Mapping[str, LicenceType]) -> dict[str, Fact]:
    head.members("facts")
    found = {}
    for name, node in head["facts"].entries():
        if not node.name(name).startswith("fact_"):
            raise node.invalid("a fact is named fact_…")
        node.members("zh", "en", "licence", "test", optional=("field", "value", "social"))
        licence_type = types[node["licence"].among(types, "licence type")]
        test = TestSort(node["test"].one_of(*TestSort))
        if (test is not TestSort.IN_FORCE) != node.has("field"):
            wanted = "no field" if node.has("field") else "a field"
            raise node["test"].invalid(f"{test} takes {wanted}")
        if (test is not TestSort.IN_FORCE) != node.has("value"):
            wanted = "no value" if node.has("value") else "a value"
            raise node["test"].invalid(f"{test} takes {wanted}")
        field = None
        if node.has("field"):
            field = node["field"].among(licence_type.attributes, "field")
        found[name] = Fact(
            name=name,
            zh=node["zh"].text(),
            en=node["en"].text(),
            type=licence_type.slug,
            test=test,
            field=field,
            value=_value(node["value"], test) if node.has("value") else None,
            social=node["social"].flag() if node.has("social") else False,
        )
    return found


def _value(node: Node, test: TestSort) -> str:
    if test in (TestSort.AT_LEAST, TestSort.AT_LEAST_YEARS):
        return str(node.count())
    return node.text()


def read_commitments(head: Node) -> dict[str, CommitmentForm]:
    head.members("commitments")
    found = {}
    for id, node in head["commitments"].entries():
        node.slug(id)
        node.members(
            "zh", "en", "text_zh", "text_en", "check_days", "consequence_zh", "consequence_en",
            "bars_days",
        )  # fmt: skip
        found[id] = CommitmentForm(
            id=id,
            zh=node["zh"].text(),
            en=node["en"].text(),
            text_zh=node["text_zh"].text(),
            text_en=node["text_en"].text(),
            check_days=node["check_days"].number(1, DAYS),
            consequence_zh=node["consequence_zh"].text(),
            consequence_en=node["consequence_en"].text(),
            bars_days=node["bars_days"].number(0, DAYS),
        )
    return found


def read_grants(
    head: Node,
    agencies: Mapping[str, Agency],
    types: Mapping[str, LicenceType],
    versions: Mapping[tuple[str, int], ServiceItem],
    legal: Mapping[str, LegalBasis],
) -> dict[str, Grant]:
    """Who may read what without the holder's consent."""
    head.members("grants")
    slugs = {slug for slug, _ in versions}
    found = {}
    for id, node in head["grants"].entries():
        node.slug(id)
        node.members(
            "agency", "item", "sort", "kinds", "legal", "days", "uses",
            optional=("delay_days", "second_officer"),
        )  # fmt: skip
        agency = node["agency"].among(agencies, "agency")
        item = node["item"].among(slugs, "service item")
        of_item = [one for (slug, _), one in versions.items() if slug == item]
        if not any(agency in one.agencies for one in of_item):
            raise node["agency"].invalid(f"{agency} does not run {item}")
        if agencies[agency].social:
            raise node["agency"].invalid(f"{agency} is a social user: it reads on consent alone")
        found[id] = Grant(
            id=id,
            agency=agency,
            item=item,
            sort=(sort := BasisSort(node["sort"].one_of(*BasisSort))),
            kinds=_kinds(node["kinds"], sort, item, of_item, types),
            legal=node["legal"].among(legal, "legal basis"),
            days=node["days"].number(1, DAYS),
            uses=node["uses"].number(1, USES),
            delay_days=node["delay_days"].number(0, DAYS) if node.has("delay_days") else 0,
            second_officer=(
                node["second_officer"].number(1, 3) if node.has("second_officer") else 3
            ),
        )
    return found


def _kinds(
    node: Node,
    sort: BasisSort,
    item: str,
    of_item: Iterable[ServiceItem],
    types: Mapping[str, LicenceType],
) -> tuple[str, ...]:
    needed = {key for one in of_item for key in one.need}
    kinds = []
    for element in node.elements():
        kind = element.text()
        if kind not in needed:
            raise element.invalid(f"{item} has no need of {kind!r}")
        prefix, _, name = kind.partition(":")
        if prefix == "licence" and sort not in types[name].policy.bases:
            raise element.invalid(f"the issuer of {name} allows no reading on {sort}")
        kinds.append(kind)
    if not kinds or len(set(kinds)) != len(kinds):
        raise node.invalid("at least one kind, and each once")
    return tuple(kinds)


def read_bundles(
    head: Node, agencies: Mapping[str, Agency], items: Mapping[str, ServiceItem]
) -> MappingProxyType[str, Bundle]:
    """Matters across departments (一件事)."""
    head.members("bundles")
    found = {}
    for slug, node in head["bundles"].entries():
        node.slug(slug)
        node.members("zh", "en", "members")
        members: list[BundleMember] = []
        for element in node["members"].elements():
            element.members("item", "agency")
            item = items[element["item"].among(items, "service item")]
            agency = element["agency"].among(agencies, "agency")
            if agency not in item.agencies:
                raise element["agency"].invalid(f"{agency} does not run {item.slug}")
            member = BundleMember(item.slug, agency)
            if member in members:
                raise element.invalid("the same member stands there already")
            members.append(member)
        if len(members) < 2:
            raise node["members"].invalid("a bundle has two members at least")
        found[slug] = Bundle(slug, node["zh"].text(), node["en"].text(), tuple(members))
    return MappingProxyType(found)
