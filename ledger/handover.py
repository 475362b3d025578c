"""Hand-over, as the key store judges it: pure, from what it is shown and what it has followed.

 1 checkpoint       signed by the log (and the witness quorum), a head that the key store followed
 2 openings         leaf, salt, envelope belong together and stand in that checkpoint
 3 holder key       bound to the subject by an identity agency that the trust list names
 4 consent          signed by that key, repeats its request
 5 release          signed by the requester, covered by the consent, this use not had before
 6 order            request < consent < release, holder key < consent
 7 thread           the key opens the consent's commitment; no withdrawal tag among the leaves
 8 files            each wanted file is named by an item's own entry, and by the release

Anything else is refused; the platform's word counts for nothing here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from cryptography import x509

from certs import base64url, keys
from certs.authority import agency_of
from certs.envelope import Envelope, parse_envelope, verify_signature
from certs.errors import CertsError
from certs.path import validate_path
from certs.trustlist import TrustList
from ledger.basis import check_consent, check_release
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.entry import Leaf, open_entry, thread_commitment, use_tag, withdraw_tag
from ledger.errors import LedgerError, Refused
from ledger.merkle import verify_inclusion
from ledger.ports import HandOver, Opening
from ledger.rfc6962 import ProofInvalid, leaf_hash
from ledger.statement import Statement, format_time, parse_statement

ATTESTATION_TYPE = "application/vnd.mianti.hand-over.v1+json"
WITHDRAWAL_TYPE = "application/vnd.mianti.withdrawal.v1+json"
WHOLE_FILE = "file"


class HandOverRefused(Refused):
    """The order does not prove what it must; ``reason`` is the inner code."""

    code = "handover.refused"


@dataclass(frozen=True, slots=True)
class Use:
    """What an order asks for, once all of it holds."""

    consent: str
    release: str
    n: int
    subject: str
    agency: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One opening with what it says."""

    opening: Opening
    envelope: Envelope
    statement: Statement

    @property
    def body(self) -> Mapping[str, Any]:
        return cast(Mapping[str, Any], self.statement.body)


def check_order(
    order: HandOver,
    trust: TrustList,
    origin: str,
    root: bytes | None,
    tags: Collection[bytes],
    withdrawn: Collection[str],
    uses: Mapping[int, str],
    at: datetime,
) -> Use:
    """The use that the order proves. ``root``: of the followed head with the checkpoint's size;
    ``tags``: of all followed leaves; ``uses``: n → release handed over earlier for this consent.

    Raises HandOverRefused or Refused ``consent.…``.
    """
    checkpoint = checked_checkpoint(order.checkpoint, trust, origin)  # 1
    if root is None or not hmac.compare_digest(root, checkpoint.root):
        raise HandOverRefused("This is no head of the log that was followed.", reason="fork")
    shown = {  # 2
        kind: _shown(opening, checkpoint, kind, origin)
        for kind, opening in (
            ("released", order.release),
            ("consent.granted", order.consent),
            ("consent.requested", order.request),
            ("holderkey.bound", order.holder_key),
        )
    }
    release, consent = shown["released"], shown["consent.granted"]
    request, holder = shown["consent.requested"], shown["holderkey.bound"]
    _check_agency(holder, trust, at, identity=True)  # 3
    _check_holder(consent, holder, trust)  # 4
    digest = hashlib.sha256(request.envelope.payload).digest()
    check_consent(consent.body, request.body, digest, consent.statement.at)
    _check_agency(release, trust, at, identity=False)  # 5
    use = _use(release, consent, order.recipient)
    earlier = {n: given for n, given in uses.items() if given != use.release}
    gone = use.consent in withdrawn or withdraw_tag(order.thread_key) in tags
    check_release(release.body, consent.body, gone, len(earlier), at)
    if use.n in earlier or uses.get(use.n, use.release) != use.release:
        raise HandOverRefused("This use was handed over before.", reason="use")
    _check_order(request, consent, release, holder)  # 6
    _check_thread(order, consent, release, use.n)  # 7
    _check_files(order, checkpoint, release, origin)  # 8
    return use


def checked_checkpoint(note: bytes, trust: TrustList, origin: str) -> Checkpoint:
    """The log's checkpoint, with the witness quorum that the profile wants."""
    log = trust.log(origin)
    if log is None:
        raise HandOverRefused("The trust list does not name this log.", reason="trust.log")
    try:
        return open_checkpoint(
            note, origin, log.vkey, trust.witnesses, trust.profile.witness_quorum
        )
    except LedgerError as error:
        raise HandOverRefused(f"The checkpoint: {error}", reason=error.code) from error


def _shown(opening: Opening, checkpoint: Checkpoint, kind: str, origin: str) -> Shown:
    try:
        verify_inclusion(
            opening.index,
            checkpoint.size,
            leaf_hash(opening.leaf),
            list(opening.proof),
            checkpoint.root,
        )
        leaf, envelope, statement = open_entry(opening.leaf, opening.salt, opening.envelope)
    except (ProofInvalid, LedgerError) as error:
        raise HandOverRefused(f"The {kind} entry: {error}", reason=error.code) from error
    if (kind and leaf.kind != kind) or statement.log != origin:
        raise HandOverRefused(f"The entry is no {kind} of this log.", reason="entry.kind")
    return Shown(opening, envelope, statement)


def _check_agency(shown: Shown, trust: TrustList, at: datetime, *, identity: bool) -> None:
    agency = shown.statement.actor
    if identity and agency not in trust.identity_agencies:
        raise HandOverRefused("Only an identity agency binds a holder's key.", reason="identity")
    if not identity and agency != shown.body["agency"]:
        raise HandOverRefused("A release is signed by its requester.", reason="requester")
    try:
        (signature,) = shown.envelope.signatures
        certificates = [x509.load_der_x509_certificate(der) for der in signature.x5c]
        roots = [x509.load_der_x509_certificate(der) for der in trust.x509_roots]
        validate_path(certificates[0], certificates[1:], roots, shown.statement.at)
        if agency_of(certificates[0]) != agency:
            raise HandOverRefused("The certificate is another agency's.", reason="certificate")
        public = keys.public_from_spki(keys.spki(cast(Any, certificates[0].public_key())))
        verify_signature(shown.envelope, signature, public)
    except (CertsError, ValueError, IndexError) as error:
        reason = error.code if isinstance(error, CertsError) else "envelope.signers"
        raise HandOverRefused(f"The signature of {agency}: {error}", reason=reason) from error


def _check_holder(consent: Shown, holder: Shown, trust: TrustList) -> None:
    bound = holder.body
    if consent.statement.actor != bound["subject"] or consent.body["subject"] != bound["subject"]:
        raise HandOverRefused("The key is bound to another subject.", reason="holder")
    _verify_by_holder(consent.envelope, bound, trust)


def _verify_by_holder(envelope: Envelope, bound: Mapping[str, Any], trust: TrustList) -> None:
    failure: CertsError | ValueError | None = None
    try:
        (signature,) = envelope.signatures
        public = keys.public_from_jwk(bound["jwk"])
        policies = trust.webauthn if bound["alg"] == "webauthn-es256" else (None,)
        if signature.alg != bound["alg"] or signature.kid != keys.key_id(public):
            raise HandOverRefused("This is signed by another key.", reason="holder")
        for policy in policies:
            try:
                verify_signature(envelope, signature, public, webauthn=policy)
                return
            except CertsError as error:
                failure = error
    except (CertsError, ValueError) as error:
        failure = error
    raise HandOverRefused(f"The holder's signature: {failure}", reason="holder") from failure


def _use(release: Shown, consent: Shown, recipient: bytes) -> Use:
    body = release.body
    if body["consent"] != consent.body["consent"]:
        raise HandOverRefused("The release is under another consent.", reason="consent")
    if body["recipient"] != keys.key_id(keys.x25519_public(recipient)):
        raise HandOverRefused("The release names another recipient key.", reason="recipient")
    return Use(
        consent=body["consent"],
        release=body["release"],
        n=body["n"],
        subject=consent.body["subject"],
        agency=body["agency"],
    )


def _check_order(request: Shown, consent: Shown, release: Shown, holder: Shown) -> None:
    r, g, s = (shown.opening.index for shown in (request, consent, release))
    if not (r < g < s and holder.opening.index < g):
        raise HandOverRefused(
            "Request, consent and release stand in another order.", reason="order"
        )


def _check_thread(order: HandOver, consent: Shown, release: Shown, n: int) -> None:
    commitment = base64url.encode(thread_commitment(order.thread_key))
    if not hmac.compare_digest(commitment, consent.body["thread"]):
        raise HandOverRefused("The thread key is another consent's.", reason="thread")
    leaf, _, _ = open_entry(order.release.leaf, order.release.salt, order.release.envelope)
    if not hmac.compare_digest(leaf.tag, use_tag(order.thread_key, n)):
        raise HandOverRefused("The release does not carry its use's tag.", reason="thread")


def _check_files(order: HandOver, checkpoint: Checkpoint, release: Shown, origin: str) -> None:
    named: dict[str, tuple[str, ...]] = {}
    asked = {item["object"]: set(item["fields"]) for item in release.body["items"]}
    for opening in order.items:
        shown = _shown(opening, checkpoint, "", origin)
        body, kind = shown.body, shown.statement.kind
        if kind == "material.deposited":
            fields = asked.get(f"material:{body['material']}", set())
            stored = {"": body["stored"][0]}
        elif kind in ("licence.issued", "licence.collected"):
            fields = asked.get(f"licence:{body['licence']}", set())
            stored = {"": body["stored"][0], "fields": body["stored"][1]}
        else:
            raise HandOverRefused("This entry holds no file.", reason="item")
        if WHOLE_FILE in fields:
            named[stored[""]["file"]] = ()
        if "fields" in stored and (names := fields - {WHOLE_FILE}):
            named[stored["fields"]["file"]] = tuple(sorted(names))
    for file_id, wanted in order.files.items():
        given = named.get(file_id)
        if given is None or (not wanted) != (not given) or not set(wanted) <= set(given):
            raise HandOverRefused("A wanted file is not in the release.", reason="file")


def consent_of(order: HandOver) -> str:
    """The consent that an order claims; proven only by :func:`check_order`."""
    _, _, statement = _opened(order.consent)
    return str(statement.body.get("consent"))


def checked_withdrawal(
    consent: Opening,
    holder_key: Opening,
    thread_key: bytes,
    withdrawal: bytes,
    trust: TrustList,
    origin: str,
) -> tuple[str, str]:
    """(consent id, base64url SHA-256 of the withdrawal): it names this very consent, is signed by
    the key that granted it, and comes with the thread key. Anything else is HandOverRefused.
    """
    _, granted, statement = _opened(consent)
    _, _, bound = _opened(holder_key)
    envelope, ended = _parsed(withdrawal)
    digest = base64url.encode(hashlib.sha256(granted.payload).digest())
    if (
        (statement.kind, ended.kind) != ("consent.granted", "consent.withdrawn")
        or bound.kind != "holderkey.bound"
        or {statement.log, ended.log} != {origin}
        or {ended.actor, bound.body["subject"]} != {statement.actor}
        or ended.body.get("consent_sha256") != digest
        or ended.body.get("consent") != statement.body["consent"]
    ):
        raise HandOverRefused("This withdraws another consent.", reason="consent")
    commitment = base64url.encode(thread_commitment(thread_key))
    if not hmac.compare_digest(commitment, str(statement.body["thread"])):
        raise HandOverRefused("The thread key is another consent's.", reason="thread")
    _verify_by_holder(granted, bound.body, trust)
    _verify_by_holder(envelope, bound.body, trust)
    name = str(statement.body["consent"])
    return name, base64url.encode(hashlib.sha256(withdrawal).digest())


def _opened(opening: Opening) -> tuple[Leaf, Envelope, Statement]:
    try:
        return open_entry(opening.leaf, opening.salt, opening.envelope)
    except LedgerError as error:
        raise HandOverRefused(f"The entry: {error}", reason=error.code) from error


def _parsed(data: bytes) -> tuple[Envelope, Statement]:
    try:
        envelope = parse_envelope(data)
        return envelope, parse_statement(envelope.payload)
    except (CertsError, LedgerError) as error:
        raise HandOverRefused(f"The statement: {error}", reason=error.code) from error


def attested(use: Use, order: HandOver, origin: str, size: int, at: datetime) -> dict[str, Any]:
    """Payload of the key store's attestation."""
    return {
        "at": format_time(at),
        "consent": use.consent,
        "files": {file_id: list(fields) for file_id, fields in sorted(order.files.items())},
        "log": origin,
        "n": use.n,
        "recipient": keys.key_id(keys.x25519_public(order.recipient)),
        "release": use.release,
        "size": size,
        "v": 1,
    }
