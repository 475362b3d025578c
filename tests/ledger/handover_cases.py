"""Orders of which one thing is not as it must be, each with the refusal that it deserves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.serialization import Encoding

from certs import base64url, keys
from certs.envelope import Envelope, Signature, pae, parse_envelope, sign_es256
from certs.webauthn import challenge
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.entry import use_tag, withdraw_tag
from ledger.log.statement import PAYLOAD_TYPE
from ledger.ports import HandOver
from tests.authenticator import assertion
from tests.ledger.handover_scene import (
    THREAD,
    Scene,
    Signer,
    recipient_bytes,
    scene,
)
from tests.ledger.world import World
from tests.ledger.world_names import RP, ed, ident, p256, seed

Made = tuple[Scene, HandOver]
Case = tuple[Callable[[], Made], str, str]
HANDOVER = "handover.refused"


def _case(code: str, reason: str, order: Callable[[Scene], HandOver], **facts: Any) -> Case:
    def make() -> Made:
        made = scene(**facts)
        return made, order(made)

    return make, code, reason


def _built(code: str, reason: str, **facts: Any) -> Case:
    return _case(code, reason, lambda made: made.order(), **facts)


def _ordered(code: str, reason: str, change: Callable[[Scene], dict[str, Any]]) -> Case:
    return _case(code, reason, lambda made: made.order(**change(made)))


def agency_signs(
    agency: str, *, key: str | None = None, days: int = 400, world: World | None = None
) -> Signer:
    """By a certificate of ``agency``, from the scene's root or another world's."""
    home = world or World()
    private = p256(key) if key else home.key(agency)
    certificate = home.certificate(agency, private, days=days)
    chain = (certificate.public_bytes(Encoding.DER),)
    return lambda payload: sign_es256(payload, PAYLOAD_TYPE, private, chain)


def _passkey(
    *,
    prefix: bytes = b"mianti/consent/v1",
    rp_id: str = RP.rp_id,
    origin: str = RP.origins[0],
    flags: int = 0x05,
    holder: str = "one/holder/li",
) -> Signer:
    private = p256(holder)

    def sign(payload: bytes) -> Signature:
        asked = challenge(pae(PAYLOAD_TYPE, payload), prefix)
        made = assertion(private, asked, rp_id=rp_id, origin=origin, flags=flags)
        kid = keys.key_id(private.public_key())
        data = (made.authenticator_data, made.client_data)
        return Signature("webauthn-es256", kid, made.signature, (), *data)

    return sign


def _false_signature(agency: str) -> Signer:
    """The agency's own certificate, and a signature that its key never made."""

    def sign(payload: bytes) -> Signature:
        honest, forged = World().key(agency), p256("a forger")
        made = sign_es256(payload, PAYLOAD_TYPE, forged)
        return Signature("es256", keys.key_id(honest.public_key()), made.sig, World().chain(agency))

    return sign


def _plain_key(payload: bytes) -> Signature:
    return sign_es256(payload, PAYLOAD_TYPE, p256("one/holder/li"))


def _other_log() -> bytes:
    head = scene().world.head()
    other = Checkpoint("log.example/other", head.size, head.root)
    return sign_checkpoint(other, ed("one/log"))


def _by_another_key(made: Scene) -> bytes:
    return sign_checkpoint(made.world.head(), ed("stolen"))


def _salt(made: Scene) -> dict[str, Any]:
    return {"consent": replace(made.ground().consent, salt=seed("another salt"))}


def _envelope(made: Scene) -> dict[str, Any]:
    order = made.order()
    return {"release": replace(order.release, envelope=made.ground().request.envelope)}


def _foreseen() -> Made:
    """Whoever cheats knows the request beforehand and has the consent to it logged first."""
    line_up = ("bind", "licence", "material", "consent", "request", "release")
    payload = scene(line_up=line_up).payload("request")
    digest = base64url.encode(hashlib.sha256(payload).digest())
    made = scene(line_up=line_up, consent={"request_sha256": digest})
    return made, made.order()


def _moved(made: Scene) -> dict[str, Any]:
    release = made.order().release
    return {"release": replace(release, index=release.index - 1)}


def _later(made: Scene) -> HandOver:
    """A genuine checkpoint, of a size that was never followed."""
    made.world.deposit(b"something later")
    return replace(made.order(), checkpoint=sign_checkpoint(made.world.head(), ed("one/log")))


def _hidden_withdrawal(made: Scene) -> HandOver:
    made.world.append("refused", _some_envelope(made), withdraw_tag(THREAD))
    return made.order()


def _some_envelope(made: Scene) -> Envelope:
    return parse_envelope(made.world.openings[made.places["request"]][1])


def _withdrawn(made: Scene) -> HandOver:
    made.withdraw()
    return made.order()


def _swapped_files(made: Scene, **files: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {**made.files, **files}


def _two_file_ids(made: Scene) -> tuple[str, str]:
    fields, plan = made.files
    return fields, plan


OTHER_KEY = x25519.X25519PrivateKey.from_private_bytes(seed("somebody else"))
LICENCE, MATERIAL = f"licence:{ident('lic', 'scene')}", f"material:{ident('mat', 'scene')}"

CASES: dict[str, Case] = {
    # 1 checkpoint
    "checkpoint of another log": _ordered(
        HANDOVER, "note.unsigned", lambda _: {"checkpoint": _other_log()}
    ),
    "checkpoint by another key": _ordered(
        HANDOVER, "note.unsigned", lambda made: {"checkpoint": _by_another_key(made)}
    ),
    "checkpoint that is none": _ordered(
        HANDOVER, "note.malformed", lambda _: {"checkpoint": b"trust me\n"}
    ),
    # 2 openings
    "opening of another entry": _ordered(HANDOVER, "entry.kind", lambda made: {
        "release": made.ground().request}),
    "index of another entry": _ordered(HANDOVER, "merkle.root_mismatch", _moved),
    "salt changed": _ordered(HANDOVER, "entry.commit", _salt),
    "envelope of another entry": _ordered(HANDOVER, "entry.commit", _envelope),
    "statement for another log": _built(
        HANDOVER, "entry.kind", logs={"material": "log.example/other"}
    ),
    "body of another shape": _built(HANDOVER, "statement.body", release={"officer": 7}),
    # 3 holder key
    "bound by no identity agency": _built(HANDOVER, "identity", actors={"bind": "wjw"}),
    "bound with a certificate of another root": _built(
        HANDOVER, "path.untrusted",
        signers={"bind": agency_signs("gafj", world=World(name="foreign"))},
    ),
    "bound with another agency's certificate": _built(
        HANDOVER, "certificate", signers={"bind": agency_signs("scjg")}
    ),
    "bound after the certificate ran out": _built(
        HANDOVER, "path.expired", signers={"bind": agency_signs("gafj", days=1)}
    ),
    "key of another subject": _built(HANDOVER, "holder", bind={"subject": ident("sub", "wang")}),
    # 4 consent
    "consent by an unbound key": _built(
        HANDOVER, "holder", signers={"consent": _passkey(holder="a thief")}
    ),
    "passkey's consent as a plain signature": _built(
        HANDOVER, "holder", signers={"consent": _plain_key}
    ),
    "sign-in passed off as consent": _built(
        HANDOVER, "holder", signers={"consent": _passkey(prefix=b"mianti/sign-in/v1")}
    ),
    "consent on the page people sign in to": _built(
        HANDOVER, "holder", signers={"consent": _passkey(rp_id="login.example")}
    ),
    "consent on a foreign page": _built(
        HANDOVER, "holder", signers={"consent": _passkey(origin="https://evil.example")}
    ),
    "consent without a person": _built(
        HANDOVER, "holder", signers={"consent": _passkey(flags=0x01)}
    ),
    "consent by somebody else": _built(HANDOVER, "holder", actors={"consent": ident("sub", "x")}),
    "consent to another request": _built(
        "consent.other_request", "", consent={"request_sha256": base64url.encode(seed("other"))}
    ),
    # 5 release
    "release signed by another agency": _built(
        HANDOVER, "requester", actors={"release": "scjg"}
    ),
    "release to another agency": _built(
        "consent.other_agency", "", release={"agency": "scjg"}, actors={"release": "scjg"}
    ),
    "release with another agency's certificate": _built(
        HANDOVER, "certificate", signers={"release": agency_signs("scjg")}
    ),
    "release with a forged signature": _built(
        HANDOVER, "signature.invalid", signers={"release": _false_signature("wjw")}
    ),
    "bound with a forged signature": _built(
        HANDOVER, "signature.invalid", signers={"bind": _false_signature("gafj")}
    ),
    "release with an expired certificate": _built(
        HANDOVER, "path.expired", signers={"release": agency_signs("wjw", days=1)}
    ),
    "release with a certificate of another root": _built(
        HANDOVER, "path.untrusted",
        signers={"release": agency_signs("wjw", world=World(name="foreign"))},
    ),
    "release under another consent": _built(
        HANDOVER, "consent", release={"consent": ident("con", "other")}
    ),
    "release for another case": _built(
        "consent.other_case", "", release={"case": ident("case", "other")}
    ),
    "release for another purpose": _built(
        "consent.other_purpose", "", release={"purpose": "something else"}
    ),
    "release of another request": _built(
        "consent.other_request", "", release={"request": ident("req", "other")}
    ),
    "third use of two": _built("consent.used_up", "", release={"n": 3}),
    "release of a field that was not granted": _built(
        "consent.not_covered", "",
        release={"items": [{"object": LICENCE, "fields": ["holder_name"]}]},
    ),
    "release of a whole file where fields were granted": _built(
        "consent.not_covered", "", release={"items": [{"object": LICENCE, "fields": ["file"]}]}
    ),
    "release of an item that was not granted": _built(
        "consent.not_covered", "",
        release={"items": [{"object": f"material:{ident('mat', 'x')}", "fields": ["file"]}]},
    ),
    "release to another key": _built(
        HANDOVER, "recipient", release={"recipient": keys.key_id(OTHER_KEY.public_key())}
    ),
    "recipient swapped": _ordered(
        HANDOVER, "recipient", lambda _: {"recipient": recipient_bytes(OTHER_KEY)}
    ),
    "recipient that is no key": _ordered(HANDOVER, "recipient", lambda _: {"recipient": b"short"}),
    # 6 order
    "consent before its request": (_foreseen, HANDOVER, "order"),
    "release before its consent": _built(
        HANDOVER, "order", line_up=("bind", "licence", "material", "request", "release", "consent")
    ),
    "consent before the key was bound": _built(
        HANDOVER, "order", line_up=("licence", "material", "request", "consent", "bind", "release")
    ),
    # 7 thread
    "thread key of another consent": _ordered(
        HANDOVER, "thread", lambda _: {"thread_key": seed("another thread")}
    ),
    "a thread of the platform's own, where no withdrawal will show": _case(
        HANDOVER, "thread", lambda made: made.order(thread_key=seed("own thread")),
        tags={"release": use_tag(seed("own thread"), 1)},
    ),
    "thread key too short": _ordered(HANDOVER, "thread", lambda _: {"thread_key": THREAD[:31]}),
    "tag of another use": _built(HANDOVER, "thread", tags={"release": use_tag(THREAD, 2)}),
    "no tag of the thread": _built(HANDOVER, "thread", tags={"release": seed("random")[:16]}),
    "withdrawal in the log": _case("consent.withdrawn", "", _withdrawn),
    "withdrawal in the log under another name": _case("consent.withdrawn", "", _hidden_withdrawal),
    # 8 files
    "file that is not in the release": _ordered(
        HANDOVER, "file",
        lambda made: {"files": _swapped_files(made, **{ident("file", "other"): ()})},
    ),
    "field that is not in the release": _ordered(
        HANDOVER, "file",
        lambda made: {"files": {_two_file_ids(made)[0]: ("address", "holder_name")}},
    ),
    "all of a file released by field": _ordered(
        HANDOVER, "file", lambda made: {"files": {_two_file_ids(made)[0]: ()}}
    ),
    "fields of a file released whole": _ordered(
        HANDOVER, "file", lambda made: {"files": {_two_file_ids(made)[1]: ("area",)}}
    ),
    "item's own entry not shown": _ordered(
        HANDOVER, "file", lambda made: {"items": made.order().items[:1]}
    ),
    "entry that holds no file": _ordered(
        HANDOVER, "entry.kind", lambda made: {"items": (made.ground().request,)}
    ),
    "item of another subject": _built(
        HANDOVER, "subject", material={"subject": ident("sub", "wang")}
    ),
    "item made up by a stranger": _built(
        HANDOVER, "path.untrusted",
        signers={"material": agency_signs("scjg", world=World(name="foreign"))},
    ),
    "item in the name of another than the certificate's": _built(
        HANDOVER, "certificate",
        actors={"material": "operator"}, signers={"material": agency_signs("scjg")},
    ),
}  # fmt: skip

CONSENT_CHANGES: dict[str, tuple[Any, str]] = {
    "request": (ident("req", "other"), "consent.other_request"),
    "nonce": (base64url.encode(seed("other nonce")), "consent.other_request"),
    "subject": (ident("sub", "other"), HANDOVER),
    "agency": ("scjg", "consent.other_agency"),
    "service_item": ("something-else", "consent.other_service_item"),
    "purpose": ("something else", "consent.other_purpose"),
    "case": (ident("case", "other"), "consent.other_case"),
    "items": ([{"object": MATERIAL, "fields": ["file"]}], "consent.other_items"),
    "until": ("2027-03-09T00:00:00Z", "consent.other_until"),
    "uses": (3, "consent.uses"),
}
"""Each field that a consent repeats, with another value and the refusal for it."""
