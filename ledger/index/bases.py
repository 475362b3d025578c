"""Rows of delegations and of bases other than consent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certs import base64url
from certs.canonical import canonical
from ledger.index.matters import read, reused
from ledger.log.statement import Statement
from ledger.ports import INDEX, Row

Body = Mapping[str, Any]


def delegated(_: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["delegation"],
        "principal": body["principal"],
        "delegate": body["delegate"],
        "sort": body["sort"],
        "service_items": canonical(body["service_items"]).decode(),
        "since": body["since"],
        "until": body["until"],
        "further": body["further"],
        "parent": body["parent"],
        "entry_index": INDEX,
    }
    return [Row("delegations", values)]


def delegation_ended(_: Statement, body: Body) -> list[Row]:
    return [Row("delegations", {"id": body["delegation"], "ended_index": INDEX}, mode="update")]


def stated(_: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["basis"],
        "sort": body["sort"],
        "grant_id": body["grant"],
        "case_id": body["case"],
        "agency": body["agency"],
        "subject": body["subject"],
        "state": "stated",
        "max_uses": body["uses"],
        "uses": 0,
        "until": body["until"],
        "visible_from": body["visible_from"],
        "thread": base64url.decode(body["thread"]),
        "entry_index": INDEX,
    }
    return [Row("bases", values)]


def ended(_: Statement, body: Body) -> list[Row]:
    values = {"id": body["basis"], "state": "ended", "ended_index": INDEX}
    return [Row("bases", values, mode="update")]


def used(_: Statement, body: Body) -> list[Row]:
    values = {
        "basis": body["basis"],
        "n": body["n"],
        "id": body["release"],
        "case_id": body["case"],
        "agency": body["agency"],
        "entry_index": INDEX,
    }
    counted = {"id": body["basis"], "uses": body["n"]}
    return [
        Row("basis_uses", values),
        Row("bases", counted, mode="update"),
        read(body),
        *reused(body),
    ]
