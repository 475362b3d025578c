"""What the parties themselves write and sign, outside the platform: pure, with their own keys.

An agency asks and releases; a holder grants and withdraws. The thread key of a consent is made by
the holder; the platform learns it, a requester never does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from certs import base64url, keys
from certs.canonical import Json
from certs.envelope import Envelope, parse_envelope, sign_es256
from ledger.ids import new_id
from ledger.log.bodies import check_body
from ledger.log.entry import THREAD_KEY_BYTES, thread_commitment
from ledger.log.statement import (
    PAYLOAD_TYPE,
    Statement,
    format_time,
    parse_statement,
    statement_payload,
)

Randomness = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: ``actor`` is an agency or subject id, ``chain`` an agency's DER certificates."""

    actor: str
    private: keys.P256Private
    chain: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """What an agency asks of a holder for a case; ``items``: as of ``Plan.consent_items``."""

    case: str
    service_item: str
    purpose: str
    subject: str
    items: Sequence[Mapping[str, Json]]
    until: datetime
    uses: int
    officer: str
    reason: str
    channel: str


def signed_statement(
    signer: Signer,
    log: str,
    kind: str,
    body: Mapping[str, Json],
    at: datetime,
    randomness: Randomness,
    *,
    refs: Sequence[int] = (),
) -> bytes:
    """Envelope bytes of any statement. Raises BodyInvalid, StatementInvalid."""
    check_body(kind, body)
    statement = Statement(
        kind=kind,
        id=new_id("st", randomness),
        log=log,
        actor=signer.actor,
        at=at.replace(microsecond=0),
        body=body,
        refs=tuple(refs),
    )
    payload = statement_payload(statement)
    signature = sign_es256(payload, PAYLOAD_TYPE, signer.private, signer.chain)
    return Envelope(payload, PAYLOAD_TYPE, (signature,)).encode()


def consent_request(
    signer: Signer, log: str, asking: Asking, at: datetime, randomness: Randomness
) -> bytes:
    """An agency's request, signed."""
    body: dict[str, Json] = {
        "request": new_id("req", randomness),
        "case": asking.case,
        "agency": signer.actor,
        "service_item": asking.service_item,
        "purpose": asking.purpose,
        "subject": asking.subject,
        "items": [dict(item) for item in asking.items],
        "until": format_time(asking.until),
        "uses": asking.uses,
        "officer": asking.officer,
        "reason": asking.reason,
        "channel": asking.channel,
        "nonce": base64url.encode(randomness(16)),
    }
    return signed_statement(signer, log, "consent.requested", body, at, randomness)


def consent_grant(
    signer: Signer,
    request: bytes,
    at: datetime,
    randomness: Randomness,
    *,
    log: str | None = None,
) -> tuple[bytes, bytes]:
    """(consent, thread key): the holder's consent to a request, word for word.

    ``request`` is the agency's envelope as shown to the holder; whose signature it bears is for
    the holder's application to check first. ``log``: that takes it, where another one goes on for
    that of the request.
    """
    envelope, asked = read_statement(request)
    thread_key = randomness(THREAD_KEY_BYTES)
    repeated = ("request", "subject", "agency", "service_item", "purpose", "case", "items")
    body: dict[str, Json] = {name: asked.body[name] for name in (*repeated, "until", "uses")}
    body |= {
        "consent": new_id("con", randomness),
        "request_sha256": base64url.encode(hashlib.sha256(envelope.payload).digest()),
        "nonce": asked.body["nonce"],
        "thread": base64url.encode(thread_commitment(thread_key)),
    }
    signed = signed_statement(signer, log or asked.log, "consent.granted", body, at, randomness)
    return signed, thread_key


def consent_withdrawal(
    signer: Signer,
    consent: bytes,
    at: datetime,
    randomness: Randomness,
    *,
    log: str | None = None,
) -> bytes:
    """The holder's withdrawal of a consent (its envelope); ``log`` as in `consent_grant`."""
    envelope, granted = read_statement(consent)
    body: dict[str, Json] = {
        "consent": granted.body["consent"],
        "consent_sha256": base64url.encode(hashlib.sha256(envelope.payload).digest()),
    }
    return signed_statement(signer, log or granted.log, "consent.withdrawn", body, at, randomness)


def release_order(
    signer: Signer,
    ground: bytes,
    use: int,
    recipient: bytes,
    officer: str,
    reason: str,
    channel: str,
    at: datetime,
    randomness: Randomness,
    *,
    items: Sequence[Mapping[str, Json]] | None = None,
    log: str | None = None,
) -> bytes:
    """An agency's order for its n-th use of a consent, or of another basis that it stated;
    ``recipient`` is its X25519 public key (32 raw bytes), ``items`` a part of what may be read
    (default: all); ``log`` as in `consent_grant`."""
    _, given = read_statement(ground)
    said = cast(Mapping[str, Any], given.body)
    consented = given.kind == "consent.granted"
    rests_on = ("request", "consent") if consented else ("basis",)
    body: dict[str, Json] = {
        "release": new_id("rel", randomness),
        **{name: said[name] for name in rests_on},
        "n": use,
        "agency": signer.actor,
        "case": said["case"],
        "purpose": said["purpose"],
        "items": [dict(item) for item in (said["items"] if items is None else items)],
        "recipient": keys.key_id(keys.x25519_public(recipient)),
        "officer": officer,
        "reason": reason,
        "channel": channel,
    }
    kind = "released" if consented else "basis.used"
    return signed_statement(signer, log or given.log, kind, body, at, randomness)


def read_statement(data: bytes) -> tuple[Envelope, Statement]:
    """Envelope and statement; no signature is checked."""
    envelope = parse_envelope(data)
    return envelope, parse_statement(envelope.payload)
