"""A withdrawal that a key store takes directly, as it judges it: pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

from certs import base64url
from certs.envelope import Envelope, parse_envelope
from certs.errors import CertsError
from certs.trust.trustlist import TrustList
from ledger.consent.handover import check_thread_key
from ledger.consent.handover_grounds import opens_thread
from ledger.consent.handover_powers import check_own_key, check_powers
from ledger.consent.handover_proofs import (
    HandOverRefused,
    Origins,
    Shown,
    check_binding,
    check_holder,
    opened,
)
from ledger.errors import LedgerError
from ledger.log.bodies import check_body
from ledger.log.statement import PAYLOAD_TYPE, Statement, parse_statement
from ledger.ports import Opening, Powers

WITHDRAWAL_TYPE = "application/vnd.mianti.withdrawal.v1+json"


def checked_withdrawal(
    consent: Opening,
    holder_key: Opening,
    thread_key: bytes,
    withdrawal: bytes,
    trust: TrustList,
    origins: Origins,
    at: datetime,
    powers: Powers,
    ended: Collection[bytes] = (),
) -> tuple[str, str]:
    """(consent id, base64url SHA-256 of the withdrawal): it names this very consent, which the key
    of ``holder_key`` granted, and comes with the thread key. It is signed by that key, by another
    of the holder's, or by a delegate of the holder's at ``at``; ``ended``: tags of ends that the
    log shows. Anything else is HandOverRefused or Refused ``delegation.…``.
    """
    check_thread_key(thread_key)
    granted = opened(consent, ("consent.granted",), origins)
    bound = opened(holder_key, ("holderkey.bound",), origins)
    keys = tuple(opened(one, ("holderkey.bound",), origins) for one in powers.keys)
    envelope, gone = _parsed(withdrawal)
    digest = base64url.encode(hashlib.sha256(granted.envelope.payload).digest())
    if (
        gone.kind != "consent.withdrawn"
        or gone.log not in origins
        or bound.body["subject"] != granted.statement.actor
        or gone.body["consent_sha256"] != digest
        or gone.body["consent"] != granted.body["consent"]
    ):
        raise HandOverRefused("This withdraws another consent.", reason="consent")
    if not opens_thread(granted, thread_key):
        raise HandOverRefused("The thread key is another consent's.", reason="thread")
    check_binding(bound, trust)
    check_holder(granted.envelope, bound.body, trust)
    ending = Shown(consent, granted.leaf, envelope, gone)
    check_own_key(ending, (bound, *keys), trust)
    subject = granted.body["subject"]
    if gone.actor not in (granted.statement.actor, subject):
        links = tuple(opened(one, ("delegation.granted",), origins) for one in powers.delegations)
        item = granted.body["service_item"]
        over = dict.fromkeys(ended, 0)
        check_powers(links, keys, trust, subject, gone.actor, item, at, over)
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
