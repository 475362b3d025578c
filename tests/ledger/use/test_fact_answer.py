"""Signed answers: bound to one release, said in one form, and nothing in them besides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs import base64url, jws, keys
from certs.canonical import canonical, parse
from certs.errors import CertsError, Coded
from ledger.use.fact_answer import TYPE, FactAnswer, read_answer, sign_answer, verify_answer
from ledger.use.facts import Answer
from tests.ledger.world_names import p256

KEY, OTHER = p256("operator"), p256("other")
CHAIN = (b"leaf", b"above")
SAID = FactAnswer(
    log="mianti.example/log",
    release="rel_" + "a" * 26,
    agency="wjw",
    case="case_" + "a" * 26,
    object="licence:lic_" + "a" * 26,
    type="resident-id-card",
    entry=17,
    as_of=datetime(2026, 11, 28, 4, tzinfo=UTC),
    answers={"fact_over_60": Answer.YES, "fact_adult": Answer.UNKNOWN},
)


def public(private: keys.P256Private) -> keys.P256Public:
    return private.public_key()


@given(
    answers=st.dictionaries(
        st.from_regex(r"fact_[a-z0-9_]{1,20}", fullmatch=True), st.sampled_from(Answer), min_size=1
    ),
    entry=st.integers(0, 2**53 - 1),
)
def test_what_is_said_is_read(answers: dict[str, Answer], entry: int) -> None:
    said = replace(SAID, answers=answers, entry=entry)
    token = sign_answer(said, KEY, CHAIN)
    assert verify_answer(token, public(KEY)) == said
    assert read_answer(token) == (said, CHAIN)


def test_nothing_else_is_in_it() -> None:
    payload = parse(jws.peek(sign_answer(SAID, KEY, CHAIN)).payload)
    assert isinstance(payload, dict)
    assert payload == {
        "agency": "wjw",
        "answers": {"fact_over_60": "yes", "fact_adult": "unknown"},
        "as_of": "2026-11-28T04:00:00Z",
        "case": SAID.case,
        "entry": 17,
        "log": SAID.log,
        "object": SAID.object,
        "release": SAID.release,
        "type": "resident-id-card",
        "v": 1,
    }


def test_another_key_did_not_sign_it() -> None:
    with pytest.raises(CertsError):
        verify_answer(sign_answer(SAID, KEY, CHAIN), public(OTHER))


def test_an_answer_changed_is_no_answer() -> None:
    head, payload, signature = sign_answer(SAID, KEY, CHAIN).split(".")
    said: Any = parse(base64url.decode(payload))
    said["answers"]["fact_adult"] = "yes"
    forged = ".".join((head, base64url.encode(canonical(said)), signature))
    with pytest.raises(CertsError):
        verify_answer(forged, public(KEY))


def signed(payload: bytes, typ: str = TYPE) -> str:
    return jws.sign({"typ": typ, "x5c": ["AAAA"]}, payload, KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2}, {"answers": {"fact_adult": "maybe"}}, {"answers": ["yes"]}, {"entry": "17"},
        {"entry": True}, {"as_of": "yesterday"}, {"case": 5}, {"more": 1},
    ],
)  # fmt: skip
def test_another_form_is_refused(change: dict[str, Any]) -> None:
    said: Any = parse(jws.peek(sign_answer(SAID, KEY, CHAIN)).payload)
    token = signed(canonical(said | change))
    for read in (lambda: verify_answer(token, public(KEY)), lambda: read_answer(token)):
        with pytest.raises(Coded) as refused:
            read()
        assert refused.value.code in ("fact.malformed", "statement.malformed")


def test_a_token_of_another_type_is_refused() -> None:
    payload = jws.peek(sign_answer(SAID, KEY, CHAIN)).payload
    for read in (lambda t: verify_answer(t, public(KEY)), read_answer):
        with pytest.raises(Coded) as refused:
            read(signed(payload, "mianti-access+jwt"))
        assert refused.value.code == "fact.malformed"


@given(st.text(max_size=80) | st.just(sign_answer(SAID, KEY, CHAIN)).map(lambda t: t[:-7]))
def test_anything_else_is_refused_with_a_code(token: str) -> None:
    with pytest.raises(Coded):
        read_answer(token)
        verify_answer(token, public(KEY))
