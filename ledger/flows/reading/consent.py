"""Request, consent, withdrawal: what an agency asks, and what the holder's own key says.

The server never holds a holder's key. A consent repeats its request to the letter, so that what
was shown is what was signed; it commits to a thread key that the holder made.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from certs import base64url
from ledger import tlog
from ledger.consent.basis import check_consent, check_needed, check_request
from ledger.errors import Conflict, Malformed, NotFound
from ledger.flows.door.powers import bound_key, chain_for, key_binding, powers_of, still_given
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import accept_from_agency, accept_from_holder, parse_signed
from ledger.flows.matters.case_facts import item_of
from ledger.flows.matters.cases import read_case
from ledger.flows.matters.plan import plan_of
from ledger.index import names_of, rows_of
from ledger.log.entry import THREAD_KEY_BYTES, thread_commitment, withdraw_tag
from ledger.log.records import open_record, open_small, seal_small
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.ports import Expect, Row, Scalar
from ledger.tlog import Draft, Sequenced, sequence


class ThreadMismatch(Malformed):
    """The thread key is not the one that the consent commits to."""

    code = "consent.thread"


class ThreadUsed(Conflict):
    """A thread key stands for one consent only."""

    code = "consent.thread_used"


def request_consent(platform: Platform, agency: str, data: bytes) -> Sequenced:
    """Take an agency's signed request for items of its own case.

    Raises NotFound (case), Refused ``consent.too_wide`` for a field beyond the item's registered
    need, StatementRefused and SignerUnknown for its form and signature.
    """
    envelope, statement = accept_from_agency(platform, data, "consent.requested", agency)
    body = cast(Mapping[str, Any], statement.body)
    case = read_case(platform, agency, str(body["case"]))
    item = item_of(platform.catalogue, case)
    check_request(body, item, plan_of(platform, case), platform.catalogue)
    expects = (Expect("cases", {"id": case["id"]}, {"state": "open"}),)
    draft = Draft(envelope, statement, names_of(statement), rows_of(statement), expects)
    (done,) = sequence(platform, [draft])
    return done


@dataclass(frozen=True, slots=True)
class Granted:
    """A consent as the platform holds it."""

    consent: str
    entry: Sequenced


def grant_consent(platform: Platform, data: bytes, thread_key: bytes) -> Granted:
    """Take a holder's signed consent, or a delegate's for the holder, with its thread key (32
    bytes).

    Raises NotFound (request), UnboundKey (``consent.unbound_key``), Refused ``consent.…`` for
    every field that differs from the request or is no longer needed, ``delegation.…`` for a
    delegate, ThreadMismatch, Conflict for a second consent.
    """
    return append_consent(platform, checked_consent(platform, data, thread_key))


@dataclass(frozen=True, slots=True)
class CheckedConsent:
    """A consent that may be appended now; ``standing`` where it was before."""

    consent: str
    request: Mapping[str, Scalar]
    draft: Draft
    standing: Sequenced | None = None


def checked_consent(platform: Platform, data: bytes, thread_key: bytes) -> CheckedConsent:
    """All that `grant_consent` checks; nothing is appended."""
    _, claimed = parse_signed(platform, data, "consent.granted")
    body = cast(Mapping[str, Any], claimed.body)
    request = row_of(platform, "requests", str(body["request"]))
    subject, asked_at = str(request["subject"]), request["entry_index"]
    asked, digest = _statement(platform, asked_at)
    item = str(asked.body["service_item"])
    envelope, statement = accept_from_holder(platform, data, "consent.granted", subject, item)
    consent = str(body["consent"])
    stored = platform.store.entry_by_payload(hashlib.sha256(envelope.payload).digest())
    if stored is not None:
        known = tlog.standing(platform, stored.index)
        return CheckedConsent(consent, request, Draft(envelope, statement), known)
    check_consent(body, asked.body, digest, platform.now())
    _check_needed(platform, body, subject)
    if len(thread_key) != THREAD_KEY_BYTES or not hmac.compare_digest(
        base64url.encode(thread_commitment(thread_key)), str(body["thread"])
    ):
        raise ThreadMismatch("The thread key is not the one that the consent commits to.")
    commitment = thread_commitment(thread_key)
    for row in platform.store.rows("consents", {"thread": commitment}):
        if row["id"] != consent and row["request"] != body["request"]:
            raise ThreadUsed("This thread key belongs to another consent; make a new one.")
    if platform.store.rows("bases", {"thread": commitment}):
        raise ThreadUsed("This thread key belongs to another basis; make a new one.")
    sealed, key = seal_small(thread_key, consent, platform.record_key, platform.randomness)
    secret = Row("consent_threads", {"consent": consent, "sealed": sealed, "sealed_key": key})
    expects: tuple[Expect, ...] = (Expect("requests", {"id": request["id"]}, {"state": "open"}),)
    if statement.actor != subject:
        expects += still_given(chain_for(platform, subject, statement.actor, item))
    rows = (*rows_of(statement), secret)
    return CheckedConsent(
        consent, request, Draft(envelope, statement, names_of(statement), rows, expects)
    )


def append_consent(
    platform: Platform, checked: CheckedConsent, expects: tuple[Expect, ...] = ()
) -> Granted:
    """Append a checked consent, with what else its commit expects. Counter codes for its request
    are spent in the same commit. Raises Conflict, also where a code ran out at this moment."""
    if checked.standing is not None:
        return Granted(checked.consent, checked.standing)
    codes = platform.store.rows("counter_codes", {"request": checked.request["id"]})
    spent = tuple(
        Row("counter_codes", {"digest": code["digest"], "state": "redeemed"}, "update")
        for code in codes
    )
    draft = checked.draft
    draft = replace(draft, rows=(*draft.rows, *spent), expects=(*draft.expects, *expects))
    (done,) = sequence(platform, [draft])
    return Granted(checked.consent, done)


def _check_needed(platform: Platform, body: Mapping[str, Any], subject: str) -> None:
    case = row_of(platform, "cases", str(body["case"]))
    kinds = plan_of(platform, case).released_kinds(subject)
    check_needed(body, kinds, item_of(platform.catalogue, case))


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """``acknowledgement``: the key store's signed envelope, the moment of effect."""

    entry: Sequenced
    acknowledgement: bytes


def withdraw_consent(platform: Platform, data: bytes) -> Withdrawn:
    """Take a signed withdrawal, by the holder or by who may act for the holder now: first the key
    store, then the log.

    Safe to repeat. Raises NotFound, UnboundKey, StatementRefused, Refused ``delegation.…``,
    Pushback.
    """
    _, claimed = parse_signed(platform, data, "consent.withdrawn")
    consent = row_of(platform, "consents", str(claimed.body["consent"]))
    subject = str(consent["subject"])
    granted_it, digest = _statement(platform, consent["entry_index"])
    item = str(granted_it.body["service_item"])
    envelope, statement = accept_from_holder(platform, data, "consent.withdrawn", subject, item)
    if statement.body["consent_sha256"] != base64url.encode(digest):
        raise NotFound("There is no such consent.")
    thread_key = thread_key_of(platform, str(consent["id"]))
    head = tlog.integrate(platform)
    granted = tlog.opening(platform, cast(int, consent["entry_index"]), head.size)
    bound = bound_key(platform, granted, head)
    powers = powers_of(platform, subject, statement.actor, item, head)
    own = key_binding(platform, envelope.signatures[0].kid, head)
    powers = replace(powers, keys=(*powers.keys, own))
    acknowledgement = platform.keys.withdraw(granted, bound, thread_key, data, powers)
    if consent["state"] == "withdrawn":
        entry = tlog.standing(platform, cast(int, consent["withdrawn_index"]))
        return Withdrawn(entry, acknowledgement)
    draft = Draft(
        envelope,
        statement,
        names_of(statement),
        rows_of(statement),
        (Expect("consents", {"id": consent["id"]}, {"state": "granted"}),),
        withdraw_tag(thread_key),
    )
    (done,) = sequence(platform, [draft])
    return Withdrawn(done, acknowledgement)


def thread_key_of(platform: Platform, consent: str) -> bytes:
    """The consent's thread key, as kept for hand-over and audit. Raises NotFound."""
    rows = platform.store.rows("consent_threads", {"consent": consent})
    if not rows:
        raise NotFound("There is no such consent.")
    sealed, key = cast(bytes, rows[0]["sealed"]), cast(bytes, rows[0]["sealed_key"])
    return open_small(sealed, key, consent, platform.record_key)


def _statement(platform: Platform, index: Scalar) -> tuple[Statement, bytes]:
    """Statement and SHA-256 of its payload."""
    stored = tlog.stored_entry(platform, cast(int, index))
    _, data = open_record(stored, platform.record_key)
    envelope, statement = tlog.opened(data)
    return statement, hashlib.sha256(envelope.payload).digest()
