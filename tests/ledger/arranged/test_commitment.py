"""Which signed commitments are taken: the catalogue's words, in their case, by who may commit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs import base64url
from ledger.arranged.commitment import (
    barred_until,
    check_commitment,
    commitment_body,
    words_sha256,
)
from ledger.arranged.foreseen import assistance_foreseen
from ledger.catalogue.catalogue import Catalogue, ServiceItem
from ledger.catalogue.evidence import (
    AssistanceEvidence,
    CommitmentEvidence,
    EvidenceSet,
    Requirement,
)
from ledger.catalogue.terms import CommitmentForm
from ledger.errors import Refused
from ledger.reuse.case import Breach, Case
from tests.ledger.bodies import an_id

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
FORM = CommitmentForm(
    id="hygiene-rules",
    zh="卫生制度承诺",
    en="Commitment on hygiene",
    text_zh="本申请人承诺遵守卫生管理制度。",
    text_en="The applicant commits to keep the rules on hygiene.",
    check_days=30,
    consequence_zh="撤销决定。",
    consequence_en="The decision is revoked.",
    bars_days=365,
)
ITEM = ServiceItem(
    slug="hygiene",
    zh="卫生许可",
    en="Hygiene permit",
    agencies=("wjw",),
    purpose_zh="办理",
    purpose_en="permit",
    decides=False,
    outdates=(),
    consent_days=30,
    consent_uses=1,
    roles=("manager",),
    includes=(),
    requirements=(
        Requirement(
            "rules", "制度", "Rules", (EvidenceSet("a", (CommitmentEvidence("hygiene-rules"),)),)
        ),
        Requirement(
            "manager",
            "负责人",
            "Manager",
            (EvidenceSet("a", (CommitmentEvidence("hygiene-rules", "manager"),)),),
        ),
        Requirement(
            "tax",
            "纳税",
            "Tax",
            (
                EvidenceSet("a", (AssistanceEvidence("sw", "有无欠税", "Any tax due?", 3),)),
                EvidenceSet("b", (AssistanceEvidence("ybj", "有无欠缴", "Any dues?", 5),)),
            ),
        ),
    ),
    need={},
)
FIRM, MANAGER = an_id("sub"), an_id("sub", 1)
CASE = Case(an_id("case"), "hygiene", "wjw", FIRM, "hygiene/1", parties={"manager": MANAGER})
NAMED = {"id": CASE.id, "agency": "wjw", "item": "hygiene"}
CATALOGUE = Catalogue(
    "1", date(2026, 1, 1), "00" * 32, {}, {}, {}, {"hygiene": ITEM}, commitments={FORM.id: FORM}
)


def taken(at: datetime = AT, case_: Case = CASE, **changes: Any) -> None:
    body = commitment_body(an_id("cmt"), NAMED, "rules", FORM, FIRM, AT) | changes
    check_commitment(body, AT, case_, ITEM, CATALOGUE, at)


def test_the_catalogues_words_by_the_right_person_are_taken() -> None:
    taken()
    taken(at=AT + timedelta(hours=23))
    taken(requirement="manager", subject=MANAGER)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "another form": ({"form": "no-such"}, "commitment.not_foreseen"),
    "another requirement": ({"requirement": "tax"}, "commitment.not_foreseen"),
    "no requirement": ({"requirement": "nothing"}, "commitment.not_foreseen"),
    "other words": ({"text_sha256": base64url.encode(bytes(32))}, "commitment.words"),
    "a stranger": ({"subject": an_id("sub", 9)}, "commitment.other"),
    "the manager for the firm": ({"subject": MANAGER}, "commitment.other"),
    "another agency": ({"agency": "scjg"}, "commitment.other"),
    "another item": ({"service_item": "equity-change"}, "commitment.other"),
    "another case": ({"case": an_id("case", 1)}, "commitment.other"),
    "a later check": ({"check_by": "2026-12-01"}, "commitment.day"),
    "signed long ago": ({"at": AT + timedelta(days=2)}, "commitment.day"),
    "after a broken one": (
        {"case_": replace(CASE, breaches=(Breach(FORM.id, date(2025, 6, 1)),))},
        "commitment.barred",
    ),
}


@pytest.mark.parametrize("refusal", REFUSED.values(), ids=list(REFUSED))
def test_anything_else_is_refused_with_its_code(refusal: tuple[dict[str, Any], str]) -> None:
    changes, code = refusal
    at, case = changes.get("at", AT), changes.get("case_", CASE)
    body = {name: value for name, value in changes.items() if name not in ("at", "case_")}
    with pytest.raises(Refused) as refused:
        taken(at, case, **body)
    assert refused.value.code == code


def test_the_words_are_bound_to_the_letter() -> None:
    assert words_sha256(FORM) != words_sha256(replace(FORM, text_zh=FORM.text_zh + " "))


@given(broken=st.lists(st.dates(date(2024, 1, 1), date(2026, 3, 2)), max_size=4))
def test_a_bar_lasts_as_long_as_its_form_says_and_no_longer(broken: list[date]) -> None:
    breaches = [Breach(FORM.id, on) for on in broken]
    until = barred_until(breaches, CATALOGUE, AT)
    last = max((on + timedelta(days=365) for on in broken), default=None)
    assert until == (last if last is not None and last >= date(2026, 3, 2) else None)
    if until is not None:
        assert barred_until(breaches, CATALOGUE, AT + (until - date(2026, 3, 2))) == until
        after = AT + (until - date(2026, 3, 2)) + timedelta(days=1)
        assert barred_until(breaches, CATALOGUE, after) is None


def test_a_form_that_is_gone_bars_nobody() -> None:
    assert barred_until([Breach("gone", date(2026, 3, 1))], CATALOGUE, AT) is None


def test_assistance_is_asked_of_whom_the_catalogue_names() -> None:
    assert assistance_foreseen(ITEM, "tax").agency == "sw"
    assert assistance_foreseen(ITEM, "tax", "ybj").days == 5
    for requirement, agency in (("tax", "scjg"), ("rules", None), ("nothing", None)):
        with pytest.raises(Refused) as refused:
            assistance_foreseen(ITEM, requirement, agency)
        assert refused.value.code == "assistance.not_foreseen"
