"""Whom an entry concerns, by what it names: the agencies and holders in whose events it stands.

Who is named, or who made it, finds it by that name. The kinds below concern somebody whom they do
not name: the case, consent or paper that they are about leads there. Nothing else is shown: an
issuer does not learn who read what it issued, and what the law keeps from a holder for a time
(``visible_from``) stays out of the holder's events until then.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ledger.index import names_of
from ledger.log.statement import Statement

LEADS: Mapping[str, tuple[str, frozenset[str]]] = MappingProxyType(
    {
        "case": ("cases", frozenset(("agency", "subject"))),
        "consent": ("consents", frozenset(("agency", "subject"))),
        "basis": ("bases", frozenset(("agency", "subject"))),
        "licence": ("licences", frozenset(("subject",))),
        "material": ("materials", frozenset(("subject",))),
        "commitment": ("commitments", frozenset(("agency", "subject"))),
        "delegation": ("delegations", frozenset(("delegate",))),
    }
)
"""Member of a body → the table of its id, and the columns that name whom it concerns."""

_ONLY_AGENCIES = frozenset(("verified", "cascade.done"))
OF_AGENCIES = frozenset(("benefit.confirmed", "consent.withdrawn", "material.deposited"))
"""Kinds that concern an agency that they may not name."""

OF_HOLDERS = frozenset(
    (
        "assistance.answered", "basis.ended", "basis.used", "case.closed", "case.flagged",
        "case.resumed", "commitment.checked", "copy.made", "delegation.ended", "fact.answered",
        "flag.answered", "licence.restored", "licence.revoked", "licence.superseded",
        "licence.suspended", "licence.reissued", "material.checked", "paper.demanded",
        "plan.signed", "reask.refused", "refused", "released", "reminded",
    )
)  # fmt: skip
"""Kinds that concern a holder whom they may not name."""

SHOWN = frozenset(
    (
        "agency", "assistance", "basis", "case", "commitment", "consent", "copy", "delegation",
        "demand", "dispute", "erasure", "flag", "licence", "material", "offer", "release",
        "request", "subject", "verification",
    )
)  # fmt: skip
"""Sorts of names that an event shows: surrogate ids, no officer, no value of a paper."""


def shown_names(statement: Statement) -> tuple[str, ...]:
    """What an event shows of an entry."""
    return tuple(name for name in names_of(statement) if name.partition(":")[0] in SHOWN)


def leads_of(statement: Statement) -> list[tuple[str, str, frozenset[str]]]:
    """(table, id, columns) of all that may lead to somebody whom the entry concerns."""
    if statement.kind in _ONLY_AGENCIES:
        return []
    found = []
    for member, (table, columns) in LEADS.items():
        if isinstance(identity := statement.body.get(member), str):
            found.append((table, identity, columns))
    about = statement.body.get("object")
    if statement.kind == "reminded" and isinstance(about, str):
        sort, _, identity = about.partition(":")
        if sort == "delegation":
            found.append((*LEADS[sort][:1], identity, LEADS[sort][1]))
    return found
