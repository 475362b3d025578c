"""A plan in lines that an officer and a citizen understand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.cli.plan_words import ROLES, plan_lines
from api.cli.session import Session
from api.cli.words import Language
from ledger.catalogue.catalogue import Unknown
from ledger.reuse.case import Coming
from ledger.reuse.exemption import Plan
from ledger.reuse.plan import plan
from ledger.telling.telling import Pair
from tests.ledger.papers import AT, CATALOGUE, HYGIENE, PERSON, licence, material, shelf

CASE = replace(HYGIENE, parties={"legal_representative": PERSON})


class Called:
    """The names of the built-in catalogue."""

    def agency(self, id: str) -> Pair:
        return CATALOGUE.agency(id).zh, CATALOGUE.agency(id).en

    def item(self, slug: str) -> Pair:
        return CATALOGUE.item(slug).zh, CATALOGUE.item(slug).en

    def kind(self, kind: str) -> Pair:
        return CATALOGUE.name_of(kind)

    def object(self, name: str) -> Pair:
        raise Unknown(name)

    def field(self, name: str) -> Pair:
        return ("全文", "the whole file") if name == "file" else (f"<{name}>", f"<{name}>")


def lines(language: Language, made: Plan, explain: bool = True) -> list[str]:
    session = Session(Path(), False, language)
    papers = [one for need in made.requirements for one in (*need.used, *need.rejected)]
    told = {one.object: (f"第 {one.entry} 条", f"entry {one.entry}") for one in papers}
    return list(plan_lines(session, made, Called(), told if explain else None))


def made() -> Plan:
    old = material("layout-plan", id="mat_old", deposited_at=AT.replace(year=2019), entry=9)
    old = replace(old, checked_at=None)
    return plan(CATALOGUE.item(CASE.item), CASE, [*shelf(), old], CATALOGUE, AT, seen=77)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_requirement_says_what_is_used_and_why_the_old_does_not_serve(
    language: Language,
) -> None:
    text = "\n".join(lines(language, made()))
    assert "77" in text and CASE.id in text
    assert "licence:lic_business-licence" in text and "mat_old" in text
    if language == "zh":
        assert "公共场所卫生许可" in text and "不能用“经营场所平面布局图”（第 9 条）" in text
        assert "已超过 1095 天的时限" in text
        assert "还请提交：" in text and "其余都不用交" in text
        assert "全文" in text
    else:
        assert "cannot use “Layout plan of the premises” (entry 9)" in text
        assert "older than the 1095 days allowed" in text
        assert "Still to be handed in: " in text
    assert "{" not in text and "None" not in text


def test_without_explanation_the_lines_are_short() -> None:
    short, long = lines("en", made(), explain=False), lines("en", made())
    assert len(short) < len(long)
    assert not any("mat_old" in line for line in short)


def test_whose_paper_is_asked_for_is_said() -> None:
    without = [one for one in shelf() if "legal-representative-id" not in one.object]
    plain = plan(CATALOGUE.item(CASE.item), CASE, without, CATALOGUE, AT)
    papers = [one for one in plain.missing if one.role != "applicant"]
    text = "\n".join(lines("zh", plain))
    assert all(f"{one.zh}（{ROLES[one.role][0]}的）" in text for one in papers)


def test_what_comes_later_is_said_with_its_day() -> None:
    coming = Coming("business-licence", CASE.subject, "scjg", date(2026, 12, 9))
    held = [one for one in shelf() if one.object != licence("business-licence").object]
    later = replace(CASE, coming=(coming,))
    text = "\n".join(lines("en", plan(CATALOGUE.item(CASE.item), later, held, CATALOGUE, AT)))
    assert "2026-12-09" in text


def test_every_role_of_the_catalogue_has_words() -> None:
    roles = {role for item in CATALOGUE.items.values() for role in item.roles}
    assert roles <= set(ROLES)
