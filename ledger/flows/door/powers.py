"""Who may speak for whom, as the index has it now: chains of delegations, ready to be shown."""

from __future__ import annotations

from typing import Any, cast

from certs.canonical import parse
from ledger import tlog
from ledger.consent.delegation import ANY_ITEM, DelegationRefused, Link, found_chain, link_of
from ledger.errors import NotFound
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.ports import Expect, Head, Opening, Powers, Scalar

Row = dict[str, Scalar]


def chain_for(
    platform: Platform, principal: str, delegate: str, item: str | None
) -> tuple[Link, ...]:
    """The delegations that let ``delegate`` speak for ``principal`` in ``item`` now, root first.
    Raises Refused ``delegation.…``."""
    known: dict[str, Link] = {}
    waiting = platform.store.rows("delegations", {"delegate": delegate})
    while waiting:
        link = link_in(waiting.pop())
        if link.id not in known:
            known[link.id] = link
            if link.parent is not None:
                waiting += platform.store.rows("delegations", {"id": link.parent})
    return found_chain(known.values(), principal, delegate, item, platform.now())


def delegations_between(platform: Platform, principal: str, delegate: str) -> list[Row]:
    """Every delegation on any way from the principal to the delegate, ended ones too."""
    found: dict[str, Row] = {}
    for last in platform.store.rows("delegations", {"delegate": delegate}):
        chain = [last]
        while chain[-1]["parent"] is not None:
            chain += platform.store.rows("delegations", {"id": chain[-1]["parent"]})
        if chain[-1]["principal"] == principal:
            found |= {str(row["id"]): row for row in chain}
    return list(found.values())


def chain_then(platform: Platform, statement: Statement, index: int) -> list[tuple[int, Link]]:
    """The delegations, each with its entry, that let the actor of the entry at ``index`` speak for
    its subject when it was made; none where nothing did, or nothing had to."""
    subject, item = statement.body.get("subject"), statement.body.get("service_item")
    if not isinstance(subject, str) or subject == statement.actor:
        return []
    rows = delegations_between(platform, subject, statement.actor)
    known = {
        str(row["id"]): (cast(int, row["entry_index"]), link_in(row, before=index))
        for row in rows
        if cast(int, row["entry_index"]) < index
    }
    named = item if isinstance(item, str) else ANY_ITEM
    links = [link for _, link in known.values()]
    try:
        chain = found_chain(links, subject, statement.actor, named, statement.at)
    except DelegationRefused:
        return []
    return [known[link.id] for link in chain]


def acts_for(platform: Platform, delegate: str, principal: str, item: str | None) -> bool:
    """Whether ``delegate`` is the principal, or may speak for the principal now."""
    if delegate == principal:
        return True
    try:
        chain_for(platform, principal, delegate, item)
    except DelegationRefused:
        return False
    return True


def link_in(row: Row, before: int | None = None) -> Link:
    """The link of a row of the index, as it stood ``before`` an entry (None: now); who signed it
    was checked when it was taken in."""
    ended = row["ended_index"]
    body = cast(dict[str, Any], row | {"delegation": row["id"]})
    body["service_items"] = parse(str(row["service_items"]).encode())
    guardian = row["sort"] == "guardian"
    return link_of(
        body,
        "" if guardian else str(row["principal"]),
        by_agency=guardian,
        ended=isinstance(ended, int) and (before is None or ended < before),
    )


def still_given(chain: tuple[Link, ...]) -> tuple[Expect, ...]:
    """Guards: none of the links is ended before the entry that rests on them."""
    return tuple(Expect("delegations", {"id": link.id}, {"ended_index": None}) for link in chain)


def powers_of(platform: Platform, principal: str, delegate: str, item: str, head: Head) -> Powers:
    """What shows that ``delegate`` may speak for the principal now, proven in ``head``; nothing
    for the principal itself. Raises Refused ``delegation.…``."""
    if delegate == principal:
        return Powers()
    granted, keys = [], []
    for link in chain_for(platform, principal, delegate, item):
        (row,) = platform.store.rows("delegations", {"id": link.id})
        granted.append(tlog.opening(platform, cast(int, row["entry_index"]), head.size))
        if not link.by_agency:
            keys.append(bound_key(platform, granted[-1], head))
    return Powers(tuple(granted), tuple(keys))


def bound_key(platform: Platform, signed: Opening, head: Head) -> Opening:
    """The binding of the holder's key that signed an entry. Raises NotFound."""
    envelope, _ = tlog.opened(signed.envelope)
    return key_binding(platform, envelope.signatures[0].kid, head)


def key_binding(platform: Platform, kid: str, head: Head) -> Opening:
    """The binding of a holder's key. Raises NotFound."""
    rows = platform.store.rows("holder_keys", {"kid": kid})
    if not rows:
        raise NotFound("The holder's key is not known.")
    return tlog.opening(platform, cast(int, rows[0]["bound_index"]), head.size)
