"""Licences found by number, and by where they came from, though no number stands in the index.

Keyed digests lie beside the log, written in the commit of the licence's own entry: one for its
number and one for its identifier among the issuer's licences, and for a licence from elsewhere one
that finds its newest version again. `fsck` computes them anew from the statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certs.canonical import canonical
from ledger.platform import Platform
from ledger.ports import Row

Named = Mapping[str, Any]
"""Members of a ``licence.issued`` or ``licence.collected`` body."""


def number_digest(platform: Platform, agency: str, type_: str, number: str) -> bytes:
    """For what stands as a number among the licences of this type that ``agency`` keeps."""
    return platform.keys.lookup("licence-number", canonical([agency, type_, number]))


def identifier_digest(platform: Platform, agency: str, identifier: str) -> bytes:
    """For an electronic licence's identifier among those that ``agency`` keeps."""
    return platform.keys.lookup("licence-identifier", canonical([agency, identifier]))


def source_digest(platform: Platform, agency: str, named: Named) -> bytes:
    """Under what a licence from elsewhere is found again, by its members ``source``, ``type``,
    ``subject`` and ``number``; says nothing without the key."""
    members = [named[name] for name in ("source", "type", "subject", "number")]
    return platform.keys.lookup("collected", canonical([agency, *members]))


def digests_of(platform: Platform, agency: str, named: Named) -> list[bytes]:
    """The digests under which a licence is found by number and by identifier."""
    found = [number_digest(platform, agency, str(named["type"]), str(named["number"]))]
    if named["identifier"] is not None:
        found.append(identifier_digest(platform, agency, str(named["identifier"])))
    return found


def numbered(platform: Platform, agency: str, body: Named) -> tuple[Row, ...]:
    """Rows for the commit of a licence's entry."""
    name = f"licence:{body['licence']}"
    return tuple(
        Row("licence_numbers", {"digest": digest, "object": name})
        for digest in digests_of(platform, agency, body)
    )
