"""A licence as one viewer may see it: the holder all, an agency what was released to it for a case,
masked what it only asked for, an auditor the names of fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ledger import tlog
from ledger.errors import NotFound
from ledger.flows.matters.cases import read_case
from ledger.flows.reading.facts import opened_fields, standing_of
from ledger.flows.reading.live import live_releases
from ledger.flows.reading.wanted import WHOLE_FILE, ItemDisputed, ItemNotActive
from ledger.log.statement import parse_time
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.reuse.documents import State, day
from ledger.use.facts import facts_and_fields
from ledger.use.views import FieldView, Viewer, views, visible

Row = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class LicenceView:
    """``state``: as the log has it, or ``expired``."""

    licence: str
    type: str
    zh: str
    en: str
    state: str
    viewer: Viewer
    fields: tuple[FieldView, ...]


def view_for_holder(platform: Platform, subject: str, licence: str) -> LicenceView:
    """The holder's own licence, all of it in clear. Raises NotFound."""
    return _view(platform, _row(platform, licence, subject), Viewer.HOLDER, (), social=False)


def view_for_auditor(platform: Platform, licence: str) -> LicenceView:
    """Names of its fields, no value. Raises NotFound."""
    return _view(platform, _row(platform, licence), Viewer.AUDITOR, (), social=False)


def view_for_agency(platform: Platform, agency: str, licence: str, case: str) -> LicenceView:
    """What a live release for the agency's own case gave it; else, masked, what a request for that
    case that still runs asked for. Raises NotFound for anything else, ItemNotActive, ItemDisputed.
    """
    read_case(platform, agency, case)
    row, name = _row(platform, licence), f"licence:{licence}"
    social = platform.catalogue.agency(agency).social
    given = [
        one.fields[name] for one in live_releases(platform, agency, case) if name in one.fields
    ]
    if fields := _proper(platform, row, given):
        if row["state"] != "active":
            raise ItemNotActive("The item is not in force now.", state=row["state"])
        if row["dispute"] is not None:
            raise ItemDisputed("The item is disputed by its holder and held for now.")
        return _view(platform, row, Viewer.RELEASED, fields, social=social)
    asked = [
        items[name]
        for request in platform.store.rows("requests", {"case_id": case, "agency": agency})
        if runs(platform, request) and name in (items := asked_of(platform, request))
    ]
    if not asked:
        raise NotFound("There is no such licence.")
    fields = _proper(platform, row, asked)
    return _view(platform, row, Viewer.ASKING, fields, social=social)


def runs(platform: Platform, request: Row) -> bool:
    """Whether a request (its row) still stands: neither run out nor its consent taken back."""
    if platform.now() >= parse_time(str(request["until"])):
        return False
    consents = platform.store.rows("consents", {"request": request["id"]})
    return request["state"] in ("open", "granted") and all(
        one["state"] == "granted" for one in consents
    )


def asked_of(platform: Platform, request: Row) -> dict[str, tuple[str, ...]]:
    """Object → names that a request (its row) asks for. Raises RecordErased."""
    body = cast(Mapping[str, Any], tlog.read(platform, cast(int, request["entry_index"])).body)
    return {str(one["object"]): tuple(one["fields"]) for one in body["items"]}


def field_views(
    platform: Platform, row: Row, viewer: Viewer, fields: Iterable[str], *, social: bool
) -> tuple[FieldView, ...]:
    """Fields of a licence (its row); only those that are shown are opened. Raises Pushback."""
    kind = platform.catalogue.licence_type(str(row["type"]))
    attributes = visible(kind, viewer, tuple(fields), social=social)
    readable = viewer is not Viewer.AUDITOR and row["fields_file"] is not None
    names = tuple(one.name for one in attributes)
    values = opened_fields(platform, row, names) if readable and names else {}
    return views(attributes, viewer, values)


def _view(
    platform: Platform, row: Row, viewer: Viewer, fields: Iterable[str], *, social: bool
) -> LicenceView:
    kind = platform.catalogue.licence_type(str(row["type"]))
    standing = standing_of(row)
    in_force = standing.in_force(day(platform.now()))
    expired = standing.state is State.ACTIVE and not in_force
    return LicenceView(
        licence=str(row["id"]),
        type=kind.slug,
        zh=kind.zh,
        en=kind.en,
        state="expired" if expired else standing.state.value,
        viewer=viewer,
        fields=field_views(platform, row, viewer, fields, social=social),
    )


def _row(platform: Platform, licence: str, subject: str | None = None) -> dict[str, Scalar]:
    rows = platform.store.rows("licences", {"id": licence})
    if not rows or subject not in (None, rows[0]["subject"]):
        raise NotFound("There is no such licence.")
    return rows[0]


def _proper(platform: Platform, row: Row, given: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Fields among what was given; a whole file shows them all."""
    fields = {name for names in given for name in facts_and_fields(names)[1]}
    if WHOLE_FILE in fields:
        fields |= set(platform.catalogue.licence_type(str(row["type"])).attributes)
    return tuple(sorted(fields - {WHOLE_FILE}))
