"""Answers of open routes are read once a block, and never outlive one."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from api.by_block import MOST, ByBlock
from ledger.errors import ChainAway
from tests.ledger.flows.chains import Chain


def test_one_reading_a_block() -> None:
    chain, kept, read = Chain(), ByBlock(), []

    def ask(name: str = "a") -> int:
        return kept(chain, name, lambda: read.append(name) or len(read))  # type: ignore[func-returns-value]

    assert [ask(), ask(), ask("b"), ask()] == [1, 1, 2, 1]
    chain.mine(0)
    assert [ask(), ask()] == [3, 3]
    chain.fork(1, 0)
    assert ask() == 4


def test_what_could_not_be_read_is_asked_again() -> None:
    chain, kept = Chain(), ByBlock()

    def fail() -> int:
        raise ChainAway("no")

    for _ in range(2):
        with pytest.raises(ChainAway):
            kept(chain, "a", fail)
    assert kept(chain, "a", lambda: 7) == 7


def test_an_answer_of_an_older_block_is_not_kept_for_a_newer_one() -> None:
    chain, kept = Chain(), ByBlock()

    def slow() -> str:
        chain.mine(0)
        assert kept(chain, "other", lambda: "new") == "new"
        return "old"

    assert kept(chain, "a", slow) == "old"
    assert kept(chain, "a", lambda: "new") == "new"


def test_it_does_not_grow_without_bound() -> None:
    chain, kept = Chain(), ByBlock()
    for number in range(MOST + 10):
        kept(chain, number, lambda: 0)
    assert len(kept._kept) <= MOST


def test_many_threads_get_answers_of_their_names() -> None:
    chain, kept = Chain(), ByBlock()
    wrong: list[Any] = []

    def ask(name: int) -> None:
        for _ in range(200):
            if kept(chain, name, lambda: name) != name:
                wrong.append(name)

    threads = [threading.Thread(target=ask, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
