"""A withdrawal that a key store takes directly, as it judges it: pure."""

from __future__ import annotations

import hashlib

from certs import base64url
from certs.envelope import Envelope, parse_envelope
from certs.errors import CertsError
from certs.trust.trustlist import TrustList
from ledger.consent.handover import check_thread_key, opens_thread
from ledger.consent.handover_proofs import (
    HandOverRefused,
    check_binding,
    check_holder,
    opened,
)
from ledger.errors import LedgerError
from ledger.log.bodies import check_body
from ledger.log.statement import PAYLOAD_TYPE, Statement, parse_statement
from ledger.ports import Opening

WITHDRAWAL_TYPE = "application/vnd.mianti.withdrawal.v1+json"


def checked_withdrawal(
    consent: Opening,
    holder_key: Opening,
    thread_key: bytes,
    withdrawal: bytes,
    trust: TrustList,
    origin: str,
) -> tuple[str, str]:
    """(consent id, base64url SHA-256 of the withdrawal): it names this very consent, is signed by
    the key that granted it (bound by an identity agency), and comes with the thread key. Anything
    else is HandOverRefused.
    """
    check_thread_key(thread_key)
    granted = opened(consent, ("consent.granted",), origin)
    bound = opened(holder_key, ("holderkey.bound",), origin)
    envelope, ended = _parsed(withdrawal)
    digest = base64url.encode(hashlib.sha256(granted.envelope.payload).digest())
    if (
        ended.kind != "consent.withdrawn"
        or ended.log != origin
        or {ended.actor, bound.body["subject"]} != {granted.statement.actor}
        or ended.body["consent_sha256"] != digest
        or ended.body["consent"] != granted.body["consent"]
    ):
        raise HandOverRefused("This withdraws another consent.", reason="consent")
    if not opens_thread(granted, thread_key):
        raise HandOverRefused("The thread key is another consent's.", reason="thread")
    check_binding(bound, trust)
    check_holder(granted.envelope, bound.body, trust)
    check_holder(envelope, bound.body, trust)
    return granted.body["consent"], base64url.encode(hashlib.sha256(withdrawal).digest())


def _parsed(data: bytes) -> tuple[Envelope, Statement]:
    try:
        envelope = parse_envelope(data)
        statement = parse_statement(envelope.payload)
        check_body(statement.kind, statement.body)
    except (CertsError, LedgerError) as error:
        raise HandOverRefused(f"The withdrawal: {error}", reason=error.code) from error
    if envelope.payload_type != PAYLOAD_TYPE:
        raise HandOverRefused("The payload is no statement.", reason="envelope.type")
    return envelope, statement
