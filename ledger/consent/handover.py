"""Hand-over, as the key store judges it: pure, from what it is shown and what it has followed.

 1 checkpoint       signed by the log (and the witness quorum), a head that the key store followed
 2 openings         leaf, salt, envelope belong together and stand in that checkpoint
 3 holder key       bound to the subject by an identity agency that the trust list names
 4 consent          signed by that key, repeats its request
 5 release          signed by the requester, covered by the consent, this use not had before
 6 order            request < consent < release, holder key < consent
 7 thread           the key opens the consent's commitment; no withdrawal tag among the leaves
 8 files            each wanted file is named by an item's own entry, signed by the agency that
                    took it in, of the consenting subject, and by the release

Anything else is refused; the platform's word counts for nothing here. A key store has no anchors:
an agency's certificate is judged now for the release, and as of the statement's own time for what
stood before it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certs import base64url, keys
from certs.errors import CertsError
from certs.trust.trustlist import TrustList
from ledger.consent.basis import check_consent, check_release
from ledger.consent.handover_proofs import (
    HandOverRefused,
    Shown,
    check_agency,
    check_binding,
    check_holder,
    checked_checkpoint,
    included,
    opened,
)
from ledger.log.checkpoint import Checkpoint
from ledger.log.entry import THREAD_KEY_BYTES, thread_commitment, use_tag, withdraw_tag
from ledger.log.statement import format_time
from ledger.ports import HandOver, Opening
from ledger.use.facts import facts_and_fields

__all__ = [
    "ATTESTATION_TYPE", "HandOverRefused", "Use", "attested", "check_order", "check_thread_key",
    "checked_checkpoint", "consent_of",
]  # fmt: skip

ATTESTATION_TYPE = "application/vnd.mianti.hand-over.v1+json"
WHOLE_FILE = "file"
ITEM_KINDS = ("material.deposited", "licence.issued", "licence.collected")


@dataclass(frozen=True, slots=True)
class Use:
    """What an order asks for, once all of it holds."""

    consent: str
    release: str
    n: int
    subject: str
    agency: str


def check_order(
    order: HandOver,
    trust: TrustList,
    origin: str,
    root: bytes | None,
    tags: Mapping[bytes, int],
    withdrawn: Collection[str],
    uses: Mapping[int, str],
    at: datetime,
) -> Use:
    """The use that the order proves. ``root``: of the followed head with the checkpoint's size;
    ``tags``: those of this thread among the followed leaves, each with the first index that carries
    it; ``uses``: n → release handed over earlier for this consent.

    Raises HandOverRefused or Refused ``consent.…``.
    """
    check_thread_key(order.thread_key)
    checkpoint = checked_checkpoint(order.checkpoint, trust, origin)  # 1
    if root is None or not hmac.compare_digest(root, checkpoint.root):
        raise HandOverRefused("This is no head of the log that was followed.", reason="fork")
    release, consent, request, holder = (  # 2
        included(opening, checkpoint, (kind,), origin)
        for kind, opening in (
            ("released", order.release),
            ("consent.granted", order.consent),
            ("consent.requested", order.request),
            ("holderkey.bound", order.holder_key),
        )
    )
    _check_bound(holder, consent, trust)  # 3
    check_holder(consent.envelope, holder.body, trust)  # 4
    digest = hashlib.sha256(request.envelope.payload).digest()
    check_consent(consent.body, request.body, digest, at)
    if release.statement.actor != release.body["agency"]:  # 5
        raise HandOverRefused("A release is signed by its requester.", reason="requester")
    check_agency(release, trust, at)
    use = _use(release, consent, order.recipient)
    earlier = {n: given for n, given in uses.items() if given != use.release}
    gone = use.consent in withdrawn or withdraw_tag(order.thread_key) in tags
    check_release(release.body, consent.body, gone, len(earlier), at)
    if use.n in earlier:
        raise HandOverRefused("This use was handed over before.", reason="use")
    _check_order(request, consent, release, holder)  # 6
    _check_thread(order.thread_key, consent, release, use.n, tags)  # 7
    _check_files(order, checkpoint, release, use.subject, trust, origin)  # 8
    return use


def check_thread_key(thread_key: bytes) -> None:
    """Raises HandOverRefused for anything but 32 bytes."""
    if len(thread_key) != THREAD_KEY_BYTES:
        raise HandOverRefused("A thread key has 32 bytes.", reason="thread")


def opens_thread(consent: Shown, thread_key: bytes) -> bool:
    """Whether the consent commits to this thread key."""
    commitment = base64url.encode(thread_commitment(thread_key))
    return hmac.compare_digest(commitment, consent.body["thread"])


def _check_bound(holder: Shown, consent: Shown, trust: TrustList) -> None:
    check_binding(holder, trust)
    subject = holder.body["subject"]
    if consent.statement.actor != subject or consent.body["subject"] != subject:
        raise HandOverRefused("The key is bound to another subject.", reason="holder")


def _use(release: Shown, consent: Shown, recipient: bytes) -> Use:
    body = release.body
    if body["consent"] != consent.body["consent"]:
        raise HandOverRefused("The release is under another consent.", reason="consent")
    try:
        named = keys.key_id(keys.x25519_public(recipient))
    except CertsError as error:
        raise HandOverRefused("The recipient's key is none.", reason="recipient") from error
    if body["recipient"] != named:
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


def _check_thread(
    thread_key: bytes, consent: Shown, release: Shown, n: int, tags: Mapping[bytes, int]
) -> None:
    if not opens_thread(consent, thread_key):
        raise HandOverRefused("The thread key is another consent's.", reason="thread")
    if not hmac.compare_digest(release.leaf.tag, use_tag(thread_key, n)):
        raise HandOverRefused("The release does not carry its use's tag.", reason="thread")
    if tags.get(release.leaf.tag) != release.opening.index:
        raise HandOverRefused("Another entry had this use before.", reason="use")


def _check_files(
    order: HandOver,
    checkpoint: Checkpoint,
    release: Shown,
    subject: str,
    trust: TrustList,
    origin: str,
) -> None:
    named: dict[str, tuple[str, ...]] = {}
    asked = {item["object"]: set(item["fields"]) for item in release.body["items"]}
    for opening in order.items:
        shown = included(opening, checkpoint, ITEM_KINDS, origin)
        check_agency(shown, trust, shown.statement.at)
        if shown.body["subject"] != subject:
            raise HandOverRefused("An item is another subject's.", reason="subject")
        named |= _named(shown.body, asked)
    for file_id, wanted in order.files.items():
        given = named.get(file_id)
        if given is None or (not wanted) != (not given) or not set(wanted) <= set(given):
            raise HandOverRefused("A wanted file is not in the release.", reason="file")


def _named(body: Mapping[str, Any], asked: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """File id → fields that the release names of it (empty: the whole file)."""
    name = f"material:{body['material']}" if "material" in body else f"licence:{body['licence']}"
    fields = asked.get(name, set())
    whole, *by_field = (kept["file"] for kept in body["stored"])
    named: dict[str, tuple[str, ...]] = {whole: ()} if WHOLE_FILE in fields else {}
    _, proper = facts_and_fields(sorted(fields - {WHOLE_FILE}))  # facts are answered, not handed
    if by_field and proper:
        named[by_field[0]] = proper
    return named


def consent_of(order: HandOver, origin: str) -> str:
    """The consent that an order claims; proven only by :func:`check_order`."""
    return str(_granted(order.consent, origin).body["consent"])


def _granted(opening: Opening, origin: str) -> Shown:
    return opened(opening, ("consent.granted",), origin)


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
