"""What a release rests on, as the key store judges it: pure.

consent  the key is bound to its signer by an identity agency that the trust list names; it repeats
         its request; who is not the holder shows every delegation in between
basis    signed by its agency, an attended one by the identity agency's reader too; the signed
         catalogue grants it, the consortium voted it, and the issuers of the licences allow it
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from certs import base64url
from certs.trust.trustlist import TrustList
from ledger.catalogue.catalogue import BasisSort, Catalogue
from ledger.consent.basis import check_consent
from ledger.consent.handover_powers import check_before, check_powers
from ledger.consent.handover_proofs import (
    HandOverRefused,
    Origins,
    Registered,
    Shown,
    check_agencies,
    check_binding,
    check_holder,
    included,
    unasked,
)
from ledger.consent.other_bases import BasisTooWide, Voted, check_kinds, check_terms, needed
from ledger.consent.scope import check_policies
from ledger.log.checkpoint import Checkpoint
from ledger.log.entry import thread_commitment
from ledger.ports import BasisGround, ConsentGround


@dataclass(frozen=True, slots=True)
class Ground:
    """``shown``: the consent or the basis itself, proven; ``member`` names it in a release;
    ``sort`` None for a consent."""

    shown: Shown
    member: str
    sort: BasisSort | None

    @property
    def id(self) -> str:
        return str(self.shown.body[self.member])


def proven_ground(
    given: ConsentGround | BasisGround,
    checkpoint: Checkpoint,
    trust: TrustList,
    catalogue: Catalogue,
    origins: Origins,
    at: datetime,
    tags: Mapping[bytes, int],
    registered: Registered = unasked,
) -> Ground:
    """What the release rests on, once it holds. Raises HandOverRefused, Refused ``consent.…``,
    ``basis.…``, ``delegation.…``."""
    if isinstance(given, BasisGround):
        return _basis(given, checkpoint, trust, catalogue, origins, at, registered)
    consent, request, holder = (
        included(opening, checkpoint, (kind,), origins)
        for kind, opening in (
            ("consent.granted", given.consent),
            ("consent.requested", given.request),
            ("holderkey.bound", given.holder_key),
        )
    )
    check_binding(holder, trust)
    actor, subject = consent.statement.actor, consent.body["subject"]
    if holder.body["subject"] != actor:
        raise HandOverRefused("The key is bound to another subject.", reason="holder")
    check_holder(consent.envelope, holder.body, trust)
    if actor != subject:
        _check_delegated(given, consent, checkpoint, trust, origins, at, tags)
    digest = hashlib.sha256(request.envelope.payload).digest()
    check_consent(consent.body, request.body, digest, at)
    r, g = request.opening.index, consent.opening.index
    if not (r < g and holder.opening.index < g):
        raise HandOverRefused("Request, key and consent stand in another order.", reason="order")
    return Ground(consent, "consent", None)


def _check_delegated(
    given: ConsentGround,
    consent: Shown,
    checkpoint: Checkpoint,
    trust: TrustList,
    origins: Origins,
    at: datetime,
    tags: Mapping[bytes, int],
) -> None:
    powers = given.powers
    if not powers.delegations:
        raise HandOverRefused("The key is bound to another subject.", reason="holder")
    links = tuple(
        included(one, checkpoint, ("delegation.granted",), origins) for one in powers.delegations
    )
    keys = tuple(included(one, checkpoint, ("holderkey.bound",), origins) for one in powers.keys)
    actor, body = consent.statement.actor, consent.body
    check_powers(links, keys, trust, body["subject"], actor, body["service_item"], at, tags)
    check_before(links, keys, consent.opening.index)


def _basis(
    given: BasisGround,
    checkpoint: Checkpoint,
    trust: TrustList,
    catalogue: Catalogue,
    origins: Origins,
    at: datetime,
    registered: Registered,
) -> Ground:
    basis = included(given.basis, checkpoint, ("basis.stated",), origins)
    body, claimed = basis.body, basis.statement.at
    if basis.statement.actor != body["agency"]:
        raise HandOverRefused("A basis is stated by its own agency.", reason="basis")
    check_terms(body, catalogue, claimed, at)
    sort = BasisSort(body["sort"])
    signers: tuple[str, ...] = (body["agency"],)
    if sort is BasisSort.ATTENDED:
        reader = body["proof"]["reader"]
        if reader not in trust.identity_agencies:
            raise HandOverRefused("The reader is no identity agency's.", reason="identity")
        signers = (body["agency"], reader)
    check_agencies(basis, signers, trust, claimed, registered)
    return Ground(basis, "basis", sort)


def check_file_kinds(
    ground: Ground, kinds: Mapping[str, str], catalogue: Catalogue, voted: Voted
) -> None:
    """The kinds of the papers that are handed over are allowed: by their issuers, and on another
    basis by its grant, the consortium's vote and the item's registered need. Raises Refused
    ``basis.…``, ``policy.forbidden``."""
    body = ground.shown.body
    items = [one for one in body["items"] if one["object"] in kinds]
    if ground.sort is None:
        check_policies(items, kinds, body["service_item"], None, catalogue)
        return
    check_kinds({**body, "items": items}, kinds, catalogue, voted)
    for one in items:
        allowed = needed(body["service_item"], kinds[one["object"]], catalogue)
        for field in one["fields"]:
            if field not in allowed:
                name = one["object"]
                raise BasisTooWide(f"{field} is not needed.", object=name, field=field)


def opens_thread(granted: Shown, thread_key: bytes) -> bool:
    """Whether the consent or basis commits to this thread key."""
    commitment = base64url.encode(thread_commitment(thread_key))
    return hmac.compare_digest(commitment, granted.body["thread"])
