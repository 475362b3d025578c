"""Who takes part, whom to trust, and what is valid now: open to all, made to be kept by caches."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header
from starlette.responses import Response

from api.edge import PlatformOf
from api.schemas_out import AgencyOut, Page
from certs import base64url, jws
from certs.canonical import parse
from ledger.flows.library.status import TTL_S, current_list

router = APIRouter(tags=["public"])
STATUS_TYPE = "application/statuslist+jwt"


@router.get("/v1/agencies")
def agencies(platform: PlatformOf) -> Page:
    """The agencies of the catalogue."""
    return Page(
        items=[
            AgencyOut(
                id=one.id,
                zh=one.zh,
                en=one.en,
                kind=one.kind,
                credit_code=one.credit_code,
                roles=list(one.roles),
            )
            for one in platform.catalogue.agencies.values()
        ],
        next=None,
    )


@router.get("/v1/trust-list", response_class=Response)
def trust_list(platform: PlatformOf) -> Response:
    """The signed trust list as it is, envelope bytes. Its roots are pinned elsewhere, by a person
    who compares them; a list from here proves nothing by coming from here."""
    return Response(
        platform.trust_data,
        media_type="application/json",
        headers={"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"},
    )


@router.get(
    "/v1/status-lists/{agency}",
    response_class=Response,
    responses={200: {"content": {STATUS_TYPE: {}}}, 304: {}},
)
def status_list(
    agency: str,
    platform: PlatformOf,
    if_none_match: Annotated[str | None, Header(max_length=256)] = None,
) -> Response:
    """An agency's newest status list (IETF Token Status List), whole: nothing singles out one
    licence. Its digest and version stand on chain."""
    token = current_list(platform, agency)
    tag = f'"{base64url.encode(hashlib.sha256(token.encode()).digest())}"'
    headers = {
        "Cache-Control": f"public, max-age={_ttl(token)}",
        "ETag": tag,
        "Access-Control-Allow-Origin": "*",
    }
    if if_none_match is not None and tag in [one.strip() for one in if_none_match.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(token, media_type=STATUS_TYPE, headers=headers)


def _ttl(token: str) -> int:
    claims = parse(jws.peek(token).payload)
    ttl = claims.get("ttl") if isinstance(claims, dict) else None
    return ttl if isinstance(ttl, int) else TTL_S
