"""Every kind that can be stated has a sentence in both languages, and tells nothing personal."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.consent.basis_errors import BasisRefused
from ledger.consent.delegation import DelegationRefused
from ledger.consent.errors import ConsentRefused
from ledger.errors import Refused
from ledger.log.bodies import SHAPES
from ledger.log.statement import Statement
from ledger.status.lifecycle import effects_of
from ledger.telling.refusals import REFUSALS
from ledger.telling.telling import LISTED, Names, Pair, sentences, tell
from tests.ledger.bodies import BODIES, ITEMS, LICENCE, an_id

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


class Called(Names):
    """Names that show what they were asked for."""

    def agency(self, id: str) -> Pair:
        return f"机构{id}", f"agency {id}"

    def item(self, slug: str) -> Pair:
        return f"事项{slug}", f"item {slug}"

    def kind(self, kind: str) -> Pair:
        return f"种类{kind}", f"kind {kind}"

    def object(self, name: str) -> Pair:
        return "某证照" if name == LICENCE else "某材料", "a paper"

    def field(self, name: str) -> Pair:
        return f"项{name}", f"field {name}"


def told(kind: str, **changes: Any) -> Pair:
    body = BODIES[kind] | changes
    return tell(Statement(kind, an_id("st"), "log.example", "scjg", AT, body), Called())


@pytest.mark.parametrize("kind", sorted(SHAPES))
def test_every_kind_has_a_sentence_of_its_own(kind: str) -> None:
    zh, en = told(kind)
    assert zh != kind and en != kind
    assert zh.endswith("。") and en.endswith(".")
    assert "{" not in zh + en and "。。" not in zh and ".." not in en


@pytest.mark.parametrize(
    ("kind", "member", "values"),
    [
        ("licence.revoked", "legal_effect", [one.value for one in effects_of("licence.revoked")]),
        ("case.closed", "outcome", ["granted", "refused", "dropped"]),
        ("basis.stated", "sort", ["attended", "statutory", "assistance", "emergency"]),
        ("flag.answered", "outcome", ["unaffected", "remedied", "reopened", "withdrawn", "lifted"]),
        ("dispute.settled", "outcome", ["upheld", "corrected", "rejected"]),
        ("paper.demanded", "covered", ["yes", "no"]),
        ("commitment.checked", "outcome", ["kept", "broken"]),
        ("delegation.granted", "sort", ["guardian", "agent", "clerk"]),
    ],
)
def test_what_differs_in_law_is_told_apart(kind: str, member: str, values: list[str]) -> None:
    assert len({told(kind, **{member: value}) for value in values}) == len(values)


def test_an_attended_reading_is_never_told_as_signed_by_the_holder() -> None:
    zh, en = told("basis.stated")
    assert "未用自己的密钥签名" in zh and "no key" in en


def test_both_languages_use_the_same_facts() -> None:
    for key, (zh, en) in sentences().items():
        fields = [{n for _, n, _, _ in string.Formatter().parse(text) if n} for text in (zh, en)]
        assert fields[0] - {"asked_for"} == fields[1] - {"asked_for"}, key


def test_a_request_names_papers_and_fields_and_counts_the_rest() -> None:
    zh, _ = told("consent.requested")
    assert "某证照（项holder_name、项address）、某材料" in zh and "2026-12-01" in zh
    many = [ITEMS[0]] * (LISTED + 2)
    zh, en = told("consent.requested", items=many)
    assert f"等 {LISTED + 2} 项" in zh and "and 2 more" in en


def test_no_number_title_or_holder_is_told() -> None:
    text = "".join(told("licence.issued") + told("material.deposited"))
    for secret in (BODIES["licence.issued"]["number"], "平面布局图", an_id("sub")):
        assert secret not in text


def test_every_refusal_by_consent_basis_or_delegation_is_told_in_words() -> None:
    roots: list[type[Refused]] = [ConsentRefused, BasisRefused, DelegationRefused]
    while roots:
        error = roots.pop()
        roots += error.__subclasses__()
        if error.__module__.startswith("ledger."):
            assert error.code in REFUSALS, error
            zh, en = told("refused", code=error.code)
            assert error.code not in zh + en and REFUSALS[error.code][0] in zh


def test_an_unknown_kind_answers_its_own_name() -> None:
    said = Statement("weather.changed", an_id("st"), "log.example", "scjg", AT, {})
    assert tell(said, Called()) == ("weather.changed", "weather.changed")
