"""What stands in the way of an erasure, all of it, and who may decide it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.erasure.contents import goes
from ledger.erasure.errors import ArchiveFirst, NotSecond, SamePerson
from ledger.erasure.rules import (
    Standing,
    Voice,
    check_first,
    check_second,
    obstacles,
    years_after,
)
from ledger.log.statement import SIGNERS

TODAY = date(2026, 3, 2)
FREE = Standing("material:mat_a", date(2020, 1, 1), 5)
HELD: tuple[tuple[dict[str, Any], str], ...] = (
    ({"ended_on": None}, "erasure.in_force"),
    ({"retention_years": 10}, "erasure.retention"),
    ({"disputes": ("dsp_a",)}, "erasure.disputed"),
    ({"cases": ("case_a",)}, "erasure.case_open"),
    ({"cascades": ("7",)}, "erasure.cascade_due"),
    ({"flags": ("flg_a",)}, "erasure.flag_open"),
    ({"assistances": ("ast_a",)}, "erasure.assistance_open"),
    ({"consents": ("con_a",)}, "erasure.consent_runs"),
    ({"bases": ("bas_a",)}, "erasure.basis_runs"),
)


def codes(standing: Standing, today: date = TODAY) -> list[str]:
    return [one.code for one in obstacles(standing, today)]


def test_what_nothing_holds_may_go() -> None:
    assert codes(FREE) == []


@pytest.mark.parametrize(("change", "code"), HELD)
def test_each_hold_alone(change: dict[str, Any], code: str) -> None:
    (found,) = obstacles(replace(FREE, **change), TODAY)
    assert found.code == found.error().code == code
    assert found.zh and found.en and str(found.error()) == found.en
    held = [value for value in change.values() if isinstance(value, tuple)]
    assert [found.by] == (held or [()])


def test_all_that_holds_is_told_the_law_first() -> None:
    every = {name: value for change, _ in HELD[1:] for name, value in change.items()}
    assert codes(replace(FREE, **every)) == [code for _, code in HELD[1:]]
    assert codes(replace(FREE, **every, ended_on=None))[0] == "erasure.in_force"


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60), st.integers(-400, 400))
def test_retention_runs_out_on_its_day(ended: date, years: int, days: int) -> None:
    standing = Standing("licence:lic_a", ended, years)
    last = years_after(ended, years)
    assert last.year - ended.year == years and last >= ended
    held = codes(standing, last + timedelta(days=days))
    assert held == (["erasure.retention"] if days < 0 else [])
    (found,) = obstacles(standing, last - timedelta(days=1))
    assert found.until == last and last.isoformat() in found.en


def test_a_leap_day_and_the_end_of_time() -> None:
    assert years_after(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert years_after(date(2024, 2, 29), 9000) == date.max


def test_two_agencies_and_two_officers() -> None:
    archive = Voice("daj", "o-1", archive=True, second=False)
    operator = Voice("cyzx", "o-2", archive=False, second=True)
    check_first(archive)
    with pytest.raises(ArchiveFirst):
        check_first(operator)
    check_second(operator, "daj", "o-1")
    for agency, officer in (("cyzx", "o-1"), ("cyzx", "Ｏ-１"), ("cyzx", " o 1"), ("daj", "o-2")):
        with pytest.raises(SamePerson):
            check_second(operator, agency, officer)
    with pytest.raises(NotSecond):
        check_second(replace(operator, second=False), "daj", "o-1")


def test_what_shows_how_it_was_read_stays() -> None:
    gone = {kind for kind in SIGNERS if goes(kind, 7, 7)}
    assert gone == {
        "licence.issued", "licence.collected", "licence.suspended", "licence.restored",
        "licence.revoked", "licence.superseded", "licence.reissued", "material.deposited",
        "material.checked", "disputed", "dispute.settled",
    }  # fmt: skip
    assert not goes("licence.issued", 9, 7)  # the newer version names the older one
