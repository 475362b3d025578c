"""Live uses: releases of an agency's that still hold, whatever basis they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from ledger import tlog
from ledger.consent.errors import ConsentExpired, ConsentWithdrawn
from ledger.errors import LedgerError, NotFound
from ledger.flows.release import require_open_case
from ledger.log.statement import parse_time
from ledger.platform import Platform
from ledger.ports import Expect, Scalar

Row = Mapping[str, Scalar]
_BASES = {"releases": ("consents", "consent"), "basis_uses": ("bases", "basis")}


@dataclass(frozen=True, slots=True)
class Live:
    """A release that holds. ``fields``: object → names released of it; ``until``: when the consent
    or other basis runs out; ``entry``: the release's own; ``guards``: what must still hold when
    something is committed under it."""

    release: str
    agency: str
    case: str
    subject: str
    purpose: str
    officer: str
    fields: Mapping[str, tuple[str, ...]]
    until: datetime
    entry: int
    guards: tuple[Expect, ...]


def live_release(platform: Platform, agency: str, release: str) -> Live:
    """The agency's own release, if it holds now. Raises NotFound (foreign and absent alike),
    ConsentWithdrawn, ConsentExpired, CaseClosed."""
    for table in _BASES:
        for row in platform.store.rows(table, {"id": release, "agency": agency}):
            return _live(platform, table, row)
    raise NotFound("There is no such release.")


def live_releases(platform: Platform, agency: str, case: str) -> tuple[Live, ...]:
    """All that hold now for the agency's case."""
    found = []
    for table in _BASES:
        for row in platform.store.rows(table, {"case_id": case, "agency": agency}):
            try:
                found.append(_live(platform, table, row))
            except LedgerError as error:
                if error.code not in _OVER:
                    raise
    return tuple(found)


_OVER = ("consent.withdrawn", "consent.expired", "case.closed")


def _live(platform: Platform, table: str, row: Row) -> Live:
    bases, column = _BASES[table]
    (basis,) = platform.store.rows(bases, {"id": row[column]})
    if basis["state"] in ("withdrawn", "ended"):
        raise ConsentWithdrawn("What this release rests on was taken back.")
    until = parse_time(str(basis["until"]))
    if platform.now() >= until:
        raise ConsentExpired("What this release rests on has run out.", until=basis["until"])
    require_open_case(platform, str(row["case_id"]))
    index = cast(int, row["entry_index"])
    body = cast(Mapping[str, Any], tlog.read(platform, index).body)
    return Live(
        release=str(row["id"]),
        agency=str(row["agency"]),
        case=str(row["case_id"]),
        subject=str(basis["subject"]),
        purpose=str(body["purpose"]),
        officer=str(body["officer"]),
        fields={str(one["object"]): tuple(one["fields"]) for one in body["items"]},
        until=until,
        entry=index,
        guards=(
            Expect(bases, {"id": basis["id"]}, {"state": basis["state"]}),
            Expect("cases", {"id": row["case_id"]}, {"state": "open"}),
        ),
    )
