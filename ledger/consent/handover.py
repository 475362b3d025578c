"""Hand-over, as the key store judges it: pure, from what it is shown and what it has followed.

 1 checkpoint       signed by the log (and the witness quorum), a head that the key store followed
 2 openings         leaf, salt, envelope belong together and stand in that checkpoint
 3 ground           a holder's consent or another granted basis: whose keys signed it, for whom, and
                    what allows it (``ledger.consent.handover_grounds``)
 4 release          signed by the requester, covered by its ground, this use not had before
 5 order            what allows it < ground < release
 6 thread           the key opens the ground's commitment; no end of it among the leaves
 7 files            each wanted file is named by an item's own entry, signed by the agency that
                    took it in, of the right subject, and by the release; its kind is allowed

Anything else is refused; the platform's word counts for nothing here. Who signs a release must not
be denied by the registry, where that answers; an agency that it admitted needs no new trust list.
A key store has no anchors:
an agency's certificate is judged now for the release, and as of the statement's own time for what
stood before it.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certs import keys
from certs.errors import CertsError
from certs.trust.trustlist import TrustList
from ledger.catalogue.catalogue import Catalogue
from ledger.consent.basis import check_release
from ledger.consent.handover_grounds import (
    Ground,
    check_file_kinds,
    opens_thread,
    proven_ground,
)
from ledger.consent.handover_proofs import (
    HandOverRefused,
    Origins,
    Registered,
    Shown,
    check_agency,
    checked_checkpoint,
    included,
    opened,
    unasked,
)
from ledger.consent.other_bases import Voted, check_use
from ledger.log.checkpoint import Checkpoint
from ledger.log.entry import SALT_BYTES, THREAD_KEY_BYTES, delegation_end_tag, use_tag, withdraw_tag
from ledger.log.statement import format_time
from ledger.ports import ConsentGround, HandOver, Powers
from ledger.use.facts import facts_and_fields

__all__ = [
    "ATTESTATION_TYPE", "HandOverRefused", "Origins", "Use", "attested", "check_order",
    "check_thread_key", "checked_checkpoint", "end_tags", "ground_of", "power_end_tags",
]  # fmt: skip

ATTESTATION_TYPE = "application/vnd.mianti.hand-over.v1+json"
WHOLE_FILE = "file"
ITEM_KINDS = ("material.deposited", "licence.issued", "licence.collected")


@dataclass(frozen=True, slots=True)
class Use:
    """What an order asks for, once all of it holds. ``ground``: id of the consent or basis."""

    ground: str
    release: str
    n: int
    subject: str
    agency: str


def check_order(
    order: HandOver,
    trust: TrustList,
    catalogue: Catalogue,
    voted: Voted,
    origins: Origins,
    root: bytes | None,
    tags: Mapping[bytes, int],
    withdrawn: Collection[str],
    uses: Mapping[int, str],
    at: datetime,
    registered: Registered = unasked,
) -> Use:
    """The use that the order proves. ``root``: of the followed head with the checkpoint's size;
    ``tags``: of `end_tags` and the release's own, those among the followed leaves, each with the
    first index that carries it; ``uses``: n → release handed over earlier on this ground;
    ``voted``: what the consortium's registry has at ``at``; ``registered``: whose keys it has.

    Raises HandOverRefused or Refused ``consent.…``, ``basis.…``, ``delegation.…``,
    ``policy.forbidden``.
    """
    check_thread_key(order.thread_key)
    checkpoint = checked_checkpoint(order.checkpoint, trust, origins)  # 1
    if root is None or not hmac.compare_digest(root, checkpoint.root):
        raise HandOverRefused("This is no head of the log that was followed.", reason="fork")
    kind = "released" if isinstance(order.ground, ConsentGround) else "basis.used"
    release = included(order.release, checkpoint, (kind,), origins)  # 2
    ground = proven_ground(
        order.ground, checkpoint, trust, catalogue, origins, at, tags, registered
    )  # 3
    if release.statement.actor != release.body["agency"]:  # 4
        raise HandOverRefused("A release is signed by its requester.", reason="requester")
    check_agency(release, trust, at, registered, now=True)
    use = _use(release, ground, order.recipient)
    earlier = {n: given for n, given in uses.items() if given != use.release}
    gone = use.ground in withdrawn or withdraw_tag(order.thread_key) in tags
    check = check_release if ground.sort is None else check_use
    check(release.body, ground.shown.body, gone, len(earlier), at)
    if use.n in earlier:
        raise HandOverRefused("This use was handed over before.", reason="use")
    if not ground.shown.opening.index < release.opening.index:  # 5
        raise HandOverRefused("Ground and release stand in another order.", reason="order")
    _check_thread(order.thread_key, ground.shown, release, use.n, tags)  # 6
    _check_files(
        order, checkpoint, release, ground, trust, catalogue, voted, origins, registered
    )  # 7
    return use


def check_thread_key(thread_key: bytes) -> None:
    """Raises HandOverRefused for anything but 32 bytes."""
    if len(thread_key) != THREAD_KEY_BYTES:
        raise HandOverRefused("A thread key has 32 bytes.", reason="thread")


def _use(release: Shown, ground: Ground, recipient: bytes) -> Use:
    body = release.body
    if body[ground.member] != ground.id:
        raise HandOverRefused(
            f"The release is under another {ground.member}.", reason=ground.member
        )
    try:
        named = keys.key_id(keys.x25519_public(recipient))
    except CertsError as error:
        raise HandOverRefused("The recipient's key is none.", reason="recipient") from error
    if body["recipient"] != named:
        raise HandOverRefused("The release names another recipient key.", reason="recipient")
    return Use(
        ground=ground.id,
        release=body["release"],
        n=body["n"],
        subject=ground.shown.body["subject"],
        agency=body["agency"],
    )


def _check_thread(
    thread_key: bytes, granted: Shown, release: Shown, n: int, tags: Mapping[bytes, int]
) -> None:
    if not opens_thread(granted, thread_key):
        raise HandOverRefused("The thread key is another's.", reason="thread")
    if not hmac.compare_digest(release.leaf.tag, use_tag(thread_key, n)):
        raise HandOverRefused("The release does not carry its use's tag.", reason="thread")
    if tags.get(release.leaf.tag) != release.opening.index:
        raise HandOverRefused("Another entry had this use before.", reason="use")


def _check_files(
    order: HandOver,
    checkpoint: Checkpoint,
    release: Shown,
    ground: Ground,
    trust: TrustList,
    catalogue: Catalogue,
    voted: Voted,
    origins: Origins,
    registered: Registered,
) -> None:
    named: dict[str, tuple[str, ...]] = {}
    kinds: dict[str, str] = {}
    asked = {item["object"]: set(item["fields"]) for item in release.body["items"]}
    for opening in order.items:
        shown = included(opening, checkpoint, ITEM_KINDS, origins)
        check_agency(shown, trust, shown.statement.at, registered)
        if shown.body["subject"] != ground.shown.body["subject"]:
            raise HandOverRefused("An item is another subject's.", reason="subject")
        name, kind = _object(shown.body)
        if name in asked:
            kinds[name] = kind
            named |= _named(shown.body, asked[name])
    check_file_kinds(ground, kinds, catalogue, voted)
    for file_id, wanted in order.files.items():
        given = named.get(file_id)
        if given is None or (not wanted) != (not given) or not set(wanted) <= set(given):
            raise HandOverRefused("A wanted file is not in the release.", reason="file")


def _object(body: Mapping[str, Any]) -> tuple[str, str]:
    """An item's name and kind, as catalogue and plans know them."""
    if "material" in body:
        return f"material:{body['material']}", f"material:{body['kind']}"
    return f"licence:{body['licence']}", f"licence:{body['type']}"


def _named(body: Mapping[str, Any], fields: set[str]) -> dict[str, tuple[str, ...]]:
    """File id → fields that the release names of it (empty: the whole file). Facts are answered,
    never handed over."""
    whole, *by_field = (kept["file"] for kept in body["stored"])
    named: dict[str, tuple[str, ...]] = {whole: ()} if WHOLE_FILE in fields else {}
    _, proper = facts_and_fields(sorted(fields - {WHOLE_FILE}))
    if by_field and proper:
        named[by_field[0]] = proper
    return named


def ground_of(order: HandOver, origins: Origins) -> str:
    """The consent or basis that an order claims; proven only by :func:`check_order`."""
    if isinstance(order.ground, ConsentGround):
        return str(opened(order.ground.consent, ("consent.granted",), origins).body["consent"])
    return str(opened(order.ground.basis, ("basis.stated",), origins).body["basis"])


def end_tags(order: HandOver) -> tuple[bytes, ...]:
    """Tags under which the log would show that the ground, or a power behind it, was ended."""
    powers = order.ground.powers if isinstance(order.ground, ConsentGround) else Powers()
    return (withdraw_tag(order.thread_key), *power_end_tags(powers))


def power_end_tags(powers: Powers) -> tuple[bytes, ...]:
    """Tags under which the log would show that one of the delegations was ended."""
    salts = [one.salt for one in powers.delegations if len(one.salt) == SALT_BYTES]
    return tuple(map(delegation_end_tag, salts))


def attested(use: Use, order: HandOver, origin: str, size: int, at: datetime) -> dict[str, Any]:
    """Payload of the key store's attestation; it names the consent, or the basis."""
    member = "consent" if isinstance(order.ground, ConsentGround) else "basis"
    return {
        "at": format_time(at),
        member: use.ground,
        "files": {file_id: list(fields) for file_id, fields in sorted(order.files.items())},
        "log": origin,
        "n": use.n,
        "recipient": keys.key_id(keys.x25519_public(order.recipient)),
        "release": use.release,
        "size": size,
        "v": 1,
    }
