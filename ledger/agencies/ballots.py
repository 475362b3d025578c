"""Votes that are signed without a node: the proposal as its voter is shown it, and the ballot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certs.canonical import Json, parse
from certs.errors import JsonInvalid
from certs.moments import MomentOutOfRange, moment_of
from ledger.errors import Malformed, Tampered
from ledger.log.statement import format_time
from ledger.ports.governance import Ballot, Choice

_HEX = re.compile(r"0x([0-9a-fA-F]{2})*")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_MEMBER = re.compile(r"[!-~]{1,31}")
_SIGNATURE = 65


class BallotInvalid(Malformed):
    """No ballot; ``place`` says where."""

    code = "agency.ballot"


class ProposalInvalid(Malformed):
    """No proposal to sign a ballot for; ``place`` says where."""

    code = "agency.proposal"


class ProposalForged(Tampered):
    """What the file says was proposed is not what its digest says."""

    code = "agency.proposal_forged"


@dataclass(frozen=True, slots=True)
class ToSign:
    """What a ballot commits to: one proposal of one contract on one chain."""

    chain_id: int
    contract: str
    number: int
    reason: bytes
    encoded: tuple[tuple[int, bytes], ...]
    content: bytes
    voting_ends: datetime


def read_proposal(data: bytes) -> ToSign:
    """From what `mianti agency show NUMBER --json` or ``GET /v1/proposals/{number}`` gave; other
    members are passed over. Raises ProposalInvalid."""
    known = _members(data, ProposalInvalid)
    encoded = known.get("encoded")
    if not isinstance(encoded, list):
        raise _wrong(ProposalInvalid, "encoded")
    contract = known.get("contract")
    if not isinstance(contract, str) or not _ADDRESS.fullmatch(contract):
        raise _wrong(ProposalInvalid, "contract")
    return ToSign(
        chain_id=_number(known, "chain_id"),
        contract=contract,
        number=_number(known, "number"),
        reason=_bytes(known, "reason_sha256", ProposalInvalid, 32),
        encoded=tuple(_action(one, f"encoded[{at}]") for at, one in enumerate(encoded)),
        content=_bytes(known, "content", ProposalInvalid, 32),
        voting_ends=_time(known, "voting_ends", ProposalInvalid),
    )


def read_ballot(data: bytes) -> Ballot:
    """The inverse of `ballot_shown`. Raises BallotInvalid."""
    known = _members(data, BallotInvalid)
    if set(known) != {"number", "member", "choice", "deadline", "signature"}:
        raise _wrong(BallotInvalid, "$")
    number, member, choice = known["number"], known["member"], known["choice"]
    if type(number) is not int or number < 0:
        raise _wrong(BallotInvalid, "number")
    if not isinstance(member, str) or not _MEMBER.fullmatch(member):
        raise _wrong(BallotInvalid, "member")
    if choice not in [str(one) for one in Choice]:
        raise _wrong(BallotInvalid, "choice")
    signature = _bytes(known, "signature", BallotInvalid, _SIGNATURE)
    deadline = _time(known, "deadline", BallotInvalid)
    return Ballot(number, member, Choice(str(choice)), deadline, signature)


def ballot_shown(ballot: Ballot) -> dict[str, Json]:
    """The ballot as JSON."""
    return {
        "number": ballot.number,
        "member": ballot.member,
        "choice": str(ballot.choice),
        "deadline": format_time(ballot.deadline),
        "signature": "0x" + ballot.signature.hex(),
    }


def _action(value: Json, place: str) -> tuple[int, bytes]:
    if not isinstance(value, dict) or set(value) != {"kind", "data"}:
        raise _wrong(ProposalInvalid, place)
    kind, data = value["kind"], value["data"]
    if type(kind) is not int or not isinstance(data, str) or not _HEX.fullmatch(data):
        raise _wrong(ProposalInvalid, place)
    return kind, bytes.fromhex(data[2:])


def _members(data: bytes, error: type[Malformed]) -> dict[str, Any]:
    try:
        document = parse(data)
    except JsonInvalid as invalid:
        raise error("This is not JSON.", place="$") from invalid
    if not isinstance(document, dict):
        raise _wrong(error, "$")
    return document


def _number(known: Mapping[str, Any], name: str) -> int:
    value = known.get(name)
    if type(value) is not int or value < 0:
        raise _wrong(ProposalInvalid, name)
    return value


def _bytes(known: Mapping[str, Any], name: str, error: type[Malformed], size: int) -> bytes:
    value = known.get(name)
    if not isinstance(value, str) or not _HEX.fullmatch(value) or len(value) != 2 + 2 * size:
        raise _wrong(error, name)
    return bytes.fromhex(value[2:])


def _time(known: Mapping[str, Any], name: str, error: type[Malformed]) -> datetime:
    try:
        return moment_of(datetime.fromisoformat(str(known.get(name))))
    except (ValueError, MomentOutOfRange) as invalid:
        raise _wrong(error, name) from invalid


def _wrong(error: type[Malformed], place: str) -> Malformed:
    return error(f"This has not the required form at {place}.", place=place)
