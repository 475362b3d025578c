"""Where an agency's status list stands on chain, also where the trust list is older than it."""

from __future__ import annotations

import hashlib

from certs.trust.payload import StatusListRef
from certs.trust.trustlist import TrustList


def list_id(uri: str) -> bytes:
    """32 bytes under which the contract knows the list: SHA-256 of where it is served."""
    return hashlib.sha256(uri.encode()).digest()


def list_of(trust: TrustList, uri: str, issuer: str) -> StatusListRef | None:
    """The list that the trust list names so. Of an agency that it does not name, because it was
    admitted since, the list that its own licences name: whoever answers for it must have signed
    it, and its head on chain is looked for under the id that follows from its place."""
    ref = trust.status_list(uri)
    if ref is not None or not uri or trust.agency(issuer) is not None:
        return ref
    return StatusListRef(uri, "0x" + list_id(uri).hex(), issuer)
