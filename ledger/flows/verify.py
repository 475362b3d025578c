"""Verification by the platform: the numbered verifier over evidence that the platform gathers.

Nothing here decides: the same pure function runs offline, with the same codes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from certs import base64url
from certs.envelope import Envelope
from certs.errors import CertsError
from certs.sdjwt.credential import parse_credential
from certs.verdict import Verdict
from ledger import tlog
from ledger.errors import NotFound, Pushback
from ledger.flows.anchor import chain_anchor
from ledger.log.snapshot import Snapshot
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.ports import Anchor, Head, Opening
from ledger.verify.items import BareEntry, Evidence, GivenFile, Item, Presentation, SealedLicence
from ledger.verify.verifier import Verifier

Sort = Literal["licence", "material", "credential", "entry"]


@dataclass(frozen=True, slots=True)
class Submitted:
    """Something to verify. ``index``: its entry, where the caller knows it; else it is found by
    the digest of the file or of the credential."""

    sort: Sort
    data: bytes = b""
    index: int | None = None


def verify_items(platform: Platform, items: Sequence[Submitted], as_of: datetime) -> list[Verdict]:
    """A verdict each, in order; all under one policy, one time, one set of evidence."""
    verifier = Verifier(platform.trust, as_of)
    gathered = Gathering(platform)
    return [verifier.verify(_item(one), gathered.evidence(_index(platform, one))) for one in items]


class Gathering:
    """Evidence for many entries: anchors and snapshots are read once, from the chain itself."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._snapshots: dict[tuple[str, str, str], Snapshot | None] = {}

    def evidence(self, index: int | None) -> Evidence:
        """What the platform can show for an entry; as little as nothing."""
        if index is None:
            return Evidence()
        platform = self._platform
        anchored = platform.store.anchor_covering(index)
        head = anchored_head(platform, anchored) if anchored else platform.store.head()
        if head is None or head.size <= index:
            return Evidence()
        opening = tlog.opening(platform, index, head.size)
        envelope, statement = tlog.opened(opening.envelope)
        binding = holder_key(platform, envelope, head)
        return Evidence(
            opening=opening,
            checkpoint=head.note,
            anchor=chain_anchor(platform, anchored) if anchored else None,
            snapshot=self._snapshot(statement, binding),
            status_list=status_token(platform, statement),
            holder_key=binding,
            successor=successor(platform, statement, head),
        )

    def _snapshot(self, statement: Statement, binding: Opening | None) -> Snapshot | None:
        """Of the statement's actor, and of the identity agency that bound a holder's key."""
        concerned = [statement]
        if binding is not None:
            concerned.append(tlog.opened(binding.envelope)[1])
        body = statement.body
        wanted = (concerned[-1].actor, str(body.get("type", "")), _status_uri(body))
        if wanted not in self._snapshots:
            try:
                self._snapshots[wanted] = snapshot_of(self._platform, concerned)
            except Pushback:
                self._snapshots[wanted] = None
        return self._snapshots[wanted]


def anchored_head(platform: Platform, anchored: Anchor) -> Head:
    """Our checkpoint of an anchored size; signed again where this store never had it."""
    head = platform.store.head_at(anchored.size)
    return head or tlog.signed_head(platform.log, anchored.size, anchored.root)


def status_token(platform: Platform, statement: Statement) -> str | None:
    """The newest list that tells the status of the statement's licence."""
    rows = platform.store.rows("status_lists", {"uri": _status_uri(statement.body)})
    token = rows[0]["token"] if rows else None
    return cast(bytes, token).decode() if token is not None else None


def holder_key(platform: Platform, envelope: Envelope, head: Head) -> Opening | None:
    """The binding of the holder's key that signed an envelope, where a holder's key did."""
    rows = platform.store.rows("holder_keys", {"kid": envelope.signatures[0].kid})
    index = cast(int, rows[0]["bound_index"]) if rows else head.size
    return tlog.opening(platform, index, head.size) if index < head.size else None


def successor(platform: Platform, statement: Statement, head: Head) -> Opening | None:
    """The entry of the licence that superseded this one, as far as the head covers it."""
    licence = statement.body.get("licence")
    if not isinstance(licence, str) or not statement.kind.startswith("licence."):
        return None
    rows = platform.store.rows("licences", {"supersedes": licence})
    index = cast(int, rows[0]["entry_index"]) if rows else head.size
    return tlog.opening(platform, index, head.size) if index < head.size else None


def snapshot_of(platform: Platform, statements: Sequence[Statement]) -> Snapshot:
    """What the registries say now about these statements' actors, licence types and status
    lists. Raises ChainAway."""
    chain = platform.chain
    identity = chain.identity()
    actors = {one.actor for one in statements if platform.trust.agency(one.actor) is not None}
    types = {
        (one.actor, str(one.body["type"]))
        for one in statements
        if one.actor in actors and "type" in one.body
    }
    lists = {
        ref.list_id
        for one in statements
        if (ref := platform.trust.status_list(_status_uri(one.body))) is not None
    }
    head = chain.head(platform.log.log_id)
    return Snapshot(
        taken_at=platform.now().replace(microsecond=0),
        chain_id=identity.chain_id,
        genesis=identity.genesis,
        block=head.block_number,
        scopes={pair: tuple(chain.scope_rows(*pair)) for pair in sorted(types)},
        agency_keys={agency: tuple(chain.key_rows(agency)) for agency in sorted(actors)},
        status={one: chain.status_head(bytes.fromhex(one[2:])) for one in sorted(lists)},
    )


def find_file(platform: Platform, sha256: bytes) -> int | None:
    """Index of the entry that names a file with this digest, the newest where there are several."""
    indexes = [
        cast(int, held[0]["entry_index"])
        for row in platform.store.rows("files", {"sha256": sha256})
        for table, column in (("licences", "layout_file"), ("materials", "file"))
        if (held := platform.store.rows(table, {column: row["id"]}))
    ]
    return max(indexes, default=None)


def _index(platform: Platform, one: Submitted) -> int | None:
    if one.index is not None:
        if platform.store.entry(one.index) is None:
            raise NotFound("The log has no such entry.", index=one.index)
        return one.index
    if one.sort == "credential":
        return _credential_index(platform, one.data)
    return find_file(platform, hashlib.sha256(one.data).digest())


def _credential_index(platform: Platform, data: bytes) -> int | None:
    try:
        credential = parse_credential(data.decode("ascii", "replace"))
    except CertsError:
        return None
    name = base64url.encode(hashlib.sha256(credential.jwt.encode()).digest())
    found = platform.store.find(f"credential:{name}", limit=1)
    return found[0] if found else None


def _item(one: Submitted) -> Item:
    if one.sort == "licence":
        return SealedLicence(one.data)
    if one.sort == "material":
        return GivenFile.of(one.data)
    if one.sort == "credential":
        return Presentation(one.data.decode("ascii", "replace"))
    return BareEntry()


def _status_uri(body: Mapping[str, object]) -> str:
    status = body.get("status")
    return str(status["uri"]) if isinstance(status, dict) else ""
