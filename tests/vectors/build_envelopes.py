"""Writes tests/vectors/envelope/*.json: frozen envelopes, and each way to spoil one.

    python -m tests.vectors.build_envelopes [--check]

A file holds `about`, the `envelope` text, the `public` keys (JWK, one per signature), the
`webauthn` policy where one is trusted, and the `code` of the refusal, null for a good one. Keys
are derived from labels and signatures are deterministic: a second run writes the same bytes, and
`--check` exits 1 when a file would change.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from certs import base64url, envelope, keys
from certs.canonical import canonical
from certs.jwk import public_jwk
from certs.webauthn import challenge
from tests.authenticator import assertion

FOLDER = Path(__file__).parent / "envelope"
TYPE = "application/vnd.mianti.statement.v1+json"
PAYLOAD = canonical(
    {"body": {"licence": "lic_example", "名称": "示例"}, "kind": "licence.issued", "v": 1}
)
POLICY = {"rp_id": "consent.example.test", "origins": ["https://consent.example.test"]}


def seed(label: str) -> bytes:
    return hashlib.sha256(b"mianti vectors: " + label.encode()).digest()


AGENCY = ec.derive_private_key(int.from_bytes(seed("agency"), "big"), ec.SECP256R1())
HOLDER = ec.derive_private_key(int.from_bytes(seed("holder"), "big"), ec.SECP256R1())
OFFICE = ed25519.Ed25519PrivateKey.from_private_bytes(seed("office"))


def certificate(subject: keys.P256Public) -> bytes:
    """DER certificate of `subject` by a test root with a deterministic signature."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST AUTHORITY vectors")])
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=subject,
        serial_number=1,
        not_valid_before=datetime.datetime(2026, 1, 1),
        not_valid_after=datetime.datetime(2036, 1, 1),
    )
    return builder.sign(OFFICE, None).public_bytes(Encoding.DER)


def twin(sig: bytes) -> bytes:
    s = keys.P256_ORDER - int.from_bytes(sig[32:], "big")
    return sig[:32] + s.to_bytes(32, "big")


def der(sig: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(sig[:32], "big"), int.from_bytes(sig[32:], "big"))


def consent(**changes: Any) -> envelope.Envelope:
    """Envelope signed through a passkey, with one thing changed."""
    bound = challenge(envelope.pae(TYPE, PAYLOAD), changes.pop("prefix", b"mianti/consent/v1"))
    bound = changes.pop("challenge", bound)
    client_data = changes.pop("client_data", None)
    made = assertion(
        HOLDER,
        bound,
        **{"rp_id": POLICY["rp_id"], "origin": POLICY["origins"][0], **changes},
    )
    signature = envelope.Signature(
        "webauthn-es256",
        keys.key_id(HOLDER.public_key()),
        made.signature,
        authenticator_data=made.authenticator_data,
        client_data=client_data or made.client_data,
    )
    return envelope.Envelope(PAYLOAD, TYPE, (signature,))


def case(
    about: str, text: str, code: str | None, *public: Any, policy: bool = False
) -> dict[str, Any]:
    made: dict[str, Any] = {"about": about, "code": code, "envelope": text}
    made["public"] = [public_jwk(key.public_key()) for key in public]
    if policy:
        made["webauthn"] = POLICY
    return made


def text_of(made: envelope.Envelope) -> str:
    return made.encode().decode()


def changed(text: str, change: Callable[[dict[str, Any]], object]) -> str:
    """Canonical text after `change` worked on the members."""
    members = json.loads(text)
    change(members)
    return canonical(members).decode()


def first(name: str, value: object) -> Callable[[dict[str, Any]], object]:
    """Set (or with None remove) a member of the first signature."""

    def change(members: dict[str, Any]) -> object:
        signature = members["signatures"][0]
        return signature.pop(name) if value is None else signature.update({name: value})

    return change


def good() -> Iterator[tuple[str, dict[str, Any]]]:
    yield (
        "es256",
        case("one P-256 signer", text_of(envelope.sealed(PAYLOAD, TYPE, AGENCY)), None, AGENCY),
    )
    yield (
        "ed25519",
        case("one Ed25519 signer", text_of(envelope.sealed(PAYLOAD, TYPE, OFFICE)), None, OFFICE),
    )
    both = envelope.sealed(PAYLOAD, TYPE, OFFICE, AGENCY)
    yield "two-signers", case("signers in given order", text_of(both), None, OFFICE, AGENCY)
    chained = envelope.sign_es256(PAYLOAD, TYPE, AGENCY, [certificate(AGENCY.public_key())])
    text = text_of(envelope.sealed(PAYLOAD, TYPE, chained))
    yield "es256-x5c", case("with its certificate", text, None, AGENCY)
    text = text_of(consent())
    yield "webauthn-es256", case("signed by a passkey", text, None, HOLDER, policy=True)
    text = text_of(consent(more_members={"other_keys_can_be_added_here": "do not compare"}))
    yield (
        "webauthn-es256-more-client-members",
        case("browsers add members to clientDataJSON", text, None, HOLDER, policy=True),
    )


def _nine_signers(members: dict[str, Any]) -> None:
    signature = members["signatures"][0]
    kids = [base64url.encode(seed(f"signer {number}")) for number in range(9)]
    members["signatures"] = [{**signature, "kid": kid} for kid in kids]


def malformed() -> Iterator[tuple[str, dict[str, Any]]]:
    """Other bytes or other members than version 1 has."""
    plain = text_of(envelope.sealed(PAYLOAD, TYPE, AGENCY))
    members = json.loads(plain)
    sig = members["signatures"][0]["sig"]
    own = base64url.encode(certificate(AGENCY.public_key()))
    for name, text in {
        "padded-base64": plain.replace(sig, sig + "=="),
        "spare-bits": plain.replace(sig, sig[:-1] + chr(ord(sig[-1]) + 1)),
        "standard-base64-alphabet": changed(plain, lambda m: m.update(payload="-_8A+/8A")),
        "duplicate-member": plain.replace('"payloadType"', '"payload":"AA","payloadType"', 1),
        "reordered-members": json.dumps(
            dict(reversed(members.items())), separators=(",", ":"), ensure_ascii=False
        ),
        "white-space": plain.replace(",", ", ", 1),
        "trailing-newline": plain + "\n",
        "escaped-letter": plain.replace('"alg"', '"\\u0061lg"', 1),
        "byte-order-mark": "\ufeff" + plain,
        "number-as-kid": changed(plain, first("kid", 7)),
        "short-kid": changed(plain, first("kid", "AAAA")),
        "no-sig": changed(plain, first("sig", None)),
        "no-payload-type": changed(plain, lambda m: m.pop("payloadType")),
        "empty-payload-type": changed(plain, lambda m: m.update(payloadType="")),
        "no-signatures": changed(plain, lambda m: m.update(signatures=[])),
        "nine-signatures": changed(plain, _nine_signers),
        "same-key-twice": changed(plain, lambda m: m.update(signatures=m["signatures"] * 2)),
        "x5c-too-long": changed(plain, first("x5c", [own, base64url.encode(bytes((1 << 14) + 1))])),
        "nine-certificates": changed(plain, first("x5c", [own] * 9)),
        "empty-x5c": changed(plain, first("x5c", [])),
        "x5c-no-certificate": changed(plain, first("x5c", ["AAAA"])),
        "list": f"[{plain}]",
    }.items():
        yield f"{name}_fail", case(name.replace("-", " "), text, "envelope.malformed", AGENCY)
    unknown = "envelope.unknown_member"
    yield (
        "unknown-member_fail",
        case("a fourth member", changed(plain, lambda m: m.update(note="x")), unknown, AGENCY),
    )
    yield (
        "unknown-signature-member_fail",
        case("a key beside a signature", changed(plain, first("jwk", {})), unknown, AGENCY),
    )


def mismatched() -> Iterator[tuple[str, dict[str, Any]]]:
    """Key, algorithm and certificate that do not belong together."""
    made = envelope.sealed(PAYLOAD, TYPE, AGENCY)
    plain = text_of(made)
    other = keys.key_id(HOLDER.public_key())
    kid, alg = "envelope.kid_mismatch", "envelope.alg"
    yield (
        "wrong-kid_fail",
        case("kid of another key", changed(plain, first("kid", other)), kid, AGENCY),
    )
    yield "wrong-key_fail", case("checked with another key", plain, kid, HOLDER)
    foreign = base64url.encode(certificate(HOLDER.public_key()))
    text = changed(plain, first("x5c", [foreign]))
    yield "x5c-of-another-key_fail", case("certificate of another key", text, kid, AGENCY)
    for name, value in (("none", "none"), ("rs256", "rs256"), ("upper-case", "ES256")):
        text = changed(plain, first("alg", value))
        yield f"alg-{name}_fail", case(f"alg {value}", text, alg, AGENCY)
    text = changed(plain, first("alg", "ed25519"))
    yield "alg-of-another-key_fail", case("ed25519 under a P-256 key", text, alg, AGENCY)
    text = changed(text_of(envelope.sealed(PAYLOAD, TYPE, OFFICE)), first("alg", "es256"))
    yield "es256-under-ed25519-key_fail", case("es256 under an Ed25519 key", text, alg, OFFICE)
    text = changed(plain, first("alg", "webauthn-es256"))
    yield "webauthn-without-members_fail", case("no assertion", text, alg, AGENCY, policy=True)
    text = changed(text_of(consent()), first("alg", "es256"))
    yield "es256-with-webauthn-members_fail", case("assertion as es256", text, alg, HOLDER)


def forged() -> Iterator[tuple[str, dict[str, Any]]]:
    """Signatures that are no signature of this payload, or not its only form."""
    made = envelope.sealed(PAYLOAD, TYPE, AGENCY)
    plain, sig = text_of(made), made.signatures[0].sig
    for name, spoilt, code in (
        ("high-s-twin", twin(sig), "signature.high_s"),
        ("der-signature", der(sig), "signature.malformed"),
        ("short-signature", sig[:-1], "signature.malformed"),
        ("zero-signature", bytes(64), "signature.invalid"),
        ("flipped-bit", bytes([sig[0] ^ 1]) + sig[1:], "signature.invalid"),
    ):
        text = changed(plain, first("sig", base64url.encode(spoilt)))
        yield f"{name}_fail", case(name.replace("-", " "), text, code, AGENCY)
    code = "signature.invalid"
    text = changed(plain, lambda m: m.update(payload=base64url.encode(PAYLOAD + b" ")))
    yield "other-payload_fail", case("one byte more", text, code, AGENCY)
    text = changed(plain, lambda m: m.update(payloadType="application/json"))
    yield "other-payload-type_fail", case("another media type", text, code, AGENCY)
    office = text_of(envelope.sealed(PAYLOAD + b" ", TYPE, OFFICE))
    text = changed(office, lambda m: m.update(payload=base64url.encode(PAYLOAD)))
    yield "ed25519-other-payload_fail", case("signed another payload", text, code, OFFICE)


def not_consented() -> Iterator[tuple[str, dict[str, Any]]]:
    """Assertions that are genuine, but no consent to this statement."""
    for name, changes, code in (
        ("sign-in-passed-off-as-consent", {"prefix": b"mianti/sign-in/v1"}, "challenge"),
        ("challenge-of-bare-payload", {"challenge": hashlib.sha256(PAYLOAD).digest()}, "challenge"),
        ("sign-in-relying-party", {"rp_id": "example.test"}, "rp_id"),
        ("foreign-origin", {"origin": "https://consent.example.test.evil.test"}, "origin"),
        ("plain-http-origin", {"origin": "http://consent.example.test"}, "origin"),
        ("cross-origin", {"more_members": {"crossOrigin": True}}, "cross_origin"),
        (
            "top-origin",
            {"more_members": {"topOrigin": "https://evil.test"}},
            "cross_origin",
        ),
        ("user-not-present", {"flags": 0x04}, "user_presence"),
        ("user-not-verified", {"flags": 0x01}, "user_verification"),
        ("registration", {"kind": "webauthn.create"}, "type"),
        ("client-data-float", {"more_members": {"n": 1.5}}, "malformed"),
        ("client-data-cross-origin-text", {"more_members": {"crossOrigin": "no"}}, "malformed"),
        ("client-data-list", {"client_data": b"[]"}, "malformed"),
        (
            "client-data-duplicate-member",
            {"client_data": b'{"type":"webauthn.get","type":"webauthn.get"}'},
            "malformed",
        ),
        ("authenticator-data-short", {"cut": 1}, "malformed"),
        ("authenticator-data-tail", {"tail": b"\x00"}, "malformed"),
        ("authenticator-data-attested", {"flags": 0xC5, "tail": bytes(20)}, "malformed"),
        ("authenticator-data-backup-flags", {"flags": 0x15}, "malformed"),
    ):
        text = text_of(consent(**changes))
        about = name.replace("-", " ")
        yield f"webauthn-{name}_fail", case(about, text, f"webauthn.{code}", HOLDER, policy=True)
    text = text_of(consent())
    yield "webauthn-no-policy_fail", case("no party trusted", text, "webauthn.policy", HOLDER)
    made = consent()
    for name, spoilt, code in (
        ("high-s-twin", twin(made.signatures[0].sig), "signature.high_s"),
        (
            "bare-signature",
            keys.sign_es256(HOLDER, envelope.pae(TYPE, PAYLOAD)),
            "signature.invalid",
        ),
    ):
        spoilt_text = changed(text, first("sig", base64url.encode(spoilt)))
        about = name.replace("-", " ")
        yield f"webauthn-{name}_fail", case(about, spoilt_text, code, HOLDER, policy=True)


def files() -> dict[str, str]:
    """File name → content of every vector."""
    made: dict[str, str] = {}
    for part in (good, malformed, mismatched, forged, not_consented):
        for name, content in part():
            if f"{name}.json" in made:
                raise ValueError(f"two vectors are named {name}")
            text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
            made[f"{name}.json"] = text + "\n"
    return made


def main(arguments: list[str]) -> int:
    made = files()
    found = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")}
    if "--check" in arguments:
        stale = sorted(name for name in made.keys() | found if made.get(name) != found.get(name))
        print("\n".join(f"stale: {name}" for name in stale) or f"{len(made)} vectors are fresh")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for name in found.keys() - made.keys():
        (FOLDER / name).unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
