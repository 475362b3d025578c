"""A log that the consortium froze goes on under another name and key, with the same tree.

What the chain says is read and held against our own tree; the first entry of the log that goes on
tells which one it continues, from where, and which heads count for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from certs import base64url
from certs.canonical import Json
from ledger import tlog
from ledger.errors import Refused, Stale
from ledger.flows.door.statements import own_statement
from ledger.flows.evidence.anchor import ChainAhead
from ledger.index import continued, names_of
from ledger.log.subtrees import root_at
from ledger.platform import Platform, log_id
from ledger.ports import Quiet


class LogGoesOn(Refused):
    """The consortium has not frozen this log; nothing is to be continued."""

    code = "log.not_frozen"


class SuccessorOther(Refused):
    """The consortium froze this log in favour of another one, or of none."""

    code = "log.successor_other"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a log ended: ``size`` and ``root`` of its last good head (None: it had none), and the
    newest head on chain that does not count, if any."""

    origin: str
    size: int
    root: bytes | None
    void: tuple[int, bytes] | None


def ended(platform: Platform, successor: str) -> Ended:
    """How this log ended, if the consortium froze it in favour of the log of that origin and our
    tree holds its last good head.

    Raises LogGoesOn, SuccessorOther, ChainAhead (our tree is another), ChainAway.
    """
    chain, own = platform.chain, platform.log
    ending = chain.log_ending(own.log_id)
    if ending is None:
        raise LogGoesOn("The consortium has not frozen this log.", origin=own.origin)
    if ending.successor != log_id(successor):
        raise SuccessorOther(
            "The consortium names another log to go on, or none.", origin=successor
        )
    root: bytes | None = None
    if ending.last_good:
        anchored = chain.root_at(own.log_id, ending.last_good)
        tlog.integrate(platform)
        newest = platform.store.head()
        ours = newest.size if newest is not None else 0
        if (
            anchored is None
            or ours < ending.last_good
            or root_at(platform.store.nodes, ending.last_good) != anchored.root
        ):
            raise ChainAhead(
                "The last good head on chain is not one of our log.",
                onchain=ending.last_good,
                ours=ours,
            )
        root = anchored.root
    head = chain.head(own.log_id)
    void = (head.size, head.root) if head.size > ending.last_good else None
    return Ended(own.origin, ending.last_good, root, void)


def begin(platform: Platform, before: Ended) -> int:
    """Append the first entry of a log that goes on, on a platform that speaks for it; the index of
    the one that stands where it began already. What was anchored in vain is marked void."""
    platform.store.void_anchors(before.size)
    body: dict[str, Json] = {
        "predecessor": before.origin,
        "size": before.size,
        "root": None if before.root is None else base64url.encode(before.root),
        "void": None
        if before.void is None
        else {"size": before.void[0], "root": base64url.encode(before.void[1])},
    }
    if (standing := beginning(platform, before.origin)) is not None:
        return standing
    envelope, statement = own_statement(platform, platform.operator, "log.continued", body)
    once = (Quiet(continued(before.origin), -1),)
    draft = tlog.Draft(envelope, statement, names_of(statement), quiet=once)
    try:
        (done,) = tlog.sequence(platform, [draft])
    except Stale:
        if (standing := beginning(platform, before.origin)) is None:
            raise
        return standing
    return done.index


def beginning(platform: Platform, predecessor: str) -> int | None:
    """Index of the first entry of the log that goes on for the one of this origin, if it began."""
    found = platform.store.find(continued(predecessor), limit=1)
    return found[0] if found else None
