"""What changes mean in law: one code an effect, ends are final, the table drawn is the table."""

from __future__ import annotations

from itertools import product

import pytest

from certs.statuslist import Status
from ledger.log.bodies import check_body
from ledger.log.body_forms import BodyInvalid
from ledger.reuse.documents import LegalEffect, State
from ledger.status import lifecycle
from ledger.status.lifecycle import (
    MEANING,
    MEANINGS,
    REPLACED,
    VALUE_OF,
    Code,
    effects_of,
    may_become,
)
from tests.ledger.bodies import BODIES


def test_every_effect_has_its_meaning_and_every_code_its_effect() -> None:
    assert set(MEANING) == set(LegalEffect)
    assert {one.code for one in MEANINGS} == set(Code)
    for one in MEANINGS:  # 99 requires a text, and nothing else has one
        assert (one.text is not None) == (one.code is Code.OTHER)
    words = [one.text for one in MEANINGS if one.text]
    assert sorted(words) == sorted(set(words))


def test_the_drawn_table_is_the_table() -> None:
    drawn = {}
    for line in (lifecycle.__doc__ or "").splitlines():
        parts = line.split()
        if len(parts) >= 5 and parts[2].isdigit():
            drawn[parts[0]] = (parts[2], parts[3], {one.strip(",") for one in parts[4:]})
    known = {effect.value: meaning for effect, meaning in MEANING.items()} | {
        "(replaced)": REPLACED
    }
    real = {
        name: (
            one.code.value,
            one.kind,
            {state.value for state in State if may_become(state, one.state)},
        )
        for name, one in known.items()
    }
    assert drawn == real


def test_ends_are_final() -> None:
    ends = {state for state, value in VALUE_OF.items() if value in (1, 3)}
    assert ends == {State.REVOKED, State.SUPERSEDED}
    for end, wanted in product(ends, State):
        assert not may_become(end, wanted)
    for unknown in ("erased", "", "unknown"):
        assert not any(may_become(unknown, state) for state in State)


def test_only_what_is_in_force_is_replaced() -> None:
    assert may_become("active", "superseded") and not may_become("suspended", "superseded")
    assert not may_become("active", "active")


def test_the_list_tells_withheld_from_ended() -> None:
    assert {VALUE_OF[one.state] for one in MEANING.values()} == {
        Status.VALID, Status.INVALID, Status.SUSPENDED
    }  # fmt: skip
    for effect in effects_of("licence.revoked"):
        assert VALUE_OF[MEANING[effect].state] is Status.INVALID


@pytest.mark.parametrize(
    ("effect", "other"),
    [(a, b) for a, b in product(LegalEffect, LegalEffect) if MEANING[a].code != MEANING[b].code],
)
def test_no_statement_says_one_effect_and_the_code_of_another(
    effect: LegalEffect, other: LegalEffect
) -> None:
    kind = MEANING[effect].kind
    body = BODIES[kind] | {
        "legal_effect": effect.value,
        "lifecycle": MEANING[effect].lifecycle,
    }
    check_body(kind, body)
    with pytest.raises(BodyInvalid) as caught:
        check_body(kind, body | {"lifecycle": MEANING[other].lifecycle})
    assert caught.value.path == "lifecycle"
