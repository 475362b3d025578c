"""Hand-overs on another basis, and on a delegate's consent, in the small world; every part of
them can be spoilt."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from certs import base64url, keys
from certs.envelope import Envelope
from ledger.catalogue.catalogue import Catalogue
from ledger.catalogue.terms import BasisSort, Grant
from ledger.log.entry import delegation_end_tag, thread_commitment, use_tag, withdraw_tag
from ledger.log.statement import PAYLOAD_TYPE, Statement, format_time, statement_payload
from ledger.ports import BasisGround, HandOver, Powers
from tests.ledger.handover_scene import (
    LI,
    RECIPIENT,
    THREAD,
    UNTIL,
    Scene,
    Signer,
    holder,
    recipient_bytes,
    scene,
)
from tests.ledger.papers import CATALOGUE
from tests.ledger.world import World
from tests.ledger.world_names import ISSUED_AT, ident, seed

ITEM = "public-place-hygiene-permit"
KINDS = ("licence:food-operation-permit", "material:layout-plan")
NEED = {KINDS[0]: ("address", "area"), KINDS[1]: ("file",)}
BASIS, WANG = ident("bas", "scene"), ident("sub", "wang")
Changes = Mapping[str, Any]


def granted_catalogue(**changes: Any) -> Catalogue:
    """One that grants the scene's bases; ``changes`` go into each grant."""
    facts: dict[str, Any] = {
        "agency": "wjw", "item": ITEM, "kinds": KINDS, "legal": "x", "days": 30, "uses": 3,
    }  # fmt: skip
    grants = {
        sort.value: Grant(**{"id": sort.value, "sort": sort, **facts, **changes})
        for sort in BasisSort
    }
    item = replace(CATALOGUE.items[ITEM], need=NEED)
    return replace(
        CATALOGUE, grants=grants, items={**CATALOGUE.items, ITEM: item}, item_versions={}
    )


def basis_scene(
    *,
    attended: bool = False,
    line_up: tuple[str, ...] = ("licence", "material", "basis", "release"),
    basis: Changes | None = None,
    release: Changes | None = None,
    proof: Changes | None = None,
    by: tuple[str, ...] | None = None,
    actor: str = "wjw",
    release_actor: str = "wjw",
    signers: Mapping[str, Signer] | None = None,
    thread: bytes = THREAD,
) -> Scene:
    """Statements of a reading on another basis, in the order of ``line_up``."""
    made = scene(line_up=tuple(one for one in line_up if one in ("licence", "material")))
    world = made.world
    stated = _stated(attended, basis or {}, proof or {})
    used = {**_used(stated), **(release or {})}
    for name in line_up:
        if name == "basis":
            agencies = by or (("wjw", "gafj") if attended else ("wjw",))
            made.places[name] = _append(world, "basis.stated", actor, stated, agencies)
        elif name == "release":
            tag = use_tag(thread, used["n"] or 1)
            signer = (signers or {}).get("release")
            made.places[name] = world.say("basis.used", release_actor, used, signer=signer, tag=tag)
    return made


def basis_order(made: Scene, **changes: Any) -> HandOver:
    world = made.world
    order = HandOver(
        checkpoint=world.checkpoint(),
        release=world.opening(made.places["release"]),
        ground=BasisGround(world.opening(made.places["basis"])),
        items=tuple(world.opening(made.places[name]) for name in ("licence", "material")),
        thread_key=THREAD,
        recipient=recipient_bytes(),
        files=made.files,
    )
    return replace(order, **changes)


def end_basis(made: Scene) -> None:
    body = {"basis": BASIS, "officer": "officer-7", "reason": "x"}
    tag = withdraw_tag(made.basis_thread)
    made.world.say("basis.ended", "wjw", body, tag=tag)


def state_basis(made: Scene, thread: bytes) -> None:
    """One basis more in a scene, under a thread of its own."""
    stated = _stated(False, {"thread": base64url.encode(thread_commitment(thread))}, {})
    made.basis_thread = thread
    made.places["basis"] = _append(made.world, "basis.stated", "wjw", stated, ("wjw",))


def use_basis(made: Scene, n: int) -> int:
    """The n-th use in the log; answers its index."""
    body = {**_used(_stated(False, {}, {})), "n": n, "release": ident("rel", f"basis/{n}")}
    return made.world.say("basis.used", "wjw", body, tag=use_tag(made.basis_thread, n))


def use_consent(made: Scene, n: int) -> int:
    """The n-th release under the scene's consent; answers its index."""
    release = {"n": n, "release": ident("rel", f"consent/{n}")}
    later = scene(line_up=("release",), world=made.world, release=release)
    return later.places["release"]


def _append(
    world: World, kind: str, actor: str, body: Mapping[str, Any], by: tuple[str, ...]
) -> int:
    number = len(world.leaves)
    statement = Statement(
        kind=kind,
        id=ident("st", f"{world.name}/{number}"),
        log=world.origin,
        actor=actor,
        at=ISSUED_AT + timedelta(minutes=number),
        body=body,
    )
    payload = statement_payload(statement)
    signatures = tuple(world.signed_by(agency, payload) for agency in by)
    return world.append(kind, Envelope(payload, PAYLOAD_TYPE, signatures))


def _stated(attended: bool, changes: Changes, proof: Changes) -> dict[str, Any]:
    return {
        "basis": BASIS,
        "sort": "attended" if attended else "statutory",
        "grant": "attended" if attended else "statutory",
        "case": ident("case", "scene"),
        "agency": "wjw",
        "service_item": ITEM,
        "purpose": "办理公共场所卫生许可",
        "subject": LI,
        "items": _items(),
        "until": UNTIL,
        "uses": 2,
        "officer": "officer-7",
        "second_officer": "officer-8",
        "reason": "办件需要",
        "channel": "counter",
        "proof": {
            "method": "document reader" if attended else "duty",
            "paper_sha256": base64url.encode(seed("paper")) if attended else None,
            "assistance": None,
            "reader": "gafj" if attended else None,
            **proof,
        },
        "visible_from": format_time(ISSUED_AT),
        "nonce": base64url.encode(seed("nonce/basis")),
        "thread": base64url.encode(thread_commitment(THREAD)),
        **changes,
    }


def _items() -> list[dict[str, Any]]:
    return [
        {"object": f"licence:{ident('lic', 'scene')}", "fields": ["address", "area"]},
        {"object": f"material:{ident('mat', 'scene')}", "fields": ["file"]},
    ]


def _used(stated: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "release": ident("rel", "scene"),
        "n": 1,
        "recipient": keys.key_id(RECIPIENT.public_key()),
        "items": _items(),
        "officer": "officer-7",
        "reason": "办件需要",
        "channel": "counter",
        "basis": BASIS,
        **{name: stated[name] for name in ("agency", "case", "purpose")},
    }


# a delegate's consent


def power_scene(
    *,
    delegation: Changes | None = None,
    giver: str = LI,
    signer: Callable[[World], Signer] | None = None,
    order: tuple[str, ...] = ("bind", "clerk", "power", "request", "consent", "release"),
    ended: bool = False,
    end_tag: bytes | None = None,
    by_clerk: bool = True,
) -> Scene:
    """Li's clerk Wang consents for Li. ``ended``: the power is ended after the release."""
    world = World()
    made = Scene(world)
    for name in order:
        if name in ("bind", "clerk"):
            made.places[name] = world.bind_holder("li" if name == "bind" else "wang")
        elif name == "power":
            sign = (signer or (lambda world: holder(world)))(world)
            body = {**_delegation(), **(delegation or {})}
            made.places[name] = world.say("delegation.granted", giver, body, signer=sign)
        else:
            later = scene(
                line_up=(name,) if name != "consent" else ("consent",),
                world=world,
                actors={"consent": WANG if by_clerk else LI},
                signers={"consent": holder(world, "wang" if by_clerk else "li")},
                consent=_known_request(made) if name == "consent" else None,
            )
            made.places |= later.places
    more = scene(line_up=("licence", "material"), world=world)
    made.places |= more.places
    if ended:
        end_power(made, end_tag)
    return made


def end_power(made: Scene, tag: bytes | None = None) -> None:
    """Li ends the clerk's power, in the log."""
    salt = made.world.openings[made.places["power"]][0]
    body = {"delegation": ident("del", "scene"), "reason": "x"}
    made.world.say(
        "delegation.ended", LI, body, signer=holder(made.world),
        tag=delegation_end_tag(salt) if tag is None else tag,
    )  # fmt: skip


def power_order(made: Scene, **changes: Any) -> HandOver:
    world = made.world
    powers = Powers((world.opening(made.places["power"]),), (world.opening(made.places["bind"]),))
    facts = {"holder_key": world.opening(made.places["clerk"]), "powers": powers, **changes}
    return made.order(**facts)


def _known_request(made: Scene) -> Changes:
    digest = hashlib.sha256(made.payload("request")).digest()
    return {"request_sha256": base64url.encode(digest)}


def _delegation() -> dict[str, Any]:
    return {
        "delegation": ident("del", "scene"),
        "principal": LI,
        "delegate": WANG,
        "sort": "clerk",
        "service_items": [ITEM],
        "since": format_time(ISSUED_AT),
        "until": UNTIL,
        "further": 0,
        "parent": None,
    }
