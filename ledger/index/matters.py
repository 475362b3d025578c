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
    case, plan = body["case"], body["plan"]
    requirements = plan.get("requirements", ()) if isinstance(plan, Mapping) else ()
    ways = {one["id"]: one["way"] for one in requirements}
    missing = {(paper["kind"], paper["role"]) for one in requirements for paper in one["missing"]}
    used = {paper["object"]: paper["way"] for one in requirements for paper in one["used"]}
    here = sum(way == "handed_in" for way in used.values())
    arranged = {
        (one["kind"], one["role"])
        for requirement in requirements
        for one in requirement.get("arranged", ())
    }
    counts = {
        "spared": len(used) - here + len(arranged),
        "handed_in": here,
        "asked": len(missing),
    }
    return [
        Row("cases", {"id": case, "plan_index": INDEX}, mode="update"),
        Row("case_plans", {"case_id": case, **counts}, mode="put"),
        *(
            Row("case_ways", {"case_id": case, "requirement": name, "way": ways[name]}, mode="put")
            for name in sorted(ways)
        ),
        *(
            Row(
                "case_papers",
                {"case_id": case, "kind": kind, "role": role, "entry_index": INDEX},
                mode="put",
            )
            for kind, role in sorted(missing)
        ),
    ]


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
        read(body),
        *reused(body),
    ]


def refused(statement: Statement, body: Body) -> list[Row]:
    values = {
        "id": statement.id,
        "agency": body["agency"],
        "officer": body["officer"],
        "case_id": body["case"],
        "code": body["code"],
        "entry_index": INDEX,
    }
    return [Row("refusals", values)]


def read(body: Body) -> Row:
    """Who read papers, on a consent or another basis."""
    values = {
        "id": body["release"],
        "agency": body["agency"],
        "officer": body["officer"],
        "case_id": body["case"],
        "consent": body.get("consent"),
        "basis": body.get("basis"),
        "n": body["n"],
        "entry_index": INDEX,
    }
    return Row("reads", values)


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
