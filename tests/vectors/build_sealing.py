"""Write the frozen vectors of stored files, version 1.

    python tests/vectors/build_sealing.py            write tests/vectors/sealing/file.json
    python tests/vectors/build_sealing.py --check    write nothing; exit 1 if it would change

The format is written out here once more and shares no code with the product. ``files``: the file
is ``size`` bytes of SHAKE-256("mianti sealing vectors"); the stored file stands as base64 where it
is small, else as SHA-256. ``refused``: stored files that end with ``code``. ``hand_over``: the
HPKE context of a wrapped key.
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

TARGET = Path(__file__).parent / "sealing" / "file.json"
SEED = b"mianti sealing vectors"
KEY = hashlib.sha256(SEED + b" key").digest()
PREFIX = hashlib.sha256(SEED + b" prefix").digest()[:7]
FILE_ID = "file_aaaqeayeaudaocajbifqydiob4"
FULL = 2**20 - 4
SIZES = (0, 1, 715, 4096, 4097, 10_000, FULL - 1, FULL, FULL + 1, 2 * FULL, 5_000_000)


def padme(size: int) -> int:
    """Padmé as its authors write it, with a floor of 4096."""
    if size <= 4096:
        return 4096
    exponent = size.bit_length() - 1
    step = 1 << exponent - exponent.bit_length()
    return -(-size // step) * step


def plaintexts(content: bytes) -> list[bytes]:
    """Segments before encryption, all at once."""
    padded = content + bytes(padme(len(content)) - len(content))
    segments = []
    for start in range(0, len(padded), FULL):
        held = max(0, min(FULL, len(content) - start))
        segments.append(held.to_bytes(4, "big") + padded[start : start + FULL])
    return segments


def header(key: bytes = KEY) -> bytes:
    commitment = hmac.new(key, b"mianti/file/v1/commitment\x00" + PREFIX, "sha256").digest()
    return b"MIANTI\x00\x01" + PREFIX + commitment


def encrypted(segments: list[bytes], file_id: str = FILE_ID, key: bytes = KEY) -> list[bytes]:
    context = b"mianti/file/v1\x00" + file_id.encode()
    return [
        AESGCM(key).encrypt(
            PREFIX + i.to_bytes(4, "big") + bytes([i == len(segments) - 1]), segment, context
        )
        for i, segment in enumerate(segments)
    ]


def sealed(content: bytes) -> bytes:
    return header() + b"".join(encrypted(plaintexts(content)))


def refused(content: bytes) -> list[dict[str, str]]:
    good = sealed(content)
    (plain,) = plaintexts(content)
    other = hashlib.sha256(b"another key").digest()

    def case(name: str, code: str, data: bytes) -> dict[str, str]:
        return {"name": name, "code": code, "sealed": base64.b64encode(data).decode()}

    def resealed(*segments: bytes) -> bytes:
        return header() + b"".join(encrypted(list(segments)))

    def flipped(position: int) -> bytes:
        return good[:position] + bytes([good[position] ^ 1]) + good[position + 1 :]

    size = len(content).to_bytes(4, "big")
    form, segment = "sealed.malformed", "sealed.segment"
    return [
        case("nothing", form, b""),
        case("header cut", form, good[:46]),
        case("another format", form, flipped(0)),
        case("another version", form, flipped(7)),
        case("prefix changed", "sealed.key", flipped(8)),
        case("commitment changed", "sealed.key", flipped(15)),
        case("another key", "sealed.key", header(other) + b"".join(encrypted([plain], key=other))),
        case("key swapped below the header", segment, header() + encrypted([plain], key=other)[0]),
        case("header alone", segment, good[:47]),
        case("ciphertext changed", segment, flipped(60)),
        case("tag changed", segment, flipped(len(good) - 1)),
        case("one byte cut off", segment, good[:-1]),
        case("one byte added", segment, good + b"\0"),
        case("another file's", segment, header() + encrypted([plain], "file_other")[0]),
        case("last segment missing", segment, header() + encrypted([plain, plain])[0]),
        case("padded to another class", form, resealed(plain + bytes(256))),
        case("padded too little", form, resealed(plain[:-1])),
        case("padding not zero", form, resealed(plain[:-1] + b"\1")),
        case("length longer than the segment", form, resealed(b"\0\0\xff\xff" + plain[4:])),
        case("no length", form, resealed(size[:3])),
    ]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="write nothing, report drift")
    check = arguments.parse_args().check
    content = hashlib.shake_256(SEED).digest(max(SIZES))
    files: list[dict[str, Any]] = []
    for size in SIZES:
        data = sealed(content[:size])
        whole = {"sealed": base64.b64encode(data).decode()} if size in (0, 715) else {}
        digest = hashlib.sha256(data).hexdigest()
        files.append({"size": size, "sealed_size": len(data), "sealed_sha256_hex": digest} | whole)
    names = ("mianti.example/log", FILE_ID, "con_x", "rel_x", "recipient")
    made = {
        "seed": SEED.decode(),
        "key_hex": KEY.hex(),
        "prefix_hex": PREFIX.hex(),
        "file_id": FILE_ID,
        "files": files,
        "refused": refused(content[:715]),
        "hand_over": {
            "names": names,
            "info_hex": b"\x00".join([b"mianti/file/v1", *(n.encode() for n in names)]).hex(),
        },
    }
    text = json.dumps(made, indent=1) + "\n"
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
