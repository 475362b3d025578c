"""Delegations, as the key store judges them: pure, from what it is shown and what it followed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from certs.errors import CertsError
from certs.jwk import public_from_jwk
from certs.keys import key_id
from certs.trust.trustlist import TrustList
from ledger.consent.delegation import Link, check_chain, link_of
from ledger.consent.handover_proofs import (
    HandOverRefused,
    Shown,
    check_agency,
    check_binding,
    check_holder,
)
from ledger.log.entry import delegation_end_tag


def check_powers(
    delegations: tuple[Shown, ...],
    keys: tuple[Shown, ...],
    trust: TrustList,
    principal: str,
    delegate: str,
    item: str,
    at: datetime,
    ended: Mapping[bytes, int],
) -> None:
    """The delegations lead from ``principal`` to ``delegate`` now, each signed by who might give
    it; ``ended``: tags of ends among the followed leaves. Raises HandOverRefused, Refused
    ``delegation.…``."""
    chain = tuple(
        _link(shown, ended=delegation_end_tag(shown.opening.salt) in ended) for shown in delegations
    )
    check_chain(chain, principal, delegate, item, at)
    for shown, link in zip(delegations, chain, strict=True):
        if link.by_agency:
            if link.by not in trust.identity_agencies:
                raise HandOverRefused("Only an identity agency names a guardian.", reason="power")
            check_agency(shown, trust, shown.statement.at)
        else:
            check_own_key(shown, keys, trust)


def check_own_key(shown: Shown, keys: tuple[Shown, ...], trust: TrustList) -> Shown:
    """The binding, among ``keys``, of the key with which its actor signed a statement. Raises
    HandOverRefused."""
    kid = shown.envelope.signatures[0].kid
    for bound in keys:
        if bound.body["subject"] == shown.statement.actor and _kid(bound) == kid:
            check_binding(bound, trust)
            check_holder(shown.envelope, bound.body, trust)
            return bound
    raise HandOverRefused("This is signed by another key.", reason="holder", detail="envelope.kid")


def check_before(delegations: tuple[Shown, ...], keys: tuple[Shown, ...], index: int) -> None:
    """Every power stood in the log before what was done with it, each link after its parent, each
    key before what it signed. Raises HandOverRefused."""
    places = [shown.opening.index for shown in delegations]
    bound = {_kid(one): one.opening.index for one in keys}
    kids = [shown.envelope.signatures[0].kid for shown in delegations]
    late = any(bound.get(kid, -1) >= place for kid, place in zip(kids, places, strict=True))
    if places != sorted(places) or (places and places[-1] >= index) or late:
        raise HandOverRefused("A power was given only afterwards.", reason="order")


def _link(shown: Shown, *, ended: bool) -> Link:
    by_agency = bool(shown.envelope.signatures[0].x5c)
    return link_of(shown.body, shown.statement.actor, by_agency=by_agency, ended=ended)


def _kid(bound: Shown) -> str:
    try:
        return key_id(public_from_jwk(bound.body["jwk"]))
    except CertsError as error:
        raise HandOverRefused("A bound key is none.", reason=error.code) from error
