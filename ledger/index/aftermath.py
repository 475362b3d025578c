"""Rows that tell what rests on what, and which entries end or change something that others rely on.

A case relies on a paper from the entry on by which it was handed in or read. What a cascade has to
go through stands in ``reliances``; that it has to, in ``cascades``, in the commit of its cause.
Flags are what a cascade leaves, disputes what may come before one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.log.statement import Statement, format_time
from ledger.ports import INDEX, Row

Body = Mapping[str, Any]


def following(statement: Statement) -> list[Row]:
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
    if statement.kind == "dispute.settled":
        wrong = body["outcome"] != "rejected" and not str(body["object"]).startswith("release:")
        return str(body["object"]) if wrong else None
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


def reminded(statement: Statement, body: Body) -> list[Row]:
    values = {
        "object": body["object"],
        "due": body["due"],
        "step": body["step"],
        "days": body["days"],
        "sent_at": format_time(statement.at),
        "entry_index": INDEX,
    }
    return [Row("reminders", values)]


def flagged(_: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["flag"],
        "case_id": body["case"],
        "agency": body["agency"],
        "object": body["object"],
        "cause_index": body["cause"],
        "code": body["code"],
        "state": "open",
        "due": body["due"],
        "entry_index": INDEX,
    }
    return [Row("flags", values)]


def flag_answered(_: Statement, body: Body) -> list[Row]:
    values = {"id": body["flag"], "state": body["outcome"], "answered_index": INDEX}
    return [Row("flags", values, mode="update")]


def disputed(statement: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["dispute"],
        "object": body["object"],
        "subject": body["subject"],
        "agency": body["agency"],
        "field": body["field"],
        "state": "open",
        "opened_at": format_time(statement.at),
        "entry_index": INDEX,
    }
    return [Row("disputes", values), *_held(body, body["dispute"])]


def dispute_settled(statement: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["dispute"],
        "state": body["outcome"],
        "settled_at": format_time(statement.at),
        "settled_index": INDEX,
    }
    rows = [Row("disputes", values, mode="update")]
    if body["outcome"] == "rejected":
        rows += _held(body, None)
    elif str(body["object"]).startswith("material:"):
        state = "withdrawn" if body["outcome"] == "upheld" else "superseded"
        rows += _held(body, body["dispute"], state=state)
    return rows  # a licence's state is its issuer's to change, and the hold stays until then


def _held(body: Body, dispute: str | None, **changes: str) -> list[Row]:
    """The paper with the dispute that holds it from reuse; None: none does."""
    sort, _, identity = str(body["object"]).partition(":")
    if sort not in _TABLE_OF:  # a reading that is complained of holds nothing
        return []
    values = {"id": identity, "dispute": dispute, **changes}
    return [Row(_TABLE_OF[sort], values, mode="update")]


_TABLE_OF = {"licence": "licences", "material": "materials"}
