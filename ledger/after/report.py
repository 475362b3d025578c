"""What an officer saw: the report of a verification, and what the log keeps of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from certs import base64url
from certs.canonical import Json, canonical
from certs.verdict import Verdict
from ledger.log.statement import format_time


@dataclass(frozen=True, slots=True)
class Seen:
    """One item as it was shown: digest of its bytes, the entry that it rests on, the verdict."""

    sort: str
    sha256: bytes
    entry: int | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who verified for which case, when, under which id."""

    verification: str
    agency: str
    officer: str
    case: str | None
    as_of: datetime


def report_of(log: str, occasion: Occasion, seen: Iterable[Seen]) -> bytes:
    """The full report, RFC 8785 JSON: every check of every item, as the officer saw it."""
    return canonical(
        {
            "v": 1,
            "log": log,
            "verification": occasion.verification,
            "agency": occasion.agency,
            "officer": occasion.officer,
            "case": occasion.case,
            "as_of": format_time(occasion.as_of),
            "items": [
                {
                    "sort": one.sort,
                    "sha256": base64url.encode(one.sha256),
                    "entry": one.entry,
                    "verdict": one.verdict.as_json(),
                }
                for one in seen
            ],
        }
    )


def statement_body(occasion: Occasion, seen: Sequence[Seen], report: bytes) -> dict[str, Json]:
    """Body of ``verified``: outcomes by digest, the same bytes once, and the report's digest."""
    once = {one.sha256: one for one in reversed(seen)}
    items: list[Json] = [
        {
            "sha256": base64url.encode(one.sha256),
            "entry": one.entry,
            "outcome": one.verdict.outcome.value,
            "code": one.verdict.code,
        }
        for one in reversed(once.values())
    ]
    return {
        "verification": occasion.verification,
        "agency": occasion.agency,
        "officer": occasion.officer,
        "case": occasion.case,
        "as_of": format_time(occasion.as_of),
        "items": items,
        "report_sha256": base64url.encode(hashlib.sha256(report).digest()),
    }
