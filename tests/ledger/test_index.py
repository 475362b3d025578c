"""The index: which rows and names each statement gives."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from certs.jwk import public_jwk
from ledger.adapters.sql.schema import tables
from ledger.index import PRIMARY_KEYS, names_of, rows_of
from ledger.log.bodies import SHAPES
from ledger.log.statement import Statement
from ledger.ports import INDEX, Row
from ledger.status.lifecycle import STATE_AFTER
from tests.ledger.bodies import BODIES, CONSENT, ITEMS, LICENCE, MATERIAL, RELEASE, an_id
from tests.ledger.world_names import p256

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


def said(kind: str, **changes: Any) -> Statement:
    body = BODIES[kind] | changes
    if kind == "holderkey.bound":
        body |= {"jwk": public_jwk(p256("holder").public_key())}
    named = body.get("stored", ["made"] if kind in ("copy.made", "fact.answered") else ())
    files = tuple((bytes([n]) * 32, 100 + n) for n, _ in enumerate(named))
    return Statement(kind, an_id("st"), "log.example", "scjg", AT, body, files)


def row(rows: tuple[Row, ...], table: str) -> Row:
    (found,) = (one for one in rows if one.table == table)
    return found


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_rows_fit_the_tables_that_the_store_has(kind: str) -> None:
    for one in rows_of(said(kind)):
        table = tables()[one.table]
        assert set(one.values) <= table.names
        assert set(PRIMARY_KEYS[one.table]) <= set(one.values)
        assert PRIMARY_KEYS[one.table] == table.key


def test_every_kind_that_can_be_stated_has_an_example_here() -> None:
    assert set(BODIES) >= set(SHAPES)


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_names_lead_back_to_the_entry(kind: str) -> None:
    statement = said(kind)
    names = names_of(statement)
    assert list(names) == sorted(set(names))
    assert {"actor:scjg", f"statement:{statement.id}"} <= set(names)
    for member in ("case", "consent", "licence", "material", "subject", "agency", "officer"):
        if isinstance(value := statement.body.get(member), str):
            assert f"{member}:{value}" in names


def test_nothing_personal_is_a_name() -> None:
    """Names are looked up in clear: surrogates and codes only, no numbers, no titles."""
    everything = {name.partition(":")[0] for kind in BODIES for name in names_of(said(kind))}
    assert everything <= {
        "actor", "agency", "assistance", "basis", "case", "commitment", "consent", "copy",
        "continued", "credential", "delegation", "demand", "dispute", "erasure", "flag", "licence",
        "material",
        "offer", "officer", "premises", "project", "reconciliation", "release", "request",
        "statement", "subject", "verification",
    }  # fmt: skip


def test_the_objects_of_a_consent_are_names_of_it() -> None:
    for kind in ("consent.requested", "consent.granted", "released"):
        assert {item["object"] for item in ITEMS} <= set(names_of(said(kind)))


def test_an_issued_licence_has_row_place_and_files() -> None:
    statement = said("licence.issued", supersedes=an_id("lic", 9), version=2)
    rows = rows_of(statement)
    licence = row(rows, "licences")
    assert licence.values["entry_index"] is INDEX
    assert (licence.values["state"], licence.values["version"]) == ("active", 2)
    assert licence.values["recorded_at"] == "2026-03-02T01:00:00Z"
    assert licence.values["supersedes"] == an_id("lic", 9)
    assert {one.mode for one in rows} == {"insert"}  # the old one changes by its own statement
    assert row(rows, "status_entries").values["value"] == 0
    files = [one.values for one in rows if one.table == "files"]
    assert [one["kind"] for one in files] == ["layout", "fields"]
    assert [one["sha256"] for one in files] == [digest for digest, _ in statement.files]
    assert f"licence:{an_id('lic', 9)}" in names_of(statement)


@pytest.mark.parametrize("kind", sorted(STATE_AFTER))
def test_a_change_of_status_changes_licence_and_place(kind: str) -> None:
    rows = rows_of(said(kind))
    assert {one.mode for one in rows if one.table != "cascades"} == {"update"}
    assert row(rows, "licences").values["state"] == STATE_AFTER[kind]
    cascade = row(rows, "cascades").values
    assert cascade == {"cause_index": INDEX, "object": LICENCE, "state": "due"}
    value = {"active": 0, "revoked": 1, "suspended": 2, "superseded": 3}[STATE_AFTER[kind]]
    assert row(rows, "status_entries").values["value"] == value


def test_an_original_that_was_seen_at_once_is_checked_at_once() -> None:
    seen = rows_of(said("material.deposited", grade="original_checked", officer="o-17"))
    assert row(seen, "materials").values["checked_at"] == "2026-03-02T01:00:00Z"
    scan = rows_of(said("material.deposited", case=None))
    assert row(scan, "materials").values["checked_at"] is None
    assert [one for one in scan if one.table == "case_items"] == []
    later = row(rows_of(said("material.checked")), "materials")
    assert (later.mode, later.values["grade"]) == ("update", "original_checked")


def test_a_consent_closes_its_request_and_a_release_counts() -> None:
    granted = rows_of(said("consent.granted"))
    assert row(granted, "consents").values["uses"] == 0
    assert row(granted, "requests").values == {"id": CONSENT["request"], "state": "granted"}
    released = rows_of(said("released"))
    assert row(released, "consents").values == {"id": RELEASE["consent"], "uses": RELEASE["n"]}
    assert row(released, "releases").values["entry_index"] is INDEX
    reused = [one.values["object"] for one in released if one.table == "case_items"]
    assert reused == [item["object"] for item in ITEMS]
    withdrawn = row(rows_of(said("consent.withdrawn")), "consents")
    assert withdrawn.values["state"] == "withdrawn"


def test_what_only_tells_has_no_rows() -> None:
    assert rows_of(said("agency.admitted")) == ()


def test_a_plan_says_how_each_requirement_is_met_and_which_papers_are_spared() -> None:
    paper = {"object": LICENCE, "way": "licence"}
    here = {"object": MATERIAL, "way": "handed_in"}
    lacking = {"kind": "material:layout-plan", "role": "applicant"}
    asked = {"kind": "assistance:sw", "role": "applicant", "stand": "possible"}
    requirements = [
        {"id": "identity", "way": "licence", "used": [paper], "missing": []},
        {"id": "premises", "way": "mixed", "used": [paper, here], "missing": []},
        {"id": "tax", "way": "assistance", "used": [], "missing": [], "arranged": [asked]},
        {"id": "layout", "way": "asked", "used": [], "missing": [lacking]},
    ]
    rows = rows_of(said("plan.signed", plan={"v": 1, "requirements": requirements}))
    ways = {
        one.values["requirement"]: one.values["way"] for one in rows if one.table == "case_ways"
    }
    assert ways == {
        "identity": "licence", "premises": "mixed", "tax": "assistance", "layout": "asked"
    }  # fmt: skip
    counts = row(rows, "case_plans").values
    assert (counts["spared"], counts["handed_in"], counts["asked"]) == (2, 1, 1)
    assert row(rows, "case_papers").values["kind"] == "material:layout-plan"


@pytest.mark.parametrize("kind", ["released", "basis.used"])
def test_a_read_names_officer_and_basis(kind: str) -> None:
    values = row(rows_of(said(kind)), "reads").values
    assert values["officer"] == RELEASE["officer"]
    assert (values["consent"] is None) == (kind == "basis.used")
    assert (values["basis"] is None) == (kind == "released")


def test_reminders_follow_each_other_until_the_last() -> None:
    asked = row(rows_of(said("assistance.requested")), "assistances").values
    assert asked["remind_at"] == "2026-03-05T12:30:00Z"
    reminded = [
        row(rows_of(said("assistance.reminded", level=level)), "assistances").values["remind_at"]
        for level in (1, 2, 3)
    ]
    assert reminded == ["2026-03-09T00:00:00Z", "2026-03-11T15:59:59Z", None]


@pytest.mark.parametrize(
    ("kind", "relied"),
    [
        ("released", [(LICENCE, "reused"), (MATERIAL, "reused")]),
        ("material.deposited", [(MATERIAL, "handed_in")]),
        ("commitment.made", [(f"commitment:{an_id('cmt')}", "committed")]),
        (
            "basis.used",
            [(LICENCE, "reused"), (MATERIAL, "reused"), (f"basis:{an_id('bas')}", "basis")],
        ),
    ],
)
def test_what_a_case_relies_on(kind: str, relied: list[tuple[str, str]]) -> None:
    rows = [one.values for one in rows_of(said(kind)) if one.table == "reliances"]
    assert [(one["object"], one["way"]) for one in rows] == relied
    assert {one["case_id"] for one in rows} == {an_id("case")}
    assert all(one["entry_index"] is INDEX for one in rows)


def test_only_what_ends_badly_has_a_cascade() -> None:
    def causes(kind: str, **changes: Any) -> list[object]:
        rows = rows_of(said(kind, **changes))
        return [one.values["object"] for one in rows if one.table == "cascades"]

    assert causes("dispute.settled", outcome="rejected") == []
    assert causes("dispute.settled", outcome="upheld") == [LICENCE]
    assert causes("commitment.checked", outcome="kept") == []
    assert causes("commitment.checked", outcome="broken") == [f"commitment:{an_id('cmt')}"]
    assert causes("basis.ended") == [f"basis:{an_id('bas')}"]
    assert causes("erased") == [BODIES["erased"]["object"]]
    assert causes("material.deposited") == []
    done = row(rows_of(said("cascade.done")), "cascades")
    assert (done.mode, done.values["state"], done.values["done_index"]) == ("update", "done", INDEX)


def test_a_dispute_holds_the_paper_until_it_is_settled() -> None:
    held = row(rows_of(said("disputed")), "licences")
    assert (held.mode, held.values["dispute"]) == ("update", an_id("dsp"))

    def after(outcome: str, about: str) -> dict[str, object]:
        rows = rows_of(said("dispute.settled", outcome=outcome, object=about))
        table = "licences" if about == LICENCE else "materials"
        return next((dict(one.values) for one in rows if one.table == table), {})

    assert after("upheld", LICENCE) == {} == after("corrected", LICENCE)
    assert after("rejected", LICENCE)["dispute"] is None
    assert after("upheld", MATERIAL)["state"] == "withdrawn"
    assert after("corrected", MATERIAL)["state"] == "superseded"
    assert "state" not in after("rejected", MATERIAL)
