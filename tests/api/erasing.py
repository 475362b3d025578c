"""A paper that is handed in outside any case, and the wish that it be erased."""

from __future__ import annotations

import json
from typing import Any

from httpx import Response

from ledger.consent.erasure_parties import erasure_request
from tests.api.world import PDF, World


def handed_in(world: World, agency: str = "wjw") -> str:
    """Its name, such as ``material:mat_…``."""
    paper = world.paper(world.firm.subject, kind="layout-plan")  # archives law does not keep it
    done = world.upload("/v1/materials", agency, paper, PDF)
    assert done.status_code == 202, done.text
    return f"material:{done.json()['id']}"


def wish(world: World, object: str) -> dict[str, Any]:
    """The envelope, signed by the firm."""
    platform = world.platform
    data = erasure_request(
        world.firm.signer,
        platform.log.origin,
        object,
        "门店已停业",
        platform.now(),
        platform.randomness,
    )
    return dict(json.loads(data))


def asked(world: World, object: str) -> str:
    """The erasure's id."""
    done = world.post("/v1/erasures", world.firm.subject, wish(world, object))
    assert done.status_code == 202, done.text
    return str(done.json()["id"])


def decide(world: World, who: str, erasure: str, what: str = "approvals") -> Response:
    said = {"officer": f"officer-of-{who}", "reason": "核对无误"}
    return world.post(f"/v1/erasures/{erasure}/{what}", who, said)
