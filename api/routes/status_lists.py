"""Status lists: what is valid now, in both published forms, and every version before. Open to all,
made to be kept by caches; nothing here singles out one licence."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated, cast

from fastapi import APIRouter, Header, Path, Query
from pydantic import AwareDatetime
from starlette.responses import Response

from api.answers import Limit, page_of, whole
from api.edge import PlatformOf
from api.schemas_out import ListVersionOut, Page
from certs import base64url
from certs.bitstringlist import PURPOSES
from certs.shapes import LAST_SECOND
from ledger.errors import NotFound
from ledger.flows.library.list_history import version_at, version_form, version_token
from ledger.flows.library.list_versions import cid_of
from ledger.flows.library.status import current_form, current_list, fresh_for, list_uri

router = APIRouter(tags=["public"])
TOKEN_TYPE = "application/statuslist+jwt"
CREDENTIAL_TYPE = "application/vc+jwt"
FOR_EVER = 31_536_000  # seconds; a version never changes
IfNoneMatch = Annotated[str | None, Header(max_length=256)]
Number = Annotated[int, Path(ge=1, le=2**53 - 1)]


@router.get(
    "/v1/status-lists/{agency}",
    response_class=Response,
    responses={200: {"content": {TOKEN_TYPE: {}}}, 304: {}},
)
def status_list(
    agency: str,
    platform: PlatformOf,
    time: Annotated[int | None, Query(ge=0, le=LAST_SECOND, description="Unix seconds")] = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """An agency's status list (IETF Token Status List), whole: the newest, or the one that counted
    at a `time`. Its digest and version stand on chain; it names the digests of the other forms and
    of the version before."""
    token = current_list(platform, agency)
    if time is not None:
        uri = list_uri(platform, agency)
        at = version_at(platform, uri, datetime.fromtimestamp(time, UTC))
        token = version_token(platform, uri, at)
    return _kept(token, TOKEN_TYPE, fresh_for(platform, agency), if_none_match)


@router.get("/v1/status-lists/{agency}/versions")
def versions(
    agency: str,
    platform: PlatformOf,
    limit: Limit = 50,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="version of the last seen")] = 0,
) -> Page:
    """Every version that the chain took, oldest first: digest, CID, times, and where its token is
    read."""
    current_list(platform, agency)
    where = {"uri": list_uri(platform, agency)}
    rows = platform.store.rows("status_versions", where, after=after, limit=limit + 1)
    shown, following = page_of(rows, limit, lambda row: str(row["version"]))
    items = []
    for row in shown:
        digest, number = cast(bytes, row["digest"]), whole(row["version"])
        items.append(
            ListVersionOut(
                version=number,
                sha256=base64url.encode(digest),
                cid=cid_of(digest),
                issued_at=str(row["issued_at"]),
                valid_until=str(row["valid_until"]),
                href=f"/v1/status-lists/{agency}/versions/{number}",
            )
        )
    return Page(items=items, next=following)


@router.get(
    "/v1/status-lists/{agency}/versions/{version}",
    response_class=Response,
    responses={200: {"content": {TOKEN_TYPE: {}}}, 304: {}},
)
def version(
    agency: str, version: Number, platform: PlatformOf, if_none_match: IfNoneMatch = None
) -> Response:
    """The token of one version, as it was published; it may long have expired."""
    token = version_token(platform, list_uri(platform, agency), version)
    return _kept(token, TOKEN_TYPE, FOR_EVER, if_none_match)


@router.get(
    "/v1/status-lists/{agency}/{purpose}",
    response_class=Response,
    responses={200: {"content": {CREDENTIAL_TYPE: {}}}, 304: {}},
)
def bitstring_list(
    agency: str,
    purpose: str,
    platform: PlatformOf,
    timestamp: Annotated[AwareDatetime | None, Query(description="a time with its zone")] = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The same version as a W3C Bitstring Status List credential (`vc+jwt`) of one purpose:
    revocation, suspension or refresh (a newer version of the licence is there)."""
    if purpose not in PURPOSES:
        raise NotFound("There is no such status list.")
    token = current_form(platform, agency, purpose)
    if timestamp is not None:
        uri = list_uri(platform, agency)
        token = version_form(platform, uri, version_at(platform, uri, timestamp), purpose)
    return _kept(token, CREDENTIAL_TYPE, fresh_for(platform, agency), if_none_match)


def _kept(token: str, media_type: str, seconds: int, if_none_match: str | None) -> Response:
    """The token, or 304 to whoever has it already (RFC 9110 §13.1.2: weak comparison)."""
    tag = f'"{base64url.encode(hashlib.sha256(token.encode()).digest())}"'
    headers = {
        "Cache-Control": f"public, max-age={seconds}",
        "ETag": tag,
        "Access-Control-Allow-Origin": "*",
    }
    asked = [one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")]
    if tag in asked or "*" in asked:
        return Response(status_code=304, headers=headers)
    return Response(token, media_type=media_type, headers=headers)
