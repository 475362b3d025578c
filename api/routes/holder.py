"""The holder's own view: what is held, who asked, who read, for what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query

from api.answers import After, Limit, whole
from api.edge import HolderCaller, PlatformOf
from api.routes.audit import cursor_of, line_of
from api.schemas import SubjectId
from api.schemas_bases import AccessOut, AccessWords
from api.schemas_out import HeldOut, Page
from ledger.consent.delegation import ANY_ITEM
from ledger.errors import NotFound
from ledger.flows.door.powers import acts_for
from ledger.flows.evidence.accesses import accesses, told
from ledger.flows.evidence.trace import TraceLine
from ledger.flows.library.same_file import same_file
from ledger.platform import Platform

router = APIRouter(tags=["holder"])


@router.get("/v1/holder/items")
def holder_items(
    caller: HolderCaller, platform: PlatformOf, limit: Limit = 50, after: After = None
) -> Page:
    """The licences and materials that are held about the caller, licences first."""
    subject = caller.own_subject
    found: list[HeldOut] = []
    for sort, table in (("licence", "licences"), ("material", "materials")):
        cursor_sort, _, cursor_id = (after or "").partition(":")
        if cursor_sort == "material" and sort == "licence":
            continue
        rows = platform.store.rows(
            table,
            {"subject": subject},
            after=cursor_id if cursor_sort == sort else None,
            limit=limit + 1,
        )
        found += [_held(platform, sort, row) for row in rows]
    shown = found[:limit]
    return Page(items=shown, next=shown[-1].object if len(found) > limit else None)


def _held(platform: Platform, sort: str, row: Mapping[str, Any]) -> HeldOut:
    licence = sort == "licence"
    return HeldOut(
        object=f"{sort}:{row['id']}",
        kind=row["type"] if licence else row["kind"],
        state=row["state"],
        since=row["recorded_at"] if licence else row["deposited_at"],
        valid_to=row["valid_to"] if licence else None,
        by=row["issuer"] if licence else row["channel"],
        entry=whole(row["entry_index"]),
        same_as=[] if licence else _same(platform, row),
    )


def _same(platform: Platform, row: Mapping[str, Any]) -> list[str]:
    """The holder's other materials with this very file: it need not be kept twice."""
    (kept,) = platform.store.rows("files", {"id": row["file"]})
    found = same_file(platform, row["subject"], cast(bytes, kept["sha256"]))
    return [f"material:{one}" for one in found if one != row["id"]]


@router.get("/v1/holder/accesses")
def holder_accesses(
    caller: HolderCaller,
    platform: PlatformOf,
    limit: Limit = 50,
    after: After = None,
    subject: Annotated[SubjectId | None, Query(description="one whom the caller acts for")] = None,
) -> Page:
    """Who asked for the caller's papers, who read them: when, which fields, for what, and on what,
    in words; refusals too. What law lets be told later appears on its day. A guardian, or who has
    a power for any item, may ask for ``subject``. Who disagrees with an item disputes it."""
    whose = subject or caller.own_subject
    if not acts_for(platform, caller.own_subject, whose, ANY_ITEM):
        raise NotFound("There is no such subject.")
    found = accesses(platform, whose, cursor_of(after), limit + 1)
    shown = found[:limit]
    following = str(shown[-1].index) if len(found) > limit else None
    return Page(items=[_access(platform, one) for one in shown], next=following)


def _access(platform: Platform, line: TraceLine) -> dict[str, Any]:
    said = told(platform, line)
    words = None if said.words is None else AccessWords(zh=said.words[0], en=said.words[1])
    access = AccessOut(
        agency_zh=said.agency[0],
        agency_en=said.agency[1],
        ground=said.ground,
        words=words,
        signed_by_holder=said.signed_by_holder,
        visible_from=said.visible_from,
        items=said.items,
        complain="/v1/disputes",
    )
    return {**line_of(platform, line), "access": access}
