"""Write the frozen vectors of entries and thread tags, version 1.

    python tests/vectors/build_entry.py            write tests/vectors/entry/entry.json
    python tests/vectors/build_entry.py --check    write nothing; exit 1 if the file would change

Nothing is computed by the product: the formulas are written out here once more, with hashlib, hmac
and the deterministic signatures of RFC 6979 and RFC 8032 over fixed test keys. ``entry.json``:

- ``entries``: ``payload`` and ``envelope`` and ``leaf`` as text (UTF-8 bytes are meant), the rest
  lower-case hex: ``salt_hex``, ``tag_hex``, ``commit_hex``, ``leaf_hash_hex`` and
  ``payload_sha256_hex``;
- ``threads``: ``key_hex``, ``commitment_hex``, ``withdraw_tag_hex``, ``use_tags_hex`` by number;
- ``refused``: ``leaf``, ``salt_hex``, ``envelope`` and the ``code`` that opening them ends with.
"""

import argparse
import base64
import hashlib
import hmac
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TARGET = Path(__file__).parent / "entry" / "entry.json"
TYPE = "application/vnd.mianti.statement.v1+json"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

AGENCY = ec.derive_private_key(
    int.from_bytes(hashlib.sha256(b"test agency").digest()), ec.SECP256R1()
)
HOLDER = ec.derive_private_key(
    int.from_bytes(hashlib.sha256(b"test holder").digest()), ec.SECP256R1()
)
KEY_STORE = ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"test key store").digest())


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value: Any) -> str:
    """RFC 8785 for values whose keys are ASCII and whose numbers are integers."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seed(label: str, size: int) -> bytes:
    return hashlib.sha256(label.encode()).digest()[:size]


def identifier(prefix: str, label: str) -> str:
    return f"{prefix}_{base64.b32encode(seed(label, 16)).decode().rstrip('=').lower()}"


def es256(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    r, s = decode_dss_signature(
        key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    )
    return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")


def signed(payload: str, key: Any, alg: str) -> dict[str, str]:
    data = payload.encode()
    message = b"DSSEv1 %d %b %d %b" % (len(TYPE), TYPE.encode(), len(data), data)
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    signature = {"alg": alg, "kid": b64u(hashlib.sha256(spki).digest())}
    if alg == "ed25519":
        return signature | {"sig": b64u(key.sign(message))}
    if alg == "es256":
        return signature | {"sig": b64u(es256(key, message))}
    challenge = hashlib.sha256(b"mianti/consent/v1\x00" + message).digest()
    client = compact(
        {
            "challenge": b64u(challenge),
            "crossOrigin": False,
            "origin": "https://consent.example",
            "type": "webauthn.get",
        }
    ).encode()
    authenticator = hashlib.sha256(b"consent.example").digest() + b"\x05" + bytes(4)
    return signature | {
        "sig": b64u(es256(key, authenticator + hashlib.sha256(client).digest())),
        "authenticatorData": b64u(authenticator),
        "clientDataJSON": b64u(client),
    }


def statement(kind: str, actor: str, body: dict[str, Any], **more: Any) -> str:
    return compact(
        {
            "actor": actor,
            "at": "2026-03-03T09:30:00Z",
            "body": body,
            "files": [],
            "id": identifier("st", kind),
            "kind": kind,
            "log": "mianti.example/log",
            "prev": None,
            "refs": [],
            "v": 1,
        }
        | more
    )


def entry(name: str, payload: str, signers: list[tuple[Any, str]], tag: bytes) -> dict[str, str]:
    envelope = compact(
        {
            "payload": b64u(payload.encode()),
            "payloadType": TYPE,
            "signatures": [signed(payload, key, alg) for key, alg in signers],
        }
    )
    salt = seed(f"salt {name}", 32)
    commit = hashlib.sha256(b"mianti/entry/v1\x00" + salt + envelope.encode()).digest()
    kind = json.loads(payload)["kind"]
    leaf = compact({"commit": b64u(commit), "kind": kind, "tag": b64u(tag), "v": 1})
    return {
        "name": name,
        "kind": kind,
        "payload": payload,
        "payload_sha256_hex": hashlib.sha256(payload.encode()).hexdigest(),
        "envelope": envelope,
        "salt_hex": salt.hex(),
        "tag_hex": tag.hex(),
        "commit_hex": commit.hex(),
        "leaf": leaf,
        "leaf_hash_hex": hashlib.sha256(b"\x00" + leaf.encode()).hexdigest(),
    }


def thread(name: str) -> dict[str, Any]:
    key = seed(f"thread {name}", 32)
    uses = (1, 2, 3, 255, 256, 65536, 2**32 - 1)
    return {
        "name": name,
        "key_hex": key.hex(),
        "commitment_hex": hashlib.sha256(b"mianti/thread/v1\x00" + key).hexdigest(),
        "withdraw_tag_hex": tag(key, b"withdraw").hex(),
        "use_tags_hex": {str(n): tag(key, b"use" + n.to_bytes(4, "big")).hex() for n in uses},
    }


def tag(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()[:16]


def entries() -> list[dict[str, str]]:
    case, consent = identifier("case", "case"), identifier("con", "consent")
    key = seed("thread a consent", 32)
    consented = {
        "consent": consent,
        "case": case,
        "agency": "wjw",
        "items": [{"fields": ["名称", "valid_to"], "object": identifier("lic", "licence")}],
        "thread": hashlib.sha256(b"mianti/thread/v1\x00" + key).hexdigest(),
        "uses": 1,
    }
    return [
        entry(
            "one agency signs, with a file",
            statement(
                "material.deposited",
                "scjg",
                {"material": identifier("mat", "m"), "title": "股东会决议"},
                files=[{"sha256": b64u(seed("file", 32)), "size": 52_431}],
                prev=41,
                refs=[7, 3],
            ),
            [(AGENCY, "es256")],
            seed("random tag", 16),
        ),
        entry(
            "a holder consents with a passkey",
            statement("consent.granted", identifier("sub", "holder"), consented),
            [(HOLDER, "webauthn-es256")],
            seed("another random tag", 16),
        ),
        entry(
            "first use, two signers, tag of the thread",
            statement("released", "wjw", {"consent": consent, "n": 1}, refs=[42]),
            [(AGENCY, "es256"), (KEY_STORE, "ed25519")],
            tag(key, b"use\x00\x00\x00\x01"),
        ),
        entry(
            "withdrawal, tag of the thread",
            statement("consent.withdrawn", identifier("sub", "holder"), {"consent": consent}),
            [(HOLDER, "es256")],
            tag(key, b"withdraw"),
        ),
    ]


def refused(good: dict[str, str]) -> list[dict[str, str]]:
    """Named defects of the first entry."""

    def case(name: str, code: str, **changes: str) -> dict[str, str]:
        kept = {key: good[key] for key in ("leaf", "salt_hex", "envelope")}
        return {"name": name, "code": code} | kept | changes

    envelope, leaf = good["envelope"], good["leaf"]
    members = json.loads(leaf)

    def recommitted(changed: str, kind: str = members["kind"]) -> dict[str, str]:
        salt = bytes.fromhex(good["salt_hex"])
        commit = hashlib.sha256(b"mianti/entry/v1\x00" + salt + changed.encode()).digest()
        return {
            "envelope": changed,
            "leaf": compact(members | {"commit": b64u(commit), "kind": kind}),
        }

    retyped = compact(json.loads(envelope) | {"payloadType": "text/plain"})
    unread = compact(json.loads(envelope) | {"payload": b64u(b"{}")})
    unknown = compact(
        json.loads(envelope)
        | {
            "payload": b64u(
                good["payload"].replace("material.deposited", "material.eaten").encode()
            )
        }
    )
    return [
        case("another salt", "entry.commit", salt_hex="00" * 32),
        case("a short salt", "entry.malformed", salt_hex="00" * 31),
        case("another envelope", "entry.commit", envelope=envelope.replace('"sig":"', '"sig":"A')),
        case("the leaf names another kind", "entry.kind", **recommitted(envelope, "case.opened")),
        case("leaf with white space", "entry.malformed", leaf=leaf + "\n"),
        case("leaf names the actor", "entry.malformed", leaf=compact(members | {"actor": "scjg"})),
        case("leaf of version 2", "entry.malformed", leaf=compact(members | {"v": 2})),
        case(
            "leaf without tag",
            "entry.malformed",
            leaf=compact({k: v for k, v in members.items() if k != "tag"}),
        ),
        case(
            "leaf reordered",
            "entry.malformed",
            leaf=json.dumps(dict(reversed(members.items())), separators=(",", ":")),
        ),
        case("envelope with white space", "entry.malformed", **recommitted(envelope + " ")),
        case("envelope of another type", "entry.malformed", **recommitted(retyped)),
        case("payload is no statement", "statement.malformed", **recommitted(unread)),
        case("statement of an unknown kind", "statement.kind", **recommitted(unknown)),
    ]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="write nothing, report drift")
    check = arguments.parse_args().check
    made = entries()
    content = {
        "entries": made,
        "threads": [thread("a consent"), thread("another")],
        "refused": refused(made[0]),
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    if check:
        if not TARGET.exists() or TARGET.read_text("utf-8") != text:
            print(f"{TARGET} is not what its builder writes", file=sys.stderr)
            return 1
        return 0
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
