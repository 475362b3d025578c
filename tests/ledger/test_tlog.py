"""The log over its store: sequenced, integrated, proven."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest

from certs.envelope import Envelope, sign_es256
from ledger import tlog
from ledger.adapters.sql.sqlite import SqliteStore
from ledger.errors import Conflict, LogBusy, NotFound, Stale, Tampered
from ledger.index import continued
from ledger.log import merkle
from ledger.log.checkpoint import open_checkpoint
from ledger.log.entry import open_entry
from ledger.log.note import NoteKey
from ledger.log.receipt import encode_receipt, parse_receipt, verify_receipt
from ledger.log.records import RecordErased
from ledger.log.rfc6962 import leaf_hash
from ledger.log.statement import PAYLOAD_TYPE, Statement, statement_payload
from ledger.platform import LogIdentity, Platform
from ledger.ports import Expect, Row
from tests.ledger.world_names import ISSUED_AT, ORIGIN, ed, ident, p256

KEY = ed("log")
LOG = LogIdentity(ORIGIN, NoteKey.of(ORIGIN, KEY).vkey, KEY)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    store = SqliteStore(tmp_path / "ledger.db")
    nothing: Any = None
    yield Platform(
        store=store,
        blobs=nothing,
        keys=nothing,
        chain=nothing,
        attesters=nothing,
        chain_events=nothing,
        governance=nothing,
        signing=nothing,
        press=nothing,
        log=LOG,
        record_key=bytes(32),
        catalogue=nothing,
        trust=nothing,
        trust_data=b"",
        operator="cyzx",
        region=310101,
        verify_url="https://mianti.example",
        now=lambda: ISSUED_AT,
        randomness=os.urandom,
    )
    store.close()


def draft(number: int, **facts: Any) -> tlog.Draft:
    body = {"agency": "wjw", "case": None, "request": None, "consent": None,
            "code": f"test.{number}", "officer": None}  # fmt: skip
    statement = Statement("refused", ident("st", str(number)), ORIGIN, "cyzx", ISSUED_AT, body)
    payload = statement_payload(statement)
    signature = sign_es256(payload, PAYLOAD_TYPE, p256("operator"))
    return tlog.Draft(Envelope(payload, PAYLOAD_TYPE, (signature,)), statement, **facts)


def grown(platform: Platform, size: int) -> None:
    tlog.sequence(platform, [draft(number) for number in range(size)])


def test_a_promise_opens_to_what_was_said(platform: Platform) -> None:
    done = tlog.sequence(platform, [draft(0), draft(1)])
    assert [one.index for one in done] == [0, 1]
    for one, number in zip(done, (0, 1), strict=True):
        _, _, statement = open_entry(one.leaf, one.salt, one.envelope)
        assert statement.id == ident("st", str(number))
        assert tlog.read(platform, one.index) == statement


def test_the_same_payload_again_is_the_same_promise(platform: Platform) -> None:
    (first,) = tlog.sequence(platform, [draft(0)])
    (again,) = tlog.sequence(platform, [draft(0)])
    assert (again.index, again.leaf, again.salt) == (first.index, first.leaf, first.salt)
    assert (first.fresh, again.fresh) == (True, False)
    assert again.envelope == first.envelope
    assert platform.store.size() == 1


def test_all_or_none_are_sequenced(platform: Platform) -> None:
    row = Row("consent_threads", {"consent": "con", "sealed": b"s", "sealed_key": b"k"})
    with pytest.raises(Conflict):
        tlog.sequence(platform, [draft(0, rows=(row,)), draft(1, rows=(row,))])
    guard = Expect("consent_threads", {"consent": "con"}, {"sealed": b"s"})
    with pytest.raises(Stale):
        tlog.sequence(platform, [draft(0), draft(1, expects=(guard,))])
    assert platform.store.size() == 0


def test_equal_statements_have_leaves_that_show_nothing(platform: Platform) -> None:
    (one,) = tlog.sequence(platform, [draft(0)])
    assert b"test.0" not in one.leaf
    assert b"cyzx" not in one.leaf


NEXT = LogIdentity("log.example/next", NoteKey.of("log.example/next", ed("next")).vkey, ed("next"))


def going_on(platform: Platform) -> Platform:
    """The platform that speaks for the log which goes on, begun."""
    speaking = replace(platform, log=NEXT)
    begun = draft(99, keys=(continued(ORIGIN),))
    tlog.sequence(speaking, [begun])
    return speaking


def test_nobody_writes_on_under_the_name_of_a_log_that_another_continued(
    platform: Platform,
) -> None:
    (first,) = tlog.sequence(platform, [draft(0)])
    speaking = going_on(platform)
    with pytest.raises(tlog.LogContinued):
        tlog.sequence(platform, [draft(1)])
    assert platform.store.size() == 2
    (again,) = tlog.sequence(platform, [draft(0)])  # what stands is still answered
    assert again.index == first.index
    tlog.sequence(speaking, [draft(1)])
    with pytest.raises(Stale):  # of another kind, and not to be mistaken for it
        guard = Expect("consent_threads", {"consent": "con"}, {"sealed": b"s"})
        tlog.sequence(speaking, [draft(2, expects=(guard,))])


def test_a_head_of_the_log_before_is_shown_under_the_name_that_goes_on(platform: Platform) -> None:
    grown(platform, 3)
    old = tlog.integrate(platform)
    speaking = going_on(platform)
    assert tlog.own_head(LOG, old) is old
    shown = tlog.newest_head(speaking)
    assert shown is not None and (shown.size, shown.root) == (3, old.root)
    assert open_checkpoint(shown.note, NEXT.origin, NEXT.vkey).root == old.root
    assert open_checkpoint(tlog.integrate(speaking).note, NEXT.origin, NEXT.vkey).size == 4
    (stored,) = [head for head in platform.store.heads() if head.size == 3]
    assert stored == old  # what was signed stays as it was


def test_an_empty_log_has_nothing_to_sign(platform: Platform) -> None:
    with pytest.raises(NotFound):
        tlog.integrate(platform)


@pytest.mark.parametrize("sizes", [(1,), (1, 2, 3), (7, 8), (5, 64, 65), (100,)])
def test_heads_are_the_roots_of_the_leaves(platform: Platform, sizes: tuple[int, ...]) -> None:
    for size in sizes:
        grown(platform, size)
        head = tlog.integrate(platform)
        leaves = [entry.leaf for entry in platform.store.entries(0, size)]
        assert head.root == merkle.root(merkle.leaf_hashes(leaves))
        said = open_checkpoint(head.note, ORIGIN, LOG.vkey)
        assert (said.size, said.root) == (size, head.root)
        assert tlog.integrate(platform) == head
    for old, new in pairwise(sizes):
        roots = [cast(Any, platform.store.head_at(size)).root for size in (old, new)]
        proof = tlog.consistency(platform, old, new)
        merkle.verify_consistency(old, new, roots[0], roots[1], proof)


def test_a_long_backlog_is_integrated_in_steps(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tlog, "BATCH", 7)
    monkeypatch.setattr(tlog, "ATTEMPTS", 2)
    grown(platform, 40)
    assert tlog.integrate(platform).size == 40
    assert [head.size for head in platform.store.heads()] == [7, 14, 21, 28, 35, 40]
    grown(platform, 41)
    assert tlog.integrate(platform).size == 41


def test_several_integrate_at_once_and_all_end_at_the_same_head(platform: Platform) -> None:
    grown(platform, 30)
    heads: list[Any] = []
    start = threading.Barrier(4)

    def integrate() -> None:
        start.wait()
        heads.append(tlog.integrate(platform))

    threads = [threading.Thread(target=integrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(heads) == 4
    assert len(set(heads)) == 1
    assert heads[0].size == 30


def test_who_never_wins_is_asked_to_come_back(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown(platform, 3)

    def lost(*_: object) -> None:
        raise Stale("others were faster")

    monkeypatch.setattr(platform.store, "integrate", lost)
    with pytest.raises(LogBusy):
        tlog.integrate(platform)


def test_openings_and_receipts_hold_in_their_tree(platform: Platform) -> None:
    grown(platform, 21)
    head = tlog.integrate(platform)
    grown(platform, 25)
    tlog.integrate(platform)
    for index in (0, 7, 20):
        shown = tlog.opening(platform, index, head.size)
        hashed = leaf_hash(shown.leaf)
        merkle.verify_inclusion(index, head.size, hashed, list(shown.proof), head.root)
        data = encode_receipt(tlog.receipt(platform, index, head))
        verify_receipt(parse_receipt(data), shown.leaf, ORIGIN, LOG.vkey)


def test_what_is_not_there_is_not_found(platform: Platform) -> None:
    grown(platform, 2)
    for index in (2, 10**9, -1):
        with pytest.raises(NotFound):
            tlog.read(platform, index)


def test_an_erased_entry_stays_proven_and_says_nothing(platform: Platform) -> None:
    grown(platform, 3)
    head = tlog.integrate(platform)
    platform.store.erase(1)
    with pytest.raises(RecordErased):
        tlog.read(platform, 1)
    with pytest.raises(RecordErased):
        tlog.opening(platform, 1, head.size)
    leaf = tlog.stored_entry(platform, 1).leaf
    verify_receipt(tlog.receipt(platform, 1, head), leaf, ORIGIN, LOG.vkey)


def test_another_platform_s_key_opens_nothing(platform: Platform) -> None:
    grown(platform, 1)
    with pytest.raises(Tampered):
        tlog.read(replace(platform, record_key=bytes(31) + b"\1"), 0)
