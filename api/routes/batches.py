"""Many licences in one call: a result for each row, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from api.answers import IdempotencyKey, keep, once_of, once_streamed, whole
from api.auth import AGENCIES, Caller
from api.door import Posted, posted, shaped
from api.edge import AgencyCaller, Edge, EdgeOf, only
from api.packed import Archive, ArchiveMalformed, gathered
from api.problems import ABSENT, BodyRefused, status_of
from api.routes.licences import licence_draft, licence_of
from api.schemas_filling import (
    MAX_ROWS,
    CollectedBatchIn,
    CollectedRowIn,
    LicenceRowIn,
    LicencesIn,
    RowOut,
    RowsOut,
)
from api.upload import Parts, with_parts
from certs.canonical import Json, canonical, parse
from certs.errors import Coded
from ledger.errors import NotFound, Pushback
from ledger.flows.door.once import Once
from ledger.flows.door.rows import row_of
from ledger.flows.library.collect_many import Found, collect_many, sha256_of
from ledger.flows.library.issue_many import Order, RowDone, issue_many
from ledger.flows.library.status import publish_list
from ledger.platform import Platform

router = APIRouter(tags=["licences"])
ROUTE, ROUTE_COLLECTED = "batch row", "collected row"
ROWS = "rows.json"
MAX_LISTED = 4 << 20


@router.post("/v1/licences/batch", status_code=207)
def batch(
    request: Request,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[LicencesIn], Depends(posted(LicencesIn, only(*AGENCIES)))],
) -> RowsOut:
    """Issue up to 1,000 licences. Each row has a ``key`` of its own and is issued once under it,
    also when the call is repeated, cut off, or made anew with other rows beside it; a row that was
    refused or had to wait may be sent again. The status of a row is what it would have had alone.
    """
    once = once_of(request, caller, key, body.data)
    once.earlier(edge.platform)  # the same key with other bytes is refused
    drafts: dict[int, Order] = {}
    answers: dict[int, RowOut] = {}
    for number, row in enumerate(body.model.rows):
        try:
            drafts[number] = _order(caller, shaped(LicenceRowIn, canonical(row)), row)
        except Coded as error:
            answers[number] = _refused(number, row, error)
    done = issue_many(edge.platform, caller.own_agency, drafts.values())
    for number, one in zip(drafts, done, strict=True):
        row = body.model.rows[number]
        answers[number] = (
            _refused(number, row, one.error)
            if one.error is not None
            else _issued(edge.platform, number, row, one)
        )
    keep(edge.platform, once, {"rows": len(body.model.rows)})
    rows = [answers[number] for number in sorted(answers)]
    return RowsOut(rows=rows, counts=dict(Counter(str(one.status) for one in rows)))


@router.post(
    "/v1/licences/collected/batch",
    status_code=207,
    openapi_extra={"x-upload": "CollectedBatchIn"},
)
async def collected(
    request: Request, caller: AgencyCaller, key: IdempotencyKey, edge: EdgeOf
) -> RowsOut:
    """Take in up to 1,000 licences that others issued. Multipart: ``about`` (an empty object), then
    ``file``: a ZIP archive with ``rows.json``, a list of what ``/v1/licences/collected`` takes with
    ``file``, the name of a member, and a ``key`` if wanted; and these members. A licence that is
    held already, byte for byte, answers as itself; other bytes are a new version of it."""

    def take(parts: Parts) -> RowsOut:
        about = parts.about()
        parse(about)
        shaped(CollectedBatchIn, about)
        once = once_streamed(request, caller, key, about)
        archive = Archive(gathered(once.file.over(parts.file())))
        once.earlier(edge.platform)
        rows = parse(archive.whole(ROWS, MAX_LISTED), max_bytes=MAX_LISTED)
        if not isinstance(rows, list) or not 0 < len(rows) <= MAX_ROWS:
            raise BodyRefused(f"{ROWS} is a list of 1 to {MAX_ROWS} rows.", errors=[])
        archive.require_room(row.get("file") for row in rows if isinstance(row, dict))
        answers = [_collected(edge, caller, archive, n, row) for n, row in enumerate(rows)]
        with suppress(Pushback):  # else the worker publishes: the list is due
            if any(one.result == "new_version" for one in answers):
                publish_list(edge.platform, caller.own_agency)
        keep(edge.platform, once, {"rows": len(rows)})
        return RowsOut(rows=answers, counts=dict(Counter(str(one.status) for one in answers)))

    return await with_parts(request, edge, take)


def _collected(edge: Edge, caller: Caller, archive: Archive, number: int, row: Json) -> RowOut:
    named = row if isinstance(row, dict) else {}
    try:
        asked = shaped(CollectedRowIn, canonical(row))
        if asked.file not in archive or asked.file == ROWS:
            raise ArchiveMalformed("The archive has no such member.")
        read = partial(archive.chunks, asked.file)
        once = None
        if asked.key is not None:
            request = canonical(row) + sha256_of(read())
            once = Once(caller.party, ROUTE_COLLECTED, asked.key, request)
        found = Found(licence_of(asked), read, once)
        (done,) = collect_many(edge.platform, caller.own_agency, [found])
        if done.error is not None:
            raise done.error
    except Coded as error:
        return _refused(number, named, error)
    licence = str(done.licence)
    return RowOut(
        row=number,
        key=asked.key,
        status=202,
        id=licence,
        entry=whole(row_of(edge.platform, "licences", licence)["entry_index"]),
        look=f"/v1/licences/{licence}",
        result=done.result,
        warnings=done.warnings,
    )


def _order(caller: Caller, asked: LicenceRowIn, row: Mapping[str, Any]) -> Order:
    return Order(licence_draft(asked), Once(caller.party, ROUTE, asked.key, canonical(dict(row))))


def _issued(platform: Platform, number: int, row: Mapping[str, Any], done: RowDone) -> RowOut:
    licence = str(done.licence)
    return RowOut(
        row=number,
        key=str(row["key"]),
        status=202,
        id=licence,
        identifier=done.identifier,
        entry=whole(row_of(platform, "licences", licence)["entry_index"]),
        look=f"/v1/licences/{licence}",
        result="issued",
    )


def _refused(number: int, row: Mapping[str, Any], error: Coded) -> RowOut:
    """A row's problem; what the row holds is not repeated, and foreign and absent look alike."""
    status = status_of(error)
    absent = isinstance(error, NotFound) and status == 404
    key = row.get("key")
    return RowOut(
        row=number,
        key=key if isinstance(key, str) and len(key) <= 128 else None,
        status=status,
        code=NotFound.code if absent else error.code,
        detail=ABSENT if absent else _detail(error, status),
    )


def _detail(error: Coded, status: int) -> str:
    return str(error)[:500] if status < 500 or status == 503 else "Something is wrong on our side."
