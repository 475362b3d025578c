"""The journal of the embedded chain: what tears it, and what breaks it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.adapters.ethereum.errors import ChainMissing, JournalBroken
from ledger.adapters.ethereum.journal import Genesis, Journal, Sent
from ledger.errors import ChainAway

GENESIS = Genesis(31_010_100, 1_772_442_000, 30_000_000, "0x" + "c0" * 20, "0x" + "aa" * 32)


def block_hash(number: int) -> str:
    return "0x" + number.to_bytes(32, "big").hex()


def written(path: Path, transactions: int = 3) -> Journal:
    Journal.create(path, GENESIS)
    journal = Journal(path)
    for number in range(1, transactions + 1):
        journal.sent(GENESIS.time + number, bytes([number]) * 40)
        journal.mined(number, block_hash(number))
    return journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def test_what_was_written_is_read_again(path: Path) -> None:
    written(path)
    journal = Journal(path)
    assert journal.genesis == GENESIS
    assert journal.hashes == [block_hash(1), block_hash(2), block_hash(3)]
    assert journal.pending is None
    assert list(journal.mined_after(1)) == [
        Sent(2, GENESIS.time + 2, b"\2" * 40),
        Sent(3, GENESIS.time + 3, b"\3" * 40),
    ]


def test_a_void_transaction_leaves_no_block(path: Path) -> None:
    journal = written(path, 1)
    journal.sent(GENESIS.time + 5, b"refused")
    journal.void("nonce too low")
    journal.sent(GENESIS.time + 6, b"taken")
    journal.mined(2, block_hash(2))
    again = Journal(path)
    assert again.hashes == [block_hash(1), block_hash(2)]
    assert [sent.raw for sent in again.mined_after(0)] == [b"\1" * 40, b"taken"]
    assert [sent.number for sent in again.mined_after(1)] == [3]


def test_a_transaction_without_its_block_is_pending(path: Path) -> None:
    journal = written(path, 1)
    sent = journal.sent(GENESIS.time + 9, b"raw")
    assert Journal(path).pending == sent == Sent(2, GENESIS.time + 9, b"raw")
    assert list(Journal(path).mined_after(0)) == [Sent(1, GENESIS.time + 1, b"\1" * 40)]


def test_another_opening_sees_what_is_written(path: Path) -> None:
    journal = written(path, 1)
    other = Journal(path)
    journal.sent(GENESIS.time + 9, b"raw")
    journal.mined(2, block_hash(2))
    assert len(other.hashes) == 1
    other.refresh()
    assert other.hashes == journal.hashes
    other.sent(GENESIS.time + 10, b"more")
    journal.refresh()
    assert journal.pending == Sent(3, GENESIS.time + 10, b"more")


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_torn_tail_is_dropped_wherever_it_tears(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("torn") / "journal"
    written(path)
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    cut = data.draw(st.integers(first, len(whole)))
    path.write_bytes(whole[:cut])
    kept = whole[: whole[:cut].rindex(b"\n") + 1]
    journal = Journal(path)
    assert len(journal.hashes) + (journal.pending is not None) == (kept.count(b"\n")) // 2
    journal.repair()
    assert path.read_bytes() == kept
    # What is written then stands where the torn line stood.
    if journal.pending is None:
        journal.sent(GENESIS.time + 50, b"again")
    else:
        journal.mined(len(journal.hashes) + 1, block_hash(9))
    assert path.read_bytes().startswith(kept)
    assert Journal(path).hashes == journal.hashes


@pytest.mark.parametrize("tail", [b"x", b"\0" * 300, b"0" * 32 + b'{"number":4', b"not a line\n"])
def test_a_tail_of_rubbish_is_dropped(path: Path, tail: bytes) -> None:
    written(path)
    whole = path.read_bytes()
    path.write_bytes(whole + tail)
    journal = Journal(path)
    assert len(journal.hashes) == 3
    journal.repair()
    assert path.read_bytes() == whole


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_before_the_last_line_breaks_it(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("flipped") / "journal"
    written(path)
    content = bytearray(path.read_bytes())
    last = content[:-1].rindex(b"\n")
    place = data.draw(st.integers(0, last))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    with pytest.raises(JournalBroken):
        Journal(path)


def test_a_flipped_bit_in_the_last_line_leaves_its_transaction_pending(path: Path) -> None:
    written(path)
    content = bytearray(path.read_bytes())
    content[-10] ^= 1
    path.write_bytes(content)
    journal = Journal(path)
    assert journal.pending is not None and journal.pending.number == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
        lambda lines: [*lines[:3], lines[1], *lines[3:]],
        lambda lines: [*lines[:3], b"\n", *lines[3:]],
        lambda lines: lines[1:],
        lambda lines: [*lines, b"rubbish\n", b"rubbish\n"],
    ],
    ids=[
        "removed",
        "swapped",
        "repeated",
        "empty line",
        "without its first",
        "two lines of rubbish",
    ],
)
def test_lines_that_do_not_follow_one_another_break_it(
    path: Path, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    written(path)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    with pytest.raises(JournalBroken) as broken:
        Journal(path)
    assert broken.value.path == str(path)
    assert broken.value.code == "chain.journal_broken"


def test_well_formed_lines_out_of_order_break_it(path: Path) -> None:
    journal = written(path, 1)
    with pytest.raises(JournalBroken):
        journal._write({"number": 7, "time": 1, "raw": ""})
    with pytest.raises(JournalBroken):
        Journal(path)


def test_a_journal_that_shrinks_under_its_reader_is_broken(path: Path) -> None:
    journal = written(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(JournalBroken):
        journal.refresh()


def test_no_journal_and_an_empty_one(path: Path) -> None:
    with pytest.raises(ChainMissing):
        Journal(path)
    path.write_bytes(b"")
    with pytest.raises(JournalBroken):
        Journal(path).genesis  # noqa: B018


def test_a_full_disk_is_pushback_and_leaves_the_journal_usable(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = written(path, 1)
    whole = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ChainAway):
        journal.sent(GENESIS.time + 2, b"raw")
    monkeypatch.undo()
    assert journal.pending is None
    # The line may have reached the disk none the less: then it is taken as written.
    journal.refresh()
    assert journal.pending is None or path.read_bytes() != whole
    assert Journal(path).pending == journal.pending


def test_every_line_is_on_disk_before_the_function_returns(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = written(path, 1)
    synced: list[bytes] = []
    real = os.fsync

    def noting(handle: int) -> None:
        real(handle)
        synced.append(path.read_bytes())

    monkeypatch.setattr(os, "fsync", noting)
    journal.sent(GENESIS.time + 2, b"raw")
    journal.mined(2, block_hash(2))
    assert len(synced) == 2
    assert synced[-1] == path.read_bytes()
    assert synced[0].endswith(b'"raw":"726177","time":%d}\n' % (GENESIS.time + 2))
