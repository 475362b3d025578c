"""What agencies write and sign about other bases than consent: pure, with their own keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from certs import base64url
from certs.canonical import Json
from certs.envelope import Envelope, parse_envelope, sign_es256
from ledger.consent.parties import Randomness, Signer, read_statement, signed_statement
from ledger.ids import new_id
from ledger.log.entry import THREAD_KEY_BYTES, thread_commitment
from ledger.log.statement import PAYLOAD_TYPE, format_time


@dataclass(frozen=True, slots=True)
class Stating:
    """On what an agency reads for a case. ``paper_sha256``: of the signed paper, scanned (32
    bytes); ``assistance``: the request it serves; ``reader``: the identity agency whose reader
    signs too; ``visible_from``: from when the holder sees it."""

    sort: str
    grant: str
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
    method: str
    visible_from: datetime
    second_officer: str | None = None
    paper_sha256: bytes | None = None
    assistance: str | None = None
    reader: str | None = None
    refs: Sequence[int] = field(default=())


def basis_statement(
    signer: Signer, log: str, stating: Stating, at: datetime, randomness: Randomness
) -> tuple[bytes, bytes]:
    """(envelope, thread key): a basis, signed by its agency. An attended one needs the reader's
    signature besides (`countersigned`)."""
    thread_key = randomness(THREAD_KEY_BYTES)
    paper = stating.paper_sha256
    body: dict[str, Json] = {
        "basis": new_id("bas", randomness),
        "sort": stating.sort,
        "grant": stating.grant,
        "case": stating.case,
        "agency": signer.actor,
        "service_item": stating.service_item,
        "purpose": stating.purpose,
        "subject": stating.subject,
        "items": [dict(item) for item in stating.items],
        "until": format_time(stating.until),
        "uses": stating.uses,
        "officer": stating.officer,
        "second_officer": stating.second_officer,
        "reason": stating.reason,
        "channel": stating.channel,
        "proof": {
            "method": stating.method,
            "paper_sha256": None if paper is None else base64url.encode(paper),
            "assistance": stating.assistance,
            "reader": stating.reader,
        },
        "visible_from": format_time(stating.visible_from),
        "nonce": base64url.encode(randomness(16)),
        "thread": base64url.encode(thread_commitment(thread_key)),
    }
    made = signed_statement(
        signer, log, "basis.stated", body, at, randomness, refs=tuple(stating.refs)
    )
    return made, thread_key


def countersigned(data: bytes, reader: Signer) -> bytes:
    """The statement with the identity agency's signature after its agency's."""
    envelope = parse_envelope(data)
    second = sign_es256(envelope.payload, PAYLOAD_TYPE, reader.private, reader.chain)
    return Envelope(envelope.payload, PAYLOAD_TYPE, (*envelope.signatures, second)).encode()


def basis_ending(
    signer: Signer,
    basis: bytes,
    officer: str,
    reason: str,
    at: datetime,
    randomness: Randomness,
    *,
    log: str | None = None,
) -> bytes:
    """The agency's end of its own basis (its envelope); for an emergency: what the review found.
    ``log``: that takes it, where another one goes on for that of the basis."""
    _, stated = read_statement(basis)
    body: dict[str, Json] = {
        "basis": stated.body["basis"],
        "officer": officer,
        "reason": reason,
    }
    return signed_statement(signer, log or stated.log, "basis.ended", body, at, randomness)
