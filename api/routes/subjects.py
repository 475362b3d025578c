"""Subjects and their keys: registered by agencies, bound by the identity agency alone."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request

from api.answers import (
    IdempotencyKey,
    accepted_known,
    answered,
    once_of,
)
from api.auth import AGENCIES, Role
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, IdentityCaller, only
from api.schemas import HolderKeyIn, IdentifierIn, SubjectIn
from api.schemas_out import Accepted, SubjectOut
from ledger.errors import NotFound
from ledger.flows.door.holder import bind_holder_key
from ledger.flows.door.rows import row_of
from ledger.flows.door.subjects import find_subject, register_subject

router = APIRouter(tags=["subjects"])


@router.post("/v1/subjects", status_code=201)
def register(
    request: Request,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[SubjectIn], Depends(posted(SubjectIn, only(*AGENCIES)))],
) -> SubjectOut:
    """Register a person, an organisation or premises; one that is known by an identifier already
    keeps its id. The id says nothing about whom it names."""
    edge.lookups.take(caller.party)
    asked = body.model
    pairs = tuple((one.scheme, str(one.value)) for one in asked.identifiers)
    once = once_of(request, caller, key, body.data)
    return answered(
        edge.platform,
        once,
        lambda: {"id": register_subject(edge.platform, asked.kind, asked.name, pairs, once)},
        lambda known: SubjectOut(id=str(known["id"])),
    )


@router.post("/v1/subjects/lookup")
def lookup(
    caller: AgencyCaller,
    edge: EdgeOf,
    body: Annotated[Posted[IdentifierIn], Depends(posted(IdentifierIn, only(*AGENCIES)))],
) -> SubjectOut:
    """The id behind a legal identifier. A POST, so that identifiers stand in no address and no log;
    it writes nothing."""
    edge.lookups.take(caller.party)
    found = find_subject(edge.platform, body.model.scheme, str(body.model.value))
    if found is None:
        raise NotFound("There is no such subject.")
    return SubjectOut(id=found)


@router.post("/v1/holder-keys", status_code=202)
def bind(
    request: Request,
    caller: IdentityCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[HolderKeyIn], Depends(posted(HolderKeyIn, only(Role.IDENTITY)))],
) -> Accepted:
    """Bind a holder's own public key to a subject that the identity agency has identified."""
    asked = body.model
    subject = str(asked.subject)
    row_of(edge.platform, "subjects", subject)
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Any]:
        jwk = cast(dict[str, Any], dict(asked.jwk))
        done = bind_holder_key(
            edge.platform, caller.own_agency, subject, jwk, asked.alg, str(asked.method), once
        )
        return {"subject": subject, "entry": done.index}

    return answered(
        edge.platform,
        once,
        do,
        lambda known: accepted_known(edge, str(known["subject"]), known, "/v1/holder/items"),
    )
