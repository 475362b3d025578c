"""Rows of what is held: licences, materials, their files and their places in status lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.log.statement import Statement, format_time
from ledger.ports import INDEX, Row
from ledger.status.lifecycle import STATE_AFTER

Body = Mapping[str, Any]


def stored(statement: Statement, body: Body, kinds: tuple[str, ...]) -> list[Row]:
    return [
        Row(
            "files",
            {
                "id": kept["file"],
                "cid": kept["cid"],
                "sha256": digest,
                "size": size,
                "stored_size": kept["size"],
                "kind": kind,
            },
        )
        for kept, (digest, size), kind in zip(body["stored"], statement.files, kinds, strict=True)
    ]


def issued(statement: Statement, body: Body) -> list[Row]:
    layout, fields = body["stored"]
    return [
        Row(
            "licences",
            {
                "id": body["licence"],
                "type": body["type"],
                "subject": body["subject"],
                "issuer": statement.actor,
                "state": "active",
                "version": body["version"],
                "valid_from": body["valid_from"],
                "valid_to": body["valid_to"],
                "status_uri": body["status"]["uri"],
                "status_index": body["status"]["index"],
                "recorded_at": format_time(statement.at),
                "entry_index": INDEX,
                "premises": body["premises"],
                "project": body["project"],
                "supersedes": body["supersedes"],
                "layout_file": layout["file"],
                "fields_file": fields["file"],
                "source": None,
                "grade": "issued",
                "holder_kid": body["holder_kid"],
            },
        ),
        _status_place(body),
        *stored(statement, body, ("layout", "fields")),
    ]


def collected(statement: Statement, body: Body) -> list[Row]:
    original, fields = body["stored"]
    return [
        Row(
            "licences",
            {
                "id": body["licence"],
                "type": body["type"],
                "subject": body["subject"],
                "issuer": statement.actor,
                "state": "active",
                "version": body["version"],
                "valid_from": body["valid_from"],
                "valid_to": body["valid_to"],
                "status_uri": body["status"]["uri"],
                "status_index": body["status"]["index"],
                "recorded_at": format_time(statement.at),
                "entry_index": INDEX,
                "premises": body["premises"],
                "project": body["project"],
                "supersedes": body["supersedes"],
                "layout_file": original["file"],
                "fields_file": fields["file"],
                "source": body["source"],
                "grade": body["grade"],
            },
        ),
        _status_place(body),
        *stored(statement, body, ("layout", "fields")),
    ]


def _status_place(body: Body) -> Row:
    values = {
        "uri": body["status"]["uri"],
        "idx": body["status"]["index"],
        "licence": body["licence"],
        "value": 0,
    }
    return Row("status_entries", values)


def status(statement: Statement, body: Body) -> list[Row]:
    rows = [
        Row(
            "licences",
            {"id": body["licence"], "state": STATE_AFTER[statement.kind].value},
            mode="update",
        )
    ]
    status = body["status"]
    values = {"uri": status["uri"], "idx": status["index"], "value": status["value"]}
    rows.append(Row("status_entries", values, mode="update"))
    return rows


def reissued(_: Statement, body: Body) -> list[Row]:
    values = {
        "predecessor": body["licence"],
        "successor": body["successor"],
        "entry_index": INDEX,
    }
    return [Row("reissues", values)]


def deposited(statement: Statement, body: Body) -> list[Row]:
    (kept,) = body["stored"]
    rows = [
        Row(
            "materials",
            {
                "id": body["material"],
                "kind": body["kind"],
                "subject": body["subject"],
                "project": body["project"],
                "premises": body["premises"],
                "case_id": body["case"],
                "grade": body["grade"],
                "channel": body["channel"],
                "officer": body["officer"],
                "issued_on": body["issued_on"],
                "deposited_at": format_time(statement.at),
                "checked_at": (
                    format_time(statement.at) if body["grade"] == "original_checked" else None
                ),
                "decision": body["decision"],
                "state": "active",
                "entry_index": INDEX,
                "file": kept["file"],
                "media_type": body["media_type"],
            },
        ),
        *stored(statement, body, ("material",)),
    ]
    if body["case"] is not None:
        rows.append(
            Row(
                "case_items",
                {
                    "case_id": body["case"],
                    "object": f"material:{body['material']}",
                    "way": "handed_in",
                },
            )
        )
    return rows


def checked(statement: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["material"],
        "grade": body["grade"],
        "officer": body["officer"],
        "checked_at": format_time(statement.at),
    }
    return [Row("materials", values, mode="update")]
