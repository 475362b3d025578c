"""Laws of finding, over any pile of papers: it loses nothing that a plan would use or mention, and
finds nothing that is no business of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.flows.door.index_reading import IndexReading, Row
from ledger.flows.matters.finding import APPLICANT, find_held, wanted_kinds
from ledger.log.statement import format_time
from ledger.ports import Scalar
from ledger.reuse.case import Case
from ledger.reuse.documents import Held, Licence, Material, State
from ledger.reuse.plan import plan
from tests.ledger.papers import AT, CATALOGUE, cases, piles


def index_of(held: list[Held], erased: frozenset[str] = frozenset()) -> IndexReading:
    """An index that holds just these papers."""
    disputes: list[Row] = [{"id": "dsp_x", "state": "open"}, {"id": "dsp_y", "state": "upheld"}]
    tables: dict[str, list[Row]] = {"licences": [], "materials": [], "disputes": disputes}
    for one in held:
        row = row_of(one)
        if one.object in erased:
            row["state"] = "erased"
        tables["licences" if isinstance(one, Licence) else "materials"].append(row)

    def rows(table: str, where: Mapping[str, Scalar]) -> list[Row]:
        found = tables[table]
        return [row for row in found if all(row.get(name) == where[name] for name in where)]

    return IndexReading(rows, lambda name: {})


def row_of(one: Held) -> dict[str, Any]:
    holds = {State.DISPUTED: "dsp_x", State.WITHDRAWN: "dsp_y"}.get(one.state)
    shared = {
        "id": one.id,
        "subject": one.subject,
        "state": "active" if holds else one.state.value,
        "dispute": holds,
        "grade": one.grade.value,
        "entry_index": one.entry,
        "premises": one.premises,
        "project": one.project,
    }
    if isinstance(one, Licence):
        return shared | {
            "type": one.type,
            "recorded_at": format_time(one.recorded_at),
            "issuer": one.issuer,
            "valid_from": one.valid_from.isoformat() if one.valid_from else None,
            "valid_to": one.valid_to.isoformat() if one.valid_to else None,
            "version": one.version,
        }
    return shared | {
        "kind": one.kind,
        "channel": one.channel.value,
        "deposited_at": format_time(one.deposited_at),
        "case_id": one.case,
        "issued_on": one.issued_on.isoformat() if one.issued_on else None,
        "checked_at": format_time(one.checked_at) if one.checked_at else None,
        "decision": one.decision,
        "media_type": one.media_type,
    }


def indexed(pile: list[Held]) -> list[Held]:
    """The papers as an index gives them back: a licence has the fields of its type."""
    return [
        replace(one, fields=tuple(CATALOGUE.licence_types[one.type].attributes))
        if isinstance(one, Licence)
        else one
        for one in pile
    ]


chained = st.builds(
    lambda case, chain: replace(case, chain=chain),
    cases(),
    st.sampled_from([(), ("case_other",)]),
)


@given(piles(), chained)
def test_what_is_not_found_no_plan_would_have_mentioned(pile: list[Held], case: Case) -> None:
    held, item = indexed(pile), CATALOGUE.item(case.item)
    found = find_held(index_of(held), CATALOGUE, item, case)
    assert all(one in held for one in found)
    with_all = plan(item, case, held, CATALOGUE, AT)
    assert plan(item, case, found, CATALOGUE, AT).to_json() == with_all.to_json()


@given(piles(), chained)
def test_what_is_found_is_wanted_of_whom_it_belongs_to(pile: list[Held], case: Case) -> None:
    item = CATALOGUE.item(case.item)
    wanted = wanted_kinds(item)
    for one in find_held(index_of(indexed(pile)), CATALOGUE, item, case):
        assert any(
            (
                one.type in kinds.licences
                if isinstance(one, Licence)
                else one.kind in kinds.materials
            )
            and belongs(one, role, case)
            for role, kinds in wanted.items()
        )


def belongs(one: Held, role: str, case: Case) -> bool:
    if isinstance(one, Material) and one.case == case.id:
        return True
    if one.subject == case.subject_of(role):
        return True
    if role != APPLICANT:
        return False
    project = one.project is not None and one.project == case.project
    chain = isinstance(one, Material) and one.case in case.chain
    return project or chain or one.subject == case.premises


@given(piles(), cases())
def test_what_was_erased_is_as_if_it_had_never_been(pile: list[Held], case: Case) -> None:
    held, item = indexed(pile), CATALOGUE.item(case.item)
    erased = frozenset(one.object for one in held[::2])
    kept = [one for one in held if one.object not in erased]
    found = find_held(index_of(held, erased), CATALOGUE, item, case)
    assert found == find_held(index_of(kept), CATALOGUE, item, case)


def test_a_partys_paper_may_come_in_the_applicants_name_and_no_licence_does() -> None:
    wanted = wanted_kinds(CATALOGUE.item("public-place-hygiene-permit"))
    assert "legal-representative-id" in wanted["legal_representative"].materials
    assert "legal-representative-id" in wanted[APPLICANT].materials
    assert "business-licence" in wanted[APPLICANT].licences
    assert "business-licence" not in wanted["legal_representative"].licences
