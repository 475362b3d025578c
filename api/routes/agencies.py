"""Whom to trust: open to all."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from api.edge import PlatformOf

router = APIRouter(tags=["public"])


@router.get("/v1/trust-list", response_class=Response)
def trust_list(platform: PlatformOf) -> Response:
    """The signed trust list as it is, envelope bytes. Its roots are pinned elsewhere, by a person
    who compares them; a list from here proves nothing by coming from here."""
    return Response(
        platform.trust_data,
        media_type="application/json",
        headers={"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"},
    )
