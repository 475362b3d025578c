"""What the chain said in one round of questions, for verifications that come close together.

The head is read first, so that what follows holds for its block at least: a snapshot made in a
round never claims more than was read.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar, cast

from ledger.agencies.lists import list_of
from ledger.log.snapshot import Snapshot
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.ports import AgencyRecord, DutyRow, KeyRow, LogEnding, ScopeRow, StatusHead
from ledger.verify.steps.signing import signing_agencies

FRESH = timedelta(seconds=1)
"""How long a round's answers may serve: a change by another member of the consortium is seen after
this at the latest. Our own changes of a status are seen at once (see `Round.status_head`)."""

HOLDER = "sub_"
"""How ids of holders begin: nobody asks the chain about them."""

Value = TypeVar("Value")


class Round:
    """Answers of the chain, read from ``began`` on, each once. Raises ChainAway where one asks."""

    def __init__(self, platform: Platform) -> None:
        self._chain = platform.chain
        self.began: datetime = platform.now()
        self.identity = self._chain.identity()
        self.block: int = max(
            self._chain.head(bytes.fromhex(log.log_id[2:])).block_number for log in platform.lineage
        )
        self._read: dict[Hashable, object] = {}

    def serves(self, now: datetime, block: int) -> bool:
        """Whether it is fresh, and read after a block that counts."""
        return timedelta(0) <= now - self.began <= FRESH and self.block >= block

    def agency(self, agency: str) -> AgencyRecord | None:
        return self._once(("agency", agency), lambda: self._chain.agency(agency))

    def key_rows(self, agency: str) -> tuple[KeyRow, ...]:
        return self._once(("keys", agency), lambda: tuple(self._chain.key_rows(agency)))

    def scope_rows(self, agency: str, licence_type: str) -> tuple[ScopeRow, ...]:
        return self._once(
            ("scopes", agency, licence_type),
            lambda: tuple(self._chain.scope_rows(agency, licence_type)),
        )

    def duties(self, issuer: str, licence_type: str) -> tuple[DutyRow, ...]:
        """By sequence."""
        return self._once(
            ("duties", issuer, licence_type),
            lambda: tuple(
                sorted(self._chain.duties(issuer, licence_type), key=lambda row: row.sequence)
            ),
        )

    def log_ending(self, log_id: str) -> LogEnding | None:
        """Of a log (0x hex)."""
        return self._once(
            ("log", log_id), lambda: self._chain.log_ending(bytes.fromhex(log_id[2:]))
        )

    def status_head(self, list_id: str, shown: bytes | None) -> StatusHead:
        """Of a list (0x hex). ``shown``: digest of the token that the head is to be compared with;
        where the answer is of another token, the question is asked again."""
        wanted = bytes.fromhex(list_id[2:])
        if (known := self._read.get(list_id)) is not None:
            found = cast(StatusHead, known)
            if shown is None or found.digest == shown:
                return found
        self._read[list_id] = found = self._chain.status_head(wanted)
        return found

    def _once(self, name: Hashable, ask: Callable[[], Value]) -> Value:
        if name not in self._read:
            self._read[name] = ask()
        return cast(Value, self._read[name])


def snapshot_in(
    platform: Platform, asked: Round, statements: Sequence[Statement], shown: bytes | None = None
) -> Snapshot:
    """What the registries say about these statements' actors, licence types and status lists,
    about the bodies that answer for them, and about this log and those that it continues.

    ``shown``: digest of the status token that goes with it. Raises ChainAway.
    """
    trust = platform.trust
    actors = {
        agency
        for one in statements
        for agency in signing_agencies(one)
        if not agency.startswith(HOLDER)
    }
    types = {
        (one.actor, str(one.body["type"]))
        for one in statements
        if one.actor in actors and "type" in one.body
    }
    refs = [
        ref for one in statements if (ref := list_of(trust, status_uri(one), one.actor)) is not None
    ]
    issues = sorted(types | {(ref.agency, "") for ref in refs})
    duties = {pair: asked.duties(*pair) for pair in issues}
    named = actors | {ref.agency for ref in refs} | bodies(duties.values())
    return Snapshot(
        taken_at=asked.began.replace(microsecond=0),
        chain_id=asked.identity.chain_id,
        genesis=asked.identity.genesis,
        block=asked.block,
        agencies={agency: asked.agency(agency) for agency in sorted(named)},
        agency_keys={agency: asked.key_rows(agency) for agency in sorted(named)},
        scopes={pair: asked.scope_rows(*pair) for pair in sorted(types)},
        duties=duties,
        logs={log.log_id: asked.log_ending(log.log_id) for log in platform.lineage},
        status={ref.list_id: asked.status_head(ref.list_id, shown) for ref in refs},
    )


def bodies(duties: Iterable[Iterable[DutyRow]]) -> set[str]:
    """Every body that some row names as answering."""
    return {row.body for rows in duties for row in rows if row.body}


def snapshot_of(platform: Platform, statements: Sequence[Statement]) -> Snapshot:
    """As `snapshot_in`, in a round of its own."""
    return snapshot_in(platform, Round(platform), statements)


def status_uri(statement: Statement) -> str:
    """The list that tells the status of the statement's licence, empty where there is none."""
    status = statement.body.get("status")
    return str(status.get("uri", "")) if isinstance(status, dict) else ""
