"""Delegations and other bases over HTTP, signed outside as their parties would."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from api.demo.reuse import signer
from certs import base64url
from ledger.consent.basis_parties import Stating, basis_statement
from ledger.consent.delegation_parties import Delegating, delegation_grant
from ledger.consent.parties import Signer, release_order
from tests.api.world import ITEM, World


def delegation(world: World, by: Signer, delegate: str, sort: str = "clerk", **more: Any) -> bytes:
    """A delegation of the signer's own, or of ``principal``; for any item."""
    platform, now = world.platform, world.platform.now()
    principal = more.pop("principal", by.actor)
    given = Delegating(principal, delegate, sort, now, now + timedelta(days=20), **more)
    return delegation_grant(by, platform.log.origin, given, now, platform.randomness)


def delegated(world: World, delegate: str) -> str:
    """The firm lets somebody act for it; answers the delegation's id."""
    firm = world.firm
    done = world.post("/v1/delegations", firm.subject, delegation(world, firm.signer, delegate))
    assert done.status_code == 202, done.text
    return str(done.json()["id"])


def basis(
    world: World, case: str, agency: str = "wjw", item: str = ITEM, **changes: Any
) -> tuple[bytes, dict[str, Any]]:
    """(envelope, body of the POST): an agency reads the firm's business licence by duty."""
    platform, now = world.platform, world.platform.now()
    plan = world.get(f"/v1/cases/{case}/plan", agency).json()
    kinds = {used["object"]: used["kind"] for one in plan["requirements"] for used in one["used"]}
    items = [i for i in plan["consent_items"] if kinds[i["object"]] == "licence:business-licence"]
    facts: dict[str, Any] = {
        "sort": "statutory",
        "grant": "duty-hygiene-licence",
        "case": case,
        "service_item": item,
        "purpose": platform.catalogue.item(item).purpose_zh,
        "subject": world.firm.subject,
        "items": items,
        "until": now + timedelta(days=5),
        "uses": 2,
        "officer": "officer-7",
        "reason": "依法核验",
        "channel": "counter",
        "method": "duty",
        "visible_from": now,
        **changes,
    }
    data, thread = basis_statement(
        signer(platform, agency), platform.log.origin, Stating(**facts), now, platform.randomness
    )
    return data, {"envelope": json.loads(data), "thread_key": base64url.encode(thread)}


def use(world: World, stated: bytes, n: int = 1, agency: str = "wjw") -> dict[str, Any]:
    """The body of POST /v1/releases for the n-th use of a basis."""
    recipient = world.hpke(agency).public_key().public_bytes_raw()
    platform = world.platform
    data = release_order(
        signer(platform, agency), stated, n, recipient, "officer-7", "依法核验", "counter",
        platform.now(), platform.randomness,
    )  # fmt: skip
    return {"envelope": json.loads(data), "recipient": base64url.encode(recipient)}
