"""Rows of what is done with papers: cases, holder keys, requests, consents, releases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certs import base64url
from certs.canonical import canonical
from certs.jwk import public_from_jwk
from certs.keys import key_id
from ledger.log.statement import Statement, format_time
from ledger.ports import INDEX, Row

Body = Mapping[str, Any]


def case_opened(statement: Statement, body: Body) -> list[Row]:
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
        "channel": body["channel"],
        "officer": body["officer"],
        "opened_at": format_time(statement.at),
        "follows_index": statement.refs[0] if statement.refs else None,
    }
    return [Row("cases", values)]


def case_resumed(_: Statement, body: Body) -> list[Row]:
    values = {"id": body["case"], "channel": body["channel"], "officer": body["officer"]}
    return [Row("cases", values, mode="update")]


def case_closed(statement: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["case"],
        "state": "closed",
        "outcome": body["outcome"],
        "closed_at": format_time(statement.at),
    }
    return [Row("cases", values, mode="update")]


def planned(_: Statement, body: Body) -> list[Row]:
    return [Row("cases", {"id": body["case"], "plan_index": INDEX}, mode="update")]


def bound(_: Statement, body: Body) -> list[Row]:
    values = {
        "kid": key_id(public_from_jwk(body["jwk"])),
        "subject": body["subject"],
        "alg": body["alg"],
        "jwk": canonical(body["jwk"]).decode(),
        "bound_index": INDEX,
    }
    return [Row("holder_keys", values)]


def key_ended(_: Statement, body: Body) -> list[Row]:
    return [Row("holder_keys", {"kid": body["kid"], "ended_index": INDEX}, mode="update")]


def requested(_: Statement, body: Body) -> list[Row]:
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


def granted(_: Statement, body: Body) -> list[Row]:
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


def withdrawn(_: Statement, body: Body) -> list[Row]:
    values = {"id": body["consent"], "state": "withdrawn", "withdrawn_index": INDEX}
    return [Row("consents", values, mode="update")]


def released(_: Statement, body: Body) -> list[Row]:
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
        *reused(body),
    ]


def reused(body: Body) -> list[Row]:
    """The case relies on these from now on."""
    return [
        Row(
            "case_items",
            {"case_id": body["case"], "object": item["object"], "way": "reused"},
            mode="put",
        )
        for item in body["items"]
    ]
