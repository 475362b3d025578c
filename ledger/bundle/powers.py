"""Who might speak for whom, by what a bundle discloses of delegations and their ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ledger.consent.delegation import Link, found_chain, link_of
from ledger.verify.steps.form import OpenedEntry


def power_entries(
    entries: Sequence[OpenedEntry],
    subject: str,
    delegate: str,
    item: str,
    at: datetime,
    before: int,
) -> tuple[OpenedEntry, ...]:
    """The delegations that let ``delegate`` speak for ``subject`` at ``at``, in what is disclosed
    before the entry ``before``; root first. Raises Refused ``delegation.…``."""
    ended = {
        str(one.statement.body["delegation"])
        for one in entries
        if one.statement.kind == "delegation.ended" and one.opening.index < before
    }
    known: dict[str, tuple[Link, OpenedEntry]] = {}
    for one in entries:
        if one.statement.kind == "delegation.granted" and one.opening.index < before:
            body, by = one.statement.body, one.statement.actor
            name = str(body["delegation"])
            by_agency = bool(one.envelope.signatures[0].x5c)
            link = link_of(body, by, by_agency=by_agency, ended=name in ended)
            known.setdefault(name, (link, one))
    chain = found_chain((link for link, _ in known.values()), subject, delegate, item, at)
    return tuple(known[link.id][1] for link in chain)
