"""Stored files: frozen vectors, every kind of tampering, bounded memory."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from ledger.stored import sealing
from ledger.stored.sealing import (
    DATA_BYTES,
    SealedInvalid,
    SealedKey,
    SealedMalformed,
    SealedSegment,
    hand_over_info,
    open_stream,
    seal_stream,
    sealed_size,
    size_class,
)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "sealing" / "file.json").read_bytes())
KEY = bytes.fromhex(VECTORS["key_hex"])
PREFIX = bytes.fromhex(VECTORS["prefix_hex"])
FILE_ID = VECTORS["file_id"]
CONTENT = hashlib.shake_256(VECTORS["seed"].encode()).digest(5_000_000)
SEGMENT = sealing._SEALED_SEGMENT
HEADER = sealing._HEADER_BYTES


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[i : i + size] for i in range(0, len(data), size))


def seal(content: bytes, piece: int = 300_007) -> bytes:
    return b"".join(seal_stream(pieces(content, piece), KEY, FILE_ID, lambda n: PREFIX[:n]))


def opened(data: bytes, piece: int = 70_001, key: bytes = KEY, file_id: str = FILE_ID) -> bytes:
    return b"".join(open_stream(pieces(data, piece), key, file_id))


def given_out(data: bytes) -> bytes:
    """What a reader has seen when the error comes; there must be one."""
    seen = bytearray()
    stream = open_stream(pieces(data, 70_001), KEY, FILE_ID)
    with pytest.raises(SealedInvalid):
        for part in stream:
            seen += part
    return bytes(seen)


@pytest.mark.parametrize("vector", VECTORS["files"], ids=lambda vector: str(vector["size"]))
def test_vector(vector: dict[str, Any]) -> None:
    """A change here makes stored files unreadable: version 1 is frozen."""
    content = CONTENT[: vector["size"]]
    data = seal(content)
    assert len(data) == vector["sealed_size"] == sealed_size(vector["size"])
    assert hashlib.sha256(data).hexdigest() == vector["sealed_sha256_hex"]
    if "sealed" in vector:
        assert base64.b64decode(vector["sealed"]) == data
    assert opened(data) == content


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_refused_vector(case: dict[str, str]) -> None:
    with pytest.raises(SealedInvalid) as error:
        opened(base64.b64decode(case["sealed"]))
    assert error.value.code == case["code"]


def test_hand_over_vector() -> None:
    vector = VECTORS["hand_over"]
    assert hand_over_info(*vector["names"]).hex() == vector["info_hex"]


@pytest.mark.parametrize("name", ["", "a\x00b"])
def test_a_hand_over_names_all_five(name: str) -> None:
    for position in range(5):
        names = ["log", "file", "consent", "release", "recipient"]
        names[position] = name
        with pytest.raises(ValueError, match="zero byte"):
            hand_over_info(*names)


@given(st.binary(max_size=10_000), st.integers(1, 5000), st.integers(1, 5000))
def test_how_the_streams_are_cut_does_not_matter(content: bytes, first: int, second: int) -> None:
    assert opened(seal(content, first), second) == content


@given(st.integers(0, 2**40))
def test_size_classes(size: int) -> None:
    padded = size_class(size)
    assert max(size, 4096) <= padded <= max(size * 1.12, 4096)
    assert size_class(padded) == padded


def test_size_classes_are_few() -> None:
    assert len({size_class(size) for size in range(0, 1_000_000, 10)}) < 200


def test_stored_files_of_one_content_look_different() -> None:
    prefixes = itertools.count()
    made = [
        b"".join(seal_stream([b"x"], KEY, FILE_ID, lambda n: next(prefixes).to_bytes(n, "big")))
        for _ in range(2)
    ]
    assert made[0][HEADER:] != made[1][HEADER:]


def test_any_changed_bit_is_refused() -> None:
    content = CONTENT[:715]
    data = seal(content)
    for position in range(len(data)):
        spoilt = data[:position] + bytes([data[position] ^ 0x80]) + data[position + 1 :]
        assert given_out(spoilt) == b""


def test_every_truncation_is_refused() -> None:
    data = seal(CONTENT[:715])
    for length in range(0, len(data)):
        assert given_out(data[:length]) == b""


THREE = seal(CONTENT[: 2 * DATA_BYTES + 5])


def segments() -> list[bytes]:
    return [*pieces(THREE[HEADER:], SEGMENT)]


TAMPERED = {
    "cut at a segment": THREE[: HEADER + 2 * SEGMENT],
    "cut inside a segment": THREE[: HEADER + 2 * SEGMENT + 20],
    "two swapped": THREE[:HEADER] + b"".join(segments()[i] for i in (1, 0, 2)),
    "last ones swapped": THREE[:HEADER] + b"".join(segments()[i] for i in (0, 2, 1)),
    "one dropped": THREE[:HEADER] + b"".join(segments()[i] for i in (0, 2)),
    "first dropped": THREE[:HEADER] + b"".join(segments()[1:]),
    "one twice": THREE[:HEADER] + b"".join(segments()[i] for i in (0, 0, 1, 2)),
    "last twice": THREE + segments()[2],
    "a byte more": THREE + b"\0",
    "a segment of zeros more": THREE + bytes(SEGMENT),
    "bit in the second": THREE[: HEADER + SEGMENT] + b"\0" + THREE[HEADER + SEGMENT + 1 :],
}


@pytest.mark.parametrize("name", TAMPERED)
def test_only_true_segments_are_given_out(name: str) -> None:
    seen = given_out(TAMPERED[name])
    assert CONTENT.startswith(seen)
    assert len(seen) in (0, DATA_BYTES, 2 * DATA_BYTES)


def test_a_file_does_not_go_on_after_its_end() -> None:
    """Only a full segment may be followed by more data, or one file had two forms."""
    plain = (5).to_bytes(4, "big") + b"hello" + bytes(DATA_BYTES - 5)
    context = b"mianti/file/v1\0" + FILE_ID.encode()
    data = THREE[:HEADER]
    for index, last in enumerate((0, 1)):
        nonce = PREFIX + index.to_bytes(4, "big") + bytes([last])
        data += AESGCM(KEY).encrypt(nonce, plain, context)
    with pytest.raises(SealedMalformed):
        opened(data)


def test_another_key_or_file_id_is_refused() -> None:
    with pytest.raises(SealedKey):
        opened(THREE, key=bytes(32))
    with pytest.raises(SealedSegment) as error:
        opened(THREE, file_id="file_other")
    assert error.value.index == 0


def test_segments_of_two_files_do_not_mix() -> None:
    other = b"".join(seal_stream([CONTENT[: 2 * DATA_BYTES + 5]], KEY, FILE_ID, bytes))
    mixed = other[: HEADER + SEGMENT] + THREE[HEADER + SEGMENT :]
    assert len(given_out(mixed)) == DATA_BYTES


def test_wrong_use_is_an_error() -> None:
    for key in (b"", bytes(16), bytes(31)):
        with pytest.raises(ValueError, match="32 bytes"):
            list(seal_stream([], key, FILE_ID, bytes))
        with pytest.raises(ValueError, match="32 bytes"):
            list(open_stream([THREE], key, FILE_ID))
    with pytest.raises(ValueError, match="id"):
        list(seal_stream([], KEY, "", bytes))
    with pytest.raises(ValueError, match="randomness"):
        list(seal_stream([], KEY, FILE_ID, lambda n: b""))


STREAM = """
from pathlib import Path
from ledger.stored.sealing import open_stream, seal_stream
size, piece, key = 0, bytes(range(256)) * 256, bytes(32)
source = (piece for _ in range(100_000_000 // len(piece)))
for part in open_stream(seal_stream(source, key, "file_x", bytes), key, "file_x"):
    size += len(part)
status = Path("/proc/self/status").read_text().split()
print(size, int(status[status.index("VmHWM:") + 1]) // 1024)
"""


def test_100_mb_pass_within_64_mib() -> None:
    """Sealing and opening at once in a fresh process; its peak includes the interpreter."""
    run = subprocess.run([sys.executable, "-c", STREAM], capture_output=True, check=True, text=True)
    size, peak = map(int, run.stdout.split())
    assert size == 100_000_000 // 65_536 * 65_536
    assert peak < 64
