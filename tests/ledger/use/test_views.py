"""By role and purpose: who sees which fields of a licence, and how."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.catalogue.data import built_in_catalogue
from ledger.use.masking import ALL
from ledger.use.views import FieldView, Shown, Viewer, views, visible

KIND = built_in_catalogue().licence_type("business-licence")
MASKED = replace(
    KIND,
    attributes={
        name: replace(one, mask={"holder_name": "name", "address": "address"}.get(name, "none"))
        for name, one in KIND.attributes.items()
    },
)
VALUES = dict.fromkeys(KIND.attributes, "虚拟市示范区桂花路1号")


def seen(viewer: Viewer, *fields: str, social: bool = False) -> dict[str, FieldView]:
    attributes = visible(MASKED, viewer, fields, social=social)
    return {one.name: one for one in views(attributes, viewer, VALUES)}


def test_the_holder_sees_all() -> None:
    shown = seen(Viewer.HOLDER)
    assert set(shown) == set(KIND.attributes)
    assert {one.shown for one in shown.values()} == {Shown.CLEAR}
    assert {one.value for one in shown.values()} == set(VALUES.values())


def test_an_agency_sees_what_was_released_and_nothing_else() -> None:
    shown = seen(Viewer.RELEASED, "address", "registered_capital")
    assert set(shown) == {"address", "registered_capital"}
    assert {one.shown for one in shown.values()} == {Shown.CLEAR}


def test_who_only_asked_sees_masks_and_nothing_in_clear() -> None:
    shown = seen(Viewer.ASKING, "address", "holder_name", "registered_capital")
    assert {name: one.value for name, one in shown.items()} == {
        "holder_name": "虚拟**1号",
        "address": "虚拟市示范区**",
        "registered_capital": ALL,  # it has no mask of its own
    }


def test_an_auditor_sees_names_only() -> None:
    shown = seen(Viewer.AUDITOR)
    assert set(shown) == set(KIND.attributes)
    assert {one.value for one in shown.values()} == {None}


@pytest.mark.parametrize("viewer", [Viewer.RELEASED, Viewer.ASKING])
def test_utilities_and_banks_see_least(viewer: Viewer) -> None:
    shown = seen(viewer, "address", "registered_capital", "business_scope", social=True)
    assert set(shown) == {"address"}


def test_a_value_that_is_not_there_shows_its_name() -> None:
    (one,) = views(visible(KIND, Viewer.HOLDER, (), social=False)[:1], Viewer.HOLDER, {})
    assert (one.shown, one.value) == (Shown.NAME_ONLY, None)
