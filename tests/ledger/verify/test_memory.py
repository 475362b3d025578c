"""What verifications share: bounded, of one trust list, never an answer for other input."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from operator import neg

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certs.envelope import parse_envelope
from certs.verdict import Outcome
from certs.x509.path_errors import PathExpired, PathNotYetValid
from ledger.log.note import sign_note
from ledger.verify.memory import Memory
from ledger.verify.verifier import Verifier
from tests.ledger.questions import FIRST, WORLD, Question, sealed
from tests.ledger.verify.test_verifier import HONEST
from tests.ledger.verify.test_verifier_open import OPEN
from tests.ledger.verify.test_verifier_refusals import WRONG as FORM
from tests.ledger.verify.test_verifier_trust import WRONG as TRUST
from tests.ledger.world_names import AS_OF


def unmade() -> str:
    raise AssertionError("made again")


def test_a_value_is_made_once_for_its_name() -> None:
    memory = Memory(WORLD.trust)
    assert memory.once("a", lambda: "made") == "made"
    assert memory.once("a", unmade) == "made"
    assert memory.once("b", lambda: "other") == "other"
    memory.forget("a")
    assert (memory.known("a"), memory.known("b")) == (None, "other")


def test_a_refusal_is_not_remembered() -> None:
    memory = Memory(WORLD.trust)
    with pytest.raises(AssertionError):
        memory.once("a", unmade)
    assert len(memory) == 0
    assert memory.once("a", lambda: "now") == "now"


def test_what_was_not_asked_for_longest_goes_first() -> None:
    memory = Memory(WORLD.trust, count=3)
    for name in "abc":
        memory.keep(name, name)
    assert memory.once("a", unmade) == "a"
    assert memory.known("b") == "b"
    memory.keep("d", "d")
    assert [memory.known(name) for name in "abcd"] == ["a", "b", None, "d"]


def test_weights_bound_it_too() -> None:
    memory = Memory(WORLD.trust, room=100)
    for number in range(50):
        memory.keep(number, number, 30)
    assert [number for number in range(50) if memory.known(number) is not None] == [47, 48, 49]
    memory.keep(49, 49, 90)  # in place of the lighter one
    assert len(memory) == 1
    memory.keep("whale", "whale", 101)
    assert memory.known("whale") is None
    assert memory.known(49) == 49
    memory.forget(49)
    for number in range(3):
        memory.keep(number, number, 33)
    assert len(memory) == 3


def test_threads_share_it() -> None:
    memory = Memory(WORLD.trust, count=16)

    def use(seed: int) -> bool:
        names = [(seed * 7 + step) % 40 for step in range(500)]
        return all(memory.once(name, partial(neg, name)) == -name for name in names)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(8)))
    assert len(memory) == 16


def usual() -> list[Question]:
    tables = (*FORM.values(), *TRUST.values(), *OPEN.values())
    questions = [*(make() for make, _, _ in tables), *(make() for make in HONEST.values())]
    return [question for question in questions if question.trust == WORLD.trust]


@pytest.mark.parametrize("count", [8192, 5])
def test_a_kept_memory_changes_no_verdict(count: int) -> None:
    """Whatever was asked before, at whatever time, and when most was forgotten meanwhile."""
    memory, questions = Memory(WORLD.trust, count=count), usual()
    assert len({question.as_of for question in questions}) > 1
    for ordered in (questions, questions[::-1]):
        for question in ordered:
            verifier = Verifier(WORLD.trust, question.as_of, memory=memory)
            assert verifier.verify(question.item, question.evidence) == question.answer()
    assert len(memory) <= count


def test_another_trust_list_has_no_part_in_it() -> None:
    other = replace(WORLD.trust, version=WORLD.trust.version + 1)
    with pytest.raises(ValueError, match="another trust list"):
        Verifier(other, AS_OF, memory=Memory(WORLD.trust))


def test_a_checkpoint_taken_leniently_is_not_taken_strictly() -> None:
    question = sealed()
    note = question.evidence.checkpoint
    assert note is not None
    text = note.partition(b"\n\n")[0].decode() + "\n"
    unknown = sign_note(text, "stranger.example", Ed25519PrivateKey.generate())
    longer = note + unknown.partition(b"\n\n")[2]
    evidence = replace(question.evidence, checkpoint=longer)
    memory = Memory(WORLD.trust)
    lenient = Verifier(WORLD.trust, AS_OF, memory=memory)
    strict = Verifier(WORLD.trust, AS_OF, memory=memory, only_known=True)
    assert lenient.verify(question.item, evidence).outcome is Outcome.PASSED
    assert strict.verify(question.item, evidence).outcome is not Outcome.PASSED
    assert lenient.verify(question.item, evidence).outcome is Outcome.PASSED


def test_a_path_that_held_once_is_judged_anew_for_another_time() -> None:
    opening = WORLD.opening(FIRST.index)
    chain = parse_envelope(opening.envelope).signatures[0].x5c
    memory = Memory(WORLD.trust)
    ground = Verifier(WORLD.trust, AS_OF, memory=memory).ground
    assert ground.path(chain, AS_OF) == ground.path(chain, AS_OF)
    for at, refused in ((datetime(2999, 1, 1, tzinfo=UTC), PathExpired),
                        (datetime(1999, 1, 1, tzinfo=UTC), PathNotYetValid)):  # fmt: skip
        with pytest.raises(refused):
            ground.path(chain, at)
