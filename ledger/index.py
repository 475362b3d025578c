"""The index beside the log: which rows and names each statement gives it.

One pure function per kind. The index decides nothing on its own and can be rebuilt: replaying all
statements in order must yield exactly the rows that the store shows (``flows/fsck``). Bodies have
passed :mod:`ledger.log.bodies` before they come here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from certs import base64url
from certs.canonical import canonical
from certs.keys import key_id, public_from_jwk
from ledger.log.statement import Statement, format_time
from ledger.ports import INDEX, Row

Body = Mapping[str, Any]
PRIMARY_KEYS: Mapping[str, tuple[str, ...]] = {
    "holder_keys": ("kid",),
    "licences": ("id",),
    "status_entries": ("uri", "idx"),
    "materials": ("id",),
    "files": ("id",),
    "cases": ("id",),
    "case_items": ("case_id", "object"),
    "requests": ("id",),
    "consents": ("id",),
    "releases": ("consent", "n"),
}
"""Every table that statements explain, with the columns that name a row."""
STATE_AFTER = {
    "licence.suspended": "suspended",
    "licence.restored": "active",
    "licence.revoked": "revoked",
}


def rows_of(statement: Statement) -> tuple[Row, ...]:
    """Rows that the statement adds or changes, in order; ``INDEX`` stands for its own index."""
    make = _ROWS.get(statement.kind)
    return tuple(make(statement, statement.body)) if make is not None else ()


def names_of(statement: Statement) -> tuple[str, ...]:
    """Names under which the entry is found again: ``subject:…``, ``case:…``, ``agency:…`` …"""
    body = statement.body
    names = {f"actor:{statement.actor}", f"statement:{statement.id}"}
    for member in _NAMED:
        value = body.get(member)
        if isinstance(value, str):
            names.add(f"{_PREFIX_OF.get(member, member)}:{value}")
    if isinstance(credential := body.get("credential_sha256"), str):
        names.add(f"credential:{credential}")
    items = body.get("items")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            names.add(str(item["object"]))
    return tuple(sorted(names))


_NAMED = (
    "agency",
    "case",
    "consent",
    "licence",
    "material",
    "officer",
    "project",
    "premises",
    "release",
    "request",
    "subject",
    "supersedes",
)
_PREFIX_OF = {"supersedes": "licence"}


def _stored(statement: Statement, body: Body, kinds: tuple[str, ...]) -> list[Row]:
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


def _issued(statement: Statement, body: Body) -> list[Row]:
    layout, fields = body["stored"]
    rows = [
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
        *_stored(statement, body, ("layout", "fields")),
    ]
    if body["supersedes"] is not None:
        rows.append(
            Row("licences", {"id": body["supersedes"], "state": "superseded"}, mode="update")
        )
    return rows


def _collected(statement: Statement, body: Body) -> list[Row]:
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
                "version": 1,
                "valid_from": body["valid_from"],
                "valid_to": body["valid_to"],
                "status_uri": body["status"]["uri"],
                "status_index": body["status"]["index"],
                "recorded_at": format_time(statement.at),
                "entry_index": INDEX,
                "layout_file": original["file"],
                "fields_file": fields["file"],
                "source": body["source"],
                "grade": body["grade"],
            },
        ),
        _status_place(body),
        *_stored(statement, body, ("layout", "fields")),
    ]


def _status_place(body: Body) -> Row:
    values = {
        "uri": body["status"]["uri"],
        "idx": body["status"]["index"],
        "licence": body["licence"],
        "value": 0,
    }
    return Row("status_entries", values)


def _status(statement: Statement, body: Body) -> list[Row]:
    rows = [
        Row(
            "licences",
            {"id": body["licence"], "state": STATE_AFTER[statement.kind]},
            mode="update",
        )
    ]
    status = body["status"]
    values = {"uri": status["uri"], "idx": status["index"], "value": status["value"]}
    rows.append(Row("status_entries", values, mode="update"))
    return rows


def _deposited(statement: Statement, body: Body) -> list[Row]:
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
        *_stored(statement, body, ("material",)),
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


def _checked(statement: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["material"],
        "grade": body["grade"],
        "officer": body["officer"],
        "checked_at": format_time(statement.at),
    }
    return [Row("materials", values, mode="update")]


def _case_opened(statement: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["case"],
        "item": body["item"],
        "agency": body["agency"],
        "subject": body["subject"],
        "project": body["project"],
        "premises": body["premises"],
        "parties": canonical(body["parties"]).decode(),
        "matter": body["matter"],
        "state": "open",
        "opened_index": INDEX,
    }
    return [Row("cases", values)]


def _case_closed(statement: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["case"],
        "state": "closed",
        "outcome": body["outcome"],
        "closed_at": format_time(statement.at),
    }
    return [Row("cases", values, mode="update")]


def _planned(_: Statement, body: Body) -> list[Row]:
    return [Row("cases", {"id": body["case"], "plan_index": INDEX}, mode="update")]


def _bound(_: Statement, body: Body) -> list[Row]:
    values = {
        "kid": key_id(public_from_jwk(body["jwk"])),
        "subject": body["subject"],
        "alg": body["alg"],
        "jwk": canonical(body["jwk"]).decode(),
        "bound_index": INDEX,
    }
    return [Row("holder_keys", values)]


def _key_ended(_: Statement, body: Body) -> list[Row]:
    return [Row("holder_keys", {"kid": body["kid"], "ended_index": INDEX}, mode="update")]


def _requested(_: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["request"],
        "case_id": body["case"],
        "agency": body["agency"],
        "subject": body["subject"],
        "state": "open",
        "entry_index": INDEX,
        "until": body["until"],
    }
    return [Row("requests", values)]


def _granted(_: Statement, body: Body) -> list[Row]:
    return [
        Row(
            "consents",
            {
                "id": body["consent"],
                "request": body["request"],
                "case_id": body["case"],
                "agency": body["agency"],
                "subject": body["subject"],
                "state": "granted",
                "max_uses": body["uses"],
                "uses": 0,
                "until": body["until"],
                "thread": base64url.decode(body["thread"]),
                "entry_index": INDEX,
            },
        ),
        Row("requests", {"id": body["request"], "state": "granted"}, mode="update"),
    ]


def _withdrawn(_: Statement, body: Body) -> list[Row]:
    values = {"id": body["consent"], "state": "withdrawn", "withdrawn_index": INDEX}
    return [Row("consents", values, mode="update")]


def _released(_: Statement, body: Body) -> list[Row]:
    return [
        Row(
            "releases",
            {
                "consent": body["consent"],
                "n": body["n"],
                "id": body["release"],
                "case_id": body["case"],
                "agency": body["agency"],
                "entry_index": INDEX,
            },
        ),
        Row("consents", {"id": body["consent"], "uses": body["n"]}, mode="update"),
        *(
            Row(
                "case_items",
                {"case_id": body["case"], "object": item["object"], "way": "reused"},
                mode="put",
            )
            for item in body["items"]
        ),
    ]


_ROWS: Mapping[str, Callable[[Statement, Body], list[Row]]] = {
    "licence.issued": _issued,
    "licence.collected": _collected,
    "licence.suspended": _status,
    "licence.restored": _status,
    "licence.revoked": _status,
    "material.deposited": _deposited,
    "material.checked": _checked,
    "case.opened": _case_opened,
    "case.closed": _case_closed,
    "plan.signed": _planned,
    "holderkey.bound": _bound,
    "holderkey.ended": _key_ended,
    "consent.requested": _requested,
    "consent.granted": _granted,
    "consent.withdrawn": _withdrawn,
    "released": _released,
}
