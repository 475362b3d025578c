"""What the registries on chain said at one time, on the word of the log's key (see `evidence`).

The registries' history is only added to, so a snapshot read after an anchor's block answers for
every time up to that block. Ends that are open are not written. One note is one canonical text:
rows ascend and stand once (`ledger.log.snapshot_rows`). Version 2; another is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from certs import keys
from certs.canonical import Json
from certs.shapes import Misshapen, Shape, written_time
from ledger.log.evidence import HEX_32, EvidenceInvalid, opened_note, signed_note
from ledger.log.note import NoteKey
from ledger.log.snapshot_rows import (
    read_agency,
    read_duties,
    read_keys,
    read_log,
    read_scopes,
    read_status,
    written_agency,
    written_duties,
    written_keys,
    written_log,
    written_scopes,
    written_status,
)
from ledger.ports import AgencyRecord, DutyRow, KeyRow, LogEnding, ScopeRow, StatusHead

VERSION = 2


class SnapshotMalformed(EvidenceInvalid):
    """The note's text is no snapshot of version 2."""

    code = "snapshot.malformed"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the registries said at ``taken_at`` (the reader's clock), read at ``block`` or later.

    A key that is present was asked for and its rows are complete, even where there are none.
    ``agencies`` and ``agency_keys`` by agency (None: never admitted); ``scopes`` by (agency,
    licence type); ``duties`` by (issuer, licence type, ``""`` for all that has no row of its own):
    every row that may lead to the body responsible, by sequence; ``logs`` by log id (None: it went
    on then) and ``status`` by list id, both bytes32 as 0x hex.
    """

    taken_at: datetime
    chain_id: int
    genesis: str
    block: int
    agencies: Mapping[str, AgencyRecord | None]
    agency_keys: Mapping[str, tuple[KeyRow, ...]]
    scopes: Mapping[tuple[str, str], tuple[ScopeRow, ...]]
    duties: Mapping[tuple[str, str], tuple[DutyRow, ...]]
    logs: Mapping[str, LogEnding | None]
    status: Mapping[str, StatusHead]


def snapshot_note(snapshot: Snapshot, origin: str, private: keys.Ed25519Private) -> bytes:
    """The log's word for what the registries said. Raises SnapshotMalformed."""
    members: dict[str, Json] = {
        "agencies": [written_agency(*one) for one in sorted(snapshot.agencies.items())],
        "block": snapshot.block,
        "chain_id": snapshot.chain_id,
        "duties": [written_duties(*one) for one in sorted(snapshot.duties.items())],
        "genesis": snapshot.genesis.lower(),
        "keys": [written_keys(*one) for one in sorted(snapshot.agency_keys.items())],
        "logs": [written_log(*one) for one in sorted(snapshot.logs.items())],
        "scopes": [written_scopes(*one) for one in sorted(snapshot.scopes.items())],
        "status": [written_status(*one) for one in sorted(snapshot.status.items())],
        "taken_at": written_time(snapshot.taken_at),
        "v": VERSION,
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
        shape["v"].integer(VERSION, VERSION)
        shape.members(
            "agencies", "block", "chain_id", "duties", "genesis", "keys", "logs", "scopes",
            "status", "taken_at", "v",
        )  # fmt: skip
        agencies = [read_agency(item) for item in shape["agencies"].items()]
        agency_keys = [read_keys(item) for item in shape["keys"].items()]
        scopes = [read_scopes(item) for item in shape["scopes"].items()]
        duties = [read_duties(item) for item in shape["duties"].items()]
        logs = [read_log(item) for item in shape["logs"].items()]
        heads = [read_status(item) for item in shape["status"].items()]
        for pairs in (agencies, agency_keys, scopes, duties, logs, heads):
            names = [pair[0] for pair in pairs]
            if names != sorted(set(names)):
                raise Misshapen("rows of a snapshot ascend and stand once")
        return Snapshot(
            taken_at=shape["taken_at"].time(),
            chain_id=shape["chain_id"].integer(1),
            genesis=shape["genesis"].text(HEX_32),
            block=shape["block"].integer(),
            agencies=dict(agencies),
            agency_keys=dict(agency_keys),
            scopes=dict(scopes),
            duties=dict(duties),
            logs=dict(logs),
            status=dict(heads),
        )
    except Misshapen as error:
        raise SnapshotMalformed(str(error), reason=error.code) from error
