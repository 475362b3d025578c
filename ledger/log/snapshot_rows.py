"""Rows of a snapshot, written in one way and read strictly: each `read_…` is the inverse of its
`written_…` and raises Misshapen for anything else. Absent stands for open, none and every."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from certs import base64url
from certs.canonical import Json
from certs.shapes import Misshapen, Shape, written_time
from ledger.log.evidence import HEX_32, hash_of
from ledger.ports import (
    AgencyName,
    AgencyRecord,
    DutyRow,
    KeyRow,
    LogEnding,
    ScopeRow,
    Span,
    StatusHead,
)

MAX_ROWS = 256  # as many as one list of the registry can hold
MAX_ALL = 4096  # of many lists: all keys of an agency, all regions of a type, all hands of a duty
_ID = r"[!-~]{1,32}"
_CODE = r"[!-~]{18}"
_REGION_END = (1 << 32) - 1
_ENDINGS = ("dissolved", "expelled")
_SORTS = ("government", "social")


def written_agency(agency: str, record: AgencyRecord | None) -> dict[str, Json]:
    if record is None:
        return {"agency": agency}
    return {
        "agency": agency,
        "record": {
            "admitted_at": written_time(record.admitted_at),
            "kind": _SORTS[record.social],
            "names": [{"name": one.name, "since": written_time(one.since)} for one in record.names],
            "region": record.region,
            "suspensions": [_written_period(row) for row in record.suspensions],
            **_written_end("ended_at", record.ended_at),
            **_if("ending", record.ending),
            **_if("legal_code", record.legal_code),
            **_if("successor", record.successor),
        },
    }


def read_agency(shape: Shape) -> tuple[str, AgencyRecord | None]:
    shape.members("agency", *_there(shape, "record"))
    agency = shape["agency"].text(_ID)
    if "record" not in shape:
        return agency, None
    said = shape["record"]
    optional = _there(said, "ended_at", "ending", "legal_code", "successor")
    said.members("admitted_at", "kind", "names", "region", "suspensions", *optional)
    if ("ended_at" in said) != ("ending" in said) or ("successor" in said) > ("ending" in said):
        raise Misshapen("an agency that ended says when, how, and who follows")
    names = said["names"].items(1, MAX_ROWS)
    for one in names:
        one.members("name", "since")
    return agency, AgencyRecord(
        id=agency,
        names=tuple(AgencyName(one["name"].text(), one["since"].time()) for one in names),
        region=said["region"].integer(0, _REGION_END),
        legal_code=said["legal_code"].text(_CODE) if "legal_code" in said else "",
        social=_one_of(said["kind"], _SORTS) == "social",
        admitted_at=said["admitted_at"].time(),
        ended_at=_end(said, "ended_at"),
        ending=_one_of(said["ending"], _ENDINGS) if "ending" in said else "",
        successor=said["successor"].text(_ID) if "successor" in said else None,
        suspensions=tuple(_span(row) for row in said["suspensions"].items(0, MAX_ROWS)),
    )


def written_keys(agency: str, rows: Iterable[KeyRow]) -> dict[str, Json]:
    return {
        "agency": agency,
        "rows": [
            {
                "certificate": base64url.encode(row.certificate),
                "key_id": base64url.encode(row.key_id),
                **_written_end("compromised_at", row.compromised_at),
                **_written_period(row),
            }
            for row in rows
        ],
    }


def read_keys(shape: Shape) -> tuple[str, tuple[KeyRow, ...]]:
    shape.members("agency", "rows")
    agency = shape["agency"].text(_ID)
    rows = []
    for row in shape["rows"].items(0, MAX_ALL):
        _period_members(row, "certificate", "key_id", *_there(row, "compromised_at"))
        key_id, certificate = hash_of(row["key_id"]), hash_of(row["certificate"])
        ended = _end(row, "compromised_at")
        rows.append(KeyRow(agency, key_id, *_period(row), certificate, ended))
    return agency, tuple(rows)


def written_scopes(key: tuple[str, str], rows: Iterable[ScopeRow]) -> dict[str, Json]:
    agency, licence_type = key
    return {
        "agency": agency,
        "licence_type": licence_type,
        "rows": [{"region": row.region, **_written_period(row)} for row in rows],
    }


def read_scopes(shape: Shape) -> tuple[tuple[str, str], tuple[ScopeRow, ...]]:
    shape.members("agency", "licence_type", "rows")
    agency, licence_type = shape["agency"].text(_ID), shape["licence_type"].text(_ID)
    rows = []
    for row in shape["rows"].items(0, MAX_ALL):
        _period_members(row, "region")
        region = row["region"].integer(0, _REGION_END)
        rows.append(ScopeRow(agency, licence_type, region, *_period(row)))
    return (agency, licence_type), tuple(rows)


def written_duties(key: tuple[str, str], rows: Iterable[DutyRow]) -> dict[str, Json]:
    issuer, licence_type = key
    return {
        "issuer": issuer,
        "rows": [
            {
                "issuer": row.issuer,
                "sequence": row.sequence,
                "since": written_time(row.since),
                **_if("body", row.body),
                **_if("licence_type", row.licence_type),
            }
            for row in rows
        ],
        **_if("licence_type", licence_type),
    }


def read_duties(shape: Shape) -> tuple[tuple[str, str], tuple[DutyRow, ...]]:
    shape.members("issuer", "rows", *_there(shape, "licence_type"))
    rows = []
    for row in shape["rows"].items(0, MAX_ALL):
        row.members("issuer", "sequence", "since", *_there(row, "body", "licence_type"))
        rows.append(
            DutyRow(
                row["issuer"].text(_ID),
                _text_or_none(row, "licence_type"),
                _text_or_none(row, "body"),
                row["since"].time(),
                row["sequence"].integer(1),
            )
        )
    numbers = [row.sequence for row in rows]
    if numbers != sorted(set(numbers)):
        raise Misshapen("duties ascend and stand once")
    return (shape["issuer"].text(_ID), _text_or_none(shape, "licence_type")), tuple(rows)


def written_log(log_id: str, ending: LogEnding | None) -> dict[str, Json]:
    if ending is None:
        return {"log_id": log_id}
    successor = "" if ending.successor is None else "0x" + ending.successor.hex()
    frozen: dict[str, Json] = {"last_good": ending.last_good, **_if("successor", successor)}
    return {"frozen": frozen, "log_id": log_id}


def read_log(shape: Shape) -> tuple[str, LogEnding | None]:
    shape.members("log_id", *_there(shape, "frozen"))
    log_id = shape["log_id"].text(HEX_32)
    if "frozen" not in shape:
        return log_id, None
    said = shape["frozen"]
    said.members("last_good", *_there(said, "successor"))
    successor = bytes.fromhex(said["successor"].text(HEX_32)[2:]) if "successor" in said else None
    return log_id, LogEnding(said["last_good"].integer(), successor)


def written_status(list_id: str, head: StatusHead) -> dict[str, Json]:
    return {
        "digest": base64url.encode(head.digest),
        "list_id": list_id,
        "version": head.version,
        **_written_end("published_at", head.published_at),
        **_written_end("valid_until", head.valid_until),
    }


def read_status(shape: Shape) -> tuple[str, StatusHead]:
    shape.members("digest", "list_id", "version", *_there(shape, "published_at", "valid_until"))
    head = StatusHead(
        shape["version"].integer(),
        hash_of(shape["digest"]),
        _end(shape, "valid_until"),
        _end(shape, "published_at"),
    )
    return shape["list_id"].text(HEX_32), head


def _written_period(row: ScopeRow | KeyRow | Span) -> dict[str, Json]:
    return {
        "recorded_at": written_time(row.recorded_at),
        "valid_from": written_time(row.valid_from),
        **_written_end("valid_to", row.valid_to),
    }


def _period_members(row: Shape, *others: str) -> None:
    row.members("recorded_at", "valid_from", *others, *_there(row, "valid_to"))


def _period(row: Shape) -> tuple[datetime, datetime | None, datetime]:
    return row["valid_from"].time(), _end(row, "valid_to"), row["recorded_at"].time()


def _span(row: Shape) -> Span:
    _period_members(row)
    return Span(*_period(row))


def _there(shape: Shape, *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if name in shape)


def _end(shape: Shape, name: str) -> datetime | None:
    return shape[name].time() if name in shape else None


def _written_end(name: str, at: datetime | None) -> dict[str, Json]:
    return {} if at is None else {name: written_time(at)}


def _if(name: str, value: str | None) -> dict[str, Json]:
    return {name: value} if value else {}


def _text_or_none(shape: Shape, name: str) -> str:
    return shape[name].text(_ID) if name in shape else ""


def _one_of(shape: Shape, words: tuple[str, ...]) -> str:
    word = shape.text()
    if word not in words:
        raise Misshapen(f"one of {', '.join(words)}")
    return word
