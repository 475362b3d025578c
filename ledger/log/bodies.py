"""The shape of every statement's body, version 1: one table, kind → form.

A body that has not exactly its shape is neither written nor believed. A kind without a row here
cannot be stated yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from certs.canonical import Json
from ledger.log.basis_bodies import BASES
from ledger.log.body_forms import BodyInvalid, Shapes
from ledger.log.matter_bodies import MATTERS
from ledger.log.paper_bodies import PAPERS

SHAPES: Shapes = MappingProxyType({**PAPERS, **MATTERS, **BASES})


def check_body(kind: str, body: Mapping[str, Json]) -> None:
    """Raises BodyInvalid (``statement.body``, ``path``) where ``body`` is not of ``kind``'s shape,
    or the kind has none."""
    if kind not in SHAPES:
        raise BodyInvalid(f"No shape is known for {kind!r}.", path="", kind=kind)
    SHAPES[kind](dict(body), "")
