"""Checks 4 and 5 where a log was frozen and another goes on with its tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certs.trust.payload import Continued, TrustedLog
from certs.verdict import Outcome, Verdict
from ledger.log.lineage import anchored_by, begins, ends
from ledger.ports import LogEnding
from ledger.verify.items import Evidence, Presentation
from ledger.verify.verifier import verify
from tests.ledger.questions import fingerprint
from tests.ledger.world import Licence, World, small_world
from tests.ledger.world_lineage import LAST, NextWorld, gone_on, under
from tests.ledger.world_names import AS_OF, ORIGIN

GOOD = 4
"""The old log's last good size; it had five entries."""
OLD, FIRST, _ = small_world()
NEW = gone_on(OLD, GOOD)
LATER = NEW.issue(7)


def ask(world: World, licence: Licence, evidence: Evidence, at: Any = AS_OF) -> Verdict:
    return verify(Presentation(licence.credential), evidence, world.trust, at)


def found(world: World, licence: Licence, evidence: Evidence) -> dict[int, tuple[str, str]]:
    return fingerprint(ask(world, licence, evidence))


HONEST: dict[str, Callable[[], tuple[World, Licence, Evidence]]] = {
    "an old receipt, for a reader with the old list": lambda: (
        OLD, FIRST, OLD.evidence(0, anchor=OLD.anchor(GOOD), consistency=proof(OLD, GOOD)),
    ),
    "an old receipt, for a reader with the new list": lambda: (
        NEW, FIRST, OLD.evidence(0, anchor=OLD.anchor(GOOD), consistency=proof(OLD, GOOD)),
    ),
    "an old entry under the new log, by its old anchor": lambda: (
        NEW, FIRST, under(NEW, 0, OLD, GOOD),
    ),
    "an old entry under the new log, by a new anchor": lambda: (
        NEW, FIRST, under(NEW, 0, NEW, len(NEW.leaves)),
    ),
    "a new entry": lambda: (NEW, LATER, under(NEW, LATER.index, NEW, len(NEW.leaves))),
    "without a word of the chain about logs": lambda: (
        NEW, FIRST, under(NEW, 0, OLD, GOOD, snapshot=NEW.snapshot(logs={})),
    ),
}  # fmt: skip


def proof(world: World, size: int) -> tuple[bytes, ...]:
    from tests.ledger.world_lineage import consistent

    return consistent(world, size)


@pytest.mark.parametrize("name", HONEST)
def test_what_was_kept_and_what_is_made_now_passes(name: str) -> None:
    verdict = ask(*HONEST[name]())
    assert (verdict.outcome, verdict.code) == (Outcome.PASSED, "passed")


def logs(**changes: Any) -> bytes:
    endings = NEW.endings()
    ending = endings[OLD.log_id]
    assert ending is not None
    return NEW.snapshot(logs={**endings, OLD.log_id: replace(ending, **changes)})


def frozen_by_chain(size: int) -> bytes:
    return OLD.snapshot(logs={OLD.log_id: LogEnding(size, None)})


REFUSED: dict[str, tuple[Callable[[], tuple[World, Licence, Evidence]], int, str]] = {
    "an old anchor beyond the last good head, by the trust list": (
        lambda: (NEW, FIRST, OLD.evidence(0)), 5, "anchor.frozen",
    ),
    "the same under the new log": (
        lambda: (NEW, FIRST, under(NEW, 0, OLD, GOOD + 1)), 5, "anchor.frozen",
    ),
    "the same by the chain's word alone, before the list is new": (
        lambda: (OLD, FIRST, OLD.evidence(0, snapshot=frozen_by_chain(GOOD))),
        5, "anchor.frozen",
    ),
    "the same by a chain that names nobody to go on": (
        lambda: (OLD, FIRST, OLD.evidence(0, snapshot=frozen_by_chain(0))), 5, "anchor.frozen",
    ),
    "the same by an old word of the chain": (
        lambda: (OLD, FIRST, OLD.evidence(
            0, snapshot=OLD.snapshot(
                logs={OLD.log_id: LogEnding(GOOD, None)}, taken_at=AS_OF - timedelta(days=30)
            ),
        )),
        5, "anchor.frozen",
    ),
    "a list that lets another go on, and a chain that does not": (
        lambda: (NEW, FIRST, under(
            NEW, 0, OLD, GOOD, snapshot=NEW.snapshot(logs={OLD.log_id: None})
        )),
        4, "log.not_continued",
    ),
    "another size on chain": (
        lambda: (NEW, FIRST, under(NEW, 0, OLD, GOOD, snapshot=logs(last_good=5))),
        4, "log.not_continued",
    ),
    "another successor on chain": (
        lambda: (NEW, FIRST, under(NEW, 0, OLD, GOOD, snapshot=logs(successor=bytes(32)))),
        4, "log.not_continued",
    ),
    "no successor on chain": (
        lambda: (NEW, FIRST, under(NEW, 0, OLD, GOOD, snapshot=logs(successor=None))),
        4, "log.not_continued",
    ),
    "the new log, for a reader who does not know it": (
        lambda: (OLD, FIRST, under(NEW, 0, OLD, GOOD)), 4, "checkpoint.origin",
    ),
    "a new statement under the old log": (
        lambda: (NEW, LATER, renamed(NEW).evidence(LATER.index)), 4, "checkpoint.origin",
    ),
    "the anchor of a log of which it continues nothing": (
        lambda: (NEW, FIRST, under(NEW, 0, World(origin="other.example/log",
                 leaves=list(OLD.leaves)), GOOD)),
        5, "anchor.log",
    ),
}  # fmt: skip


def renamed(world: NextWorld) -> World:
    """The same entries, in the old log's hands."""
    return World(leaves=list(world.leaves), openings=list(world.openings))


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_fails(name: str) -> None:
    make, number, code = REFUSED[name]
    world, licence, evidence = make()
    assert found(world, licence, evidence)[number] == ("failed", code)


def test_a_statement_that_names_the_new_log_before_it_began() -> None:
    world, _, _ = small_world()
    early = gone_on(world, len(world.leaves) + 3)
    licence = early.issue(8)
    assert licence.index < len(world.leaves) + 3
    answer = found(early, licence, under(early, licence.index, early, len(early.leaves)))
    assert answer[4] == ("failed", "log.not_begun")


def test_a_log_that_never_had_a_good_head_is_passed_over() -> None:
    """The second log is frozen before anything of it counts; the third goes on for it."""
    world, first, _ = small_world()
    second = gone_on(world, GOOD)
    between = second.issue(5)
    third = gone_on(second, 0, LAST)
    last = third.issue(6)
    whole = len(third.leaves)
    for licence, evidence in (
        (first, under(third, 0, world, GOOD)),
        (between, under(third, between.index, third, whole)),
        (last, under(third, last.index, third, whole)),
    ):
        assert ask(third, licence, evidence).outcome is Outcome.PASSED
    void = under(third, between.index, second, len(second.leaves))
    assert found(third, between, void)[5] == ("failed", "anchor.frozen")


def log(origin: str, continues: Continued | None = None) -> TrustedLog:
    return TrustedLog(origin, "", origin, continues)


def test_which_log_anchored_a_size_and_where_each_begins() -> None:
    oldest, middle = log("a"), log("b", Continued("a", 10))
    newest = log("c", Continued("b", 0))
    lineage = (newest, middle, oldest)
    assert [ends(lineage, one) for one in lineage] == [None, 0, 10]
    assert [begins(lineage[place:]) for place in range(3)] == [10, 10, 0]
    sizes = {1: "a", 10: "a", 11: "c", 99: "c"}
    assert {size: anchored_by(lineage, size).origin for size in sizes} == sizes
    assert begins(()) == 0 and ORIGIN
    with pytest.raises(ValueError, match="newest"):
        anchored_by((), 1)
