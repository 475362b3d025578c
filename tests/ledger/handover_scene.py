"""A hand-over as it should be, in the small world; every part of it can be spoilt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import x25519

from certs import base64url, keys
from certs.envelope import Signature, parse_envelope
from certs.jwk import public_jwk
from ledger.adapters.keystore import KeyStoreFile, KeyStoreSecrets
from ledger.log.entry import thread_commitment, use_tag, withdraw_tag
from ledger.ports import ConsentGround, HandOver
from tests.ledger.papers import CATALOGUE
from tests.ledger.world import World
from tests.ledger.world_names import AS_OF, ed, ident, p256, seed, stored

LI = ident("sub", "li")
THREAD = seed("thread/scene")
UNTIL = "2026-03-09T00:00:00Z"
RECIPIENT = x25519.X25519PrivateKey.from_private_bytes(seed("recipient"))
PERMIT, PLAN = "a sealed permit", "a floor plan"
REPEATED = ("request", "subject", "agency", "service_item", "purpose", "case", "items", "until",
            "uses", "nonce")  # fmt: skip
GROUND = frozenset(("consent", "request", "holder_key", "powers"))
LINE_UP = ("bind", "licence", "material", "request", "consent", "release")
Signer = Callable[[bytes], Signature]
Changes = Mapping[str, Any]


def recipient_bytes(private: x25519.X25519PrivateKey = RECIPIENT) -> bytes:
    return private.public_key().public_bytes_raw()


@dataclass
class Scene:
    """The world with the places of its entries."""

    world: World
    places: dict[str, int] = field(default_factory=dict)
    basis_thread: bytes = THREAD

    @property
    def files(self) -> dict[str, tuple[str, ...]]:
        """What the release names: two fields of the permit, the whole plan."""
        return {
            _file(f"{PERMIT}/fields"): ("address", "area"),
            _file(f"{PLAN}"): (),
        }

    def order(self, size: int | None = None, **changes: Any) -> HandOver:
        ground = ConsentGround(
            consent=self.world.opening(self.places["consent"], size),
            request=self.world.opening(self.places["request"], size),
            holder_key=self.world.opening(self.places["bind"], size),
        )
        made = HandOver(
            checkpoint=self.world.checkpoint(size),
            release=self.world.opening(self.places["release"], size),
            ground=ground,
            items=tuple(
                self.world.opening(self.places[name], size) for name in ("licence", "material")
            ),
            thread_key=THREAD,
            recipient=recipient_bytes(),
            files=self.files,
        )
        parts = {name: changes.pop(name) for name in GROUND & changes.keys()}
        return replace(made, ground=replace(ground, **parts), **changes)

    def ground(self) -> ConsentGround:
        """What the release rests on."""
        ground = self.order().ground
        assert isinstance(ground, ConsentGround)
        return ground

    def payload(self, name: str) -> bytes:
        return parse_envelope(self.world.openings[self.places[name]][1]).payload

    def withdraw(
        self, signer: Signer | None = None, log: str | None = None, **changes: Any
    ) -> bytes:
        """Log the holder's withdrawal; answers its envelope."""
        body = {
            "consent": ident("con", "scene"),
            "consent_sha256": base64url.encode(hashlib.sha256(self.payload("consent")).digest()),
            **changes,
        }
        index = self.world.say(
            "consent.withdrawn",
            LI,
            body,
            signer=signer or holder(self.world),
            tag=withdraw_tag(THREAD),
            log=log,
        )
        return self.world.openings[index][1]


def holder(world: World, name: str = "li") -> Signer:
    return lambda payload: world.holder_signs(name, payload)


def scene(
    *,
    line_up: tuple[str, ...] = LINE_UP,
    bind: Changes | None = None,
    licence: Changes | None = None,
    material: Changes | None = None,
    request: Changes | None = None,
    consent: Changes | None = None,
    release: Changes | None = None,
    signers: Mapping[str, Signer] | None = None,
    actors: Mapping[str, str] | None = None,
    tags: Mapping[str, bytes] | None = None,
    logs: Mapping[str, str] | None = None,
    world: World | None = None,
) -> Scene:
    """Statements in the order of ``line_up``; each part's ``Changes`` go into its body."""
    made = Scene(world or World())
    bodies = _bodies(made.world, request or {}, consent or {})
    bodies["bind"] |= bind or {}
    bodies["licence"] |= licence or {}
    bodies["material"] |= material or {}
    bodies["release"] |= release or {}
    by = {"bind": "gafj", "consent": LI, "request": "wjw", "release": "wjw"} | dict(actors or {})
    kinds = {
        "bind": "holderkey.bound",
        "licence": "licence.issued",
        "material": "material.deposited",
        "request": "consent.requested",
        "consent": "consent.granted",
        "release": "released",
    }
    signing = {"consent": holder(made.world)} | dict(signers or {})
    marks = {"release": use_tag(THREAD, bodies["release"].get("n", 1) or 1)} | dict(tags or {})
    for name in line_up:
        if (
            name == "consent"
            and "request" in made.places
            and "request_sha256" not in (consent or {})
        ):
            digest = hashlib.sha256(made.payload("request")).digest()
            bodies["consent"]["request_sha256"] = base64url.encode(digest)
        files = {"licence": (PERMIT, f"{PERMIT}/fields"), "material": (PLAN,)}.get(name, ())
        made.places[name] = made.world.say(
            kinds[name],
            by.get(name, "scjg"),
            bodies[name],
            files=[one.encode() for one in files],
            signer=signing.get(name),
            tag=marks.get(name),
            log=(logs or {}).get(name),
        )
    return made


def _bodies(world: World, request: Changes, consent: Changes) -> dict[str, dict[str, Any]]:
    items = [
        {"object": f"licence:{ident('lic', 'scene')}", "fields": ["address", "area"]},
        {"object": f"material:{ident('mat', 'scene')}", "fields": ["file"]},
    ]
    asked = {
        "request": ident("req", "scene"),
        "case": ident("case", "scene"),
        "agency": "wjw",
        "service_item": "public-place-hygiene-permit",
        "purpose": "办理公共场所卫生许可",
        "subject": LI,
        "items": items,
        "until": UNTIL,
        "uses": 2,
        "officer": "officer-7",
        "reason": "办件需要",
        "channel": "counter",
        "nonce": base64url.encode(seed("nonce/scene")),
        **request,
    }
    granted = {
        "consent": ident("con", "scene"),
        "request_sha256": base64url.encode(seed("no request yet")),
        "thread": base64url.encode(thread_commitment(THREAD)),
        **{name: asked[name] for name in REPEATED if name in asked},
        **consent,
    }
    released = {
        "release": ident("rel", "scene"),
        "consent": granted["consent"],
        "n": 1,
        "recipient": keys.key_id(RECIPIENT.public_key()),
        "items": json.loads(json.dumps(items)),
        "officer": "officer-7",
        "reason": "办件需要",
        "channel": "counter",
        **{name: granted[name] for name in ("request", "agency", "case", "purpose")},
    }
    bound = {
        "subject": LI,
        "jwk": public_jwk(_holder_key(world).public_key()),
        "alg": "webauthn-es256",
        "method": "counter",
    }
    return {
        "bind": bound,
        "request": asked,
        "consent": granted,
        "release": released,
        "licence": _licence(),
        "material": _material(),
    }


def _licence() -> dict[str, Any]:
    return {
        "licence": ident("lic", "scene"),
        "type": "food-operation-permit",
        "identifier": "1.2.156.3005.2.x",
        "number": "JY23101060000001",
        "subject": LI,
        "region": 310101,
        "valid_from": "2026-03-01",
        "valid_to": None,
        "holder_kid": None,
        "status": {"uri": "https://status.example/1", "index": 7},
        "credential_sha256": base64url.encode(seed("credential")),
        "version": 1,
        "supersedes": None,
        "premises": None,
        "project": None,
        "stored": _stored(PERMIT, f"{PERMIT}/fields"),
    }


def _material() -> dict[str, Any]:
    return {
        "material": ident("mat", "scene"),
        "kind": "layout-plan",
        "subject": LI,
        "project": None,
        "premises": None,
        "case": None,
        "grade": "scan",
        "channel": "kiosk",
        "officer": None,
        "issued_on": None,
        "decision": None,
        "media_type": "application/pdf",
        "title": "平面布局图",
        "stored": _stored(PLAN),
    }


def _stored(*names: str) -> list[dict[str, Any]]:
    return [
        {**stored(name.encode())[0], "cid": "b" + "a" * 58, "file": _file(name)} for name in names
    ]


def _file(name: str) -> str:
    return ident("file", f"scene/{name}")


def _holder_key(world: World) -> keys.P256Private:
    return p256(f"{world.name}/holder/li")


def all_voted(agency: str, item: str, kind: str, sort: str, at: datetime | None = None) -> bool:
    """A consortium that has voted every agency every basis."""
    return True


def all_registered(agency: str, key_id: bytes, at: datetime) -> bool:
    """A registry that has every key."""
    return True


def new_store(
    folder: Path, world: World, now: Callable[[], datetime] = lambda: AS_OF
) -> KeyStoreFile:
    """The world's key store in a folder, as it would be opened again after a restart."""
    secrets = KeyStoreSecrets(seed("wrapping"), seed("lookup"), ed(f"{world.name}/keystore"))
    path, trust = folder / "keystore.db", lambda: world.trust
    return KeyStoreFile(
        path,
        secrets,
        world.origin,
        trust,
        now,
        lambda: CATALOGUE,
        all_voted,
        all_registered,
    )


def ready_store(
    folder: Path, made: Scene, now: Callable[[], datetime] = lambda: AS_OF
) -> KeyStoreFile:
    """A key store that holds the scene's file keys and has followed its log."""
    store = new_store(folder, made.world, now)
    for file_id in made.files:
        store.deposit(file_id, file_key(file_id))
    catch_up(store, made.world)
    return store


def catch_up(store: KeyStoreFile, world: World) -> None:
    store.follow(world.leaves[store.size() :], world.checkpoint())


def file_key(file_id: str) -> bytes:
    return seed(f"key of {file_id}")
