"""Other bases than consent: attended, statutory duty, assistance, emergency. Pure.

Each rests on a grant of the signed catalogue (agency × item × kinds × sort), which says how long,
how often and how it is shown, and on the consortium's vote that the agency has such a basis at all
(AgencyRegistry, with its history). It states why, and is seen by the holder: an attended one at
once, another at most ``delay_days`` later. *Attended* is a person without a device: the agency's
officer and the identity agency's reader sign, and a signed paper is kept; it is never shown as
signed by the holder. *Assistance* names what another agency asked. *Emergency* is for one use
within three days, and is reviewed afterwards. Whose keys signed, and in which order the log holds
it, is checked by those who have the envelopes.

    Refused
    ├── PolicyForbidden             policy.forbidden      the licence's issuer does not allow it
    └── BasisRefused                basis.refused
        ├── BasisUngranted          basis.ungranted       ``member`` that no grant covers
        ├── BasisUnvoted            basis.unvoted         ``kind`` that the consortium voted not
        ├── BasisSocial             basis.social          utilities and banks: by consent alone
        ├── BasisTooWide            basis.too_wide        ``object``, ``field``: what is too much
        ├── BasisUnproven           basis.unproven        ``member`` of its proof
        ├── SecondOfficerMissing    basis.second_officer
        ├── BasisHidden             basis.hidden          seen too late
        ├── BasisAbsent             basis.absent
        ├── BasisEnded              basis.ended
        ├── BasisNotYet             basis.not_yet
        ├── BasisExpired            basis.expired
        ├── BasisUsedUp             basis.used_up
        ├── BasisOther              basis.other           ``member``
        └── BasisNotCovered         basis.not_covered     ``object``, ``field``
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from certs.plain_text import same_name
from ledger.catalogue.catalogue import BasisSort, Catalogue, Grant, ServiceItem
from ledger.consent.basis_errors import (
    BasisAbsent,
    BasisEnded,
    BasisExpired,
    BasisHidden,
    BasisNotCovered,
    BasisNotYet,
    BasisOther,
    BasisRefused,
    BasisSocial,
    BasisTooWide,
    BasisUngranted,
    BasisUnproven,
    BasisUnvoted,
    BasisUsedUp,
    PolicyForbidden,
    SecondOfficerMissing,
)
from ledger.consent.scope import Kinds, check_covered, check_items, check_policies, sensitivity
from ledger.log.statement import parse_time
from ledger.reuse.exemption import Plan

__all__ = [
    "BasisAbsent", "BasisEnded", "BasisExpired", "BasisHidden", "BasisNotCovered", "BasisNotYet",
    "BasisOther", "BasisRefused", "BasisSocial", "BasisTooWide", "BasisUngranted",
    "BasisUnproven", "BasisUnvoted", "BasisUsedUp", "PolicyForbidden", "SecondOfficerMissing",
    "Voted", "check_basis", "check_kinds", "check_terms", "check_use", "needed",
]  # fmt: skip

Body = Mapping[str, Any]
Voted = Callable[[str, str, str, str], bool]
"""Whether the consortium's registry has, at the time meant, a basis of this sort for agency, item
and kind: asked in this order, the sort last."""
REVIEW = timedelta(days=7)
"""Within this an emergency is reviewed: its basis is ended."""
_LONGEST_EMERGENCY = timedelta(days=3)
_AHEAD = timedelta(minutes=10)  # how far a signer's clock may be ahead


def check_basis(
    basis: Body,
    item: ServiceItem,
    plan: Plan,
    catalogue: Catalogue,
    at: datetime,
    now: datetime,
    *,
    agency: str,
    voted: Voted,
    answered: Kinds | None = None,
) -> None:
    """A basis that is stated at ``at`` (its own claim), against the plan of its case as of now.

    ``agency``: who may read for this case, its own or the one that was asked for assistance; the
    items lie within the plan and the item's registered need, as those of a request do.
    ``answered``: what another agency named when it answered a request for assistance may be read
    besides.
    """
    for member, value in (("agency", agency), ("case", plan.case.id), ("service_item", item.slug)):
        if basis[member] != value:
            raise _other(member)
    if basis["purpose"] not in (item.purpose_zh, item.purpose_en):
        raise _other("purpose")
    subject = basis["subject"]
    if subject not in (plan.case.subject, *plan.holders()):
        raise _other("subject")
    check_terms(basis, catalogue, at, now)
    kinds = {**plan.released_kinds(subject), **(answered or {})}
    check_items(basis["items"], kinds, item, BasisTooWide)
    check_kinds(basis, kinds, catalogue, voted)


def check_terms(basis: Body, catalogue: Catalogue, at: datetime, now: datetime) -> None:
    """What a basis says of itself, against its grant: whose, for what, how long, how often, how it
    is shown, and when the holder sees it. ``at``: its own claim. Raises as above."""
    if at > now + _AHEAD:
        raise BasisNotYet("The basis claims a time to come.")
    agency = catalogue.agencies.get(basis["agency"])
    if agency is None or agency.social:
        raise BasisSocial("Utilities and banks read on the holder's consent alone.")
    grant = granted(basis, catalogue)
    until, longest = parse_time(basis["until"]), timedelta(days=grant.days)
    uses = grant.uses
    if grant.sort is BasisSort.EMERGENCY:
        longest, uses = min(longest, _LONGEST_EMERGENCY), 1
    if until > at + longest:
        raise BasisTooWide(f"This lasts {longest.days} days at most.", object="", field="until")
    if basis["uses"] > uses:
        raise BasisTooWide(f"This has {uses} uses at most.", object="", field="uses")
    if now >= until:
        raise BasisExpired("The basis has run out.", until=basis["until"])
    _check_proof(basis, grant)
    delay = timedelta(0 if grant.sort is BasisSort.ATTENDED else grant.delay_days)
    if parse_time(basis["visible_from"]) > at + delay:
        raise BasisHidden("The holder would see it later than the law says.", days=delay.days)


def granted(basis: Body, catalogue: Catalogue) -> Grant:
    """The grant that a basis names. Raises BasisUngranted."""
    grant = catalogue.grants.get(basis["grant"])
    if grant is None:
        raise BasisUngranted("There is no such grant.", member="grant")
    for member, value in (
        ("agency", grant.agency),
        ("service_item", grant.item),
        ("sort", grant.sort.value),
    ):
        if basis[member] != value:
            raise BasisUngranted(f"The grant is for another {member}.", member=member)
    return grant


def check_kinds(basis: Body, kinds: Kinds, catalogue: Catalogue, voted: Voted) -> None:
    """The papers of a basis, by their kinds: each granted and voted, each allowed by its issuer,
    and a second officer for what is sensitive. Raises BasisUngranted, BasisUnvoted,
    PolicyForbidden, SecondOfficerMissing."""
    grant = granted(basis, catalogue)
    for one in basis["items"]:
        name = one["object"]
        if kinds.get(name) not in grant.kinds:
            raise BasisUngranted(f"{name} is of no granted kind.", member="items", object=name)
        if not voted(grant.agency, grant.item, kinds[name], grant.sort.value):
            raise BasisUnvoted(
                f"The consortium has not voted {grant.agency} this basis for {kinds[name]}.",
                member="items",
                object=name,
                kind=kinds[name],
            )
        delicate = sensitivity(kinds[name], catalogue) >= grant.second_officer
        if delicate and basis["second_officer"] is None:
            raise SecondOfficerMissing("A second officer must sign for this.", object=name)
    check_policies(basis["items"], kinds, basis["service_item"], grant.sort, catalogue)


def needed(item: str, kind: str, catalogue: Catalogue) -> frozenset[str]:
    """Fields of a kind that any version of a service item may ask for; a case keeps its own."""
    versions = [one for (slug, _), one in catalogue.item_versions.items() if slug == item]
    versions += [catalogue.items[item]] if item in catalogue.items else []
    return frozenset(field for one in versions for field in one.need.get(kind, ()))


def check_use(use: Body, basis: Body | None, ended: bool, uses_so_far: int, at: datetime) -> None:
    """A ``basis.used`` body stays within the basis that it names, as of ``at``; ``uses_so_far``
    counts other uses of it. Who is not its agency learns nothing more than that."""
    if basis is None or use["basis"] != basis["basis"]:
        raise BasisAbsent("There is no such basis.")
    for member in ("agency", "case", "purpose"):
        if use[member] != basis[member]:
            raise _other(member)
    if ended:
        raise BasisEnded("The basis was ended.")
    if at >= parse_time(basis["until"]):
        raise BasisExpired("The basis has run out.", until=basis["until"])
    if uses_so_far >= basis["uses"] or not 1 <= use["n"] <= basis["uses"]:
        raise BasisUsedUp("It has been used as often as it allows.", uses=basis["uses"])
    check_covered(use["items"], basis["items"], BasisNotCovered, "basis")


def _check_proof(basis: Body, grant: Grant) -> None:
    proof, sort = basis["proof"], grant.sort
    attended, assisted = sort is BasisSort.ATTENDED, sort is BasisSort.ASSISTANCE
    for member, wanted in (
        ("paper_sha256", attended),
        ("reader", attended),
        ("assistance", assisted),
    ):
        if (proof[member] is not None) != wanted:
            raise BasisUnproven(f"{member} does not fit this sort of basis.", member=member)
    if proof["reader"] == basis["agency"]:
        raise BasisUnproven("The reader is another agency's.", member="reader")
    second = basis["second_officer"]
    if second is not None and same_name(second, basis["officer"]):
        raise SecondOfficerMissing("The second officer is the first.", object="")


def _other(member: str) -> BasisOther:
    return BasisOther(f"{member} is not that of the basis.", member=member)
