"""The forms of how papers are used: answers to facts, masked views, previews, marked copies."""

from __future__ import annotations

from api.schemas_out import Out


class FactsOut(Out):
    """``answers``: yes, no or unknown by fact; ``signed``: the same as a compact JWS by the
    platform's operator, bound to this release, whose SHA-256 stands in ``entry``."""

    object: str
    answers: dict[str, str]
    signed: str
    entry: int
