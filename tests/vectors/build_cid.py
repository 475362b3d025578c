"""Write the CIDs that Kubo gives to known contents.

    python tests/vectors/build_cid.py                     write tests/vectors/cid/kubo.json
    python tests/vectors/build_cid.py --check             write nothing; exit 1 if it would change
    python tests/vectors/build_cid.py --check --kubo BIN  and ask that `ipfs` binary too

The reference below builds the whole tree at once and shares no code with the product; Kubo 0.41
confirmed every value. A case is ``size`` bytes of SHAKE-256("mianti cid vectors"), cut into chunks
of ``chunk`` bytes (262,144 is Kubo's default; the small ones make deep trees).
"""

import argparse
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = Path(__file__).parent / "cid" / "kubo.json"
SEED = b"mianti cid vectors"
CHUNK = 262_144
CASES = [
    *((size, CHUNK) for size in (0, 1, 715, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK)),
    *((size, CHUNK) for size in (10_000_000, 174 * CHUNK, 174 * CHUNK + 1, 60_000_000)),
    *((size, 16) for size in (174 * 16, 174 * 174 * 16, 174 * 174 * 16 + 1, 1_000_000)),
]


def varint(number: int) -> bytes:
    low, high = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(high) if high else bytes([low])


def field(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | 2]) + varint(len(data)) + data


def cid(codec: int, block: bytes) -> bytes:
    return bytes([1, codec, 0x12, 0x20]) + hashlib.sha256(block).digest()


def reference(content: bytes, chunk: int) -> str:
    """Balanced UnixFS tree: (cid, bytes of file, bytes of blocks) per node, 174 to a parent."""
    pieces = [content[i : i + chunk] for i in range(0, len(content), chunk)] or [b""]
    level = [(cid(0x55, piece), len(piece), len(piece)) for piece in pieces]
    while len(level) > 1:
        above = []
        for first in range(0, len(level), 174):
            group = level[first : first + 174]
            data = b"\x08\x02\x18" + varint(sum(size for _, size, _ in group))
            data += b"".join(b"\x20" + varint(size) for _, size, _ in group)
            links = b"".join(
                field(2, field(1, name) + field(2, b"") + b"\x18" + varint(stored))
                for name, _, stored in group
            )
            block = links + field(1, data)
            total = len(block) + sum(stored for _, _, stored in group)
            above.append((cid(0x70, block), sum(size for _, size, _ in group), total))
        level = above
    return "b" + base64.b32encode(level[0][0]).decode().rstrip("=").lower()


def kubo(binary: str, repository: str, content: bytes, chunk: int) -> str:
    command = [binary, "add", "-Q", "--only-hash", "--cid-version=1", "--raw-leaves"]
    run = subprocess.run(
        [*command, f"--chunker=size-{chunk}"],
        input=content,
        capture_output=True,
        check=True,
        env=os.environ | {"IPFS_PATH": repository},
    )
    return run.stdout.decode().strip()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="write nothing, report drift")
    arguments.add_argument("--kubo", metavar="BIN", help="an ipfs binary to compare with")
    given = arguments.parse_args()
    content = hashlib.shake_256(SEED).digest(max(size for size, _ in CASES))
    cases = [
        {"size": size, "chunk": chunk, "cid": reference(content[:size], chunk)}
        for size, chunk in CASES
    ]
    if given.kubo:
        with tempfile.TemporaryDirectory() as repository:
            environment = os.environ | {"IPFS_PATH": repository}
            command = [given.kubo, "init", "--profile", "server"]
            subprocess.run(command, capture_output=True, check=True, env=environment)
            for case, (size, chunk) in zip(cases, CASES, strict=True):
                said = kubo(given.kubo, repository, content[:size], chunk)
                if said != case["cid"]:
                    print(f"Kubo says {said} for {case}", file=sys.stderr)
                    return 1
    text = json.dumps({"seed": SEED.decode(), "cases": cases}, indent=1) + "\n"
    if given.check:
        if not TARGET.exists() or TARGET.read_text("utf-8") != text:
            print(f"{TARGET} is not what its builder writes", file=sys.stderr)
            return 1
        return 0
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
