"""Many licences in one call: a result for each row, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from api.answers import IdempotencyKey, keep, once_of, row_of, whole
from api.auth import AGENCIES, Caller
from api.door import Posted, posted, shaped
from api.edge import AgencyCaller, EdgeOf, only
from api.problems import ABSENT, status_of
from api.schemas_filling import LicenceRowIn, LicencesIn, RowOut, RowsOut
from certs.canonical import canonical
from certs.errors import Coded
from ledger.errors import NotFound
from ledger.flows.issue_many import Order, RowDone, issue_many
from ledger.flows.licence_parts import LicenceDraft
from ledger.flows.once import Once
from ledger.platform import Platform

router = APIRouter(tags=["licences"])
ROUTE = "batch row"


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


def _order(caller: Caller, asked: LicenceRowIn, row: Mapping[str, Any]) -> Order:
    draft = LicenceDraft(
        type=asked.type,
        subject=asked.subject,
        number=asked.number,
        fields=asked.fields,
        valid_from=asked.valid_from,
        valid_to=asked.valid_to,
        premises=asked.premises,
        project=asked.project,
        supersedes=asked.supersedes,
    )
    return Order(draft, Once(caller.party, ROUTE, asked.key, canonical(dict(row))))


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
