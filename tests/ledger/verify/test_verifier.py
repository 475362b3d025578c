"""The nine checks over single items: honest ones pass; profiles, many items, arbitrary bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.sdjwt.credential import present
from certs.verdict import Outcome
from ledger.verify.items import BareEntry, Evidence, GivenFile, Presentation, SealedLicence
from ledger.verify.verifier import Verifier, verify
from tests.ledger.questions import (
    FIRST,
    SEALED,
    WORLD,
    Question,
    about,
    edited,
    fingerprint,
    material,
    presented,
    rows_of_key,
    scoped,
    sealed,
    withdrawal,
)
from tests.ledger.verify.test_verifier_open import OPEN
from tests.ledger.verify.test_verifier_refusals import WRONG as FORM
from tests.ledger.verify.test_verifier_trust import WRONG as TRUST
from tests.ledger.world import small_world
from tests.ledger.world_case import consistency
from tests.ledger.world_names import ANCHORED_AT, AS_OF, TAKEN_AT

HONEST: dict[str, Callable[[], Question]] = {
    "a sealed licence": sealed,
    "a credential with all disclosures": presented,
    "a credential with one disclosure": lambda: about(
        Presentation(present(FIRST.credential, ["area"])), FIRST.index
    ),
    "a credential with none": lambda: about(Presentation(present(FIRST.credential, [])), 0),
    "an entry alone": lambda: about(BareEntry(), FIRST.index),
    "a licence's file by its digest": lambda: about(GivenFile.of(SEALED.pdf), SEALED.index),
    "a material": material,
    "a holder's statement by passkey": withdrawal,
    "anchored before the checkpoint": lambda: sealed(
        anchor=WORLD.anchor(6), consistency=consistency(WORLD, 6)
    ),
    "anchored after the checkpoint": lambda: presented(
        opening=WORLD.opening(0, 5),
        checkpoint=WORLD.checkpoint(5),
        consistency=consistency(WORLD, 5),
    ),
    "evidence read from the chain itself": lambda: sealed(
        anchor=WORLD.chain_anchor(), snapshot=WORLD.snapshot_value()
    ),
    "a scope of every region": lambda: sealed(snapshot=scoped(region=0)),
    "a key that ended after the anchor": lambda: sealed(
        snapshot=rows_of_key(until=ANCHORED_AT + timedelta(seconds=1))
    ),
    "at the very end of the snapshot's age": lambda: replace(
        material(), as_of=TAKEN_AT + timedelta(seconds=86400)
    ),
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_items_pass(name: str) -> None:
    verdict = HONEST[name]().answer()
    assert (verdict.outcome, verdict.code) == (Outcome.PASSED, "passed")
    assert [check.number for check in verdict.checks] == list(range(9))


def test_what_the_embedded_profile_does_not_promise_is_said() -> None:
    notes = {note.code: note for note in sealed().answer().notes}
    assert notes["profile.one_operator"].en == "One operator, no independent witness."
    assert notes["profile.one_operator"].zh == "单一运营者，没有独立见证人。"
    assert "vouched for by the log key" in notes["anchor.development_chain"].en


def test_a_material_has_no_status_and_none_is_required_of_it() -> None:
    found = fingerprint(material().answer())
    assert found[8] == ("not_made", "status.not_applicable")
    assert found[7] == ("passed", "key.registered")


def test_a_sealed_licence_alone_is_indeterminate() -> None:
    verdict = verify(SealedLicence(SEALED.pdf), Evidence(), WORLD.trust, AS_OF)
    assert (verdict.outcome, verdict.code) == (Outcome.INDETERMINATE, "receipt.absent")
    assert verdict.exit_code == 2
    found = fingerprint(verdict)
    assert found[2] == ("passed", "signature.holds")
    assert found[6] == ("indeterminate", "evidence_time.absent")


def test_nobody_trusted_nothing_passes() -> None:
    verdict = verify(SealedLicence(SEALED.pdf), WORLD.evidence(SEALED.index), None, AS_OF)
    assert (verdict.outcome, verdict.code) == (Outcome.INDETERMINATE, "trust.unpinned")


def test_a_time_without_zone_is_wrong_use() -> None:
    with pytest.raises(ValueError, match="aware"):
        Verifier(WORLD.trust, AS_OF.replace(tzinfo=None))
    with pytest.raises(ValueError, match="aware"):
        verify(BareEntry(), Evidence(), None, AS_OF.replace(tzinfo=None))


def test_a_profile_with_witnesses_needs_their_quorum() -> None:
    world, first, _ = small_world(profile="city", quorum=2)
    for cosigned, outcome in ((2, "passed"), (1, "indeterminate"), (0, "indeterminate")):
        evidence = world.evidence(0, checkpoint=world.checkpoint(cosigned=cosigned))
        verdict = verify(Presentation(first.credential), evidence, world.trust, AS_OF)
        assert fingerprint(verdict)[4][0] == outcome
        assert verdict.outcome.value == outcome
        codes = {note.code for note in verdict.notes}
        assert "profile.one_operator" not in codes and "anchor.log_key_vouches" in codes


def test_what_the_profile_does_not_require_is_still_shown() -> None:
    required = replace(WORLD.trust.profile, required=(0, 1, 2, 3, 4))
    question = replace(sealed(anchor=None), trust=replace(WORLD.trust, profile=required))
    verdict = question.answer()
    assert verdict.outcome is Outcome.PASSED
    assert fingerprint(verdict)[5] == ("indeterminate", "anchor.absent")


def test_an_attackers_whole_world_is_refused() -> None:
    """Own authority, log, anchor and snapshot, all consistent, under the true log's name."""
    evil, first, _ = small_world(name="evil")
    verdict = verify(Presentation(first.credential), evil.evidence(0), WORLD.trust, AS_OF)
    assert verdict.outcome is Outcome.FAILED
    assert fingerprint(verdict)[4] == ("failed", "note.unsigned")
    assert (
        verify(Presentation(first.credential), evil.evidence(0), evil.trust, AS_OF).outcome
        is Outcome.PASSED
    )


def test_without_a_place_in_the_log_an_anchor_gives_no_time() -> None:
    """A genuine anchor says nothing of an entry that is not shown to be under it."""
    make, _, code = FORM["the proof of another document"]
    found = fingerprint(make().answer())
    assert found[3] == ("failed", code)
    assert found[5][0] == "passed"
    assert found[6] == found[7] == ("indeterminate", "evidence_time.absent")


def test_one_verifier_answers_like_many() -> None:
    """What is remembered between items changes no verdict, in either order."""
    questions = [make() for make, _, _ in (*FORM.values(), *TRUST.values(), *OPEN.values())]
    questions += [make() for make in HONEST.values()]
    usual = [q for q in questions if q.trust == WORLD.trust and q.as_of == AS_OF]
    for ordered in (usual, usual[::-1]):
        verifier = Verifier(WORLD.trust, AS_OF)
        for question in ordered:
            assert verifier.verify(question.item, question.evidence) == question.answer()


@settings(max_examples=150, deadline=None)
@given(
    part=st.sampled_from(["leaf", "salt", "envelope", "checkpoint", "anchor", "snapshot",
                          "status_list", "credential"]),
    data=st.data(),
)  # fmt: skip
def test_any_byte_changed_anywhere_is_never_passed(part: str, data: st.DataObject) -> None:
    question = presented()
    opening, evidence = question.evidence.opening, question.evidence
    assert opening is not None
    sources = {
        "leaf": opening.leaf, "salt": opening.salt, "envelope": opening.envelope,
        "checkpoint": evidence.checkpoint, "anchor": evidence.anchor,
        "snapshot": evidence.snapshot, "status_list": (evidence.status_list or "").encode(),
        "credential": FIRST.credential.encode(),
    }  # fmt: skip
    original = sources[part]
    assert isinstance(original, bytes)
    position = data.draw(st.integers(0, len(original) - 1))
    spoilt = bytearray(original)
    spoilt[position] ^= data.draw(st.integers(1, 127))
    changed: Any = bytes(spoilt)
    if part in ("leaf", "salt", "envelope"):
        question = edited(question, **{part: changed})
    elif part == "credential":
        question = replace(question, item=Presentation(changed.decode("latin-1")))
    else:
        changed = changed.decode("latin-1") if part == "status_list" else changed
        question = replace(question, evidence=replace(evidence, **{part: changed}))
    assert question.answer().outcome is not Outcome.PASSED


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200), st.text(max_size=60))
def test_arbitrary_bytes_never_raise(one: bytes, two: bytes, text: str) -> None:
    opening = replace(WORLD.opening(1), leaf=one, salt=two[:32], envelope=two)
    evidence = Evidence(opening, one, two, (), one, text, opening, opening, (two,))
    for item in (SealedLicence(one), Presentation(text), GivenFile(two[:32], 1), BareEntry()):
        assert verify(item, evidence, WORLD.trust, AS_OF).outcome is not Outcome.PASSED
        held = replace(WORLD.evidence(0), status_list=text, crls=(one,), snapshot=two)
        assert verify(item, held, WORLD.trust, AS_OF).outcome is not Outcome.PASSED
