"""Licences: types, issue, collect, read, status, versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request
from starlette.responses import StreamingResponse

from api.answers import (
    IdempotencyKey,
    accepted,
    answered,
    answered_streamed,
    file_answer,
    once_of,
    once_streamed,
    stage,
    whole,
)
from api.auth import AGENCIES, Caller, Role
from api.door import Posted, posted, shaped
from api.edge import AgencyCaller, Edge, EdgeOf, PartyCaller, PlatformOf, only
from api.schemas import CollectedIn, LicenceIn
from api.schemas_out import Accepted, LicenceOut, Page, StatusOut
from api.upload import Parts, with_parts
from certs.canonical import Json, parse
from ledger.errors import NotFound
from ledger.flows.door.duty import body_of_licence
from ledger.flows.door.rows import row_of
from ledger.flows.library.files import plaintext
from ledger.flows.library.issue import (
    CollectedLicence,
    LicenceDraft,
    collect_licence,
    issue_licence,
)
from ledger.platform import Platform
from ledger.ports import Scalar

router = APIRouter(tags=["licences"])
Row = Mapping[str, Scalar]


@router.get("/v1/licence-types")
def licence_types(platform: PlatformOf) -> Page:
    """The kinds of licence that the catalogue knows, with their fields. Open to all."""
    return Page(
        items=[
            {
                "slug": kind.slug,
                "zh": kind.zh,
                "en": kind.en,
                "code": kind.code,
                "issued_by": list(kind.issued_by),
                "years": kind.years,
                "fields": [
                    {"name": one.name, "zh": one.zh, "en": one.en, "social": one.social}
                    for one in kind.attributes.values()
                ],
            }
            for kind in platform.catalogue.licence_types.values()
        ],
        next=None,
    )


@router.post("/v1/licences", status_code=202)
def issue(
    request: Request,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[LicenceIn], Depends(posted(LicenceIn, only(*AGENCIES)))],
) -> Accepted:
    """Issue a licence: credential and sealed layout file are made, stored and logged."""
    draft = licence_draft(body.model)
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Json]:
        done = issue_licence(edge.platform, caller.own_agency, draft, once)
        return {"licence": done.licence, "identifier": done.identifier}

    return answered(edge.platform, once, do, lambda known: _issued(edge, known))


def licence_draft(asked: LicenceIn) -> LicenceDraft:
    """What a posted licence, alone or as a row of a batch, asks to issue."""
    return LicenceDraft(
        type=asked.type,
        subject=asked.subject,
        number=asked.number,
        fields=asked.fields,
        valid_from=asked.valid_from,
        valid_to=asked.valid_to,
        premises=asked.premises,
        project=asked.project,
        supersedes=asked.supersedes,
        decision=asked.decision,
    )


def _issued(edge: Edge, known: Mapping[str, Json]) -> Accepted:
    licence = str(known["licence"])
    index = whole(row_of(edge.platform, "licences", licence)["entry_index"])
    more = {"identifier": known["identifier"]} if "identifier" in known else {}
    return accepted(edge, licence, index, f"/v1/licences/{licence}", **more)


@router.post("/v1/licences/collected", status_code=202, openapi_extra={"x-upload": "CollectedIn"})
async def collect(
    request: Request, caller: AgencyCaller, key: IdempotencyKey, edge: EdgeOf
) -> Accepted:
    """Take in a licence that another body issued, its file untouched. Multipart: ``about`` (JSON),
    then ``file``."""

    def take(parts: Parts) -> Accepted:
        about = parts.about()
        parse(about)
        asked = shaped(CollectedIn, about)
        found = licence_of(asked)
        once = once_streamed(request, caller, key, about)
        chunks = once.file.over(parts.file())

        def do() -> dict[str, Json]:
            licence, _ = collect_licence(edge.platform, caller.own_agency, found, chunks, once)
            return {"licence": licence}

        return answered_streamed(
            edge.platform, once, chunks, do, lambda known: _issued(edge, known)
        )

    return await with_parts(request, edge, take)


def licence_of(asked: CollectedIn) -> CollectedLicence:
    """What is said of a licence from elsewhere."""
    return CollectedLicence(
        type=asked.type,
        subject=asked.subject,
        number=asked.number,
        source=asked.source,
        issuer_name=asked.issuer_name,
        fields=asked.fields,
        valid_from=asked.valid_from,
        valid_to=asked.valid_to,
        identifier=asked.identifier,
        premises=asked.premises,
        project=asked.project,
        decision=asked.decision,
    )


def held_by(platform: Platform, caller: Caller, licence: str) -> dict[str, Scalar]:
    """The licence of its issuer, of the body that answers for it now, or of its holder. Raises
    NotFound for anybody else."""
    row = row_of(platform, "licences", licence)
    if caller.role is Role.HOLDER:
        mine = row["subject"] == caller.subject
    else:
        mine = row["issuer"] == caller.agency or body_of_licence(platform, row) == caller.agency
    if not mine:
        raise NotFound("There is no such licence.")
    return row


@router.get("/v1/licences/{licence}")
def read(licence: str, caller: PartyCaller, platform: PlatformOf) -> LicenceOut:
    """What the index says of a licence, to its issuer and its holder; no field of its face."""
    return _shown(platform, held_by(platform, caller, licence))


def _shown(platform: Platform, row: Row) -> LicenceOut:
    index = whole(row["entry_index"])
    return LicenceOut(
        **{
            name: cast(Any, row[name])
            for name in (
                "id",
                "type",
                "subject",
                "issuer",
                "grade",
                "version",
                "valid_from",
                "valid_to",
                "recorded_at",
                "premises",
                "project",
                "supersedes",
                "source",
            )
        },
        status=place_of(row),
        entry=index,
        stage=stage(platform, index),
        file=f"/v1/licences/{row['id']!s}/file",
    )


def place_of(row: Row) -> StatusOut:
    """Its state and its place in the status list."""
    return StatusOut(
        state=str(row["state"]),
        uri=cast("str | None", row["status_uri"]),
        index=cast("int | None", row["status_index"]),
    )


@router.get(
    "/v1/licences/{licence}/file",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/pdf": {}, "application/octet-stream": {}}}},
)
def file(licence: str, caller: PartyCaller, platform: PlatformOf) -> StreamingResponse:
    """The layout file in clear, to issuer and holder; of a collected licence the original."""
    row = held_by(platform, caller, licence)
    kept = row_of(platform, "files", str(row["layout_file"]))
    sort = "application/pdf" if row["source"] is None else "application/octet-stream"
    return file_answer(plaintext(platform, str(kept["id"])), sort, whole(kept["size"]))


@router.get("/v1/licences/{licence}/versions")
def versions(licence: str, caller: PartyCaller, platform: PlatformOf) -> Page:
    """The chain of versions that this licence belongs to, oldest first."""
    row = held_by(platform, caller, licence)
    chain = [row]
    while chain[0]["supersedes"] is not None and len(chain) < 1000:
        chain.insert(0, row_of(platform, "licences", str(chain[0]["supersedes"])))
    while next_rows := platform.store.rows("licences", {"supersedes": chain[-1]["id"]}):
        chain.append(next_rows[0])
    return Page(items=[_shown(platform, one) for one in chain], next=None)
