"""What a deployment is given: who has a seat from the first day, by which rules, and whose account
pays the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from api.founding.consortium import RULES
from certs.canonical import parse
from certs.errors import JsonInvalid
from ledger.errors import Malformed
from ledger.ports.governance import Gravity, Rule, Seat

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_KEY = re.compile(r"(0x)?[0-9a-fA-F]{64}")
_UINT32 = 1 << 32


class CharterInvalid(Malformed):
    """Not a file of seats and rules; ``place`` says where."""

    code = "chain.seats"


class ChainKeyInvalid(Malformed):
    """Not a private key of an account; nothing of it is repeated."""

    code = "chain.key"


@dataclass(frozen=True, slots=True)
class Charter:
    """Founding seats, and a rule for each gravity."""

    seats: tuple[Seat, ...]
    rules: Mapping[Gravity, Rule]


def read_charter(data: bytes) -> Charter:
    """``{"seats": [{"member", "voter", "weight"}, …], "rules": {"ordinary": {"quorum", "passing",
    "voting_period", "delay"}, …}}``: shares in basis points, periods in seconds; a gravity that is
    left out has the rule that ``mianti init`` would give it. Raises CharterInvalid."""
    try:
        document = parse(data)
    except JsonInvalid as error:
        raise CharterInvalid("The file of seats is not JSON.", place="$") from error
    whole = _members(document, "$", {"seats"}, {"rules"})
    seats = whole["seats"]
    if not isinstance(seats, list):
        raise _wrong("$.seats")
    rules = _members(whole.get("rules", {}), "$.rules", set(), {str(one) for one in Gravity})
    return Charter(
        tuple(_seat(one, f"$.seats[{number}]") for number, one in enumerate(seats)),
        {
            gravity: _rule(rules[gravity], f"$.rules.{gravity}")
            if gravity in rules
            else RULES[gravity]
            for gravity in Gravity
        },
    )


def read_chain_key(data: bytes) -> bytes:
    """32 bytes of a secp256k1 key from 64 hex digits. Raises ChainKeyInvalid."""
    try:
        text = data.decode("ascii").strip()
    except UnicodeDecodeError:
        text = ""
    if not _KEY.fullmatch(text) or not int(text, 16):
        raise ChainKeyInvalid("An account's key is a file of 64 hex digits.")
    return bytes.fromhex(text.removeprefix("0x"))


def _seat(value: Any, place: str) -> Seat:
    given = _members(value, place, {"member", "voter", "weight"}, set())
    member, voter, weight = given["member"], given["voter"], given["weight"]
    if not isinstance(member, str) or not re.fullmatch(r"[!-~]{1,31}", member):
        raise _wrong(f"{place}.member")
    if not isinstance(voter, str) or not _ADDRESS.fullmatch(voter):
        raise _wrong(f"{place}.voter")
    return Seat(member, voter, _number(weight, f"{place}.weight"))


def _rule(value: Any, place: str) -> Rule:
    names = [field.name for field in fields(Rule)]
    given = _members(value, place, set(names), set())
    return Rule(*(_number(given[name], f"{place}.{name}") for name in names))


def _number(value: Any, place: str) -> int:
    if type(value) is not int or not 0 <= value < _UINT32:
        raise _wrong(place)
    return value


def _members(value: Any, place: str, needed: set[str], allowed: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or not needed <= set(value) <= needed | allowed:
        raise _wrong(place)
    return value


def _wrong(place: str) -> CharterInvalid:
    return CharterInvalid(f"The file of seats has not the required form at {place}.", place=place)
