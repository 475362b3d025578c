"""Live uses: releases of an agency's that still hold, whatever basis they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from ledger.consent.errors import ConsentExpired
from ledger.errors import Refused
from ledger.flows.matters.cases import CaseClosed
from ledger.flows.reading.grounds import use_of
from ledger.flows.reading.release import require_open_case
from ledger.log.statement import parse_time
from ledger.platform import Platform
from ledger.ports import Expect

_BASES = {"released": ("consents", "consent"), "basis.used": ("bases", "basis")}


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
    ConsentExpired, CaseClosed, and Refused ``consent.…``, ``basis.…``, ``delegation.…`` where what
    it rests on was taken back or ended."""
    use = use_of(platform, agency, release)
    use.require_standing()
    body = cast(Mapping[str, Any], use.statement.body)
    bases, column = _BASES[use.statement.kind]
    (basis,) = platform.store.rows(bases, {"id": body[column]})
    until = parse_time(str(basis["until"]))
    if platform.now() >= until:
        raise ConsentExpired("What this release rests on has run out.", until=basis["until"])
    require_open_case(platform, str(body["case"]))
    powers = tuple(one for one in use.ground.expects(0) if one.table != bases)
    return Live(
        release=release,
        agency=agency,
        case=str(body["case"]),
        subject=use.subject,
        purpose=str(body["purpose"]),
        officer=str(body["officer"]),
        fields={str(one["object"]): tuple(one["fields"]) for one in body["items"]},
        until=until,
        entry=platform.store.find(f"release:{release}", limit=1)[0],
        guards=(
            Expect(bases, {"id": basis["id"]}, {"state": basis["state"]}),
            Expect("cases", {"id": body["case"]}, {"state": "open"}),
            *powers,
        ),
    )


def live_releases(platform: Platform, agency: str, case: str) -> tuple[Live, ...]:
    """All that hold now for the agency's case."""
    found = []
    for table in ("releases", "basis_uses"):
        for row in platform.store.rows(table, {"case_id": case, "agency": agency}):
            with suppress(Refused, CaseClosed):
                found.append(live_release(platform, agency, str(row["id"])))
    return tuple(found)
