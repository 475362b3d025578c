"""Questions whose defect is written into the log itself, each in a world of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from certs import keys
from certs.envelope import Envelope, parse_envelope, sign_es256
from ledger.log.entry import commit, leaf
from ledger.log.statement import PAYLOAD_TYPE, parse_statement
from ledger.verify.items import BareEntry, Item, Presentation, SealedLicence
from tests.ledger.questions import BINDING, OTHER, PLAN, WORLD, Question, presented
from tests.ledger.world import World, small_world
from tests.ledger.world_names import LIST_URI, ident, p256, seed


def in_fresh_world(make: Callable[[World], Question]) -> Callable[[], Question]:
    """For defects that are written into the log itself."""

    def made() -> Question:
        world, _, _ = small_world()
        return make(world)

    return made


def asked(world: World, index: int, item: Item | None = None, **changes: Any) -> Question:
    return Question(item or BareEntry(), world.evidence(index, **changes), world.trust)


def issued(**changes: Any) -> Callable[[], Question]:
    return in_fresh_world(lambda world: asked(world, world.issue(8, **changes).index))


def signed_otherwise(world: World, key: keys.P256Private, chain: tuple[bytes, ...]) -> Question:
    """A deposit by wjw, signed with this key and these certificates."""
    index = world.say(
        "material.deposited",
        "wjw",
        parse_body(WORLD, 1),
        files=(PLAN,),
        signer=lambda payload: sign_es256(payload, PAYLOAD_TYPE, key, chain),
    )
    return asked(world, index)


def parse_body(world: World, index: int) -> dict[str, Any]:
    return dict(parse_statement(parse_envelope(world.openings[index][1]).payload).body)


def other_certificate(**facts: Any) -> Callable[[], Question]:
    """A deposit whose certificate, by the right root, was not good at the evidence time."""

    def make(world: World) -> Question:
        der = world.certificate("wjw", **facts).public_bytes(Encoding.DER)
        return signed_otherwise(world, world.key("wjw"), (der,))

    return in_fresh_world(make)


def stranger_root(world: World) -> Question:
    stranger = World(name="stranger")
    return signed_otherwise(world, stranger.key("wjw"), stranger.chain("wjw"))


def another_agency(world: World) -> Question:
    return signed_otherwise(world, world.key("scjg"), world.chain("scjg"))


def bound_late(world: World) -> Question:
    index = world.say(
        "consent.withdrawn",
        ident("sub", "wang"),
        {"consent": ident("con", "x"), "consent_sha256": "A" * 43},
        signer=lambda payload: world.holder_signs("wang", payload),
    )
    binding = world.bind_holder("wang")
    return asked(world, index, holder_key=world.opening(binding))


def bound_by_anyone(world: World) -> Question:
    binding = world.bind_holder("wang", agency="wjw")
    index = world.say(
        "consent.withdrawn",
        ident("sub", "wang"),
        {"consent": ident("con", "x"), "consent_sha256": "A" * 43},
        signer=lambda payload: world.holder_signs("wang", payload),
    )
    return asked(world, index, holder_key=world.opening(binding))


def signed_as_holder_of(world: World) -> Question:
    index = world.say(
        "consent.withdrawn",
        ident("sub", "wang"),
        {"consent": ident("con", "x"), "consent_sha256": "A" * 43},
        signer=lambda payload: world.holder_signs("li", payload),
    )
    return asked(world, index, holder_key=world.opening(BINDING))


def agency_signs_consent(world: World) -> Question:
    index = world.say(
        "consent.withdrawn",
        "wjw",
        {"consent": ident("con", "x"), "consent_sha256": "A" * 43},
    )
    return asked(world, index)


def replaced(world: World, **changes: Any) -> Question:
    old = world.issue(8)
    new = world.issue(9, **{"supersedes": old.id, "version": 2, **changes})
    return asked(world, old.index, successor=world.opening(new.index))


def kind_mismatch(world: World) -> Question:
    salt, envelope = world.openings[1]
    world.leaves.append(leaf("case.opened", seed("tag")[:16], commit(salt, envelope)))
    world.openings.append((salt, envelope))
    return asked(world, len(world.leaves) - 1)


def for_another_log(world: World) -> Question:
    """A statement made for another log, appended to this one."""
    index = world.say("material.deposited", "wjw", parse_body(WORLD, 1), log=OTHER.origin)
    return asked(world, index)


def resigned(world: World, change: Callable[[Envelope], Envelope]) -> Question:
    envelope = parse_envelope(world.openings[0][1])
    index = world.append("licence.issued", change(envelope))
    return asked(world, index)


def other_payload(envelope: Envelope) -> Envelope:
    return replace(envelope, payload=envelope.payload.replace(b'"JY0001"', b'"JY9999"'))


def no_certificate(envelope: Envelope) -> Envelope:
    (signature,) = envelope.signatures
    return replace(envelope, signatures=(replace(signature, x5c=()),))


def forged_credential(**facts: Any) -> Callable[[], Question]:
    """A genuine credential of the same agency and place that no statement names."""
    return lambda: replace(presented(), item=Presentation(WORLD.credential(1, **facts)))


def contradicting(world: World) -> Question:
    """The statement names the credential, but another place in the status list."""
    made = world.issue(8, status={"uri": LIST_URI, "index": 7})
    return asked(world, made.index, Presentation(made.credential))


def passkey_signs_plainly(world: World) -> Question:
    """The holder's key, bound for passkey assertions, signs like any other key."""
    index = world.say(
        "consent.withdrawn",
        ident("sub", "li"),
        {"consent": ident("con", "x"), "consent_sha256": "A" * 43},
        signer=lambda payload: sign_es256(payload, PAYLOAD_TYPE, p256(f"{world.name}/holder/li")),
    )
    return asked(world, index, holder_key=world.opening(BINDING))


def file_with_another_credential(world: World) -> Question:
    """File and credential are both named, but the file holds another licence's credential."""
    pdf = world.sealed_pdf(8, world.credential(9))
    made = world.issue(8, pdf=pdf)
    return asked(world, made.index, SealedLicence(pdf))
