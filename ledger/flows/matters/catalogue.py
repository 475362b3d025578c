"""Catalogues in the log: a set of documents, said by the agencies that own them, in one commit.

The owner of a service item's file is the first agency that runs it, of the tables the service
office. The bytes lie beside the log under the digest of the whole; what the log says of them is
compared whenever they are read. What is worked with is the newest that is in force.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

from certs import base64url
from certs.canonical import Json
from ledger.catalogue.catalogue import Catalogue
from ledger.catalogue.file import (
    OWNER_OF_TABLES,
    digest_of,
    owners_of,
    parse_catalogue,
    version_order,
)
from ledger.catalogue.succession import check_succession
from ledger.errors import NotFound, Tampered
from ledger.flows.door.statements import own_statement
from ledger.flows.matters.catalogue_proof import CatalogueProof
from ledger.index import names_of, rows_of
from ledger.platform import Platform
from ledger.ports import LedgerStore, Row, Scalar
from ledger.reuse.documents import day
from ledger.tlog import Draft, Sequenced, sequence


@dataclass(frozen=True, slots=True)
class Published:
    """``entries``: one for each owner; empty where this very catalogue was published before."""

    catalogue: Catalogue
    entries: tuple[Sequenced, ...]


def check_catalogue(platform: Platform, documents: Mapping[str, bytes]) -> Catalogue:
    """What the documents hold, where they could be published today. Raises CatalogueInvalid and
    what `check_succession` raises, each with file and line."""
    made = parse_catalogue(documents)
    before = newest_published(platform.store)
    if before is not None and before.sha256 != made.sha256:
        check_succession(before, made, documents, day(platform.now()))
    return made


def publish_catalogue(platform: Platform, documents: Mapping[str, bytes]) -> Published:
    """State the catalogue as its owners; the same again changes nothing. Raises what
    `check_catalogue` raises; Conflict where another was published meanwhile."""
    made = check_catalogue(platform, documents)
    before = newest_published(platform.store)
    if before is not None and before.sha256 == made.sha256:
        return Published(made, ())
    digest = digest_of(documents)
    own: dict[str, list[str]] = {}
    for name, owner in sorted(owners_of(documents).items()):
        own.setdefault(owner, []).append(name)
    drafts = []
    for owner, names in sorted(own.items()):
        listed: list[Json] = [
            {"name": name, "sha256": base64url.encode(hashlib.sha256(documents[name]).digest())}
            for name in names
        ]
        body: dict[str, Json] = {
            "catalogue": made.version,
            "sha256": base64url.encode(digest),
            "effective_from": made.effective_from.isoformat(),
            "follows": before.version if before is not None else None,
            "owner": owner,
            "documents": listed,
        }
        envelope, statement = own_statement(platform, owner, "catalogue.published", body)
        kept = tuple(
            Row("catalogue_documents", {"sha256": digest, "name": name, "data": documents[name]})
            for name in names
        )
        drafts.append(Draft(envelope, statement, names_of(statement), rows_of(statement) + kept))
    return Published(made, tuple(sequence(platform, drafts)))


def catalogue_of(platform: Platform, sha256: str) -> Catalogue:
    """A published catalogue by the digest (hex) that plans name. Raises NotFound, Tampered."""
    if sha256 == platform.catalogue.sha256:
        return platform.catalogue
    return _kept(platform.store, bytes.fromhex(sha256))


def published(store: LedgerStore) -> list[dict[str, Scalar]]:
    """The rows of all published catalogues, one each, the newest first."""
    rows = store.rows("catalogues", {"owner": OWNER_OF_TABLES})
    return sorted(rows, key=lambda row: version_order(str(row["version"])), reverse=True)


def newest_published(store: LedgerStore) -> Catalogue | None:
    """The newest that was published, in force or not. Raises Tampered."""
    rows = published(store)
    return _kept(store, cast(bytes, rows[0]["sha256"])) if rows else None


def catalogue_in_force(
    store: LedgerStore, on: date, proof: CatalogueProof, known: Catalogue | None = None
) -> Catalogue | None:
    """The newest that is in force on a day in China; None where none is; ``known`` itself where it
    is that. Raises Tampered, also where its owners did not publish it so."""
    for row in published(store):
        if date.fromisoformat(str(row["effective_from"])) <= on:
            sha256 = cast(bytes, row["sha256"])
            if known is not None and known.sha256 == sha256.hex():
                return known
            proof.check(store, row, documents_of(store, sha256))
            return _kept(store, sha256)
    return None


def documents_of(store: LedgerStore, sha256: bytes) -> dict[str, bytes]:
    """The documents of a published catalogue by name. Raises NotFound, Tampered."""
    rows = store.rows("catalogue_documents", {"sha256": sha256})
    if not rows:
        raise NotFound("There is no such catalogue.")
    documents = {str(row["name"]): cast(bytes, row["data"]) for row in rows}
    if digest_of(documents) != sha256:
        raise Tampered(
            "The documents of a catalogue are not those that were published.",
            where=f"catalogue_documents {sha256.hex()[:16]}",
        )
    return documents


def _kept(store: LedgerStore, sha256: bytes) -> Catalogue:
    return _parsed(tuple(sorted(documents_of(store, sha256).items())))


@lru_cache(maxsize=8)
def _parsed(documents: tuple[tuple[str, bytes], ...]) -> Catalogue:
    return parse_catalogue(dict(documents))
