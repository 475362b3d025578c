"""Statements at the door: those we sign through an agency's signing service, and those that
arrive signed. Both leave here checked: form, body, this log, and a key that may sign them now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from certs import base64url
from certs.canonical import Json, parse
from certs.envelope import Envelope, Signature, parse_envelope, sign_es256, verify_signature
from certs.errors import CertsError
from certs.jwk import public_from_jwk
from certs.webauthn import WebauthnPolicyMissing
from certs.x509.path import validate_path
from ledger.consent.delegation import DelegationAbsent
from ledger.errors import Malformed, Unauthorised
from ledger.flows.door.powers import chain_for
from ledger.ids import new_id
from ledger.log.bodies import check_body
from ledger.log.statement import PAYLOAD_TYPE, Statement, parse_statement, statement_payload
from ledger.platform import Platform

AHEAD = timedelta(minutes=10)
"""How far a signer's clock may be ahead of ours. The claim decides nothing, but it is shown."""


class SignerUnknown(Unauthorised):
    """The statement is not signed by a key that may sign it now."""

    code = "signer.unknown"


class StatementRefused(Malformed):
    """A signed statement that cannot be taken as it is; ``reason`` is the inner code."""

    code = "statement.refused"


def own_statement(
    platform: Platform,
    agency: str,
    kind: str,
    body: Mapping[str, Json],
    *,
    files: Sequence[tuple[bytes, int]] = (),
    prev: int | None = None,
    refs: Sequence[int] = (),
) -> tuple[Envelope, Statement]:
    """A statement of ``agency``, signed by its signing service."""
    check_body(kind, body)
    statement = Statement(
        kind=kind,
        id=new_id("st", platform.randomness),
        log=platform.log.origin,
        actor=agency,
        at=platform.now().replace(microsecond=0),
        body=body,
        files=tuple(files),
        prev=prev,
        refs=tuple(refs),
    )
    payload = statement_payload(statement)
    signature = sign_es256(
        payload, PAYLOAD_TYPE, platform.signing.key(agency), platform.signing.chain(agency)
    )
    return Envelope(payload, PAYLOAD_TYPE, (signature,)), statement


def parse_signed(platform: Platform, data: bytes, kind: str) -> tuple[Envelope, Statement]:
    """Envelope and statement of the given kind for this log; no signature is checked yet."""
    try:
        envelope = parse_envelope(data)
        if envelope.payload_type != PAYLOAD_TYPE:
            raise StatementRefused("The payload is no statement.", reason="envelope.type")
        statement = parse_statement(envelope.payload)
    except (CertsError, Malformed) as error:
        if isinstance(error, StatementRefused):
            raise
        raise StatementRefused(f"The statement was refused: {error}", reason=error.code) from error
    if statement.kind != kind:
        raise StatementRefused(f"This takes {kind}, not {statement.kind}.", reason="statement.kind")
    if statement.log != platform.log.origin:
        raise StatementRefused("The statement is for another log.", reason="statement.log")
    if statement.files:
        raise StatementRefused("What a party signs names no files.", reason="statement.files")
    check_body(kind, statement.body)
    size = platform.store.size()
    if any(index >= size for index in (*statement.refs, statement.prev or 0)):
        raise StatementRefused("It refers to entries that are not there.", reason="statement.refs")
    if statement.at > platform.now() + AHEAD:
        raise StatementRefused(
            "The statement claims a time to come; check the clock.", reason="statement.at"
        )
    return envelope, statement


def kind_of(platform: Platform, data: bytes) -> str:
    """The kind that a signed statement says it is; nothing else is checked. Raises
    StatementRefused."""
    try:
        return parse_statement(parse_envelope(data).payload).kind
    except (CertsError, Malformed) as error:
        raise StatementRefused(f"The statement: {error}", reason=error.code) from error


def accept_from_agency(
    platform: Platform, data: bytes, kind: str, agency: str
) -> tuple[Envelope, Statement]:
    """A statement that ``agency`` signed with its registered key.

    Raises StatementRefused for its form, SignerUnknown for any other key, one that ended or was
    stolen, an agency that left the consortium, or a certificate whose path does not hold now.
    """
    return accept_from_agencies(platform, data, kind, (agency,))


def accept_from_agencies(
    platform: Platform, data: bytes, kind: str, agencies: Sequence[str]
) -> tuple[Envelope, Statement]:
    """A statement of the first of ``agencies`` that all of them signed, in order, each as
    `accept_from_agency` says."""
    envelope, statement = parse_signed(platform, data, kind)
    if statement.actor != agencies[0] or len(envelope.signatures) != len(agencies):
        raise SignerUnknown("The statement is not by the agency that hands it in.")
    for agency, signature in zip(agencies, envelope.signatures, strict=True):
        check_agency_signature(platform, envelope, signature, agency)
    return envelope, statement


def check_agency_signature(
    platform: Platform, envelope: Envelope, signature: Signature, agency: str
) -> None:
    """Signature, registered key and certificate path of an agency, all as of now."""
    now, key_id = platform.now(), _raw(signature.kid)
    certified = signature.alg == "es256" and signature.x5c
    if not certified or not platform.chain.key_valid(agency, key_id, now):
        raise SignerUnknown("This key does not count as the agency's now.", agency=agency)
    try:
        certificates = [x509.load_der_x509_certificate(der) for der in signature.x5c]
        roots = [x509.load_der_x509_certificate(der) for der in platform.trust.x509_roots]
        validate_path(certificates[0], certificates[1:], roots, now)
        public = certificates[0].public_key()
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise SignerUnknown("The agency's key is of another kind.", agency=agency)
        verify_signature(envelope, signature, public)
    except (CertsError, ValueError) as error:
        reason = error.code if isinstance(error, CertsError) else "path.malformed"
        raise SignerUnknown(
            f"The agency's signature does not hold: {error}", agency=agency, reason=reason
        ) from error


def accept_from_holder(
    platform: Platform, data: bytes, kind: str, subject: str, delegable: str | None = None
) -> tuple[Envelope, Statement]:
    """A statement that ``subject`` signed with a key bound to it by an identity agency.

    ``delegable``: the service item in which a delegate of the subject's may sign instead, with its
    own bound key and as the statement's actor (ANY_ITEM: with a power for any item; None: nobody).
    Raises StatementRefused for its form, Refused ``delegation.…`` for a delegate whose power does
    not hold now, SignerUnknown (code ``consent.unbound_key``) otherwise.
    """
    envelope, statement = parse_signed(platform, data, kind)
    actor = statement.actor
    if (actor != subject and delegable is None) or len(envelope.signatures) != 1:
        raise UnboundKey("The statement is not by this subject.")
    (signature,) = envelope.signatures
    rows = platform.store.rows("holder_keys", {"kid": signature.kid, "subject": actor})
    if not rows or rows[0]["ended_index"] is not None or rows[0]["alg"] != signature.alg:
        raise UnboundKey("The signing key is not bound to this subject.")
    try:
        public = public_from_jwk(parse(str(rows[0]["jwk"]).encode()))
        verify_holder_signature(platform, envelope, signature, public)
    except CertsError as error:
        raise UnboundKey(
            f"The holder's signature does not hold: {error}", reason=error.code
        ) from error
    if actor != subject:
        try:
            chain_for(platform, subject, actor, delegable)
        except DelegationAbsent as error:
            raise UnboundKey("This is not by the subject.", reason=error.code) from error
    return envelope, statement


def verify_holder_signature(
    platform: Platform, envelope: Envelope, signature: Signature, public: Any
) -> None:
    """Mathematics of a holder's signature under the trust list's WebAuthn rules."""
    policies = platform.trust.webauthn if signature.alg == "webauthn-es256" else (None,)
    failure: CertsError | None = None
    for policy in policies:
        try:
            verify_signature(envelope, signature, public, webauthn=policy)
            return
        except CertsError as error:
            failure = error
    raise failure or WebauthnPolicyMissing("No WebAuthn origin is trusted here.")


class UnboundKey(SignerUnknown):
    """A holder's statement by a key that no identity agency bound to this holder."""

    code = "consent.unbound_key"


def _raw(kid: str) -> bytes:
    try:
        return base64url.decode(kid)
    except CertsError as error:
        raise SignerUnknown("The key id is not base64url.") from error
