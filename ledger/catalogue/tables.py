"""The tables of a catalogue about papers: agencies, licence types, material kinds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from certs.identifiers import IdentifierError, parse_credit_code
from ledger.catalogue.catalogue import (
    AgeFrom,
    Agency,
    Attribute,
    BasisSort,
    LicenceType,
    MaterialKind,
    Reuse,
    ReusePolicy,
    Tie,
)
from ledger.catalogue.node import Node
from ledger.reuse.documents import Grade

MASKS = ("none", "name", "code", "address", "all")
SENSITIVITY = 3
YEARS = 1000


def read_agencies(head: Node) -> dict[str, Agency]:
    head.members("agencies")
    agencies = {}
    for id, node in head["agencies"].entries():
        node.slug(id)
        node.members("zh", "en", "kind", "credit_code", "roles")
        _credit_code(node["credit_code"], node["credit_code"].text())
        agencies[id] = Agency(
            id=id,
            zh=node["zh"].text(),
            en=node["en"].text(),
            kind=node["kind"].one_of("government", "social"),
            credit_code=node["credit_code"].text(),
            roles=tuple(
                role.one_of("identity", "operator", "archive", "auditor", "window", "supervisor")
                for role in node["roles"].elements()
            ),
        )
    return agencies


def read_licence_types(head: Node, agencies: Mapping[str, Agency]) -> dict[str, LicenceType]:
    head.members("common_fields", "licence_types")
    common = {name: node.pair() for name, node in head["common_fields"].entries()}
    codes: dict[str, str] = {}
    types = {}
    for slug, node in head["licence_types"].entries():
        node.slug(slug)
        node.members(
            "zh", "en", "code", "definer_zh", "definer_en", "issued_by", "source", "years",
            "tied_to", "social", "fields",
            optional=("mask", "reuse", "sensitivity", "retention_years"),
        )  # fmt: skip
        code = node["code"].text()
        if len(code) != 21 or not code[18:].isdecimal():
            raise node["code"].invalid("a type code is a credit code and three digits")
        _credit_code(node["code"], code[:18])
        if codes.setdefault(code, slug) != slug:
            raise node["code"].invalid(f"{codes[code]} has the same code")
        types[slug] = LicenceType(
            slug=slug,
            zh=node["zh"].text(),
            en=node["en"].text(),
            code=code,
            definer_zh=node["definer_zh"].text(),
            definer_en=node["definer_en"].text(),
            issued_by=tuple(e.among(agencies, "agency") for e in node["issued_by"].elements()),
            source=node["source"].text(),
            years=node["years"].count(optional=True),
            tied_to=_ties(node["tied_to"]),
            attributes=_attributes(node, common),
            policy=_policy(node["reuse"]) if node.has("reuse") else ReusePolicy(),
            sensitivity=_sensitivity(node),
            retention_years=_retention(node),
        )
    return types


def _attributes(
    node: Node, common: Mapping[str, tuple[str, str]]
) -> MappingProxyType[str, Attribute]:
    labels = dict(common)
    for name, field in node["fields"].entries():
        if name in labels:
            raise field.invalid("the field is common to all licences")
        if name.startswith("fact_"):
            raise field.invalid("only facts are named fact_…")
        labels[field.name(name)] = field.pair()
    social = {field.among(labels, "field") for field in node["social"].elements()}
    masks = dict.fromkeys(labels, "none")
    if node.has("mask"):
        for name, mask in node["mask"].entries():
            if name not in labels:
                raise mask.invalid(f"there is no field {name!r}")
            masks[name] = mask.one_of(*MASKS)
    return MappingProxyType(
        {n: Attribute(n, zh, en, n in social, masks[n]) for n, (zh, en) in labels.items()}
    )


def _policy(node: Node) -> ReusePolicy:
    """Which items it names is checked when the items are known."""
    node.members(optional=("bases", "items", "copies"))
    found = ReusePolicy()
    bases, items = found.bases, found.items
    if node.has("bases"):
        names = node["bases"].each_among(tuple(BasisSort), "basis besides consent")
        bases = tuple(map(BasisSort, names))
    if node.has("items"):
        items = tuple(element.slug(element.text()) for element in node["items"].elements())
    return ReusePolicy(bases, items, node["copies"].flag() if node.has("copies") else found.copies)


def read_material_kinds(head: Node) -> dict[str, MaterialKind]:
    head.members("material_kinds")
    kinds = {}
    for slug, node in head["material_kinds"].entries():
        node.slug(slug)
        node.members(
            "zh", "en", "tied_to", "reuse", "age_from", "max_age_days", "min_grade",
            optional=("form_since", "holder_bound", "sensitivity", "retention_years"),
        )  # fmt: skip
        kinds[slug] = MaterialKind(
            slug=slug,
            zh=node["zh"].text(),
            en=node["en"].text(),
            tied_to=_ties(node["tied_to"]),
            reuse=Reuse(node["reuse"].one_of(*Reuse)),
            age_from=AgeFrom(node["age_from"].one_of(*AgeFrom)),
            max_age_days=node["max_age_days"].count(optional=True),
            min_grade=Grade(node["min_grade"].one_of(*Grade)),
            form_since=node["form_since"].day() if node.has("form_since") else None,
            holder_bound=node["holder_bound"].flag() if node.has("holder_bound") else False,
            sensitivity=_sensitivity(node),
            retention_years=_retention(node),
        )
    return kinds


def _sensitivity(node: Node) -> int:
    return node["sensitivity"].number(1, SENSITIVITY) if node.has("sensitivity") else 1


def _retention(node: Node) -> int:
    return node["retention_years"].number(0, YEARS) if node.has("retention_years") else 0


def _credit_code(node: Node, text: str) -> None:
    try:
        parse_credit_code(text)
    except IdentifierError as error:
        raise node.invalid(f"not a credit code: {error}") from error


def _ties(node: Node) -> tuple[Tie, ...]:
    ties = tuple(Tie(element.one_of(*Tie)) for element in node.elements())
    if not ties or len(set(ties)) != len(ties):
        raise node.invalid("at least one tie, and each once")
    return ties
