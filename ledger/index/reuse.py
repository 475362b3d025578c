"""Rows of what is demanded, arranged, flagged, disputed, copied, offered, erased."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certs import base64url
from ledger.arranged.reminding import next_reminder
from ledger.log.statement import Statement, format_time, parse_time
from ledger.ports import INDEX, Row

Body = Mapping[str, Any]


def catalogue_published(_: Statement, body: Body) -> list[Row]:
    values = {
        "version": body["catalogue"],
        "owner": body["owner"],
        "sha256": base64url.decode(body["sha256"]),
        "effective_from": body["effective_from"],
        "follows": body["follows"],
        "entry_index": INDEX,
    }
    return [Row("catalogues", values)]


def demanded(statement: Statement, body: Body) -> list[Row]:
    outcome = "covered" if body["covered"] == "yes" else "recorded"
    return [_demand(statement, body, outcome)]


def reask_refused(statement: Statement, body: Body) -> list[Row]:
    return [_demand(statement, body, "refused")]


def _demand(statement: Statement, body: Body, outcome: str) -> Row:
    return Row(
        "demands",
        {
            "id": body["demand"],
            "case_id": body["case"],
            "agency": body["agency"],
            "item": body["service_item"],
            "kind": body["kind"],
            "role": body["role"],
            "channel": body["channel"],
            "outcome": outcome,
            "made_at": format_time(statement.at),
            "entry_index": INDEX,
        },
    )


def assistance_requested(statement: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["assistance"],
        "case_id": body["case"],
        "agency": body["agency"],
        "asked": body["asked"],
        "requirement": body["requirement"],
        "state": "open",
        "level": 0,
        "due": body["due"],
        "requested_at": format_time(statement.at),
        "remind_at": _next(statement.at, parse_time(body["due"]), 0),
        "entry_index": INDEX,
    }
    return [Row("assistances", values)]


def assistance_reminded(_: Statement, body: Body) -> list[Row]:
    requested_at, due = parse_time(body["requested_at"]), parse_time(body["due"])
    level = body["level"]
    values = {
        "id": body["assistance"],
        "level": level,
        "remind_at": _next(requested_at, due, level),
    }
    return [Row("assistances", values, mode="update")]


def _next(requested_at: datetime, due: datetime, level: int) -> str | None:
    time = next_reminder(requested_at, due, level)
    return format_time(time) if time is not None else None


def assistance_answered(statement: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["assistance"],
        "state": body["outcome"],
        "object": body["object"],
        "answered_at": format_time(statement.at),
        "answered_index": INDEX,
    }
    return [Row("assistances", values, mode="update")]


def commitment_made(_: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["commitment"],
        "case_id": body["case"],
        "agency": body["agency"],
        "subject": body["subject"],
        "item": body["service_item"],
        "requirement": body["requirement"],
        "form": body["form"],
        "state": "made",
        "check_by": body["check_by"],
        "entry_index": INDEX,
    }
    return [Row("commitments", values)]


def commitment_checked(statement: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["commitment"],
        "state": body["outcome"],
        "checked_at": format_time(statement.at),
        "checked_index": INDEX,
    }
    return [Row("commitments", values, mode="update")]


def verified(_: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["verification"],
        "agency": body["agency"],
        "officer": body["officer"],
        "case_id": body["case"],
        "as_of": body["as_of"],
        "entry_index": INDEX,
    }
    return [Row("verifications", values)]


def offered(_: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["offer"],
        "agency": body["agency"],
        "item": body["service_item"],
        "subject": body["subject"],
        "state": "open",
        "until": body["until"],
        "entry_index": INDEX,
    }
    return [Row("offers", values)]


def offer_confirmed(_: Statement, body: Body) -> list[Row]:
    values = {"id": body["offer"], "state": "confirmed", "case_id": body["case"]}
    return [Row("offers", values, mode="update")]


def erasure_requested(statement: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["erasure"],
        "object": body["object"],
        "subject": body["subject"],
        "state": "requested",
        "requested_at": format_time(statement.at),
        "entry_index": INDEX,
    }
    return [Row("erasures", values)]


def erasure_approved(_: Statement, body: Body) -> list[Row]:
    step = body["step"]
    values = {
        "id": body["erasure"],
        "state": step,
        f"{step}_agency": body["agency"],
        f"{step}_officer": body["officer"],
    }
    return [Row("erasures", values, mode="update")]


def erasure_refused(_: Statement, body: Body) -> list[Row]:
    values = {"id": body["erasure"], "state": "refused", "closed_index": INDEX}
    return [Row("erasures", values, mode="update")]


def erased(_: Statement, body: Body) -> list[Row]:
    """The paper's row stays, emptied of what the paper said."""
    sort, _, identity = body["object"].partition(":")
    table, said = _SAID[sort]
    closed = {"id": body["erasure"], "state": "erased", "closed_index": INDEX}
    emptied = {"id": identity, "state": "erased", **dict.fromkeys(said)}
    return [Row("erasures", closed, mode="update"), Row(table, emptied, mode="update")]


_SAID = {
    "licence": (
        "licences",
        ("valid_from", "valid_to", "premises", "project", "source", "holder_kid"),
    ),
    "material": ("materials", ("premises", "project", "officer", "issued_on", "decision")),
}
