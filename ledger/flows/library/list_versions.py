"""One version of an agency's status list: made in both forms, kept in the file store, found again.

The IETF token's digest stands on chain and is its CID, so whoever reads the chain finds its bytes;
the token names the digests of the W3C credentials beside it and of the version before it, and these
are their CIDs. Bytes that the file store cannot take yet wait in the database: an ending does not
wait for the file store, and no published byte is lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from certs.bitstringlist import Bitstring, issue_bitstring_list
from certs.canonical import parse
from certs.errors import CertsError
from certs.jws import peek
from certs.shapes import Shape
from certs.statuslist import StatusList, issue_status_list, token_digest
from ledger.errors import NotFound, Pushback, Tampered
from ledger.log.statement import format_time, parse_time
from ledger.platform import Platform
from ledger.ports import Row, Scalar, StatusHead
from ledger.status.decoys import Decoys, decoy_key
from ledger.status.history import SHOWN_BY
from ledger.stored.cid import CHUNK_BYTES, RAW, Cid

LIST_SIZE = 131_072
"""Entries of one list: the least that hides a licence among others (herd privacy)."""
LIFETIME = timedelta(hours=24)
TTL_S = 300


@dataclass(frozen=True, slots=True)
class Made:
    """A signed version. ``forms``: W3C credentials by purpose."""

    number: int
    token: str
    forms: Mapping[str, str]
    issued: datetime
    ends: datetime

    @property
    def digest(self) -> bytes:
        return token_digest(self.token)


def decoys_of(platform: Platform, uri: str) -> Decoys:
    """Places of the list that no licence gets."""
    return Decoys(decoy_key(platform.record_key, uri), LIST_SIZE)


def states_at(platform: Platform, uri: str, at: datetime) -> StatusList:
    """What the list says at ``at``: of each licence its state, of every other place a decoy's."""
    states = StatusList(LIST_SIZE)
    for index, status in decoys_of(platform, uri).shown_at(at).items():
        states.set(index, status)
    for row in platform.store.rows("status_entries", {"uri": uri}, limit=LIST_SIZE):
        states.set(cast(int, row["idx"]), cast(int, row["value"]))
    return states


def signed_version(platform: Platform, signer: str, uri: str, head: StatusHead) -> Made:
    """The version after the chain's newest, as things stand now. ``signer``: an agency."""
    now = platform.now().replace(microsecond=0)
    for row in platform.store.rows("status_versions", {"uri": uri, "version": head.version}):
        now = max(now, parse_time(str(row["issued_at"])))  # whatever clock signed the one before
    number, ends = head.version + 1, now + LIFETIME
    states = states_at(platform, uri, now)
    private, chain = platform.signing.key(signer), platform.signing.chain(signer)
    forms = {
        purpose: issue_bitstring_list(
            Bitstring.where(states, value),
            f"{uri}/{purpose}",
            purpose,
            signer,
            number,
            now,
            ends,
            1000 * TTL_S,
            private,
            chain,
        )
        for purpose, value in SHOWN_BY.items()
    }
    token = issue_status_list(
        states,
        uri,
        number,
        now,
        TTL_S,
        ends,
        private,
        chain,
        previous=head.digest if head.version else None,
        forms={purpose: token_digest(form) for purpose, form in forms.items()},
    )
    return Made(number, token, forms, now, ends)


def cid_of(digest: bytes) -> str:
    """The CID of a published token: CIDv1, raw, SHA-256, one block."""
    return str(Cid(RAW, digest))


def keep(platform: Platform, made: Made) -> None:
    """Put every token into the file store, or let it wait. Raises Tampered where the store answers
    another CID than the digest's."""
    tokens = [one.encode("ascii") for one in (*made.forms.values(), made.token)]
    try:
        for token in tokens:
            _put(platform, token)
    except Pushback:
        waiting = [
            Row("status_waiting", {"digest": _sha256(token), "token": token}, mode="put")
            for token in tokens
        ]
        platform.store.write(waiting)


def store_waiting(platform: Platform) -> int:
    """Put into the file store what waits for it; how many were put. Raises Pushback."""
    rows = platform.store.rows("status_waiting")
    for row in rows:
        _put(platform, cast(bytes, row["token"]))
        platform.store.delete("status_waiting", {"digest": row["digest"]})
    return len(rows)


def token_of(platform: Platform, digest: bytes) -> str:
    """A published token by its digest. Raises NotFound, Tampered, Pushback."""
    rows = platform.store.rows("status_waiting", {"digest": digest})
    data = cast(bytes, rows[0]["token"]) if rows else b"".join(_bounded(platform, digest))
    if _sha256(data) != digest:
        raise Tampered("a kept status list is not the one that was published")
    return data.decode("ascii")


def version_row(made: Made, uri: str) -> Row:
    """The version's row beside the log."""
    return _row(uri, made.number, made.digest, made.issued, made.ends)


def remember(platform: Platform, uri: str, head: StatusHead) -> None:
    """Write the row of the chain's newest version where a crash left it out. What cannot be found
    now is left to `fsck`: nothing waits for it."""
    where: dict[str, Scalar] = {"uri": uri, "version": head.version, "digest": head.digest}
    if head.version == 0 or platform.store.rows("status_versions", where):
        return
    try:
        claims = Shape(parse(peek(token_of(platform, head.digest)).payload), "status list")
    except (CertsError, NotFound, Pushback, Tampered):
        return
    issued, ends = claims["iat"].moment(), claims["exp"].moment()
    platform.store.write([_row(uri, head.version, head.digest, issued, ends)])


def _row(uri: str, number: int, digest: bytes, issued: datetime, ends: datetime) -> Row:
    values: dict[str, Scalar] = {
        "uri": uri,
        "version": number,
        "digest": digest,
        "issued_at": format_time(issued),
        "valid_until": format_time(ends),
    }
    return Row("status_versions", values, mode="put")


def _put(platform: Platform, token: bytes) -> None:
    if len(token) > CHUNK_BYTES:
        raise ValueError("a published status list is one block")
    if platform.blobs.put(iter((token,))) != cid_of(_sha256(token)):
        raise Tampered("The file store answered another CID than the list's own.")


def _bounded(platform: Platform, digest: bytes) -> Iterator[bytes]:
    size = 0
    for chunk in platform.blobs.get(cid_of(digest)):
        size += len(chunk)
        if size > CHUNK_BYTES:
            raise Tampered("a kept status list is more than one block")
        yield chunk


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
