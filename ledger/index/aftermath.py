"""Rows that tell what rests on what, and which entries end or change something that others rely on.

A case relies on a paper from the entry on by which it was handed in or read. What a cascade has to
go through stands in ``reliances``; that it has to, in ``cascades``, in the commit of its cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.log.statement import Statement
from ledger.ports import INDEX, Row

Body = Mapping[str, Any]


def aftermath(statement: Statement) -> list[Row]:
    """What the statement adds to both tables; nothing for most kinds."""
    body = statement.body
    rows = [_reliance(body, *one) for one in relied(statement)]
    if (ended := cause_object(statement)) is not None:
        rows.append(
            Row("cascades", {"cause_index": INDEX, "object": ended, "state": "due"}),
        )
    return rows


def relied(statement: Statement) -> list[tuple[str, str]]:
    """(object, way) of all that the statement lets its case rely on."""
    body: Body = statement.body
    if statement.kind == "material.deposited" and body["case"] is not None:
        return [(f"material:{body['material']}", "handed_in")]
    if statement.kind == "commitment.made":
        return [(f"commitment:{body['commitment']}", "committed")]
    found = []
    if statement.kind in ("released", "basis.used"):
        found = [(str(item["object"]), "reused") for item in body["items"]]
    if statement.kind == "basis.used":
        found.append((f"basis:{body['basis']}", "basis"))
    return found


def cause_object(statement: Statement) -> str | None:
    """What the statement ends, changes or restores, where cases may rely on it."""
    body: Body = statement.body
    if statement.kind in _LICENCE_KINDS:
        return f"licence:{body['licence']}"
    if statement.kind == "dispute.settled" and body["outcome"] != "rejected":
        return str(body["object"])
    if statement.kind == "commitment.checked" and body["outcome"] == "broken":
        return f"commitment:{body['commitment']}"
    if statement.kind == "basis.ended":
        return f"basis:{body['basis']}"
    return str(body["object"]) if statement.kind == "erased" else None


_LICENCE_KINDS = frozenset(
    ("licence.suspended", "licence.restored", "licence.revoked", "licence.superseded")
)


def _reliance(body: Body, about: str, way: str) -> Row:
    values = {"object": about, "case_id": body["case"], "entry_index": INDEX, "way": way}
    return Row("reliances", values)


def cascade_done(_: Statement, body: Body) -> list[Row]:
    values = {
        "cause_index": body["cause"],
        "state": "done",
        "cases": body["cases"],
        "flagged": body["flagged"],
        "done_index": INDEX,
    }
    return [Row("cascades", values, mode="update")]
