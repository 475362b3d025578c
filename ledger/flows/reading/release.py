"""Release: a requester gets what a consent or another basis covers, and nothing before the log
says so.

The order is the law: ground g, release s with g < s and no end of the ground between. The key store
is asked last, sees the proofs itself, and answers with keys for this requester alone.
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
from ledger.errors import Malformed, Pushback, Refused, Stale
from ledger.flows.door.refusal import log_refusal
from ledger.flows.door.statements import accept_from_agency, kind_of
from ledger.flows.matters.cases import CaseClosed
from ledger.flows.reading.facts import Answered, answer_facts
from ledger.flows.reading.follow import follow
from ledger.flows.reading.grounds import GROUNDS
from ledger.flows.reading.wanted import Wanted, wanted_items
from ledger.index import names_of, rows_of
from ledger.log.entry import use_tag
from ledger.platform import Platform
from ledger.ports import Expect, HandedOver, HandOver
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
    """Release what the agency's signed statement names to its X25519 key (32 raw bytes): a
    ``released`` under a consent, or a ``basis.used``.

    Safe to repeat with the same bytes: the same use, handed over again. Raises Refused
    ``consent.…``, ``basis.…``, ``delegation.…`` and ``item.…`` (logged), NotFound,
    StatementRefused, SignerUnknown, Pushback.
    """
    # 1 who asks: the agency's own signature
    kind = "basis.used" if kind_of(platform, data) == "basis.used" else "released"
    envelope, statement = accept_from_agency(platform, data, kind, agency)
    body = cast(Mapping[str, Any], statement.body)
    if body["recipient"] != recipient_id(recipient):
        raise RecipientOther("The order names another recipient key than the one that is given.")
    earlier = platform.store.entry_by_payload(hashlib.sha256(envelope.payload).digest())
    # 2 to 4: what it rests on, its cover, the items themselves
    try:
        ground = GROUNDS[kind](platform, agency, body)
        if earlier is None:
            _require_fresh_evidence(platform)
            require_open_case(platform, ground.case)
            ground.check(body)
        wanted = wanted_items(platform, body["items"], ground.subject)
        # 5 append with the use's tag; exactly one of two racing uses or ends wins
        expects = (
            *ground.expects(int(body["n"])),
            Expect("cases", {"id": ground.case}, {"state": "open"}),
            *(item.fit for item in wanted),
        )
        tag = use_tag(ground.thread_key, int(body["n"]))
        draft = Draft(envelope, statement, names_of(statement), rows_of(statement), expects, tag)
        entry = _append(platform, draft, ground.changed)
        # 6 integrated: a signed checkpoint covers it
        head = tlog.integrate(platform)
        follow(platform, head)
        # 7 only then the key store hands over
        handed = platform.keys.hand_over(
            HandOver(
                checkpoint=head.note,
                release=tlog.opening(platform, entry.index, head.size),
                ground=ground.shown(head),
                items=tuple(tlog.opening(platform, i.entry_index, head.size) for i in wanted),
                thread_key=ground.thread_key,
                recipient=recipient,
                files={item.file: item.fields for item in wanted},
            )
        )
    except Refused as error:
        log_refusal(platform, agency, body, error.code)
        raise
    # 8 and facts are answered, under a release that holds
    answers = answer_facts(platform, body, entry.index)
    return Released(str(body["release"]), entry, handed, wanted, answers)


def _append(platform: Platform, draft: Draft, changed: type[Refused]) -> Sequenced:
    try:
        (done,) = sequence(platform, [draft])
    except Stale as error:
        raise changed("What it rests on, or one of its papers, changed meanwhile.") from error
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


def _require_fresh_evidence(platform: Platform) -> None:
    anchors = platform.store.anchors()
    limit = timedelta(seconds=platform.trust.profile.freshness.evidence_s)
    if not anchors or platform.now() - anchors[-1].block_time > limit:
        raise EvidenceStale(
            "The log has not been anchored for too long; releasing waits for the chain.",
            retry_after=30,
        )
