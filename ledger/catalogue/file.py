"""Read a catalogue from its data files, strictly: what is unknown, missing or contradicts itself is
refused with file, line and path.

Files: ``catalogue.json`` {version, effective_from, items: [file, …]}, ``agencies.json``,
``licence_types.json``, ``material_kinds.json``, ``requirements.json`` (requirements that several
items share, by id) and one file per service item.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from certs.errors import JsonInvalid
from certs.identifiers import IdentifierError, parse_credit_code
from ledger.catalogue.catalogue import (
    AgeFrom,
    Agency,
    Attribute,
    Catalogue,
    LicenceType,
    MaterialKind,
    Reuse,
    Tie,
)
from ledger.catalogue.items import read_items
from ledger.catalogue.node import Node
from ledger.reuse.documents import Grade

_TABLES = ("agencies.json", "licence_types.json", "material_kinds.json", "requirements.json")


def parse_catalogue(files: Mapping[str, bytes]) -> Catalogue:
    """The catalogue in ``files`` (name → bytes); raises CatalogueInvalid."""
    head = _open(files, "catalogue.json")
    head.members("version", "effective_from", "items")
    listed = [node.text() for node in head["items"].elements()]
    extra = sorted(files.keys() - {*_TABLES, "catalogue.json", *listed})
    if extra:
        raise head["items"].invalid(f"the files {', '.join(extra)} belong to nothing")
    try:
        effective_from = date.fromisoformat(head["effective_from"].text())
    except ValueError as error:
        raise head["effective_from"].invalid("no calendar day") from error
    agencies = _agencies(_open(files, "agencies.json"))
    licence_types = _licence_types(_open(files, "licence_types.json"), agencies)
    kinds = _material_kinds(_open(files, "material_kinds.json"))
    shared = _open(files, "requirements.json")
    items = read_items(
        [_open(files, name) for name in listed], shared, agencies, licence_types, kinds
    )
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\x00{len(files[name])}\x00".encode() + files[name])
    return Catalogue(
        version=head["version"].text(),
        effective_from=effective_from,
        sha256=digest.hexdigest(),
        agencies=MappingProxyType(agencies),
        licence_types=MappingProxyType(licence_types),
        material_kinds=MappingProxyType(kinds),
        items=MappingProxyType(items),
    )


def _open(files: Mapping[str, bytes], name: str) -> Node:
    if name not in files:
        raise Node(name, "", ()).invalid("the file is missing")
    try:
        return Node.parse(name, files[name])
    except JsonInvalid as error:
        line = getattr(error.__cause__, "lineno", None)
        raise Node(name, "", ()).invalid(str(error), line=line) from error


def _credit_code(node: Node, text: str) -> None:
    try:
        parse_credit_code(text)
    except IdentifierError as error:
        raise node.invalid(f"not a credit code: {error}") from error


def _agencies(head: Node) -> dict[str, Agency]:
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
                role.one_of("identity", "operator", "archive", "auditor")
                for role in node["roles"].elements()
            ),
        )
    return agencies


def _licence_types(head: Node, agencies: Mapping[str, Agency]) -> dict[str, LicenceType]:
    head.members("common_fields", "licence_types")
    common = {name: node.pair() for name, node in head["common_fields"].entries()}
    codes: dict[str, str] = {}
    types = {}
    for slug, node in head["licence_types"].entries():
        node.slug(slug)
        node.members(
            "zh", "en", "code", "definer_zh", "definer_en", "issued_by", "source", "years",
            "tied_to", "social", "fields",
        )  # fmt: skip
        code = node["code"].text()
        if len(code) != 21 or not code[18:].isdecimal():
            raise node["code"].invalid("a type code is a credit code and three digits")
        _credit_code(node["code"], code[:18])
        if codes.setdefault(code, slug) != slug:
            raise node["code"].invalid(f"{codes[code]} has the same code")
        labels = dict(common)
        for name, field in node["fields"].entries():
            if name in labels:
                raise field.invalid("the field is common to all licences")
            labels[field.name(name)] = field.pair()
        social = {field.among(labels, "field") for field in node["social"].elements()}
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
            attributes=MappingProxyType(
                {n: Attribute(n, zh, en, n in social) for n, (zh, en) in labels.items()}
            ),
        )
    return types


def _material_kinds(head: Node) -> dict[str, MaterialKind]:
    head.members("material_kinds")
    kinds = {}
    for slug, node in head["material_kinds"].entries():
        node.slug(slug)
        node.members("zh", "en", "tied_to", "reuse", "age_from", "max_age_days", "min_grade")
        kinds[slug] = MaterialKind(
            slug=slug,
            zh=node["zh"].text(),
            en=node["en"].text(),
            tied_to=_ties(node["tied_to"]),
            reuse=Reuse(node["reuse"].one_of(*Reuse)),
            age_from=AgeFrom(node["age_from"].one_of(*AgeFrom)),
            max_age_days=node["max_age_days"].count(optional=True),
            min_grade=Grade(node["min_grade"].one_of(*Grade)),
        )
    return kinds


def _ties(node: Node) -> tuple[Tie, ...]:
    ties = tuple(Tie(element.one_of(*Tie)) for element in node.elements())
    if not ties or len(set(ties)) != len(ties):
        raise node.invalid("at least one tie, and each once")
    return ties
