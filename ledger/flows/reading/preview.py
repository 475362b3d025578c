"""Preview of a request: exactly what would be handed over, shown before anything is.

The holder sees the values and the answers to facts; the agency the same, masked, and of facts only
the questions. What cannot be handed over now says why, and from when it could be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from ledger import tlog
from ledger.errors import NotFound, Pushback
from ledger.flows.reading.facts import judged, standing_of
from ledger.flows.reading.views import asked_of, field_views, runs
from ledger.flows.reading.wanted import WHOLE_FILE
from ledger.log.statement import parse_time
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.reuse.documents import State, day
from ledger.use.availability import Availability, availability, available
from ledger.use.facts import Standing, facts_and_fields
from ledger.use.views import FieldView, Viewer

Row = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class FactView:
    """``answer``: yes, no or unknown; None to who has not been released it."""

    name: str
    zh: str
    en: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that would be handed over whole. ``size`` in bytes."""

    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class ItemPreview:
    """One item of the request; ``title``: of a material, as it was handed in, for its holder."""

    object: str
    zh: str
    en: str
    title: str | None
    fields: tuple[FieldView, ...]
    facts: tuple[FactView, ...]
    file: FileView | None
    available: Availability


@dataclass(frozen=True, slots=True)
class Preview:
    """``coming``: what other agencies were asked for in the case and have not answered yet."""

    request: str
    case: str
    viewer: Viewer
    items: tuple[ItemPreview, ...]
    coming: tuple[Availability, ...]


def preview(platform: Platform, request: Row, viewer: Viewer) -> Preview:
    """Of a request (its row), to its holder (``HOLDER``) or to the agency that asked (``ASKING``,
    masked; names alone once it has run out or the consent was taken back). Raises RecordErased."""
    if viewer is Viewer.ASKING and not runs(platform, request):
        viewer = Viewer.AUDITOR
    social = platform.catalogue.agency(str(request["agency"])).social
    items = asked_of(platform, request).items()
    return Preview(
        request=str(request["id"]),
        case=str(request["case_id"]),
        viewer=viewer,
        items=tuple(_item(platform, name, names, viewer, social=social) for name, names in items),
        coming=_coming(platform, str(request["case_id"])),
    )


def _item(
    platform: Platform, name: str, names: tuple[str, ...], viewer: Viewer, *, social: bool
) -> ItemPreview:
    sort, _, identity = name.partition(":")
    licence = sort == "licence"
    rows = platform.store.rows("licences" if licence else "materials", {"id": identity})
    if not rows:
        raise NotFound("There is no such item.")
    (row,) = rows
    facts, proper = facts_and_fields(names)
    whole = _file(platform, row, licence=licence) if WHOLE_FILE in proper else None
    fields = tuple(one for one in proper if one != WHOLE_FILE)
    found = _available(platform, row, licence=licence)
    unread = found.code.startswith(("later.store", "later.incomplete", "never.erased"))
    seen = Viewer.AUDITOR if unread else viewer  # what cannot be read shows its name
    if seen is Viewer.AUDITOR:
        shown = field_views(platform, row, seen, (), social=social) if licence else ()
        shown = tuple(one for one in shown if one.name in fields)
    else:
        shown = _clear_or_masked(platform, row, seen, fields, social=social) if licence else ()
    catalogue = platform.catalogue
    kind = (
        catalogue.licence_type(str(row["type"]))
        if licence
        else catalogue.material_kind(str(row["kind"]))
    )
    return ItemPreview(
        object=name,
        zh=kind.zh,
        en=kind.en,
        title=None if licence or viewer is not Viewer.HOLDER else _title(platform, row),
        fields=shown,
        facts=tuple(_fact(platform, row, one, seen) for one in facts),
        file=whole,
        available=found,
    )


def _clear_or_masked(
    platform: Platform, row: Row, viewer: Viewer, fields: tuple[str, ...], *, social: bool
) -> tuple[FieldView, ...]:
    """The holder sees these fields as the agency would get them: no more, in clear."""
    if viewer is Viewer.HOLDER:
        return field_views(platform, row, Viewer.RELEASED, fields, social=social)
    return field_views(platform, row, viewer, fields, social=social)


def _fact(platform: Platform, row: Row, name: str, viewer: Viewer) -> FactView:
    fact = platform.catalogue.fact(name)
    told = judged(platform, row, fact).value if viewer is Viewer.HOLDER else None
    return FactView(name, fact.zh, fact.en, told)


def _available(platform: Platform, row: Row, *, licence: bool) -> Availability:
    state = str(row["state"])
    if licence:
        standing = standing_of(row)
        files = [str(row["layout_file"]), str(row["fields_file"])]
    else:
        known = State(state) if state in tuple(State) else State.UNKNOWN
        if row["dispute"] is not None:
            known = State.DISPUTED
        standing, files = Standing(known, None, None), [str(row["file"])]
    try:
        stored: bool | None = all(_stored(platform, file) for file in files if file != "None")
    except Pushback:
        stored = None
    found = availability(standing, day(platform.now()), stored=stored, erased=state == "erased")
    if found.code == "later.suspended":
        return available(found.code, since=_suspended_on(platform, str(row["id"])))
    return found


def _stored(platform: Platform, file: str) -> bool:
    rows = platform.store.rows("files", {"id": file})
    return bool(rows) and platform.blobs.has(str(rows[0]["cid"]))


def _suspended_on(platform: Platform, licence: str) -> date | None:
    """The effective day of the newest suspension."""
    for index in reversed(platform.store.find(f"licence:{licence}")):
        stored = platform.store.entry(index)
        if stored is not None and stored.kind == "licence.suspended" and stored.record is not None:
            return date.fromisoformat(str(tlog.read(platform, index).body["effective_on"]))
    return None


def _coming(platform: Platform, case: str) -> tuple[Availability, ...]:
    rows = platform.store.rows("assistances", {"case_id": case, "state": "open"})
    return tuple(
        available("later.asked", expected=day(parse_time(str(row["due"])))) for row in rows
    )


def _file(platform: Platform, row: Row, *, licence: bool) -> FileView | None:
    kept = platform.store.rows("files", {"id": row["layout_file" if licence else "file"]})
    if not kept:
        return None
    media_type = "application/pdf" if licence else str(row["media_type"])
    return FileView(media_type, cast(int, kept[0]["size"]))


def _title(platform: Platform, row: Row) -> str | None:
    body = cast(Mapping[str, Any], tlog.read(platform, cast(int, row["entry_index"])).body)
    return str(body["title"]) or None
