"""A small world whose log was frozen, and the log that goes on with its tree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from certs import keys
from certs.trust.payload import Continued, TrustedLog
from ledger.ports import LogEnding
from ledger.verify.items import Evidence
from tests.ledger.world import World
from tests.ledger.world_names import ed

NEXT = "log.example/next"
LAST = "log.example/last"


@dataclass
class NextWorld(World):
    """As `World`, with a log key of its own and the log that it continues."""

    before: World | None = None

    @property
    def log_key(self) -> keys.Ed25519Private:
        return ed(f"{self.origin}/log")

    def endings(self) -> dict[str, LogEnding | None]:
        """What the chain says of this log and of those before it."""
        found: dict[str, LogEnding | None] = {self.log_id: None}
        after, world = self, self.before
        while world is not None:
            named = after.trust.log(after.origin)
            assert named is not None and named.continues is not None
            found[world.log_id] = LogEnding(named.continues.size, bytes.fromhex(after.log_id[2:]))
            after, world = world, getattr(world, "before", None)  # type: ignore[assignment]
        return found

    def snapshot_value(self, **changes: Any) -> Any:
        return super().snapshot_value(**{"logs": self.endings(), **changes})


def gone_on(world: World, last_good: int, origin: str = NEXT) -> NextWorld:
    """The log that goes on from a last good size, with all entries so far."""
    made = NextWorld(
        name=world.name,
        origin=origin,
        leaves=list(world.leaves),
        openings=list(world.openings),
        before=world,
    )
    own = TrustedLog(origin, made.vkey, made.log_id, Continued(world.origin, last_good))
    trust = world.trust
    made.trust = replace(trust, version=trust.version + 1, logs=(*trust.logs, own))
    return made


def under(world: World, index: int, anchored: World, size: int, **changes: Any) -> Evidence:
    """Evidence of an entry by this world's log, anchored at a size of that one's."""
    known = replace(anchored.chain_anchor(size), log_id=anchored.log_id)
    facts: dict[str, Any] = {"anchor": known}
    if size != len(world.leaves):
        facts["consistency"] = consistent(world, size)
    return world.evidence(index, **{**facts, **changes})


def consistent(world: World, size: int) -> tuple[bytes, ...]:
    from ledger.log import merkle

    return tuple(merkle.consistency_proof(size, world.hashes()))
