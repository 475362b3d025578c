"""What a key store is shown, checked piece by piece: checkpoint, openings, signatures.

Pure. Every piece that does not hold is a HandOverRefused with the inner code as its ``reason``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from cryptography import x509

from certs import keys
from certs.envelope import Envelope, Signature, verify_signature
from certs.errors import CertsError
from certs.jwk import public_from_jwk
from certs.trust.trustlist import TrustList
from certs.x509.authority import agency_of
from certs.x509.path import validate_path
from ledger.errors import LedgerError, Refused
from ledger.log.bodies import check_body
from ledger.log.checkpoint import Checkpoint, open_checkpoint
from ledger.log.entry import Leaf, open_entry
from ledger.log.merkle import verify_inclusion
from ledger.log.rfc6962 import leaf_hash
from ledger.log.statement import Statement
from ledger.ports import Opening

Origins = tuple[str, ...]
"""Names of the log: its own, then those of the logs whose tree it continues, newest first."""


Registered = Callable[[str, bytes, datetime], bool | None]
"""Whether the registry had the key (SHA-256 of its SPKI) as the agency's then; None where nobody
can be asked."""


def unasked(agency: str, key_id: bytes, at: datetime) -> None:
    """Where there is no registry to ask."""


class HandOverRefused(Refused):
    """The order does not prove what it must; ``reason`` is the inner code."""

    code = "handover.refused"


@dataclass(frozen=True, slots=True)
class Shown:
    """One opening with what it says; its body has the shape of its kind."""

    opening: Opening
    leaf: Leaf
    envelope: Envelope
    statement: Statement

    @property
    def body(self) -> Mapping[str, Any]:
        return cast(Mapping[str, Any], self.statement.body)


def checked_checkpoint(note: bytes, trust: TrustList, origins: Origins) -> Checkpoint:
    """The log's checkpoint, with the witness quorum that the profile wants."""
    log = trust.log(origins[0])
    if log is None:
        raise HandOverRefused("The trust list does not name this log.", reason="trust.log")
    try:
        return open_checkpoint(
            note, log.origin, log.vkey, trust.witnesses, trust.profile.witness_quorum
        )
    except LedgerError as error:
        raise HandOverRefused(f"The checkpoint: {error}", reason=error.code) from error


def opened(opening: Opening, kinds: tuple[str, ...], origins: Origins) -> Shown:
    """What an opening says of this log or of one that it continues, once leaf, salt and envelope
    belong together; no proof is checked."""
    try:
        leaf, envelope, statement = open_entry(opening.leaf, opening.salt, opening.envelope)
        check_body(statement.kind, statement.body)
    except LedgerError as error:
        raise HandOverRefused(f"An entry: {error}", reason=error.code) from error
    if statement.kind not in kinds or statement.log not in origins:
        raise HandOverRefused(f"This is no {kinds[0]} of this log.", reason="entry.kind")
    return Shown(opening, leaf, envelope, statement)


def included(
    opening: Opening, checkpoint: Checkpoint, kinds: tuple[str, ...], origins: Origins
) -> Shown:
    """What an opening says, once it stands in the checkpoint's tree."""
    try:
        verify_inclusion(
            opening.index,
            checkpoint.size,
            leaf_hash(opening.leaf),
            list(opening.proof),
            checkpoint.root,
        )
    except LedgerError as error:
        raise HandOverRefused(f"An entry's proof: {error}", reason=error.code) from error
    return opened(opening, kinds, origins)


def check_agency(
    shown: Shown,
    trust: TrustList,
    at: datetime,
    registered: Registered = unasked,
    *,
    now: bool = False,
) -> None:
    """Signed by its actor, an agency of the trust list or of the registry, with a certificate good
    at ``at``. ``now``: with a key that the registry does not deny then."""
    check_agencies(shown, (shown.statement.actor,), trust, at, registered, now=now)


def check_agencies(
    shown: Shown,
    agencies: tuple[str, ...],
    trust: TrustList,
    at: datetime,
    registered: Registered = unasked,
    *,
    now: bool = False,
) -> None:
    """Signed by exactly these agencies, in order, each as `check_agency` says."""
    signatures = shown.envelope.signatures
    if len(signatures) != len(agencies):
        raise HandOverRefused("Others should have signed this.", reason="envelope.signers")
    for agency, signature in zip(agencies, signatures, strict=True):
        key_id = _check_signature(shown.envelope, signature, agency, trust, at)
        listed = trust.agency(agency) is not None
        said = registered(agency, key_id, at) if now or not listed else None
        if said is False and now:
            raise HandOverRefused("The registry has not this key now.", reason="registry.key")
        if not listed and not said:
            raise HandOverRefused(
                "Neither trust list nor registry names this agency.", reason="trust.agency"
            )


def _check_signature(
    envelope: Envelope, signature: Signature, agency: str, trust: TrustList, at: datetime
) -> bytes:
    """SHA-256 of the signing key's SPKI, once path, name and signature hold."""
    try:
        certificates = [x509.load_der_x509_certificate(der) for der in signature.x5c]
        roots = [x509.load_der_x509_certificate(der) for der in trust.x509_roots]
        validate_path(certificates[0], certificates[1:], roots, at)
        if agency_of(certificates[0]) != agency:
            raise HandOverRefused("The certificate is another agency's.", reason="certificate")
        public = keys.public_from_spki(keys.spki(cast(Any, certificates[0].public_key())))
        verify_signature(envelope, signature, public)
    except (CertsError, ValueError, IndexError) as error:
        reason = error.code if isinstance(error, CertsError) else "envelope.signers"
        raise HandOverRefused(f"The signature of {agency}: {error}", reason=reason) from error
    return hashlib.sha256(keys.spki(public)).digest()


def check_binding(holder: Shown, trust: TrustList) -> None:
    """A ``holderkey.bound`` by an identity agency, with a certificate good at its own time."""
    if holder.statement.actor not in trust.identity_agencies:
        raise HandOverRefused("Only an identity agency binds a holder's key.", reason="identity")
    check_agency(holder, trust, holder.statement.at)


def check_holder(envelope: Envelope, bound: Mapping[str, Any], trust: TrustList) -> None:
    """Signed by the holder's key of a ``holderkey.bound`` body, in the way that it was bound for.
    ``detail`` of the refusal is the inner code."""
    failure: CertsError | ValueError | None = None
    try:
        (signature,) = envelope.signatures
        public = public_from_jwk(bound["jwk"])
        policies = trust.webauthn if bound["alg"] == "webauthn-es256" else (None,)
        if signature.alg != bound["alg"] or signature.kid != keys.key_id(public):
            raise HandOverRefused(
                "This is signed by another key.", reason="holder", detail="envelope.kid"
            )
        for policy in policies:
            try:
                verify_signature(envelope, signature, public, webauthn=policy)
                return
            except CertsError as error:
                failure = error
    except (CertsError, ValueError) as error:
        failure = error
    detail = failure.code if isinstance(failure, CertsError) else "envelope.signers"
    raise HandOverRefused(
        f"The holder's signature: {failure}", reason="holder", detail=detail
    ) from failure
