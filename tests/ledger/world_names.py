"""Names, times and keys of the small world: everything is derived from names."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from certs import keys
from certs.webauthn import WebauthnPolicy
from ledger.ids import new_id

START = datetime(2026, 3, 1, tzinfo=UTC)
ISSUED_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ANCHORED_AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TAKEN_AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
AS_OF = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ORIGIN = "log.example/mianti"
LIST_URI = "https://status.example/1"
FOOD = "food-operation-permit"
REGION = 310101
GENESIS = "0x" + "11" * 32
CONTRACT = "0x" + "22" * 20
RP = WebauthnPolicy("consent.example", ("https://consent.example",))
P256_ORDER = keys.P256_ORDER
NAMES = {
    "scjg": ("某区市场监管局", "District Market Regulation"),
    "gafj": ("某区公安分局", "District Public Security"),
    "wjw": ("某区卫生健康委", "District Health"),
    "sjj": ("某区审计局", "District Audit"),
}


def seed(name: str) -> bytes:
    """32 bytes that belong to a name."""
    return hashlib.sha256(b"mianti test world\0" + name.encode()).digest()


def p256(name: str) -> keys.P256Private:
    number = int.from_bytes(seed(name), "big") % (P256_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def ed(name: str) -> keys.Ed25519Private:
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed(name))


def ident(prefix: str, name: str) -> str:
    """An id as `ledger.ids.new_id` makes them."""
    return new_id(prefix, lambda size: seed(name)[:size])


def drawn(name: str) -> Callable[[int], bytes]:
    """Randomness that is the same for a name."""
    count = iter(range(1 << 20))
    return lambda size: hashlib.shake_256(seed(f"{name}/{next(count)}")).digest(size)


def stored(*files: bytes) -> list[dict[str, Any]]:
    """Where each file's ciphertext would lie."""
    return [
        {
            "cid": "b" + ident("cid", data.hex())[4:] * 2 + "aaaaaa",
            "file": ident("file", data.hex()),
            "size": len(data) + 64,
        }
        for data in files
    ]
