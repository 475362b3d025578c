"""Counter codes: a consent signed on the phone, redeemed at one counter with eight digits.

The code gives no consent; it finds one that the holder signed, for one agency and one case, once,
within five minutes. What is kept of it is a keyed digest. Every wrong, late, foreign or replayed
code gets the same answer after the same work; five wrong ones lock their case, fifty their agency,
for a quarter of an hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from certs import base64url
from certs.canonical import Json, canonical, parse
from ledger.errors import Conflict, LogBusy, Refused, Stale
from ledger.flows.matters.cases import read_case
from ledger.flows.reading.code_attempts import count_attempt, give_back
from ledger.flows.reading.consent import Granted, append_consent, checked_consent
from ledger.log.records import open_small, seal_small
from ledger.log.statement import format_time, parse_time
from ledger.platform import Platform
from ledger.ports import Expect, Row, Scalar

DIGITS = 8
LIFETIME = timedelta(minutes=5)
WRONG_PER_CASE, WRONG_PER_AGENCY = 5, 50
TRIES = 16
Columns = Mapping[str, Scalar]


class CodeRefused(Refused):
    """A code that is wrong, late, used, or another counter's: it is not said which."""

    code = "code.refused"


class CodeUseless(Conflict):
    """The consent was given already; there is nothing to redeem."""

    code = "code.useless"


@dataclass(frozen=True, slots=True)
class CounterCode:
    """``code``: eight digits, shown to the holder once and kept nowhere."""

    code: str
    consent: str
    agency: str
    case: str
    expires_at: datetime


def keep_consent(platform: Platform, data: bytes, thread_key: bytes) -> CounterCode:
    """Keep a holder's signed consent, fully checked, until its code is redeemed. A new code for the
    same request replaces the one before.

    Raises as `ledger.flows.reading.consent.grant_consent`, and CodeUseless.
    """
    sweep(platform)
    checked = checked_consent(platform, data, thread_key)
    if checked.standing is not None:
        raise CodeUseless("This consent was given already.")
    request = checked.request
    agency, case = str(request["agency"]), str(request["case_id"])
    expires = (platform.now() + LIFETIME).replace(microsecond=0)
    platform.store.delete("counter_codes", {"request": request["id"], "state": "waiting"})
    inside = canonical({"envelope": parse(data), "thread_key": base64url.encode(thread_key)})
    for _ in range(TRIES):
        code = _digits(platform)
        columns: dict[str, Scalar] = {
            "digest": _digest(platform, agency, case, code),
            "agency": agency,
            "case_id": case,
            "subject": request["subject"],
            "request": request["id"],
            "expires_at": format_time(expires),
        }
        sealed, key = seal_small(
            inside, _purpose(columns), platform.record_key, platform.randomness
        )
        row = {**columns, "state": "waiting", "sealed": sealed, "sealed_key": key}
        still_open = Expect("requests", {"id": request["id"]}, {"state": "open"})
        try:
            platform.store.write([Row("counter_codes", row)], (still_open,))
        except Stale:
            raise
        except Conflict:
            continue  # the same digits stand for another consent of this case
        return CounterCode(code, checked.consent, agency, case, expires)
    raise LogBusy("No free code was found; ask again.", retry_after=1)


def redeem_code(platform: Platform, agency: str, case: str, code: str) -> Granted:
    """Give the consent that the code stands for, at the counter of the agency's own case.

    Raises NotFound (case), CodeLocked, CodeRefused; and, for a right code, what hinders the consent
    by now, as `ledger.flows.reading.consent.grant_consent`.
    """
    read_case(platform, agency, case)
    sweep(platform)
    scopes = {f"case:{case}": WRONG_PER_CASE, f"agency:{agency}": WRONG_PER_AGENCY}
    for scope, most in scopes.items():
        count_attempt(platform, scope, most)
    digest = _digest(platform, agency, case, code)
    rows = platform.store.rows("counter_codes", {"digest": digest, "state": "waiting"})
    if not rows or platform.now() >= parse_time(str(rows[0]["expires_at"])):
        raise CodeRefused("The code is not valid here.")
    for scope in scopes:
        give_back(platform, scope)
    checked = checked_consent(platform, *opened_code(platform, rows[0]))
    guards = (
        Expect("counter_codes", {"digest": digest}, {"state": "waiting"}),
        Expect("cases", {"id": case}, {"state": "open"}),
    )
    return append_consent(platform, checked, guards)


def opened_code(platform: Platform, row: Columns) -> tuple[bytes, bytes]:
    """(the signed consent, its thread key) behind a row. Raises Tampered."""
    sealed, key = cast(bytes, row["sealed"]), cast(bytes, row["sealed_key"])
    data = open_small(sealed, key, _purpose(row), platform.record_key)
    inside = cast(dict[str, Any], parse(data))
    return canonical(inside["envelope"]), base64url.decode(str(inside["thread_key"]))


def sweep(platform: Platform) -> int:
    """Delete the codes that have run out, redeemed or not; how many went."""
    now = platform.now()
    gone = [
        row["digest"]
        for row in platform.store.rows("counter_codes", limit=10_000)
        if now >= parse_time(str(row["expires_at"]))
    ]
    return sum(platform.store.delete("counter_codes", {"digest": digest}) for digest in gone)


def _digits(platform: Platform) -> str:
    """Eight digits; 2^64 random values leave no bias that matters (below 10^-11)."""
    return str(int.from_bytes(platform.randomness(8), "big") % 10**DIGITS).zfill(DIGITS)


def _digest(platform: Platform, agency: str, case: str, code: str) -> bytes:
    return platform.keys.lookup(f"counter-code/{agency}/{case}", code.encode())


def _purpose(row: Columns) -> str:
    """Binds what is sealed to its row."""
    bound: dict[str, Json] = {
        name: base64url.encode(value) if isinstance(value := row[name], bytes) else value
        for name in ("agency", "case_id", "digest", "expires_at", "request", "subject")
    }
    return "counter-code/" + canonical(bound).decode()
