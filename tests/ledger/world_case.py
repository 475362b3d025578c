"""One case in the small world, from request to release, and bundles over it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from certs import base64url, keys
from certs.envelope import Signature, parse_envelope
from ledger.bundle.bundle import PAYLOAD_TYPE, Contents, Heading, build_bundle
from ledger.log import merkle
from ledger.log.entry import thread_commitment, use_tag, withdraw_tag
from tests.ledger.world import World, small_world
from tests.ledger.world_names import AS_OF, ident, seed

EXPORTED_AT = AS_OF - timedelta(minutes=10)
UNTIL = "2026-03-09T00:00:00Z"


@dataclass(frozen=True)
class Case:
    """Indexes of one case's entries; ``thread`` is the consent's secret key."""

    request: int
    consent: int
    release: int
    name: str
    thread: bytes

    @property
    def consent_id(self) -> str:
        return ident("con", self.name)


def held_items(world: World) -> list[dict[str, Any]]:
    return [{"object": f"licence:{ident('lic', f'{world.name}/1')}", "fields": ["area"]}]


def request(world: World, name: str, **changes: Any) -> int:
    body = {
        "request": ident("req", name),
        "case": ident("case", name),
        "agency": "wjw",
        "service_item": "open-a-public-place",
        "purpose": "public place hygiene permit",
        "subject": ident("sub", "li"),
        "items": held_items(world),
        "until": UNTIL,
        "uses": 2,
        "officer": "officer-7",
        "reason": "application",
        "channel": "online",
        "nonce": base64url.encode(seed(f"nonce/{name}")),
        **changes,
    }
    return world.say("consent.requested", "wjw", body)


def grant(world: World, name: str, asked: int, **changes: Any) -> int:
    payload = parse_envelope(world.openings[asked][1]).payload
    said = json.loads(payload)["body"]
    repeated = ("request", "subject", "agency", "service_item", "purpose", "case", "items",
                "until", "uses", "nonce")  # fmt: skip
    body = {
        "consent": ident("con", name),
        "request_sha256": base64url.encode(hashlib.sha256(payload).digest()),
        "thread": base64url.encode(thread_commitment(seed(f"thread/{name}"))),
        **{member: said[member] for member in repeated},
        **changes,
    }
    return world.say(
        "consent.granted",
        ident("sub", "li"),
        body,
        signer=lambda data: world.holder_signs("li", data),
    )


def withdraw(world: World, name: str) -> int:
    body = {
        "consent": ident("con", name),
        "consent_sha256": base64url.encode(seed(f"consent payload/{name}")),
    }
    return world.say(
        "consent.withdrawn",
        ident("sub", "li"),
        body,
        signer=lambda data: world.holder_signs("li", data),
        tag=withdraw_tag(seed(f"thread/{name}")),
    )


def release(
    world: World, name: str, n: int = 1, *, tag: bytes | None = None, **changes: Any
) -> int:
    body = {
        "release": ident("rel", f"{name}/{n}"),
        "request": ident("req", name),
        "consent": ident("con", name),
        "n": n,
        "agency": "wjw",
        "case": ident("case", name),
        "purpose": "public place hygiene permit",
        "items": held_items(world),
        "recipient": keys.key_id(world.key("wjw").public_key()),
        "officer": "officer-7",
        "reason": "application",
        "channel": "online",
        **changes,
    }
    actor = str(changes.get("agency", "wjw"))
    tag = tag or use_tag(seed(f"thread/{name}"), n)
    return world.say("released", actor, body, tag=tag)


def small_case(world: World, name: str = "case") -> Case:
    """Request, consent, release, in this order."""
    asked = request(world, name)
    granted = grant(world, name, asked)
    return Case(asked, granted, release(world, name), name, seed(f"thread/{name}"))


def case_world(**facts: Any) -> tuple[World, Case]:
    """`small_world` (the holder's key is bound at entry 3) with one case from entry 5 on."""
    world, _, _ = small_world(**facts)
    return world, small_case(world)


def trace(world: World, *indexes: int, size: int | None = None, **changes: Any) -> Contents:
    """Contents of a bundle over these entries, as complete as the world can make it."""
    head = world.head(size)
    facts: dict[str, Any] = {
        "trust_list": world.trust_bytes,
        "checkpoint": world.checkpoint(size),
        "entries": tuple(world.opening(index, size) for index in sorted(indexes)),
        "anchors": {head.size: world.anchor(size)},
        "snapshot": world.snapshot(),
        **changes,
    }
    return Contents(**facts)


def consistency(world: World, old: int, new: int | None = None) -> tuple[bytes, ...]:
    return tuple(merkle.consistency_proof(old, world.hashes(new)))


def heading(kind: str = "trace", *, at: datetime = EXPORTED_AT, exporter: str = "sjj") -> Heading:
    about = f"case:{ident('case', 'case')}"
    return Heading(kind=kind, about=about, exporter=exporter, exported_at=at)


def sealer(world: World, agency: str = "sjj") -> Callable[[bytes], Signature]:
    return lambda payload: world.signed_by(agency, payload, PAYLOAD_TYPE)


def exported(world: World, contents: Contents, **facts: Any) -> bytes:
    """The bundle's bytes, signed by the audit agency."""
    return build_bundle(heading(**facts), contents, sealer(world))


def case_bundle(world: World, case: Case, **changes: Any) -> bytes:
    """Trace of the case with the binding of the holder's key."""
    contents = trace(world, 3, case.request, case.consent, case.release)
    return exported(world, replace(contents, **changes))
