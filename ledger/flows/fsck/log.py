"""Leaves, nodes, heads, anchors; and that each record is the one its leaf commits to."""

from __future__ import annotations

import hashlib
from datetime import datetime
from itertools import pairwise
from typing import Any, cast

from cryptography import x509

from certs import keys
from certs.envelope import Envelope, verify_signature
from certs.errors import CertsError
from ledger.errors import LedgerError, Tampered
from ledger.flows.fsck import anchored
from ledger.flows.fsck.reading import Reading
from ledger.log.entry import open_entry, parse_leaf
from ledger.log.records import RecordErased, open_record
from ledger.log.rfc6962 import leaf_hash
from ledger.log.statement import Statement
from ledger.log.subtrees import CompactRange, Coordinate, grown
from ledger.platform import Platform
from ledger.ports import StoredEntry

STEP = 4096


def check(platform: Platform, reading: Reading) -> None:
    size = platform.store.size()
    nodes: dict[Coordinate, bytes] = {}
    roots: dict[int, bytes] = {}
    wanted = {head.size for head in platform.store.heads()}
    wanted |= {done.size for done in platform.store.anchors()}
    tree = CompactRange()
    before: datetime | None = None
    for start in range(0, size, STEP):
        stored = platform.store.entries(start, min(size, start + STEP))
        hashes = []
        for at, entry in enumerate(stored, start):
            _entry(platform, reading, entry, at)
            before = _time(reading, entry, before)
            hashes.append(leaf_hash(entry.leaf))
            tree = tree.append(hashes[-1])
            if tree.size in wanted:
                roots[tree.size] = tree.root()
        for level, place, value in grown(lambda at: [nodes[one] for one in at], start, hashes):
            nodes[level, place] = value
    reading.counts["entries"] = size
    _erased(reading)
    _nodes(platform, reading, nodes)
    anchored.check(platform, reading, roots)


def _entry(platform: Platform, reading: Reading, entry: StoredEntry, at: int) -> None:
    where = f"entry {at}"
    reading.leaves.append(entry.leaf)
    try:
        if entry.index != at:
            raise Tampered("an index is missing")
        leaf = parse_leaf(entry.leaf)
        if (leaf.kind, leaf.tag) != (entry.kind, entry.tag):
            raise Tampered("kind or tag beside the leaf is another")
        salt, data = open_record(entry, platform.record_key)
        _, envelope, statement = open_entry(entry.leaf, salt, data)
        if hashlib.sha256(envelope.payload).digest() != entry.payload_sha256:
            raise Tampered("the payload's digest is another")
        _belongs(platform, reading, statement, at)
        _signed(envelope)
        reading.statements[at] = (envelope, statement)
    except RecordErased:
        reading.erased.add(at)
    except (LedgerError, CertsError) as error:
        reading.found(
            "fsck.entry", where, f"第 {at} 条与其叶子不符：{error}", f"Entry {at}: {error}"
        )


def _belongs(platform: Platform, reading: Reading, statement: Statement, at: int) -> None:
    """A statement names this log, or one that it continues: the one that went on at its place. The
    first that names a log says which one it continues. Raises Tampered."""
    lineage = platform.lineage
    origins = [log.origin for log in reversed(lineage)]
    going_on = reading.origin or origins[0]
    if statement.kind == "log.continued":
        later = list(pairwise(origins[origins.index(going_on) :]))
        if (statement.body["predecessor"], statement.log) not in later:
            raise Tampered("it continues another log")
        reading.origin = going_on = statement.log
    first = anchored.first_index(lineage, statement.log)
    if statement.log != going_on or first is None or at < first:
        raise Tampered("the statement belongs to another log")


def _erased(reading: Reading) -> None:
    """Content is gone only where an ``erased`` statement says so."""
    for _, statement in reading.statements.values():
        if statement.kind == "erased":
            body = cast(dict[str, Any], statement.body)
            reading.announced |= set(statement.refs)
            reading.erased_objects.add(str(body["object"]))
            reading.erased_files |= set(body["files"])
    for at in sorted(reading.erased - reading.announced):
        reading.erased.discard(at)
        reading.found(
            "fsck.erased",
            f"entry {at}",
            f"第 {at} 条的内容没了，却没有删除记录",
            f"The content of entry {at} is gone, and no entry says that it was erased",
        )


def _time(reading: Reading, entry: StoredEntry, before: datetime | None) -> datetime:
    """The time beside each entry follows its neighbours'; order is the log's, not the clock's."""
    if before is not None and entry.sequenced_at < before:
        reading.found(
            "fsck.time",
            f"entry {entry.index}",
            f"第 {entry.index} 条的入列时间早于前一条",
            f"The time beside entry {entry.index} is before that of the entry before it",
        )
    return entry.sequenced_at


def _signed(envelope: Envelope) -> None:
    """An agency's signature, by the key of the certificate beside it."""
    for signature in envelope.signatures:
        if signature.alg == "es256" and signature.x5c:
            public = x509.load_der_x509_certificate(signature.x5c[0]).public_key()
            if isinstance(public, keys.P256Public):
                verify_signature(envelope, signature, public)


def _nodes(platform: Platform, reading: Reading, nodes: dict[Coordinate, bytes]) -> None:
    integrated = platform.store.head()
    limit = integrated.size if integrated else 0
    expected = {
        (level, place): value
        for (level, place), value in nodes.items()
        if (place + 1) << level <= limit
    }
    stored = {
        (cast(int, row["level"]), cast(int, row["idx"])): row["hash"]
        for row in reading.rows("nodes")
    }
    for place in sorted(expected.keys() | stored.keys()):
        if expected.get(place) != stored.get(place):
            level, index = place
            reading.found(
                "fsck.tile",
                f"node {level}/{index}",
                f"日志树节点 {level}/{index} 不是由叶子算出的值",
                f"Tree node {level}/{index} is not what the leaves give",
            )
    reading.counts["nodes"] = len(stored)
