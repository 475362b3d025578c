"""Who may speak for whom: a chain of delegations from a principal to a delegate. Pure.

A guardian is named by an identity agency, since a child has no key; agents and clerks by their
principal's own key. Whoever holds a power may pass on part of it, with ``parent`` naming the one
it comes from. Each link lies inside its parent; nobody stands in a chain twice.

    DelegationRefused             delegation.refused
    ├── DelegationAbsent          delegation.absent      no power leads from one to the other
    ├── DelegationForeign         delegation.foreign     a link of other people, or by others
    ├── DelegationLoop            delegation.loop        somebody stands in it twice
    ├── DelegationWidened         delegation.widened     ``member``: what is more than its parent's
    ├── DelegationTooDeep         delegation.too_deep    more than five links
    ├── DelegationEnded           delegation.ended
    ├── DelegationNotYet          delegation.not_yet     ``since``
    ├── DelegationExpired         delegation.expired     ``until``
    └── DelegationOtherItem       delegation.other_item  not for this service item
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.errors import Refused
from ledger.log.statement import format_time, parse_time

DEEPEST = 5
ANY_ITEM = "*"
"""Stands for a matter of no service item: only a power for any item covers it."""


class DelegationRefused(Refused):
    """Root of the refusals below."""

    code = "delegation.refused"


class DelegationAbsent(DelegationRefused):
    """No delegation leads from the principal to who acts."""

    code = "delegation.absent"


class DelegationForeign(DelegationRefused):
    """A link is of other people, or was signed by somebody who could not give it."""

    code = "delegation.foreign"


class DelegationLoop(DelegationRefused):
    """Somebody stands in the chain twice."""

    code = "delegation.loop"


class DelegationWidened(DelegationRefused):
    """A link gives more than its parent had; ``member`` says of what."""

    code = "delegation.widened"


class DelegationTooDeep(DelegationRefused):
    """The power was passed on too often."""

    code = "delegation.too_deep"


class DelegationEnded(DelegationRefused):
    """A link was ended."""

    code = "delegation.ended"


class DelegationNotYet(DelegationRefused):
    """A link begins later; ``since`` says when."""

    code = "delegation.not_yet"


class DelegationExpired(DelegationRefused):
    """A link has run out; ``until`` says when."""

    code = "delegation.expired"


class DelegationOtherItem(DelegationRefused):
    """The power is for other service items."""

    code = "delegation.other_item"


@dataclass(frozen=True, slots=True)
class Link:
    """One delegation. ``items`` empty: any; ``further``: how often it may still be passed on;
    ``by``: who signed it, ``by_agency``: with an identity agency's key; ``ended``: before the
    moment asked about."""

    id: str
    principal: str
    delegate: str
    sort: str
    items: frozenset[str]
    since: datetime
    until: datetime
    further: int
    parent: str | None
    by: str
    by_agency: bool
    ended: bool = False


def link_of(body: Mapping[str, Any], by: str, *, by_agency: bool, ended: bool = False) -> Link:
    """The link that a ``delegation.granted`` body of its shape describes."""
    return Link(
        id=body["delegation"],
        principal=body["principal"],
        delegate=body["delegate"],
        sort=body["sort"],
        items=frozenset(body["service_items"]),
        since=parse_time(body["since"]),
        until=parse_time(body["until"]),
        further=body["further"],
        parent=body["parent"],
        by=by,
        by_agency=by_agency,
        ended=ended,
    )


def check_chain(
    chain: Sequence[Link], principal: str, delegate: str, item: str | None, at: datetime
) -> None:
    """The chain lets ``delegate`` speak for ``principal`` in ``item`` at ``at`` (aware).

    ``item`` None asks about the chain alone, ANY_ITEM about a power for any. What was ended, has
    not begun or has run out lets nobody speak, whatever it once allowed. Raises as above.
    """
    if not chain:
        raise DelegationAbsent("Nobody has delegated this.")
    if len(chain) > DEEPEST:
        raise DelegationTooDeep("The power was passed on too often.", limit=DEEPEST)
    people = [chain[0].principal, *(link.delegate for link in chain)]
    if people[0] != principal or people[-1] != delegate or chain[0].parent is not None:
        raise DelegationForeign("The delegation is between other people.")
    for link in chain:
        check_giver(link)
    if len(set(people)) != len(people):
        raise DelegationLoop("Somebody stands in the chain twice.")
    for parent, link in itertools.pairwise(chain):
        _check_inside(parent, link)
    for link in chain:
        if link.ended:
            raise DelegationEnded("The delegation was ended.", delegation=link.id)
        if at < link.since:
            raise DelegationNotYet("It begins later.", since=format_time(link.since))
        if at >= link.until:
            raise DelegationExpired("It has run out.", until=format_time(link.until))
    allowed = chain[-1].items
    if item is not None and allowed and item not in allowed:
        raise DelegationOtherItem("The delegation is for other service items.", item=item)


def found_chain(
    known: Iterable[Link], principal: str, delegate: str, item: str | None, at: datetime
) -> tuple[Link, ...]:
    """The first chain among ``known`` that lets ``delegate`` speak, root first.

    Raises DelegationAbsent where none leads from one to the other, else what the first that does
    was refused for.
    """
    links = {link.id: link for link in known}
    refusal: DelegationRefused = DelegationAbsent("Nobody has delegated this.")
    for last in sorted(links.values(), key=lambda link: link.id):
        if last.delegate != delegate:
            continue
        chain = _upwards(last, links)
        if chain[0].principal != principal:
            continue
        try:
            check_chain(chain, principal, delegate, item, at)
        except DelegationRefused as error:
            if isinstance(refusal, DelegationAbsent):
                refusal = error
        else:
            return chain
    raise refusal


def _upwards(last: Link, links: Mapping[str, Link]) -> tuple[Link, ...]:
    """The link with its parents before it, one more than may be at most."""
    chain = [last]
    while (parent := links.get(chain[0].parent or "")) and len(chain) <= DEEPEST:
        chain.insert(0, parent)
    return tuple(chain)


def check_giver(link: Link) -> None:
    """A guardian is named by an agency, another power given by its principal. Raises
    DelegationForeign."""
    named = link.by_agency if link.sort == "guardian" else link.by == link.principal
    if not named or (link.by_agency and link.sort != "guardian"):
        raise DelegationForeign("The delegation was not given by who may give it.", sort=link.sort)


def _check_inside(parent: Link, link: Link) -> None:
    if link.parent != parent.id or link.principal != parent.delegate:
        raise DelegationForeign("The delegation is between other people.")
    wider = (
        ("service_items", bool(parent.items) and not (link.items and link.items <= parent.items)),
        ("since", link.since < parent.since),
        ("until", link.until > parent.until),
        ("further", link.further >= parent.further),
    )
    for member, more in wider:
        if more:
            raise DelegationWidened("More is passed on than was given.", member=member)
