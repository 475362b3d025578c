"""Who spoke for a holder, and who vouched for one that was there in person: part of check 7."""

from __future__ import annotations

from ledger.consent.delegation import ANY_ITEM, Link, check_chain, check_giver, link_of
from ledger.log.evidence import ChainAnchor
from ledger.verify.items import Evidence
from ledger.verify.steps.finding import Open, Wrong
from ledger.verify.steps.form import OpenedEntry, opened_once
from ledger.verify.steps.ground import Ground

DELEGATED = "delegation.granted"


def check_speaker(
    ground: Ground, entry: OpenedEntry, role: str, evidence: Evidence, known: ChainAnchor | None
) -> None:
    """A holder's statement is about its actor, or about somebody whose delegations lead to the
    actor at the evidence time; a delegation was given by who may give it; the reader of an
    attended basis is an identity agency's. Raises Wrong, Open, and Refused ``delegation.…``.

    That a power was not ended shows only with the whole log (``ledger.bundle.order``).
    """
    statement = entry.statement
    if statement.kind == DELEGATED:
        check_giver(_link(ground, entry))
    if statement.kind == "basis.stated":
        _check_reader(ground, entry)
    subject = statement.body.get("subject")
    if role != "holder" or not isinstance(subject, str) or subject == statement.actor:
        return
    if not evidence.powers.delegations:
        raise Open("delegation.undisclosed", subject=subject, actor=statement.actor)
    if known is None:
        raise Open("evidence_time.absent")
    opened = [opened_once(ground, one) for one in evidence.powers.delegations]
    places = [one.opening.index for one in opened]
    if places != sorted(places) or places[-1] >= entry.opening.index:
        raise Wrong("delegation.later", entry=str(entry.opening.index))
    chain = tuple(_link(ground, one) for one in opened)
    item = statement.body.get("service_item")
    named = item if isinstance(item, str) else ANY_ITEM
    check_chain(chain, subject, statement.actor, named, known.anchor.block_time)


def _link(ground: Ground, entry: OpenedEntry) -> Link:
    statement = entry.statement
    if statement.kind != DELEGATED:
        raise Wrong("delegation.foreign", entry=str(entry.opening.index))
    by_agency = bool(entry.envelope.signatures[0].x5c)
    if by_agency and statement.actor not in ground.trust.identity_agencies:
        raise Wrong("holder.not_identity_agency", agency=statement.actor)
    return link_of(statement.body, statement.actor, by_agency=by_agency)


def _check_reader(ground: Ground, entry: OpenedEntry) -> None:
    proof = entry.statement.body["proof"]
    reader = proof.get("reader") if isinstance(proof, dict) else None
    if isinstance(reader, str) and reader not in ground.trust.identity_agencies:
        raise Wrong("holder.not_identity_agency", agency=reader)
