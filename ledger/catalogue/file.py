"""Read a catalogue from its data files, strictly: what is unknown, missing or contradicts itself is
refused with file, line and path.

Files: ``catalogue.json`` {version, effective_from, items: [file, …]}, one file per table (TABLES;
``requirements.json`` holds requirements that several items share, by id) and one file per version
of a service item: the newest is ``item-X.json``, older ones ``item-X.v1.json`` beside it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType

from certs.errors import JsonInvalid
from ledger.catalogue.agreement import check_policies
from ledger.catalogue.catalogue import Catalogue
from ledger.catalogue.days import read_calendar
from ledger.catalogue.items import in_force, read_items, version_of
from ledger.catalogue.node import Node
from ledger.catalogue.requirements import Tables
from ledger.catalogue.tables import read_agencies, read_licence_types, read_material_kinds
from ledger.catalogue.term_tables import (
    read_bundles,
    read_commitments,
    read_facts,
    read_grants,
    read_legal_bases,
)

HEAD = "catalogue.json"
OWNER_OF_TABLES = "zwb"
"""The service office answers for the tables that all share; for an item the first agency that runs
it."""
_VERSION = re.compile(r"(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){0,5}")
TABLES = (
    "agencies.json", "licence_types.json", "material_kinds.json", "requirements.json",
    "legal_bases.json", "facts.json", "commitments.json", "grants.json", "bundles.json",
    "calendar.json",
)  # fmt: skip


def parse_catalogue(files: Mapping[str, bytes]) -> Catalogue:
    """The catalogue in ``files`` (name → bytes); raises CatalogueInvalid."""
    head = open_file(files, HEAD)
    head.members("version", "effective_from", "items")
    listed = item_files(head)
    extra = sorted(files.keys() - {*TABLES, HEAD, *listed})
    if extra:
        raise head["items"].invalid(f"the files {', '.join(extra)} belong to nothing")
    effective_from = head["effective_from"].day()
    version = head["version"].text()
    if not _VERSION.fullmatch(version):
        raise head["version"].invalid("a version is numbers with points between, such as 2026.11")
    types_head = open_file(files, "licence_types.json")
    agencies = read_agencies(agencies_head := open_file(files, "agencies.json"))
    if OWNER_OF_TABLES not in agencies:
        raise agencies_head["agencies"].invalid(
            f"{OWNER_OF_TABLES}, who owns the tables, is missing"
        )
    licence_types = read_licence_types(types_head, agencies)
    legal = read_legal_bases(open_file(files, "legal_bases.json"))
    tables = Tables(
        agencies=agencies,
        types=licence_types,
        kinds=read_material_kinds(open_file(files, "material_kinds.json")),
        legal=legal,
        facts=read_facts(open_file(files, "facts.json"), licence_types),
        commitments=read_commitments(open_file(files, "commitments.json")),
        shared=open_file(files, "requirements.json"),
    )
    nodes = [open_file(files, name) for name in listed]
    versions = read_items(nodes, tables)
    items = in_force(versions, effective_from)
    for node in nodes:
        if node["slug"].text() not in items:
            place = node["effective_from"]
            raise place.invalid(f"nothing of it is in force on {effective_from}, the catalogue's")
    check_policies(types_head, items)
    grants_head = open_file(files, "grants.json")
    return Catalogue(
        version=version,
        effective_from=effective_from,
        sha256=digest_of(files).hex(),
        agencies=MappingProxyType(agencies),
        licence_types=MappingProxyType(licence_types),
        material_kinds=MappingProxyType(dict(tables.kinds)),
        items=items,
        item_versions=versions,
        legal_bases=MappingProxyType(legal),
        grants=MappingProxyType(read_grants(grants_head, agencies, licence_types, versions, legal)),
        facts=MappingProxyType(dict(tables.facts)),
        commitments=MappingProxyType(dict(tables.commitments)),
        bundles=read_bundles(open_file(files, "bundles.json"), agencies, items),
        calendar=read_calendar(open_file(files, "calendar.json")),
    )


def digest_of(files: Mapping[str, bytes]) -> bytes:
    """SHA-256 of a whole catalogue: of each file in order of name its name, its length, itself."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\x00{len(files[name])}\x00".encode() + files[name])
    return digest.digest()


def version_order(version: str) -> tuple[int, ...]:
    """What versions of catalogues are compared by."""
    return tuple(map(int, version.split(".")))


def owners_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """The agency that answers for each file of a catalogue that `parse_catalogue` takes."""
    owners = dict.fromkeys((HEAD, *TABLES), OWNER_OF_TABLES)
    for name in item_files(open_file(files, HEAD)):
        owners[name] = next(open_file(files, name)["agencies"].elements()).text()
    return owners


def places_of(files: Mapping[str, bytes]) -> dict[tuple[str, int], Node]:
    """Where each version of an item stands in a catalogue that `parse_catalogue` takes."""
    nodes = [open_file(files, name) for name in item_files(open_file(files, HEAD))]
    return {(node["slug"].text(), version_of(node)): node for node in nodes}


def item_files(head: Node) -> list[str]:
    """Names of the item files that ``catalogue.json`` lists, each once."""
    names = []
    for node in head["items"].elements():
        name = node.text()
        if name in names or name in (HEAD, *TABLES):
            raise node.invalid(f"{name} is listed already")
        names.append(name)
    return names


def open_file(files: Mapping[str, bytes], name: str) -> Node:
    """The top of one file; raises CatalogueInvalid."""
    if name not in files:
        raise Node(name, "", ()).invalid("the file is missing")
    try:
        return Node.parse(name, files[name])
    except JsonInvalid as error:
        line = getattr(error.__cause__, "lineno", None)
        raise Node(name, "", ()).invalid(str(error), line=line) from error
