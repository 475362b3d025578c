"""Release: a requester gets what a consent covers, and nothing before the log says so.

The order is the law: request r, consent g, release s with g < s and no withdrawal between. The
key store is asked last, sees the proofs itself, and answers with keys for this requester alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from certs import keys
from certs.errors import CertsError
from ledger import tlog
from ledger.consent.basis import ConsentAbsent, check_release
from ledger.errors import Malformed, NotFound, Pushback, Refused, Stale
from ledger.flows.cases import CaseClosed
from ledger.flows.consent import holder_key_opening, thread_key_of
from ledger.flows.facts import Answered, answer_facts
from ledger.flows.refusal import log_refusal
from ledger.flows.statements import accept_from_agency
from ledger.flows.wanted import Wanted, wanted_items
from ledger.index import names_of, rows_of
from ledger.log.entry import use_tag
from ledger.platform import Platform
from ledger.ports import Expect, HandedOver, HandOver, Head, Scalar
from ledger.tlog import Draft, Sequenced, sequence


class EvidenceStale(Pushback):
    """Nothing was anchored for longer than the profile allows: we accept, but do not release."""

    code = "evidence.stale"


@dataclass(frozen=True, slots=True)
class Released:
    """What the requester receives: wrapped keys, where each ciphertext lies, and the signed
    answers to facts, for which no key is handed over."""

    release: str
    entry: Sequenced
    handed: HandedOver
    wanted: tuple[Wanted, ...]
    answers: tuple[Answered, ...] = ()


def release(platform: Platform, agency: str, data: bytes, recipient: bytes) -> Released:
    """Release what the agency's signed statement names to its X25519 key (32 raw bytes).

    Safe to repeat with the same bytes: the same use, handed over again. Raises Refused
    ``consent.…`` and ``item.…`` (logged), NotFound, StatementRefused, SignerUnknown, Pushback.
    """
    # 1 who asks: the agency's own signature
    envelope, statement = accept_from_agency(platform, data, "released", agency)
    body = cast(Mapping[str, Any], statement.body)
    if body["recipient"] != recipient_id(recipient):
        raise RecipientOther("The order names another recipient key than the one that is given.")
    earlier = platform.store.entry_by_payload(hashlib.sha256(envelope.payload).digest())
    # 2 to 4: consent, its cover, the items themselves
    try:
        consent = _consent(platform, agency, str(body["consent"]))
        granted = tlog.read(platform, cast(int, consent["entry_index"]))
        if earlier is None:
            _require_fresh_evidence(platform)
            withdrawn = consent["state"] == "withdrawn"
            require_open_case(platform, str(consent["case_id"]))
            check_release(body, granted.body, withdrawn, cast(int, consent["uses"]), platform.now())
        wanted = wanted_items(platform, body["items"], str(consent["subject"]))
        # 5 append with the use's tag; exactly one of two racing uses or withdrawals wins
        thread_key = thread_key_of(platform, str(consent["id"]))
        entry = _append(
            platform,
            Draft(
                envelope,
                statement,
                names_of(statement),
                rows_of(statement),
                (
                    Expect(
                        "consents",
                        {"id": consent["id"]},
                        {"state": "granted", "uses": int(body["n"]) - 1},
                    ),
                    Expect("cases", {"id": consent["case_id"]}, {"state": "open"}),
                    *(item.fit for item in wanted),
                ),
                use_tag(thread_key, int(body["n"])),
            ),
        )
        # 6 integrated: a signed checkpoint covers it
        head = tlog.integrate(platform)
        follow(platform, head)
        # 7 only then the key store hands over
        order = _order(platform, head, entry.index, consent, wanted, thread_key, recipient)
        handed = platform.keys.hand_over(order)
    except Refused as error:
        log_refusal(platform, agency, body, error.code)
        raise
    # 8 and facts are answered, under a release that holds
    answers = answer_facts(platform, body, entry.index)
    return Released(str(body["release"]), entry, handed, wanted, answers)


def _consent(platform: Platform, agency: str, consent: str) -> dict[str, Scalar]:
    rows = platform.store.rows("consents", {"id": consent, "agency": agency})
    if not rows:
        raise ConsentAbsent("There is no consent for this.")
    return rows[0]


def _append(platform: Platform, draft: Draft) -> Sequenced:
    try:
        (done,) = sequence(platform, [draft])
    except Stale as error:
        raise ConsentChanged("The consent or one of its papers changed meanwhile.") from error
    return done


class RecipientOther(Malformed):
    """The recipient key beside an order is not the one that the order names."""

    code = "release.recipient"


def recipient_id(recipient: bytes) -> str:
    """Key id of an X25519 public key (32 raw bytes). Raises RecipientOther for anything else."""
    try:
        return keys.key_id(keys.x25519_public(recipient))
    except CertsError as error:
        raise RecipientOther("The recipient's key is none.", reason=error.code) from error


def require_open_case(platform: Platform, case: str) -> None:
    """Raises CaseClosed: what was consented to for a case ends with it."""
    if platform.store.rows("cases", {"id": case, "state": "closed"}):
        raise CaseClosed("The case is closed; nothing more is released for it.")


class ConsentChanged(Refused):
    """Another use or a withdrawal came first; read the consent again."""

    code = "consent.changed"


def follow(platform: Platform, head: Head) -> None:
    """Show the key store every leaf up to the head."""
    while (size := platform.keys.size()) < head.size:
        step = min(head.size, size + tlog.BATCH)
        shown = platform.store.head_at(step) if step < head.size else head
        if shown is None:  # heads are where integration made them: go to the head at once
            step, shown = head.size, head
        leaves = [stored.leaf for stored in platform.store.entries(size, step)]
        platform.keys.follow(leaves, shown.note)


def _order(
    platform: Platform,
    head: Head,
    index: int,
    consent: Mapping[str, Scalar],
    wanted: tuple[Wanted, ...],
    thread_key: bytes,
    recipient: bytes,
) -> HandOver:
    request = platform.store.rows("requests", {"id": consent["request"]})
    granted = tlog.opening(platform, cast(int, consent["entry_index"]), head.size)
    if not request:
        raise NotFound("The request is gone.")
    return HandOver(
        checkpoint=head.note,
        release=tlog.opening(platform, index, head.size),
        consent=granted,
        request=tlog.opening(platform, cast(int, request[0]["entry_index"]), head.size),
        holder_key=holder_key_opening(platform, granted, head),
        items=tuple(tlog.opening(platform, item.entry_index, head.size) for item in wanted),
        thread_key=thread_key,
        recipient=recipient,
        files={item.file: item.fields for item in wanted},
    )


def _require_fresh_evidence(platform: Platform) -> None:
    anchors = platform.store.anchors()
    limit = timedelta(seconds=platform.trust.profile.freshness.evidence_s)
    if not anchors or platform.now() - anchors[-1].block_time > limit:
        raise EvidenceStale(
            "The log has not been anchored for too long; releasing waits for the chain.",
            retry_after=30,
        )
