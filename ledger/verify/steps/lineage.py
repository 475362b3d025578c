"""Parts of checks 4 and 5 for logs that continue one another, or were frozen.

Which log continues which is the trust list's word; the snapshot, where it speaks of them, must say
the same. That a log was frozen is believed of either.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from certs.errors import CertsError
from certs.trust.payload import TrustedLog
from ledger.errors import LedgerError
from ledger.log.evidence import ChainAnchor
from ledger.log.lineage import begins, ends
from ledger.log.snapshot import Snapshot
from ledger.ports import LogEnding
from ledger.verify.steps.finding import Finding, Wrong
from ledger.verify.steps.ground import Ground

Logs = Mapping[str, LogEnding | None]


def lineage_of(ground: Ground, origin: str) -> tuple[TrustedLog, ...]:
    """The trusted log of this origin and those that it continues. Raises Wrong."""
    ground.log(origin)
    return ground.trust.lineage(origin)


def check_statement_log(ground: Ground, named: str, index: int, origin: str, logs: Logs) -> None:
    """A statement that names one log stands under another's checkpoint only where that one
    continues it, and never before its own log began. Raises Wrong."""
    lineage = ground.trust.lineage(origin)
    origins = [log.origin for log in lineage]
    if named != origin and named not in origins:
        raise Wrong("checkpoint.origin", origin=origin[:128], expected=named[:128])
    own = lineage[origins.index(named) :] if named in origins else ()
    if index < begins(own):
        raise Wrong("log.not_begun", log=named, entry=str(index), first=str(begins(own)))
    check_agrees(lineage, logs)


def check_agrees(lineage: tuple[TrustedLog, ...], logs: Logs) -> None:
    """The snapshot does not contradict the trust list: each log that is continued is frozen there,
    at that size, in favour of that log. Raises Wrong."""
    for successor, log in pairwise(lineage):
        if log.log_id not in logs:
            continue
        found, size = logs[log.log_id], ends(lineage, log)
        named = None if found is None or found.successor is None else "0x" + found.successor.hex()
        if found is None or (found.last_good, named) != (size, successor.log_id):
            raise Wrong("log.not_continued", log=log.origin, successor=successor.origin)


def check_not_frozen(ground: Ground, known: ChainAnchor, logs: Logs) -> None:
    """The anchored head was not published after its log's last good one. Raises Wrong."""
    size, log_id = known.anchor.size, known.log_id.lower()
    origins = {log.origin for log in ground.trust.logs if log.log_id == log_id}
    said = [log.continues for log in ground.trust.logs if log.continues is not None]
    limits = [one.size for one in said if one.origin in origins]
    if (ending := logs.get(log_id)) is not None:
        limits.append(ending.last_good)
    if limits and size > min(limits):
        raise Wrong("anchor.frozen", size=str(size), last_good=str(min(limits)))


def shown_logs(ground: Ground, given: bytes | Snapshot | None, checkpoint: bytes | None) -> Logs:
    """What the snapshot says of logs; nothing where it is not to be believed, which check 7 says.
    A log stays frozen, so that no snapshot is too old for this."""
    if given is None or checkpoint is None:
        return {}
    origin = checkpoint.partition(b"\n")[0].decode("utf-8", "replace")
    try:
        snapshot = ground.snapshot(given, ground.log(origin))
    except (CertsError, LedgerError, Finding):
        return {}
    pinned = ground.trust.chain
    same = (snapshot.chain_id, snapshot.genesis.lower()) == (pinned.chain_id, pinned.genesis)
    return snapshot.logs if same else {}
