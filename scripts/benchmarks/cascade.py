"""The cascade: a licence ends on which 10,000 cases of three agencies rely."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from certs import base64url
from ledger.flows.after.cascade import cascades
from ledger.flows.door.statements import own_statement
from ledger.flows.library.status import Change, change_status
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.platform import Platform
from ledger.reuse.documents import LegalEffect
from ledger.tlog import Draft, sequence
from scripts.benchmarks.founded import AGENCY, Founded
from scripts.benchmarks.rows import Bound, Row
from scripts.benchmarks.timing import Effort, say

CASES = 10_000
GOAL = 1_000  # cases a second
AT_ONCE = 500
OTHERS = ("wjw", "sw", AGENCY)


def measure(effort: Effort, world: Founded) -> list[Row]:
    platform, licence = world.platform, world.licences[0].licence
    say(f"cascade: making {effort.relying:,} cases that rely on one licence")
    for drafts in _relying(platform, licence, effort.relying):
        sequence(platform, drafts)
    ended = Change(licence, "revoked", "x", "x", LegalEffect.VOID, date(2026, 3, 2))
    change_status(platform, AGENCY, ended)
    say("cascade: going through them")
    begun = time.perf_counter()
    (done,) = cascades(platform)
    took = time.perf_counter() - begun
    if done.flagged != effort.relying:
        raise AssertionError(f"{done.flagged} of {effort.relying} cases were flagged")
    return [
        Row(
            "cascade",
            f"flag {effort.relying:,} cases that relied on a licence",
            effort.relying / took,
            GOAL,
            "/s",
            "the goal itself: 1,000 cases a second",
            Bound(1.0),
            note="each flag signed, sealed, found by its names, durable",
        )
    ]


def _relying(platform: Platform, licence: str, count: int) -> Iterator[list[Draft]]:
    (held,) = platform.store.rows("licences", {"id": licence})
    for first in range(0, count, AT_ONCE):
        drafts = []
        for number in range(first, min(first + AT_ONCE, count)):
            agency, case = OTHERS[number % 3], new_id("case", platform.randomness)
            drafts.append(_draft(platform, agency, "case.opened", _case(case, agency, held)))
            drafts.append(
                _draft(platform, agency, "released", _use(platform, case, agency, licence))
            )
        yield drafts


def _draft(platform: Platform, agency: str, kind: str, body: Mapping[str, Any]) -> Draft:
    envelope, statement = own_statement(platform, agency, kind, body)
    rows = tuple(row for row in rows_of(statement) if row.table != "consents")
    return Draft(envelope, statement, names_of(statement), rows)


def _case(case: str, agency: str, held: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "case": case,
        "item": "restaurant-opening",
        "agency": agency,
        "subject": held["subject"],
        "project": None,
        "premises": None,
        "parties": {},
        "matter": "bench",
        "channel": "online",
        "officer": "o-1",
    }


def _use(platform: Platform, case: str, agency: str, licence: str) -> dict[str, Any]:
    return {
        "release": new_id("rel", platform.randomness),
        "request": new_id("req", platform.randomness),
        "consent": new_id("con", platform.randomness),
        "n": 1,
        "agency": agency,
        "case": case,
        "purpose": "bench",
        "items": [{"object": f"licence:{licence}", "fields": ["file"]}],
        "recipient": base64url.encode(platform.randomness(32)),
        "officer": "o-1",
        "reason": "bench",
        "channel": "online",
    }
