"""Materials: handed in, looked at, never read here; reading another's is a release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request

from api.answers import (
    IdempotencyKey,
    accepted,
    accepted_known,
    answered,
    answered_streamed,
    once_of,
    once_streamed,
    stage,
    whole,
)
from api.auth import AGENCIES, Caller, Role
from api.door import Posted, posted, shaped
from api.edge import AgencyCaller, EdgeOf, PartyCaller, PlatformOf, only
from api.schemas import CheckIn, MaterialIn
from api.schemas_out import Accepted, MaterialOut
from api.upload import Parts, with_parts
from certs import base64url
from certs.canonical import Json, parse
from ledger import tlog
from ledger.errors import NotFound
from ledger.flows.door.rows import row_of
from ledger.flows.matters.demand import needless_of
from ledger.flows.matters.deposit import Handed, check_original, deposit, unstated
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.reuse.documents import Channel, Grade

router = APIRouter(tags=["materials"])


@router.post("/v1/materials", status_code=202, openapi_extra={"x-upload": "MaterialIn"})
async def hand_in(
    request: Request, caller: AgencyCaller, key: IdempotencyKey, edge: EdgeOf
) -> Accepted:
    """Hand a material in, up to 100 MB, streamed. Multipart: ``about`` (JSON), then ``file``.
    ``needless`` in the answer: what the agency could have had instead, by the case's plan;
    ``unstated``: fields of it to record (``stated``), or it cannot serve every item."""

    def take(parts: Parts) -> Accepted:
        about = parts.about()
        parse(about)
        asked = shaped(MaterialIn, about)
        handed = Handed(
            kind=asked.kind,
            subject=asked.subject,
            title=asked.title,
            grade=Grade(asked.grade),
            channel=Channel(asked.channel),
            case=asked.case,
            project=asked.project,
            premises=asked.premises,
            officer=asked.officer,
            issued_on=asked.issued_on,
            decision=asked.decision,
            media_type=asked.media_type,
            stated=asked.stated,
        )
        once = once_streamed(request, caller, key, about)
        chunks = once.file.over(parts.file())

        def do() -> dict[str, Json]:
            spare = needless_of(edge.platform, caller.own_agency, handed)
            done = deposit(edge.platform, caller.own_agency, handed, chunks, once)
            needless: list[Json] = [one.to_json() for one in spare]
            return {"material": done.material, "needless": needless, "same": list(done.same)}

        def show(known: Mapping[str, Json]) -> Accepted:
            material = str(known["material"])
            index = _first_index(edge.platform, material)
            look = f"/v1/materials/{material}"
            # ``same``: what this agency has this very file as already
            told = {name: known.get(name, []) for name in ("needless", "same")}
            told["unstated"] = list(unstated(edge.platform, handed))
            return accepted(edge, material, index, look, **told)

        return answered_streamed(edge.platform, once, chunks, do, show)

    return await with_parts(request, edge, take)


def _first_index(platform: Platform, material: str) -> int:
    found = platform.store.find(f"material:{material}", limit=1)
    if not found:
        raise NotFound("There is no such material.")
    return found[0]


def held_by(platform: Platform, caller: Caller, material: str) -> dict[str, Scalar]:
    """The material of the agency that took it in, or of its holder. Raises NotFound."""
    row = row_of(platform, "materials", material)
    if caller.role is Role.HOLDER:
        mine = row["subject"] == caller.subject
    else:
        mine = tlog.read(platform, whole(row["entry_index"])).actor == caller.agency
    if not mine:
        raise NotFound("There is no such material.")
    return row


@router.get("/v1/materials/{material}")
def read(material: str, caller: PartyCaller, platform: PlatformOf) -> MaterialOut:
    """What is recorded of a material, to the agency that took it in and to its holder."""
    row = held_by(platform, caller, material)
    kept = row_of(platform, "files", str(row["file"]))
    index = whole(row["entry_index"])
    return MaterialOut(
        **{
            name: cast(Any, row[name])
            for name in (
                "id",
                "kind",
                "subject",
                "grade",
                "channel",
                "project",
                "premises",
                "issued_on",
                "deposited_at",
                "checked_at",
                "decision",
                "state",
                "media_type",
            )
        },
        case=cast("str | None", row["case_id"]),
        size=whole(kept["size"]),
        sha256=base64url.encode(cast(bytes, kept["sha256"])),
        entry=index,
        stage=stage(platform, index),
    )


@router.post("/v1/materials/{material}/check", status_code=202)
def check(
    request: Request,
    material: str,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[CheckIn], Depends(posted(CheckIn, only(*AGENCIES)))],
) -> Accepted:
    """An officer saw the original of a material that this agency took in."""
    held_by(edge.platform, caller, material)
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Json]:
        officer = body.model.officer
        done = check_original(edge.platform, caller.own_agency, officer, material, once)
        return {"material": material, "entry": done.index}

    return answered(
        edge.platform,
        once,
        do,
        lambda known: accepted_known(edge, material, known, f"/v1/materials/{material}"),
    )
