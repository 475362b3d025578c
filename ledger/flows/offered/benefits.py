"""Proactive service (免申即享): the item's agency asks yes/no facts of what is held, offers the
item to those who are eligible, and the holder only confirms.

The facts are asked on a granted statutory basis, and each look has its entry, which its holder
sees; what was answered is in none. Who is not eligible is told nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from certs.canonical import Json
from certs.envelope import Envelope
from ledger.catalogue.catalogue import BasisSort, Fact, ServiceItem
from ledger.errors import Conflict, Refused, Stale
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import accept_from_holder, own_statement, parse_signed
from ledger.flows.matters.cases import ItemElsewhere
from ledger.flows.matters.plan import sign_plan
from ledger.flows.offered.candidates import (
    looked_at,
    open_offer,
    proactive_item,
    still_waiting,
    waiting,
)
from ledger.flows.reading.facts import judged
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.log.statement import Statement, format_time
from ledger.platform import Platform
from ledger.ports import Expect, Row, Scalar
from ledger.reuse.documents import Channel
from ledger.tlog import Draft, Sequenced, sequence, standing
from ledger.use.facts import Answer

_Signed = tuple[Envelope, Statement]
OFFICER = "proactive"
"""Who opened a case that nobody applied for."""
AT_ONCE = 1000


class NoGrant(Refused):
    """No statutory basis lets this agency ask these facts for this item."""

    code = "benefit.no_grant"


class OfferClosed(Conflict):
    """The offer was confirmed before."""

    code = "benefit.closed"


class OfferExpired(Refused):
    """The offer's time has passed."""

    code = "benefit.expired"


@dataclass(frozen=True, slots=True)
class Looked:
    """How many candidates were looked at, how many of them offered the item, how many wait."""

    assessed: int
    offered: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The case that was opened; ``entry`` of the holder's confirmation."""

    offer: str
    case: str
    entry: Sequenced


def offer_benefits(
    platform: Platform, agency: str, item: str, officer: str, most: int = AT_ONCE
) -> Looked:
    """Look at the candidates that wait, at most ``most``, and offer the item to the eligible.

    Safe to repeat and to run twice at once: a candidate is looked at once, and has one open offer
    at most. Raises NotProactive, ItemElsewhere, NoGrant.
    """
    wanted = proactive_item(platform, item)
    if agency not in wanted.agencies:
        raise ItemElsewhere("This item is handled by another agency.", item=item)
    facts = [platform.catalogue.facts[name] for name in wanted.proactive]
    grant = _grant(platform, agency, wanted, facts)
    assessed = offered = left = 0
    for row in waiting(platform, item):
        if assessed >= most:
            left += 1
            continue
        try:
            offered += _look(platform, agency, wanted, facts, grant, officer, row)
        except Stale:  # another look, or another push, came first
            continue
        assessed += 1
    return Looked(assessed, offered, left)


def eligible(platform: Platform, item: ServiceItem, facts: list[Fact], subject: str) -> bool:
    """Whether every fact is answered yes by some licence that the subject holds and whose issuer
    lets it serve so. What cannot be told is no yes."""
    return all(_holds(platform, item, fact, subject) for fact in facts)


def _holds(platform: Platform, item: ServiceItem, fact: Fact, subject: str) -> bool:
    policy = platform.catalogue.licence_type(fact.type).policy
    if BasisSort.STATUTORY not in policy.bases or item.slug not in (policy.items or (item.slug,)):
        return False
    rows = platform.store.rows("licences", {"subject": subject, "type": fact.type})
    return any(judged(platform, row, fact) is Answer.YES for row in rows)


def _grant(platform: Platform, agency: str, item: ServiceItem, facts: list[Fact]) -> str:
    kinds = {f"licence:{fact.type}" for fact in facts}

    def voted(kind: str) -> bool:
        sort = BasisSort.STATUTORY.value
        return platform.chain.basis_granted(agency, item.slug, kind, sort, platform.now())

    for grant in platform.catalogue.grants.values():
        fits = (grant.agency, grant.item, grant.sort) == (agency, item.slug, BasisSort.STATUTORY)
        if fits and kinds <= set(grant.kinds) and all(voted(kind) for kind in kinds):
            return grant.id
    raise NoGrant("No statutory basis lets this agency ask these facts.", item=item.slug)


def _look(
    platform: Platform,
    agency: str,
    item: ServiceItem,
    facts: list[Fact],
    grant: str,
    officer: str,
    row: Mapping[str, Scalar],
) -> bool:
    """One candidate, in one commit. Raises Stale where it does not wait any more."""
    subject = str(row["subject"])
    due = eligible(platform, item, facts, subject) and not open_offer(platform, item.slug, subject)
    asked: list[Json] = [fact.name for fact in facts]
    looked = own_statement(
        platform,
        agency,
        "benefit.assessed",
        {
            "agency": agency,
            "service_item": item.slug,
            "subject": subject,
            "facts": asked,
            "grant": grant,
            "officer": officer,
        },
    )
    state = looked_at(platform, row, "offered" if due else "ineligible")
    drafts = [_draft(looked, (state,), (still_waiting(row),))]
    if due:
        until = platform.now() + timedelta(days=item.consent_days)
        offer: dict[str, Json] = {
            "offer": new_id("off", platform.randomness),
            "agency": agency,
            "service_item": item.slug,
            "subject": subject,
            "facts": asked,
            "until": format_time(until),
        }
        drafts.append(_draft(own_statement(platform, agency, "benefit.offered", offer)))
    sequence(platform, drafts)
    return due


def confirm_offer(platform: Platform, data: bytes) -> Confirmed:
    """Take the holder's confirmation; in the same commit the agency opens the case that it names,
    then its plan is made. Safe to repeat.

    Raises StatementRefused, UnboundKey, NotFound, OfferClosed, OfferExpired; Conflict where another
    case has that name.
    """
    _, said = parse_signed(platform, data, "benefit.confirmed")
    subject, offer, case = (str(said.body[name]) for name in ("subject", "offer", "case"))
    envelope, statement = accept_from_holder(platform, data, "benefit.confirmed", subject)
    row = row_of(platform, "offers", offer, "offer", subject=subject)
    if row["state"] == "open":
        if str(row["until"]) <= format_time(platform.now()):
            raise OfferExpired("The offer's time has passed.", until=row["until"])
        opened = _opening(platform, row, case)
        guard = Expect("offers", {"id": offer}, {"state": "open"})
        told = _told(platform, str(row["item"]), subject)
        drafts = [_draft((envelope, statement), told, (guard,)), _draft(opened)]
        try:
            done = sequence(platform, drafts)[0]
        except Stale:  # the same word, or another, came first
            done = _earlier(platform, offer, case)
    else:
        done = _earlier(platform, offer, case)
    (held,) = platform.store.rows("cases", {"id": case})
    if held["plan_index"] is None and held["state"] == "open":
        sign_plan(platform, str(held["agency"]), case)
    return Confirmed(offer, case, done)


def _earlier(platform: Platform, offer: str, case: str) -> Sequenced:
    """The confirmation that stands, if it is this one. Raises OfferClosed."""
    (row,) = platform.store.rows("offers", {"id": offer})
    for index in platform.store.find(f"offer:{offer}") if row["case_id"] == case else ():
        stored = platform.store.entry(index)
        if stored is not None and stored.kind == "benefit.confirmed":
            return standing(platform, index)
    raise OfferClosed("This offer was confirmed before.")


def _opening(platform: Platform, row: dict[str, Scalar], case: str) -> _Signed:
    agency = str(row["agency"])
    return own_statement(
        platform,
        agency,
        "case.opened",
        {
            "case": case,
            "item": str(row["item"]),
            "agency": agency,
            "subject": str(row["subject"]),
            "project": None,
            "premises": None,
            "parties": {},
            "matter": f"{row['item']!s}/{row['id']!s}",
            "channel": Channel.ONLINE.value,
            "officer": OFFICER,
        },
    )


def _told(platform: Platform, item: str, subject: str) -> tuple[Row, ...]:
    where: dict[str, Scalar] = {"item": item, "subject": subject}
    rows = platform.store.rows("benefit_candidates", where)
    return tuple(looked_at(platform, row, "confirmed") for row in rows)


def _draft(signed: _Signed, more: tuple[Row, ...] = (), expects: tuple[Expect, ...] = ()) -> Draft:
    envelope, statement = signed
    rows = (*rows_of(statement), *more)
    return Draft(envelope, statement, names_of(statement), rows, expects)
