"""What the registries on chain said at one time, on the word of the log's key (see `evidence`).

Entitlement has a history that is only added to, so a snapshot read after an anchor's block answers
for every time up to that block. Ends that are open are not written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from certs import base64url, keys
from certs.canonical import Json
from certs.shapes import Misshapen, Shape, written_time
from ledger.log.evidence import HEX_32, EvidenceInvalid, hash_of, opened_note, signed_note
from ledger.log.note import NoteKey
from ledger.ports import KeyRow, ScopeRow, StatusHead

MAX_ROWS = 256  # as many as one list of the registry can hold
_NAME = r"[!-~]{1,32}"
_REGION_END = (1 << 32) - 1


class SnapshotMalformed(EvidenceInvalid):
    """The note's text is no snapshot of version 1."""

    code = "snapshot.malformed"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the registries said at ``taken_at`` (the reader's clock), read at ``block`` or later.

    A key that is present was asked for and its rows are complete, even where there are none:
    ``scopes`` by (agency, licence type), ``agency_keys`` by agency, ``status`` by list id
    (bytes32 as 0x hex).
    """

    taken_at: datetime
    chain_id: int
    genesis: str
    block: int
    scopes: Mapping[tuple[str, str], tuple[ScopeRow, ...]]
    agency_keys: Mapping[str, tuple[KeyRow, ...]]
    status: Mapping[str, StatusHead]


def snapshot_note(snapshot: Snapshot, origin: str, private: keys.Ed25519Private) -> bytes:
    """The log's word for what the registries said. Raises SnapshotMalformed."""
    members: dict[str, Json] = {
        "block": snapshot.block,
        "chain_id": snapshot.chain_id,
        "genesis": snapshot.genesis.lower(),
        "keys": [
            {
                "agency": agency,
                "rows": [
                    {"key_id": base64url.encode(row.key_id), **_written_period(row)} for row in rows
                ],
            }
            for agency, rows in sorted(snapshot.agency_keys.items())
        ],
        "scopes": [
            {
                "agency": agency,
                "licence_type": licence_type,
                "rows": [{"region": row.region, **_written_period(row)} for row in rows],
            }
            for (agency, licence_type), rows in sorted(snapshot.scopes.items())
        ],
        "status": [
            {
                "digest": base64url.encode(head.digest),
                "list_id": list_id,
                "version": head.version,
                **_written_end("valid_until", head.valid_until),
            }
            for list_id, head in sorted(snapshot.status.items())
        ],
        "taken_at": written_time(snapshot.taken_at),
        "v": 1,
    }
    _snapshot(Shape(members, "snapshot"))
    return signed_note("snapshot", members, origin, private)


def open_snapshot_note(note: bytes, origin: str, vkey: str | NoteKey) -> Snapshot:
    """The snapshot that the key of the log ``origin`` vouches for.

    Raises what `ledger.log.note.open_note` raises, EvidenceOrigin, SnapshotMalformed.
    """
    return _snapshot(opened_note(SnapshotMalformed, note, origin, "snapshot", vkey))


def _snapshot(shape: Shape) -> Snapshot:
    try:
        shape.members("block", "chain_id", "genesis", "keys", "scopes", "status", "taken_at", "v")
        shape["v"].integer(1, 1)
        scopes = [_scope(item) for item in shape["scopes"].items()]
        agency_keys = [_agency_keys(item) for item in shape["keys"].items()]
        heads = [_status_head(item) for item in shape["status"].items()]
        for pairs in (scopes, agency_keys, heads):
            names = [pair[0] for pair in pairs]
            if names != sorted(set(names)):
                raise Misshapen("rows of a snapshot ascend and stand once")
        return Snapshot(
            taken_at=shape["taken_at"].time(),
            chain_id=shape["chain_id"].integer(1),
            genesis=shape["genesis"].text(HEX_32),
            block=shape["block"].integer(),
            scopes=dict(scopes),
            agency_keys=dict(agency_keys),
            status=dict(heads),
        )
    except Misshapen as error:
        raise SnapshotMalformed(str(error), reason=error.code) from error


def _scope(shape: Shape) -> tuple[tuple[str, str], tuple[ScopeRow, ...]]:
    shape.members("agency", "licence_type", "rows")
    agency, licence_type = shape["agency"].text(_NAME), shape["licence_type"].text(_NAME)
    rows = []
    for row in shape["rows"].items(0, MAX_ROWS):
        row.members("region", "recorded_at", "valid_from", *_if_there(row, "valid_to"))
        region = row["region"].integer(0, _REGION_END)
        rows.append(ScopeRow(agency, licence_type, region, *_period(row)))
    return (agency, licence_type), tuple(rows)


def _agency_keys(shape: Shape) -> tuple[str, tuple[KeyRow, ...]]:
    shape.members("agency", "rows")
    agency = shape["agency"].text(_NAME)
    rows = []
    for row in shape["rows"].items(0, MAX_ROWS):
        row.members("key_id", "recorded_at", "valid_from", *_if_there(row, "valid_to"))
        rows.append(KeyRow(agency, hash_of(row["key_id"]), *_period(row)))
    return agency, tuple(rows)


def _status_head(shape: Shape) -> tuple[str, StatusHead]:
    shape.members("digest", "list_id", "version", *_if_there(shape, "valid_until"))
    head = StatusHead(
        shape["version"].integer(), hash_of(shape["digest"]), _end(shape, "valid_until")
    )
    return shape["list_id"].text(HEX_32), head


def _period(row: Shape) -> tuple[datetime, datetime | None, datetime]:
    return row["valid_from"].time(), _end(row, "valid_to"), row["recorded_at"].time()


def _end(shape: Shape, name: str) -> datetime | None:
    return shape[name].time() if name in shape else None


def _if_there(shape: Shape, name: str) -> tuple[str, ...]:
    """An end that is open is not written at all."""
    return (name,) if name in shape else ()


def _written_period(row: ScopeRow | KeyRow) -> dict[str, Json]:
    return {
        "recorded_at": written_time(row.recorded_at),
        "valid_from": written_time(row.valid_from),
        **_written_end("valid_to", row.valid_to),
    }


def _written_end(name: str, at: datetime | None) -> dict[str, Json]:
    return {} if at is None else {name: written_time(at)}
