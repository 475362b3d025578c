"""The forms of what the consortium decides and has decided. As ``api.schemas`` otherwise; ids,
addresses and signatures of the chain are 0x hex."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from api.schemas import In
from api.schemas_out import Out

Member = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,31}$")]
Moment = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$")
]
Signature = Annotated[str, StringConstraints(pattern=r"^0x[0-9a-fA-F]{130}$")]


class BallotIn(In):
    """A vote that a member signed (EIP-712): 65 bytes r, s, v. ``number``, which the command line
    writes too, is that of the proposal in the path."""

    number: Annotated[int, Field(ge=0)] | None = None
    member: Member
    choice: Literal["yes", "no", "abstain"]
    deadline: Moment
    signature: Signature


class BallotsIn(In):
    ballots: Annotated[list[BallotIn], Field(min_length=1, max_length=64)]


class AgencyOut(Out):
    """``zh``, ``en``, ``kind``, ``credit_code``, ``roles``: of the catalogue; the rest of the
    registry on chain, where the agency was admitted."""

    id: str
    zh: str
    en: str
    kind: str
    credit_code: str
    roles: list[str]
    name: str | None
    region: int | None
    admitted_at: str | None
    ended_at: str | None
    ending: str | None
    successor: str | None
    suspended: bool
    weight: int


class PeriodOut(Out):
    """``valid_to`` null: open; ``counts``: whether it counted at the time asked about."""

    valid_from: str
    valid_to: str | None
    recorded_at: str
    counts: bool


class KeyOut(PeriodOut):
    key_id: str
    certificate: str
    compromised_at: str | None


class ScopeOut(PeriodOut):
    """``region`` 0: anywhere."""

    licence_type: str
    region: int


class BasisOut(PeriodOut):
    item: str
    kind: str
    sort: str


class AgencyFactsOut(Out):
    """Everything of one agency. ``then``: how it stood at the time asked about, and who answered
    for what it had issued (``""``: nobody)."""

    id: str
    names: list[dict[str, str]]
    region: int
    legal_code: str
    social: bool
    admitted_at: str
    ended_at: str | None
    ending: str
    successor: str | None
    weight: int
    voter: str | None
    keys: list[KeyOut]
    scopes: list[ScopeOut]
    bases: list[BasisOut]
    suspensions: list[PeriodOut]
    duties: list[dict[str, Any]]
    open_proposals: list[int]
    then: dict[str, Any]


class HappenedOut(Out):
    """An event of the contracts. ``proposal``: the vote that it carried out."""

    block: int
    index: int
    time: str
    transaction: str
    contract: str
    name: str
    values: dict[str, Any]
    proposal: int | None
    zh: str
    en: str


class ProposalOut(Out):
    """``reason`` null: its text was not proposed here; ``encoded``, ``content``, ``chain_id`` and
    ``contract`` are what a ballot is signed over. Weights are those of the proposal's moment."""

    number: int
    proposer: str
    gravity: str
    stage: str
    reason: str | None
    reason_sha256: str
    actions: list[dict[str, Any]]
    zh: list[str]
    en: list[str]
    proposed_at: str
    voting_ends: str
    executable_at: str | None
    expires_at: str | None
    total: int
    yes: int
    no: int
    abstain: int
    quorum: int
    passing: int
    transaction: str
    chain_id: int
    contract: str
    content: str
    encoded: list[dict[str, Any]]
