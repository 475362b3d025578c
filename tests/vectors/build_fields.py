"""Write the frozen vectors of sealed credentials, version 1.

    python tests/vectors/build_fields.py            write tests/vectors/sealing/fields.json
    python tests/vectors/build_fields.py --check    write nothing; exit 1 if it would change

The format is written out here once more and shares no code with the product: HKDF is the two HMACs
of RFC 5869. ``sealed`` is the sealed credential's text, ``opened`` what the given ``names`` yield,
``refused`` texts that end with ``code`` when all names are asked for.
"""

import argparse
import base64
import hashlib
import hmac
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TARGET = Path(__file__).parent / "sealing" / "fields.json"
FORMAT = "mianti/fields/v1"
FILE_KEY = hashlib.sha256(b"mianti fields vectors").digest()
FILE_ID = "file_aaaqeayeaudaocajbifqydiob4"
JWT = "eyJ0eXAiOiJkYytzZC1qd3QifQ.e30.c2lnbmF0dXJl"
CLAIMS = {
    "名称": "食品经营许可证",
    "holder_name": "示例餐饮有限公司",
    "scope": "热食类" * 60,
    "version": 1,
}


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def mac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def seed(label: str) -> bytes:
    return hashlib.sha256(label.encode()).digest()


def disclosure(name: str, value: Any) -> str:
    return b64u(compact([b64u(seed(f"salt {name}")), name, value]).encode())


def field_key(name: str, file_key: bytes = FILE_KEY) -> bytes:
    return mac(mac(bytes(32), file_key), f"{FORMAT}\0{name}".encode() + b"\x01")


def padded(text: bytes, more: int = 0) -> bytes:
    framed = len(text).to_bytes(4, "big") + text
    size = len(framed)
    if size <= 256:
        return framed + bytes(256 - size + more)
    step = 1 << (size.bit_length() - 1) - (size.bit_length() - 1).bit_length()
    return framed + bytes(-(-size // step) * step - size + more)


def field(name: str, plain: bytes, file_id: str = FILE_ID) -> dict[str, str]:
    key, nonce = field_key(name), seed(f"nonce {name}")[:12]
    label = mac(key, b"label")
    context = f"{FORMAT}\0{file_id}".encode() + label
    return {"box": b64u(nonce + AESGCM(key).encrypt(nonce, plain, context)), "label": b64u(label)}


def document(fields: list[dict[str, str]]) -> str:
    ordered = sorted(fields, key=lambda f: base64.urlsafe_b64decode(f["label"] + "="))
    return compact({"fields": ordered, "format": FORMAT})


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="write nothing, report drift")
    check = arguments.parse_args().check
    texts = {"": JWT} | {name: disclosure(name, value) for name, value in CLAIMS.items()}
    fields = {name: field(name, padded(text.encode())) for name, text in texts.items()}
    sealed = document(list(fields.values()))
    members = json.loads(sealed)

    def case(name: str, code: str, changed: str) -> dict[str, str]:
        return {"name": name, "code": code, "sealed": changed}

    def replaced(field_name: str, plain: bytes, file_id: str = FILE_ID) -> str:
        return document(list((fields | {field_name: field(field_name, plain, file_id)}).values()))

    def boxed(box: str) -> str:
        return document(list((fields | {"": fields[""] | {"box": box}}).values()))

    form, key = "fields.malformed", "fields.key"
    version = padded(texts["version"].encode())
    made = {
        "file_key_hex": FILE_KEY.hex(),
        "file_id": FILE_ID,
        "disclosures": {name: text for name, text in texts.items() if name},
        "issuer_jwt": JWT,
        "nonces_hex": {name: seed(f"nonce {name}")[:12].hex() for name in texts},
        "field_keys_hex": {name: field_key(name).hex() for name in texts},
        "sealed": sealed,
        "opened": [
            {"names": list(names), "credential": "~".join([*(texts[n] for n in names), ""])}
            for names in (("",), ("", "version"), ("", "version", "名称"), tuple(texts))
        ],
        "refused": [
            case("nothing", form, ""),
            case("white space", form, sealed + "\n"),
            case("another format", form, sealed.replace("fields/v1", "fields/v2")),
            case("unknown member", form, compact(members | {"name": "x"})),
            case("fields in an object", form, compact(members | {"fields": {}})),
            case("not sorted", form, compact(members | {"fields": members["fields"][::-1]})),
            case("a field twice", form, document([*fields.values(), fields["version"]])),
            case("box padded base64", form, boxed(fields[""]["box"] + "=")),
            case("box null", form, compact(members | {"fields": [{"box": None, "label": "AA"}]})),
            case("too many fields", form, document([fields[""]] * 257)),
            case("a field missing", key, document([fields[n] for n in texts if n != "version"])),
            case("empty box", key, boxed("")),
            case(
                "box changed", key, boxed(fields[""]["box"][:40] + "AAAA" + fields[""]["box"][44:])
            ),
            case("box of another field", key, boxed(fields["version"]["box"])),
            case("box of another file", key, replaced("version", version, "file_other")),
            case("padded to another class", form, replaced("version", version + bytes(256))),
            case("padding not zero", form, replaced("version", version[:-1] + b"\1")),
            case("length too long", form, replaced("version", b"\0\1\0\0" + version[4:])),
            case("no text", form, replaced("version", padded(b"\xff"))),
            case(
                "another claim's disclosure",
                form,
                replaced("version", padded(texts["scope"].encode())),
            ),
            case("no disclosure", form, replaced("version", padded(b"AAAA"))),
        ],
    }
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
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
