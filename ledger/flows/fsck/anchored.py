"""Heads and anchors, of this log and of those that it continues, against leaves and chain."""

from __future__ import annotations

from collections.abc import Mapping

from certs.trust.payload import TrustedLog
from ledger.errors import LedgerError, Tampered
from ledger.flows.fsck.reading import Reading
from ledger.log.checkpoint import open_checkpoint
from ledger.log.lineage import anchored_by, begins, ends
from ledger.platform import Platform
from ledger.ports import Head

Roots = Mapping[int, bytes]


def check(platform: Platform, reading: Reading, roots: Roots) -> None:
    """``roots``: by size, recomputed from the leaves. Raises ChainAway."""
    lineage = platform.lineage
    for head in platform.store.heads():
        _head(lineage, reading, head, roots)
    _anchors(platform, reading, lineage, roots)
    _void(platform, reading, lineage)
    for log in lineage:
        _kept(platform, reading, lineage, log)
    _endings(platform, reading, lineage)
    own = platform.log.log_id
    newest = platform.chain.head(own)
    counts = platform.chain.log_ending(own) is None
    if counts and newest.size not in roots and newest.size > platform.store.size():
        reading.found(
            "fsck.chain",
            f"chain head {newest.size}",
            "链上的日志比本地的长",
            "The contract holds more of the log than this store",
        )


def _head(lineage: tuple[TrustedLog, ...], reading: Reading, head: Head, roots: Roots) -> None:
    where = f"checkpoint {head.size}"
    origin = head.note.partition(b"\n")[0].decode("utf-8", "replace")
    log = next((one for one in lineage if one.origin == origin), lineage[0])
    try:
        said = open_checkpoint(head.note, log.origin, log.vkey)
        if (said.size, said.root) != (head.size, head.root):
            raise Tampered("its note says something else")
        if roots.get(head.size) != head.root:
            raise Tampered("its root is not what the leaves give")
    except LedgerError as error:
        reading.found("fsck.checkpoint", where, f"检查点 {head.size}：{error}", f"{where}: {error}")
    reading.counts["checkpoints"] += 1


def _anchors(
    platform: Platform, reading: Reading, lineage: tuple[TrustedLog, ...], roots: Roots
) -> None:
    """Each anchor that counts stands on chain under the log that it is of."""
    for done in platform.store.anchors():
        log = anchored_by(lineage, done.size)
        onchain = platform.chain.root_at(_id(log), done.size)
        if onchain != done or roots.get(done.size) != done.root:
            reading.found(
                "fsck.anchor",
                f"anchor {done.size}",
                f"检查点 {done.size} 的上链记录与合约或日志不符",
                f"The anchor of size {done.size} is not what the contract or the log says",
            )
        reading.counts["anchors"] += 1


def _void(platform: Platform, reading: Reading, lineage: tuple[TrustedLog, ...]) -> None:
    """An anchor is void only where its log was frozen before it."""
    for done in platform.store.anchors(void=True):
        frozen = [
            log
            for log in lineage
            if (ending := platform.chain.log_ending(_id(log))) is not None
            and done.size > ending.last_good
        ]
        if not any(platform.chain.root_at(_id(log), done.size) == done for log in frozen):
            reading.found(
                "fsck.anchor",
                f"void anchor {done.size}",
                f"检查点 {done.size} 被记为作废，但链上没有这样冻结日志",
                f"The anchor of size {done.size} is marked void, and no log was frozen before it",
            )
        reading.counts["void anchors"] += 1


def _kept(
    platform: Platform, reading: Reading, lineage: tuple[TrustedLog, ...], log: TrustedLog
) -> None:
    """What the contract took of a log, within what counts of it, is kept here."""
    kept = {done.size for done in platform.store.anchors()}
    heads = {head.size for head in platform.store.heads()}
    limit = ends(lineage, log)
    if limit is None and (ending := platform.chain.log_ending(_id(log))) is not None:
        limit = ending.last_good
    for size in platform.chain.anchored_sizes(_id(log)):
        if limit is not None and size > limit:
            continue  # it does not count, whoever published it
        for table, sizes in (("anchors", kept), ("heads", heads)):
            if size not in sizes:
                reading.found(
                    "fsck.anchor",
                    f"{table} {size}",
                    f"检查点 {size} 已上链，但表 {table} 里没有它",
                    f"Size {size} is anchored on chain, but {table} has no row for it",
                )


def _endings(platform: Platform, reading: Reading, lineage: tuple[TrustedLog, ...]) -> None:
    """The chain froze each log that is continued where the trust list says, for the log that it
    says; and this one not at all."""
    for place, log in enumerate(lineage):
        ending = platform.chain.log_ending(_id(log))
        found = None if ending is None else (ending.last_good, ending.successor)
        wanted = None if place == 0 else (ends(lineage, log), _id(lineage[place - 1]))
        if found == wanted:
            continue
        reading.found(
            "fsck.frozen",
            f"log {log.origin}",
            f"日志 {log.origin} 在链上的冻结与接续与信任清单不符；"
            "如已冻结，请运行 mianti log continue",
            f"The chain says otherwise than the trust list whether log {log.origin} is frozen and"
            " continued; where it is frozen, run mianti log continue",
        )


def _id(log: TrustedLog) -> bytes:
    return bytes.fromhex(log.log_id[2:])


def first_index(lineage: tuple[TrustedLog, ...], origin: str) -> int | None:
    """The least index of a statement that names the log of this origin; None for a foreign one."""
    for place, log in enumerate(lineage):
        if log.origin == origin:
            return begins(lineage[place:])
    return None
