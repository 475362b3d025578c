"""A paper that its holder disputes is genuine all the same; whoever verifies it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from certs.verdict import Note, Verdict
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.verify.sentences import sentence

DISPUTED = "status.disputed"
_PAPERS = {
    "licence.issued": ("licences", "licence"),
    "licence.collected": ("licences", "licence"),
    "material.deposited": ("materials", "material"),
}


def with_hold(platform: Platform, verdict: Verdict, statement: Statement) -> Verdict:
    """The verdict over a paper that ``statement`` brought in, with a note where a dispute holds it
    now. The note decides nothing."""
    if statement.kind not in _PAPERS:
        return verdict
    table, member = _PAPERS[statement.kind]
    body: Mapping[str, Any] = statement.body
    rows = platform.store.rows(table, {"id": body[member]})
    if not rows or rows[0]["dispute"] is None:
        return verdict
    note = Note(DISPUTED, *sentence(DISPUTED))
    return replace(verdict, notes=(*verdict.notes, note))
