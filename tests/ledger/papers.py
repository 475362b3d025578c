"""A synthetic firm with its papers, and strategies over everything it could hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from ledger.catalogue.data import built_in_catalogue
from ledger.reuse.case import Case, Change
from ledger.reuse.documents import Channel, Grade, Held, Licence, Material, State

CATALOGUE = built_in_catalogue()
MARCH = datetime(2026, 3, 2, 2, tzinfo=UTC)
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
FIRM, STRANGER, PERSON, PLACE, ELSEWHERE = "sub_firm", "sub_stranger", "sub_wang", "sub_p", "sub_q"
SCOPE = Case(
    "case_scope", "business-scope-change-catering", "scjg", FIRM, "scope/1", premises=PLACE
)
HYGIENE = Case(
    "case_hygiene", "public-place-hygiene-permit", "wjw", FIRM, "hygiene/1", premises=PLACE
)
EQUITY = Case(
    "case_equity",
    "equity-change",
    "scjg",
    FIRM,
    "equity/1",
    premises=PLACE,
    changes=(Change("case_scope", SCOPE.item, date(2026, 3, 9)),),
)


def licence(type: str, **changes: Any) -> Licence:
    found = Licence(
        id=f"lic_{type}",
        type=type,
        subject=FIRM,
        state=State.ACTIVE,
        grade=Grade.ISSUED,
        entry=1,
        recorded_at=MARCH,
        fields=tuple(CATALOGUE.licence_types[type].attributes),
    )
    return replace(found, **changes)


def material(kind: str, **changes: Any) -> Material:
    found = Material(
        id=f"mat_{kind}",
        kind=kind,
        subject=FIRM,
        state=State.ACTIVE,
        grade=Grade.ORIGINAL_CHECKED,
        channel=Channel.COUNTER,
        entry=2,
        deposited_at=MARCH,
        premises=PLACE,
        case=SCOPE.id,
        issued_on=date(2026, 2, 20),
        checked_at=MARCH,
    )
    return replace(found, **changes)


def shelf() -> list[Held]:
    """What the firm holds after its change of business scope in March."""
    return [
        licence("business-licence"),
        material("shareholders-resolution", decision=SCOPE.matter, entry=3),
        material("articles-of-association", entry=4),
        material("premises-proof", entry=5),
        material("layout-plan", entry=6),
        material("legal-representative-id", entry=7),
    ]


def materials() -> st.SearchStrategy[Material]:
    return st.builds(
        Material,
        id=st.integers(0, 10**6).map(lambda n: f"mat_{n}"),
        kind=st.sampled_from(sorted(CATALOGUE.material_kinds)),
        subject=st.sampled_from([FIRM, FIRM, FIRM, PERSON, STRANGER]),
        state=st.sampled_from([State.ACTIVE, State.ACTIVE, State.ACTIVE, *State]),
        grade=st.sampled_from([Grade.ORIGINAL_CHECKED, *Grade]),
        channel=st.sampled_from(Channel),
        entry=st.integers(0, 50),
        deposited_at=st.sampled_from([AT - timedelta(days=n) for n in (1, 40, 300, 2000)]),
        project=st.sampled_from([None, "prj_1", "prj_2"]),
        premises=st.sampled_from([PLACE, PLACE, ELSEWHERE, None]),
        case=st.sampled_from([None, "case_x", "case_other"]),
        issued_on=st.sampled_from([None, date(2026, 11, 1), date(2026, 8, 1), date(2024, 1, 1)]),
        checked_at=st.sampled_from([None, AT - timedelta(days=1)]),
        decision=st.sampled_from([None, "matter/1", "matter/1", "matter/2"]),
    )


def licences() -> st.SearchStrategy[Licence]:
    def build(type: str, hidden: bool, **rest: Any) -> Licence:
        fields = tuple(CATALOGUE.licence_types[type].attributes)
        return Licence(type=type, fields=fields[1:] if hidden else fields, **rest)

    return st.builds(
        build,
        st.sampled_from(sorted(CATALOGUE.licence_types)),
        st.booleans(),
        id=st.integers(0, 10**6).map(lambda n: f"lic_{n}"),
        subject=st.sampled_from([FIRM, FIRM, FIRM, PERSON, STRANGER]),
        state=st.sampled_from([State.ACTIVE, State.ACTIVE, State.ACTIVE, *State]),
        grade=st.just(Grade.ISSUED),
        entry=st.integers(0, 50),
        recorded_at=st.sampled_from([AT - timedelta(days=1), AT + timedelta(days=1)]),
        valid_to=st.sampled_from([None, None, date(2027, 1, 1), date(2026, 11, 19)]),
        premises=st.sampled_from([PLACE, PLACE, ELSEWHERE, None]),
        project=st.sampled_from([None, "prj_1"]),
    )


def piles() -> st.SearchStrategy[list[Held]]:
    one = st.one_of(materials(), materials(), licences())
    return st.lists(one, max_size=25, unique_by=lambda held: held.object)


def cases() -> st.SearchStrategy[Case]:
    """A case of any item, by any agency that runs it, with its parties known or not."""

    def build(slug: str, agency: int, known: bool, project: str | None) -> Case:
        item = CATALOGUE.items[slug]
        return Case(
            id="case_x",
            item=slug,
            agency=item.agencies[agency % len(item.agencies)],
            subject=FIRM,
            matter="matter/1",
            project=project,
            premises=PLACE,
            parties=dict.fromkeys(item.roles, PERSON) if known else {},
        )

    return st.builds(
        build,
        st.sampled_from(sorted(CATALOGUE.items)),
        st.integers(0, 3),
        st.booleans(),
        st.sampled_from([None, "prj_1"]),
    )
