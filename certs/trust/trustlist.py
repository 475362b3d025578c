"""The trust list: whom and what a verifier believes, signed by k of n root keys.

The roots are pinned by a person *outside* of what is verified. Rules, in the order they apply:

    1 no pinned roots: nothing can be said                     → trust.unpinned
    2 well-formed, canonical, every value in its form          → trust.malformed
    3 signed by the threshold of the pinned roots              → trust.threshold
    4 if it names other roots: signed by their threshold too   → trust.threshold
    5 not older than the highest version seen                  → trust.rollback
    6 not expired                                              → trust.expired

A signature by a key that neither set names is ignored (a later reader may know it); a wrong
signature by a known key refuses the list. `issued` is the signers' word and decides nothing.
Envelopes carry at most eight signatures, so old and new thresholds together may not exceed eight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from certs import keys
from certs.canonical import Json, canonical, parse_canonical
from certs.envelope import Envelope, EnvelopeError, parse_envelope, sign_ed25519, verify_signature
from certs.errors import CertsError, JsonInvalid, KeyInvalid, SignatureInvalid
from certs.trust.payload import Roots, TrustError, TrustList, TrustMalformed
from certs.trust.reader import read_trust_list

__all__ = [
    "PAYLOAD_TYPE",
    "Roots",
    "TrustError",
    "TrustExpired",
    "TrustList",
    "TrustMalformed",
    "TrustRollback",
    "TrustSignature",
    "TrustThreshold",
    "TrustUnpinned",
    "countersign",
    "follow_roots",
    "open_trust_list",
    "pin_text",
    "roots_of",
    "sign_trust_list",
]

PAYLOAD_TYPE = "application/vnd.mianti.trust-list.v1+json"


class TrustUnpinned(TrustError):
    """No root keys were pinned, so no list can be believed."""

    code = "trust.unpinned"


class TrustThreshold(TrustError):
    """Too few roots signed: `have` of `need`; `whose` is `pinned` or `own`."""

    code = "trust.threshold"


class TrustSignature(TrustError):
    """A root's signature does not verify; `kid` says whose."""

    code = "trust.signature"


class TrustRollback(TrustError):
    """An older version than one already seen: `version`, `highest_seen`."""

    code = "trust.rollback"


class TrustExpired(TrustError):
    """Past its end; `expires` says when."""

    code = "trust.expired"


def sign_trust_list(
    payload: TrustList | Mapping[str, Json], root_privates: Iterable[keys.Ed25519Private]
) -> bytes:
    """Canonical envelope bytes over a trust list. Raises TrustMalformed, ValueError (no key)."""
    trust = payload if isinstance(payload, TrustList) else read_trust_list(dict(payload))
    data = canonical(trust.as_json())
    signatures = tuple(sign_ed25519(data, PAYLOAD_TYPE, key) for key in root_privates)
    if not signatures:
        raise ValueError("a trust list needs a signature")
    return Envelope(data, PAYLOAD_TYPE, signatures).encode()


def countersign(data: bytes, root_private: keys.Ed25519Private) -> bytes:
    """The same list with one more signature, for roots that are held in different places."""
    envelope, _ = _parse(data)
    added = sign_ed25519(envelope.payload, PAYLOAD_TYPE, root_private)
    others = tuple(one for one in envelope.signatures if one.kid != added.kid)
    return replace(envelope, signatures=(*others, added)).encode()


def open_trust_list(
    data: bytes, pinned: Roots | None, at: datetime, *, highest_seen: int = 0
) -> TrustList:
    """The list, if it may be believed at `at` (aware). Raises TrustError, as tabled above."""
    if pinned is None:
        raise TrustUnpinned("no trust roots are pinned")
    trust = _signed_list(data, pinned)
    if trust.version < highest_seen:
        raise TrustRollback(
            "older than a list already seen", version=trust.version, highest_seen=highest_seen
        )
    if at >= trust.expires:
        raise TrustExpired("the trust list has expired", expires=trust.expires.isoformat())
    return trust


def follow_roots(lists: Sequence[bytes], pinned: Roots) -> Roots:
    """The roots after a row of rotations, oldest list first; expiry does not matter on the way.

    For a verifier that was away while roots were replaced more than once. Raises TrustError.
    """
    version = 0
    for data in lists:
        trust = _signed_list(data, pinned)
        if trust.version <= version:
            raise TrustRollback(
                "rotations must ascend", version=trust.version, highest_seen=version
            )
        version, pinned = trust.version, trust.roots
    return pinned


def roots_of(data: bytes) -> Roots:
    """Roots a list names for itself, signed by their own threshold.

    For a person who compares the key ids with what was published elsewhere and then pins them;
    proves nothing by itself. Raises TrustMalformed, TrustThreshold, TrustSignature.
    """
    envelope, trust = _parse(data)
    _require(envelope, trust.roots, "own")
    return trust.roots


def _signed_list(data: bytes, pinned: Roots) -> TrustList:
    envelope, trust = _parse(data)
    _require(envelope, pinned, "pinned")
    if trust.roots != pinned:
        _require(envelope, trust.roots, "own")
    return trust


def _parse(data: bytes) -> tuple[Envelope, TrustList]:
    try:
        envelope = parse_envelope(data)
        payload = parse_canonical(envelope.payload)
    except (EnvelopeError, JsonInvalid, SignatureInvalid) as error:
        raise TrustMalformed("not a trust list", reason=error.code) from error
    if envelope.payload_type != PAYLOAD_TYPE:
        raise TrustMalformed("signed as something else", payload_type=envelope.payload_type)
    return envelope, read_trust_list(payload)


def _require(envelope: Envelope, roots: Roots, whose: str) -> None:
    known = {root.kid: root for root in roots.keys}
    have = 0
    for signature in envelope.signatures:  # one per kid: the envelope refuses twins
        root = known.get(signature.kid)
        if root is None:
            continue
        try:
            verify_signature(envelope, signature, keys.public_from_spki(root.key))
        except (CertsError, KeyInvalid) as error:
            raise TrustSignature("a root's signature is wrong", kid=root.kid) from error
        have += 1
    if have < roots.threshold:
        raise TrustThreshold(
            "too few trust roots signed", have=have, need=roots.threshold, whose=whose
        )


def pin_text(roots: Roots) -> str:
    """What a person compares when pinning: threshold and key ids, one per line."""
    lines = [f"{roots.threshold} of {len(roots.keys)}", *sorted(root.kid for root in roots.keys)]
    return "\n".join(lines) + "\n"
