"""Fitness: each rule alone, on a paper that is otherwise fit, and the words that go with it."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from ledger.catalogue.catalogue import LicenceEvidence, MaterialEvidence, Unknown
from ledger.reuse.case import Case, Change
from ledger.reuse.documents import Grade, Held, State
from ledger.reuse.fitness import Fitness, Outcome, assess
from ledger.reuse.fitness_words import SENTENCES, sentences
from tests.ledger.papers import (
    AT,
    CATALOGUE,
    ELSEWHERE,
    EQUITY,
    HYGIENE,
    PERSON,
    PLACE,
    SCOPE,
    STRANGER,
    cases,
    licence,
    material,
    piles,
)

BL = LicenceEvidence("business-licence", ("holder_name", "address"))
FOOD = LicenceEvidence("food-operation-permit", ("holder_name",))


def wanted(kind: str, **changes: Any) -> MaterialEvidence:
    rule = CATALOGUE.material_kinds[kind]
    return replace(MaterialEvidence(kind, rule.min_grade, rule.max_age_days), **changes)


def judge(held: Held, evidence: Any, case: Case = HYGIENE, at: datetime = AT) -> Fitness:
    return assess(held, evidence, case, CATALOGUE, at)


PROOF = material("premises-proof")
TEST = material("hygiene-test-report", issued_on=date(2026, 10, 1))
AUDIT = material("audit-report", issued_on=date(2026, 4, 1))
RESOLUTION = material(
    "shareholders-resolution", decision=EQUITY.matter, issued_on=date(2026, 11, 1)
)
INVOICES = material("project-invoices", project="prj_1")
REP = material("legal-representative-id")


@pytest.mark.parametrize(
    ("held", "evidence", "case", "code", "outcome"),
    [
        pytest.param(licence("business-licence"), BL, HYGIENE, "fit", "fit", id="licence"),
        pytest.param(PROOF, wanted("premises-proof"), HYGIENE, "fit", "fit", id="material"),
        pytest.param(TEST, wanted("hygiene-test-report"), HYGIENE, "fit", "fit", id="young"),
        pytest.param(AUDIT, wanted("audit-report"), HYGIENE, "fit", "fit", id="same year"),
        pytest.param(
            RESOLUTION, wanted("shareholders-resolution"), EQUITY, "fit", "fit", id="own decision"
        ),
        pytest.param(
            replace(RESOLUTION, decision=SCOPE.matter),
            wanted("shareholders-resolution"), EQUITY, "decision_mismatch", "unfit",
            id="a resolution never serves another change",
        ),
        pytest.param(
            replace(RESOLUTION, decision=SCOPE.matter, case=EQUITY.id),
            wanted("shareholders-resolution"), EQUITY, "decision_mismatch", "unfit",
            id="not even when handed in again",
        ),
        pytest.param(
            replace(RESOLUTION, decision=None),
            wanted("shareholders-resolution"), EQUITY, "decision_unknown", "cannot_tell",
            id="decision not recorded",
        ),
        pytest.param(
            replace(RESOLUTION, decision=None, case=EQUITY.id),
            wanted("shareholders-resolution"), EQUITY, "fit", "fit",
            id="handed in for this very case",
        ),
        pytest.param(
            material("articles-of-association"), wanted("articles-of-association", fresh=True),
            HYGIENE, "decision_mismatch", "unfit", id="earlier articles where amended are wanted",
        ),
        pytest.param(
            material("articles-of-association", case=HYGIENE.id),
            wanted("articles-of-association", fresh=True), HYGIENE, "fit", "fit", id="fresh",
        ),
        pytest.param(
            replace(PROOF, deposited_at=AT + timedelta(seconds=1)),
            wanted("premises-proof"), HYGIENE, "not_yet_held", "unfit", id="of the future",
        ),
        pytest.param(
            licence("business-licence", recorded_at=AT + timedelta(seconds=1)),
            BL, HYGIENE, "not_yet_held", "unfit", id="licence of the future",
        ),
        pytest.param(
            replace(PROOF, subject=STRANGER),
            wanted("premises-proof"), HYGIENE, "other_subject", "unfit", id="somebody else's",
        ),
        pytest.param(
            licence("business-licence", subject=STRANGER),
            BL, HYGIENE, "other_subject", "unfit", id="somebody else's licence",
        ),
        pytest.param(
            replace(INVOICES, subject=STRANGER), wanted("project-invoices"),
            replace(HYGIENE, project="prj_1"), "fit", "fit", id="another firm, same project",
        ),
        pytest.param(
            replace(PROOF, subject=PLACE), wanted("premises-proof"), HYGIENE, "fit", "fit",
            id="kept under the premises themselves",
        ),
        pytest.param(
            replace(PROOF, subject=ELSEWHERE, premises=ELSEWHERE), wanted("premises-proof"),
            HYGIENE, "other_subject", "unfit", id="kept under other premises",
        ),
        pytest.param(
            REP, wanted("legal-representative-id", role="legal_representative"),
            HYGIENE, "fit", "fit", id="representative, through the firm",
        ),
        pytest.param(
            replace(REP, subject=PERSON),
            wanted("legal-representative-id", role="legal_representative"),
            replace(HYGIENE, parties={"legal_representative": PERSON}), "fit", "fit",
            id="representative's own",
        ),
        pytest.param(
            replace(REP, subject=STRANGER),
            wanted("legal-representative-id", role="legal_representative"),
            replace(HYGIENE, parties={"legal_representative": PERSON}), "other_subject", "unfit",
            id="another person's",
        ),
        pytest.param(
            REP, wanted("legal-representative-id", role="new", named=True),
            replace(HYGIENE, parties={"new": PERSON}), "person_unknown", "cannot_tell",
            id="the old representative's may not pass for the new one's",
        ),
        pytest.param(
            licence("resident-id-card"),
            LicenceEvidence("resident-id-card", ("holder_name",), "mother"),
            replace(HYGIENE, parties={"mother": PERSON}), "other_subject", "unfit",
            id="the applicant's card is not the mother's",
        ),
        pytest.param(
            material("agent-authorisation", decision=HYGIENE.matter),
            wanted("agent-authorisation"), HYGIENE, "purpose_incompatible", "unfit",
            id="never reused",
        ),
        pytest.param(
            PROOF, wanted("premises-proof"), replace(HYGIENE, agency="bank"),
            "purpose_incompatible", "unfit", id="government material to a bank",
        ),
        pytest.param(
            licence("real-estate-title", premises=PLACE),
            LicenceEvidence("real-estate-title", ("holder_name", "area")),
            replace(HYGIENE, agency="water"), "purpose_incompatible", "unfit",
            id="a field that utilities may not see",
        ),
        pytest.param(
            licence("real-estate-title", premises=PLACE),
            LicenceEvidence("real-estate-title", ("holder_name", "location")),
            replace(HYGIENE, agency="water"), "fit", "fit", id="fields that they may see",
        ),
        pytest.param(
            replace(PROOF, premises=ELSEWHERE), wanted("premises-proof"),
            HYGIENE, "other_premises", "unfit", id="other premises",
        ),
        pytest.param(
            replace(PROOF, premises=None), wanted("premises-proof"),
            HYGIENE, "unknown_premises", "cannot_tell", id="premises not recorded",
        ),
        pytest.param(
            licence("food-operation-permit", premises=ELSEWHERE), FOOD,
            HYGIENE, "other_premises", "unfit", id="permit of other premises",
        ),
        pytest.param(
            replace(INVOICES, project="prj_2"), wanted("project-invoices"),
            replace(HYGIENE, project="prj_1"), "other_project", "unfit", id="other project",
        ),
        pytest.param(
            INVOICES, wanted("project-invoices"), HYGIENE, "unknown_project", "cannot_tell",
            id="case without project",
        ),
        *(
            pytest.param(
                replace(held, state=state), evidence, HYGIENE, code, outcome, id=f"{kind} {state}"
            )
            for kind, held, evidence in (
                ("licence", licence("business-licence"), BL),
                ("material", PROOF, wanted("premises-proof")),
            )
            for state, code, outcome in (
                (State.SUSPENDED, "status_suspended", "unfit"),
                (State.REVOKED, "status_revoked", "unfit"),
                (State.SUPERSEDED, "superseded", "unfit"),
                (State.DISPUTED, "status_disputed", "cannot_tell"),
                (State.UNKNOWN, "status_unknown", "cannot_tell"),
            )
        ),
        pytest.param(
            licence("business-licence", valid_to=date(2026, 11, 19)),
            BL, HYGIENE, "expired", "unfit", id="expired yesterday",
        ),
        pytest.param(
            licence("business-licence", valid_to=date(2026, 11, 20)),
            BL, HYGIENE, "fit", "fit", id="last day",
        ),
        pytest.param(
            licence("business-licence", valid_from=date(2026, 11, 21)),
            BL, HYGIENE, "not_yet_valid", "unfit", id="valid from tomorrow",
        ),
        pytest.param(
            licence("business-licence", fields=("holder_name",)),
            BL, HYGIENE, "field_absent", "cannot_tell", id="field cannot be shown",
        ),
        pytest.param(
            replace(PROOF, grade=Grade.SCAN), wanted("premises-proof"),
            HYGIENE, "grade_too_low", "unfit", id="only a scan",
        ),
        pytest.param(
            replace(PROOF, grade=Grade.ISSUED), wanted("premises-proof"),
            HYGIENE, "fit", "fit", id="better than asked",
        ),
        pytest.param(
            replace(TEST, issued_on=date(2025, 11, 20)), wanted("hygiene-test-report"),
            HYGIENE, "fit", "fit", id="365 days old",
        ),
        pytest.param(
            replace(TEST, issued_on=date(2025, 11, 19)), wanted("hygiene-test-report"),
            HYGIENE, "too_old", "unfit", id="366 days old",
        ),
        pytest.param(
            replace(TEST, issued_on=None), wanted("hygiene-test-report"),
            HYGIENE, "date_unknown", "cannot_tell", id="no date",
        ),
        pytest.param(
            replace(TEST, issued_on=date(2026, 12, 1)), wanted("hygiene-test-report"),
            HYGIENE, "not_yet_valid", "unfit", id="dated later than today",
        ),
        pytest.param(
            replace(PROOF, issued_on=date(1999, 1, 1)), wanted("premises-proof"),
            HYGIENE, "fit", "fit", id="age from the check, not from the paper",
        ),
        pytest.param(
            replace(PROOF, checked_at=AT - timedelta(days=1096)), wanted("premises-proof"),
            HYGIENE, "too_old", "unfit", id="checked too long ago",
        ),
        pytest.param(
            replace(PROOF, checked_at=None, deposited_at=AT - timedelta(days=1096)),
            wanted("premises-proof"), HYGIENE, "too_old", "unfit", id="never checked, old",
        ),
        pytest.param(
            replace(AUDIT, issued_on=date(2025, 12, 31)), wanted("audit-report"),
            HYGIENE, "other_year", "unfit", id="last year's audit",
        ),
        pytest.param(
            replace(AUDIT, issued_on=None), wanted("audit-report"),
            HYGIENE, "year_unknown", "cannot_tell", id="audit without date",
        ),
    ],
)  # fmt: skip
def test_each_rule_decides_alone(
    held: Held, evidence: Any, case: Case, code: str, outcome: str
) -> None:
    fitness = judge(held, evidence, case)
    assert (fitness.code, fitness.outcome) == (code, outcome)
    assert fitness.zh and fitness.en and "{" not in fitness.zh + fitness.en


def test_what_a_completed_change_made_out_of_date() -> None:
    articles = material("articles-of-association", case="case_founding")
    change = Change(SCOPE.id, SCOPE.item, date(2026, 3, 9))
    rule = wanted("articles-of-association")
    case = replace(HYGIENE, changes=(change,))
    assert judge(articles, rule).code == "fit"
    fitness = judge(articles, rule, case)
    assert (fitness.code, fitness.facts["changed_on"]) == ("changed_since", "2026-03-09")
    assert "经营范围变更" in fitness.zh
    assert judge(replace(articles, case=SCOPE.id), rule, case).code == "fit"
    same_day = replace(articles, checked_at=datetime(2026, 3, 9, 2, tzinfo=UTC))
    assert judge(same_day, rule, case).code == "changed_since"  # nobody can tell which was first
    later = replace(articles, checked_at=datetime(2026, 3, 10, 2, tzinfo=UTC))
    assert judge(later, rule, case).code == "fit"
    assert judge(PROOF, wanted("premises-proof"), case).code == "fit"
    before = datetime(2026, 3, 8, 2, tzinfo=UTC)
    assert judge(articles, rule, case, before).code == "fit"


def test_the_day_is_china_s() -> None:
    held = licence("business-licence", valid_to=date(2026, 11, 20))
    assert judge(held, BL, at=datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)).code == "fit"
    assert judge(held, BL, at=datetime(2026, 11, 20, 16, tzinfo=UTC)).code == "expired"


def test_what_forbids_goes_before_what_cannot_be_told() -> None:
    held = replace(PROOF, premises=None, state=State.REVOKED)
    assert judge(held, wanted("premises-proof")).code == "status_revoked"


def test_facts_tell_why_and_how_much() -> None:
    fitness = judge(replace(TEST, issued_on=date(2025, 1, 1)), wanted("hygiene-test-report"))
    assert fitness.facts == {
        "age_days": "688", "age_from": "issued", "limit_days": "365", "since": "2025-01-01",
    }  # fmt: skip
    assert "688" in fitness.zh and "365" in fitness.en


def test_wrong_use_is_told_apart_from_unfit() -> None:
    with pytest.raises(ValueError, match="another kind"):
        judge(PROOF, wanted("layout-plan"))
    with pytest.raises(ValueError, match="another type"):
        judge(licence("food-operation-permit"), BL)
    with pytest.raises(ValueError, match="a licence serves"):
        judge(PROOF, BL)
    with pytest.raises(ValueError, match="aware"):
        judge(licence("business-licence"), BL, at=datetime(2026, 11, 20))
    with pytest.raises(Unknown):
        judge(licence("business-licence"), BL, replace(HYGIENE, agency="nobody"))


def test_every_sentence_has_its_facts_in_both_languages() -> None:
    for zh, en in SENTENCES.values():
        names = [{n for _, n, _, _ in string.Formatter().parse(text) if n} for text in (zh, en)]
        pairs = [{n.removesuffix("_zh").removesuffix("_en") for n in found} for found in names]
        assert pairs[0] == pairs[1] or pairs[1] <= pairs[0]
        assert zh.endswith("。") and en.endswith(".")
    with pytest.raises(KeyError):
        sentences("never_heard_of", {})


@settings(max_examples=60, deadline=None)
@given(piles(), cases())
def test_any_paper_gets_one_answer_with_words(pile: list[Held], case: Case) -> None:
    for requirement in CATALOGUE.items[case.item].requirements:
        for one in requirement.sets:
            for evidence in one.evidence:
                for held in pile:
                    kind = getattr(held, "kind", None) or getattr(held, "type", None)
                    if kind != getattr(evidence, "kind", getattr(evidence, "type", None)):
                        continue
                    fitness = assess(held, evidence, case, CATALOGUE, AT)
                    assert fitness == assess(held, evidence, case, CATALOGUE, AT)
                    assert fitness.zh and fitness.en
                    if fitness.outcome is Outcome.FIT:
                        assert held.state is State.ACTIVE
                        own = held.subject != STRANGER or held.project == case.project
                        assert own or getattr(held, "case", None) == case.id
