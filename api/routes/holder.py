"""The holder's own view: what is held, who asked, who read, for what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from fastapi import APIRouter

from api.answers import After, Limit, whole
from api.edge import HolderCaller, PlatformOf
from api.routes.audit import cursor_of, line_of
from api.schemas_out import HeldOut, Page
from ledger.flows.same_file import same_file
from ledger.flows.trace import TraceLine, trace
from ledger.platform import Platform

router = APIRouter(tags=["holder"])
ACCESSES = frozenset(
    (
        "consent.requested", "consent.granted", "consent.withdrawn", "released", "refused",
        "benefit.assessed", "benefit.offered", "benefit.confirmed",
        "erasure.requested", "erasure.approved", "erasure.refused", "erased",
    )
)  # fmt: skip


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
    caller: HolderCaller, platform: PlatformOf, limit: Limit = 50, after: After = None
) -> Page:
    """Who asked for the caller's papers, who read them, for what, on whose word; refusals too."""
    key = f"subject:{caller.own_subject}"
    found: list[TraceLine] = []
    cursor = cursor_of(after)
    while len(found) <= limit and (page := trace(platform, key, after=cursor)):
        found += [line for line in page if line.kind in ACCESSES]
        cursor = page[-1].index
    shown = found[:limit]
    following = str(shown[-1].index) if len(found) > limit else None
    return Page(items=[line_of(platform, one) for one in shown], next=following)
