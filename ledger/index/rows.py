"""Which rows each kind of statement gives the index: the one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ledger.index import aftermath, bases, library, matters, papers, reuse, use
from ledger.log.statement import Statement
from ledger.ports import Row

PRIMARY_KEYS: Mapping[str, tuple[str, ...]] = {
    "holder_keys": ("kid",),
    "licences": ("id",),
    "status_entries": ("uri", "idx"),
    "reissues": ("predecessor",),
    "materials": ("id",),
    "files": ("id",),
    "cases": ("id",),
    "case_items": ("case_id", "object"),
    "requests": ("id",),
    "consents": ("id",),
    "releases": ("consent", "n"),
    "case_ways": ("case_id", "requirement"),
    "case_plans": ("case_id",),
    "case_papers": ("case_id", "kind", "role"),
    "reads": ("id",),
    "refusals": ("id",),
    "catalogues": ("version", "owner"),
    "demands": ("id",),
    "delegations": ("id",),
    "bases": ("id",),
    "basis_uses": ("basis", "n"),
    "assistances": ("id",),
    "commitments": ("id",),
    "disputes": ("id",),
    "flags": ("id",),
    "copies": ("id",),
    "fact_answers": ("release_id", "object"),
    "verifications": ("id",),
    "offers": ("id",),
    "reconciliations": ("id",),
    "erasures": ("id",),
    "reliances": ("object", "case_id", "entry_index"),
    "cascades": ("cause_index",),
    "reminders": ("object", "due", "step"),
}
"""Every table that statements explain, with the columns that name a row."""


def rows_of(statement: Statement) -> tuple[Row, ...]:
    """Rows that the statement adds or changes, in order; ``INDEX`` stands for its own index."""
    make = _ROWS.get(statement.kind)
    own = make(statement, statement.body) if make is not None else ()
    return (*own, *aftermath.following(statement))


_ROWS: Mapping[str, Callable[[Statement, Mapping[str, Any]], list[Row]]] = {
    "licence.issued": papers.issued,
    "licence.collected": papers.collected,
    "licence.suspended": papers.status,
    "licence.restored": papers.status,
    "licence.revoked": papers.status,
    "licence.superseded": papers.status,
    "licence.reissued": papers.reissued,
    "material.deposited": papers.deposited,
    "material.checked": papers.checked,
    "case.opened": matters.case_opened,
    "case.closed": matters.case_closed,
    "plan.signed": matters.planned,
    "holderkey.bound": matters.bound,
    "holderkey.ended": matters.key_ended,
    "consent.requested": matters.requested,
    "consent.granted": matters.granted,
    "consent.withdrawn": matters.withdrawn,
    "released": matters.released,
    "refused": matters.refused,
    "case.resumed": matters.case_resumed,
    "case.flagged": aftermath.flagged,
    "flag.answered": aftermath.flag_answered,
    "cascade.done": aftermath.cascade_done,
    "reminded": aftermath.reminded,
    "catalogue.published": reuse.catalogue_published,
    "paper.demanded": reuse.demanded,
    "reask.refused": reuse.reask_refused,
    "assistance.requested": reuse.assistance_requested,
    "assistance.reminded": reuse.assistance_reminded,
    "assistance.answered": reuse.assistance_answered,
    "commitment.made": reuse.commitment_made,
    "commitment.checked": reuse.commitment_checked,
    "library.reconciled": library.reconciled,
    "benefit.offered": reuse.offered,
    "benefit.confirmed": reuse.offer_confirmed,
    "verified": reuse.verified,
    "disputed": aftermath.disputed,
    "dispute.settled": aftermath.dispute_settled,
    "copy.made": use.copied,
    "fact.answered": use.fact_answered,
    "erasure.requested": reuse.erasure_requested,
    "erasure.approved": reuse.erasure_approved,
    "erasure.refused": reuse.erasure_refused,
    "erased": reuse.erased,
    "delegation.granted": bases.delegated,
    "delegation.ended": bases.delegation_ended,
    "basis.stated": bases.stated,
    "basis.ended": bases.ended,
    "basis.used": bases.used,
}
