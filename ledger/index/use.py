"""Rows of how papers were used: annotated copies, answers to facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certs import base64url
from ledger.log.statement import Statement
from ledger.ports import INDEX, Row

Body = Mapping[str, Any]


def copied(statement: Statement, body: Body) -> list[Row]:
    ((digest, _),) = statement.files
    values = {
        "id": body["copy"],
        "release_id": body["release"],
        "object": body["object"],
        "agency": body["agency"],
        "case_id": body["case"],
        "sha256": digest,
        "watermark": base64url.decode(body["watermark"]),
        "valid_until": body["valid_until"],
        "entry_index": INDEX,
    }
    return [Row("copies", values)]


def fact_answered(statement: Statement, body: Body) -> list[Row]:
    ((digest, _),) = statement.files
    values = {
        "release_id": body["release"],
        "object": body["object"],
        "sha256": digest,
        "entry_index": INDEX,
    }
    return [Row("fact_answers", values)]
