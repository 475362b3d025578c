"""Releases: keys for the requester alone, and the ciphertext that they open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request
from starlette.responses import StreamingResponse

from api.answers import (
    IdempotencyKey,
    accepted,
    answered,
    file_answer,
    once_of,
    whole,
)
from api.auth import AGENCIES
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, PlatformOf, only
from api.schemas import ReleaseIn
from api.schemas_out import Accepted, ReleasedFile, WrappedKey
from api.schemas_use import FactsOut
from certs import base64url
from certs.canonical import canonical, parse
from ledger.errors import NotFound
from ledger.flows.door.rows import row_of
from ledger.flows.library.files import ciphertext
from ledger.flows.reading.grounds import use_of
from ledger.flows.reading.release import Released, release
from ledger.flows.reading.wanted import wanted_items
from ledger.platform import Platform
from ledger.use.facts import facts_and_fields

router = APIRouter(tags=["reuse"])


@router.post("/v1/releases", status_code=202)
def hand_over(
    request: Request,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[ReleaseIn], Depends(posted(ReleaseIn, only(*AGENCIES)))],
) -> Accepted:
    """Release what a consent or another basis covers: the envelope of a ``released`` or of a
    ``basis.used`` statement that the agency signed, and the X25519 key that the file keys are
    wrapped for.

    The key store is asked every time, also when the same request comes again: it then hands the
    same use over anew, so the wrapped bytes differ, and after a withdrawal it refuses.
    """
    data = canonical(body.model.envelope)
    once = once_of(request, caller, key, body.data)
    once.earlier(edge.platform)
    recipient = base64url.decode(str(body.model.recipient))
    done = release(edge.platform, caller.own_agency, data, recipient)
    answered(edge.platform, once, lambda: {"release": done.release}, lambda known: known)
    return accepted(
        edge,
        done.release,
        done.entry.index,
        f"/v1/releases/{done.release}",
        keys=[
            WrappedKey(file=one.file_id, field=one.field, wrapped=base64url.encode(one.wrapped))
            for one in done.handed.keys
        ],
        files=_files(done),
        answers=_answers(done),
        attestation=parse(done.handed.attestation),
    )


def _files(done: Released) -> list[ReleasedFile]:
    return [
        ReleasedFile(
            object=one.object,
            file=one.file,
            fields=list(one.fields),
            media_type=one.media_type,
            sha256=base64url.encode(one.sha256),
            size=one.size,
            entry=one.entry_index,
            href=f"/v1/releases/{done.release}/files/{one.file}",
        )
        for one in done.wanted
    ]


def _answers(done: Released) -> list[FactsOut]:
    return [
        FactsOut(
            object=one.object,
            answers={name: told.value for name, told in one.answers.items()},
            signed=one.token,
            entry=one.entry,
        )
        for one in done.answers
    ]


@router.get("/v1/releases/{identity}/files/{file}", response_class=StreamingResponse)
def released_file(
    identity: str, file: str, caller: AgencyCaller, platform: PlatformOf
) -> StreamingResponse:
    """The ciphertext of one file of the agency's own release. A withdrawal, the end of a basis or
    of a power, or a paper that is no longer in force, stops this too."""
    use = use_of(platform, caller.own_agency, identity)
    items = cast(list[Mapping[str, Any]], use.statement.body["items"])
    if file not in _named(platform, items):
        raise NotFound("There is no such file.")
    use.require_standing()
    wanted_items(platform, items, use.subject)
    kept = row_of(platform, "files", file)
    size = whole(kept["stored_size"])
    return file_answer(ciphertext(platform, file), "application/octet-stream", size)


def _named(platform: Platform, items: list[Mapping[str, Any]]) -> set[str]:
    """Files that the items name, whatever their state."""
    found: set[str] = set()
    for item in items:
        sort, _, identity = str(item["object"]).partition(":")
        fields = set(item["fields"])
        table = {"licence": "licences", "material": "materials"}[sort]
        row = row_of(platform, table, identity)
        if "file" in fields:
            found.add(str(row["layout_file" if sort == "licence" else "file"]))
        if facts_and_fields(fields - {"file"})[1] and row.get("fields_file") is not None:
            found.add(str(row["fields_file"]))
    return found
