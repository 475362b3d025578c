"""A holder's commitment (告知承诺) in place of a paper: what makes it good, what bars another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from certs import base64url
from certs.canonical import Json
from ledger.arranged.errors import (
    CommitmentBarred,
    CommitmentDay,
    CommitmentOther,
    CommitmentWords,
)
from ledger.arranged.foreseen import commitment_foreseen
from ledger.catalogue.catalogue import Catalogue, ServiceItem
from ledger.catalogue.terms import CommitmentForm
from ledger.reuse.case import Breach, Case
from ledger.reuse.documents import day

SIGNED_WITHIN = timedelta(days=1)
"""How old a signature may be when it arrives: the day of the check counts from it."""


def words_sha256(form: CommitmentForm) -> str:
    """Base64url of the SHA-256 of the Chinese words, in UTF-8: what is signed is what was shown."""
    return base64url.encode(hashlib.sha256(form.text_zh.encode()).digest())


def check_day(form: CommitmentForm, signed_at: datetime) -> date:
    """By which day it is checked, in China."""
    return day(signed_at) + timedelta(days=form.check_days)


def barred_until(breaches: Iterable[Breach], catalogue: Catalogue, at: datetime) -> date | None:
    """The last day on which earlier broken commitments bar new ones; None: they do not. A form
    that the catalogue has no more bars nobody."""
    days = [
        one.on + timedelta(days=form.bars_days)
        for one in breaches
        if (form := catalogue.commitments.get(one.form)) is not None
    ]
    last = max(days, default=None)
    return last if last is not None and last >= day(at) else None


def commitment_body(
    commitment: str,
    case: Mapping[str, str],
    requirement: str,
    form: CommitmentForm,
    subject: str,
    at: datetime,
) -> dict[str, Json]:
    """The body of ``commitment.made`` for ``subject`` to sign at ``at``; ``case``: its ``id``,
    ``agency`` and ``item``."""
    return {
        "commitment": commitment,
        "case": case["id"],
        "agency": case["agency"],
        "service_item": case["item"],
        "subject": subject,
        "requirement": requirement,
        "form": form.id,
        "text_sha256": words_sha256(form),
        "check_by": check_day(form, at).isoformat(),
    }


def check_commitment(
    body: Mapping[str, Any],
    signed_at: datetime,
    case: Case,
    item: ServiceItem,
    catalogue: Catalogue,
    at: datetime,
) -> None:
    """Whether a signed ``commitment.made`` (its body and time) may be taken at ``at``; whose key
    signed is checked by who has the envelope. Raises CommitmentNotForeseen, CommitmentOther,
    CommitmentWords, CommitmentDay, CommitmentBarred."""
    evidence = commitment_foreseen(item, str(body["requirement"]), str(body["form"]))
    form = catalogue.commitment(evidence.form)
    subject = case.subject_of(evidence.role)
    right = {"case": case.id, "agency": case.agency, "service_item": case.item, "subject": subject}
    for member, value in right.items():
        if body[member] != value:
            raise CommitmentOther(f"The commitment names another {member}.", member=member)
    if body["text_sha256"] != words_sha256(form):
        raise CommitmentWords("These are not the words of the catalogue.", form=form.id)
    if at - signed_at > SIGNED_WITHIN:
        raise CommitmentDay("It was signed too long ago; sign it anew.")
    if body["check_by"] != check_day(form, signed_at).isoformat():
        raise CommitmentDay("It names another day of its check than its form gives.")
    until = barred_until(case.breaches, catalogue, at)
    if until is not None:
        message = f"An earlier commitment was broken; none is accepted up to {until.isoformat()}."
        raise CommitmentBarred(message, until=until.isoformat())
