"""What became of an agency or a proposal, event by event, from the index of the chain's events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from certs.canonical import parse
from ledger.agencies.telling import Pair, told_event
from ledger.flows.consortium.names import ConsortiumNames
from ledger.flows.evidence.chain_index import indexed_to
from ledger.index.chain import EVENTS, SUBJECTS
from ledger.platform import Platform
from ledger.ports import Scalar

GOVERNANCE = "Governance"
_PAGE = 500
_ABOUT = frozenset(("agency", "member", "proposer", "successor", "to"))
"""Values of an event by which it is about an agency; others may be ids too, such as a type's."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event in a sentence. ``proposal``: the one that it carried out, where one did."""

    block: int
    index: int
    time: datetime
    transaction: str
    contract: str
    name: str
    values: Mapping[str, Any]
    proposal: int | None
    sentence: Pair

    @property
    def cursor(self) -> str:
        return f"{self.block}.{self.index}"


def agency_history(
    platform: Platform, agency: str, after: tuple[int, int] = (-1, -1)
) -> Iterator[Told]:
    """Events about an agency after a place (block, index), in order of the chain, as far as the
    index goes."""
    names = ConsortiumNames(platform)
    for told in _about(platform, agency, after, names):
        if any(told.values.get(name) == agency for name in _ABOUT):
            yield told


def proposal_history(platform: Platform, number: int) -> Iterator[Told]:
    """What was said of a proposal, and what carrying it out changed."""
    names, seen = ConsortiumNames(platform), set[str]()
    for told in _about(platform, f"number:{number}", (-1, -1), names):
        if told.contract != GOVERNANCE:
            continue
        if told.name == "ProposalExecuted" and told.transaction not in seen:
            seen.add(told.transaction)
            rows = platform.store.rows(EVENTS, {"tx": told.transaction}, limit=_PAGE)
            yield from (_told(platform, row, names) for row in rows)
        elif told.name != "ProposalExecuted":
            yield told


def _about(
    platform: Platform, subject: str, after: tuple[int, int], names: ConsortiumNames
) -> Iterator[Told]:
    tip = indexed_to(platform)
    block, index = after
    at: Scalar = block - 1
    while page := platform.store.rows(SUBJECTS, {"subject": subject}, after=at, limit=_PAGE):
        for row in page:
            place = (cast(int, row["block"]), cast(int, row["idx"]))
            if place[0] > tip:
                return
            if place > (block, index):
                (event,) = platform.store.rows(EVENTS, {"block": place[0], "idx": place[1]})
                yield _told(platform, event, names)
        at = page[-1]["block"]


def _told(platform: Platform, row: Mapping[str, Scalar], names: ConsortiumNames) -> Told:
    values = cast(dict[str, Any], parse(str(row["said"]).encode()))
    return Told(
        block=cast(int, row["block"]),
        index=cast(int, row["idx"]),
        time=datetime.fromtimestamp(cast(int, row["time"]), UTC),
        transaction=str(row["tx"]),
        contract=str(row["contract"]),
        name=str(row["name"]),
        values=values,
        proposal=_proposal(platform, row, values),
        sentence=told_event(str(row["name"]), values, names),
    )


def _proposal(
    platform: Platform, row: Mapping[str, Scalar], values: Mapping[str, Any]
) -> int | None:
    if row["contract"] == GOVERNANCE and "number" in values:
        return int(values["number"])
    for one in platform.store.rows(EVENTS, {"tx": row["tx"]}, limit=_PAGE):
        if one["name"] == "ProposalExecuted":
            said = cast(dict[str, Any], parse(str(one["said"]).encode()))
            return int(said["number"])
    return None
