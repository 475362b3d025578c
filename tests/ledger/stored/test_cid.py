"""CIDs: equal to Kubo's, block by block, and nothing else is taken for one."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.stored import cid as cids
from ledger.stored.cid import (
    CHUNK_BYTES,
    DAG_PB,
    RAW,
    Cid,
    CidHasher,
    CidInvalid,
    CidMismatch,
    blocks,
    check_block,
    children,
    cid_of,
    cid_text,
    parse_cid,
)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "cid" / "kubo.json").read_bytes())
CONTENT = hashlib.shake_256(VECTORS["seed"].encode()).digest(
    max(case["size"] for case in VECTORS["cases"])
)
EMPTY = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[i : i + size] for i in range(0, len(data), size)]


def read(stored: dict[bytes, bytes], cid: bytes) -> bytes:
    """The file below a CID, as a reader of blocks puts it together."""
    if parse_cid(cid).codec == RAW:
        return stored[cid]
    return b"".join(read(stored, child) for child in children(cid, stored[cid]))


@pytest.mark.parametrize(
    "case", VECTORS["cases"], ids=lambda case: f"{case['size']} by {case['chunk']}"
)
def test_equal_to_kubo(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cids, "CHUNK_BYTES", case["chunk"])
    content = CONTENT[: case["size"]]
    assert cid_of([content]) == case["cid"]
    made = list(blocks(pieces(content, 100_003)))
    assert cid_text(made[-1][0]) == case["cid"]
    for cid, block in made:
        check_block(cid, block)
    assert read(dict(made), made[-1][0]) == content


@given(st.binary(max_size=700), st.lists(st.integers(0, 700), max_size=8), st.integers(1, 3))
def test_how_a_stream_is_cut_does_not_matter(data: bytes, cuts: list[int], links: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cids, "CHUNK_BYTES", 16)
        patch.setattr(cids, "MAX_LINKS", links + 1)
        bounds = [0, *sorted(cuts), len(data)]
        parts = [data[a:b] for a, b in pairwise(bounds)]
        assert cid_of(parts) == cid_of([data])
        made = list(blocks(parts))
        assert read(dict(made), made[-1][0]) == data


def test_empty_stream() -> None:
    assert cid_of([]) == cid_of([b"", b""]) == EMPTY
    assert list(blocks([])) == [(bytes(parse_cid(EMPTY)), b"")]


def test_the_end_of_a_stream() -> None:
    hasher = CidHasher()
    assert hasher.update(b"a" * CHUNK_BYTES) == []
    assert len(hasher.finish()) == 1
    assert hasher.finish() == []
    assert hasher.cid() == hasher.cid() == cid_of([b"a" * CHUNK_BYTES])
    with pytest.raises(ValueError, match="ended"):
        hasher.update(b"a")


def test_memory_stays_bounded() -> None:
    chunk = CONTENT[:65_536]
    tracemalloc.start()
    try:
        cid_of(chunk for _ in range(800))  # 50 MiB
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * 1024 * 1024


def test_a_cid_survives_its_text() -> None:
    for codec in (RAW, DAG_PB):
        cid = Cid(codec, bytes(range(32)))
        assert parse_cid(str(cid)) == parse_cid(bytes(cid)) == cid


@pytest.mark.parametrize(
    "text",
    [
        "",
        "b",
        "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn",
        EMPTY.upper(),
        EMPTY[:-1],
        EMPTY + "a",
        EMPTY[:-1] + "v",
        "z" + EMPTY[1:],
        EMPTY + "=",
        " " + EMPTY,
        EMPTY.replace("k", "1"),
        EMPTY.replace("k", "é"),
        cid_text(bytes((2, RAW, 0x12, 0x20)) + bytes(32)),
        cid_text(bytes((1, 0x71, 0x12, 0x20)) + bytes(32)),
        cid_text(bytes((1, RAW, 0x1B, 0x20)) + bytes(32)),
        cid_text(bytes((1, RAW, 0x12, 0x1F)) + bytes(31)),
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(CidInvalid):
        parse_cid(text)


def test_other_bytes_are_refused() -> None:
    good = bytes(parse_cid(EMPTY))
    for cid in (b"", good[:-1], good + b"\0", b"\0" + good[1:]):
        with pytest.raises(CidInvalid):
            parse_cid(cid)


def test_a_changed_block_is_refused() -> None:
    made = list(blocks([b"a" * (CHUNK_BYTES + 1)]))
    for cid, block in made:
        with pytest.raises(CidMismatch):
            check_block(cid, block + b"\0")
        with pytest.raises(CidMismatch):
            children(cid, bytes([block[0] ^ 1]) + block[1:])


def renamed(block: bytes) -> tuple[bytes, bytes]:
    return bytes(Cid(DAG_PB, hashlib.sha256(block).digest())), block


def test_a_node_of_another_layout_is_refused() -> None:
    """A block may match its CID and still be no node of ours: a directory, a name, a bomb."""
    node = list(blocks([b"a" * (CHUNK_BYTES + 1)]))[-1][1]
    first = node.index(b"\x12\x00\x18")
    bad = {
        "nothing": b"",
        "data alone": b"\x0a\x02\x08\x01",
        "a directory": node.replace(b"\x0a\x0c\x08\x02", b"\x0a\x0c\x08\x01"),
        "a name": node[:first] + b"\x12\x01x\x18" + node[first + 3 :],
        "a tail": node + b"\0",
        "cut": node[:-1],
        "an endless number": b"\x12" + b"\xff" * 20,
        "a link alone": node[: node.rindex(b"\x0a\x0c")],
    }
    for name, block in bad.items():
        with pytest.raises(CidInvalid):
            children(*renamed(block))
        assert block != node, name
    assert len(children(*renamed(node))) == 2


def test_a_node_of_too_many_links_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cids, "CHUNK_BYTES", 16)
    monkeypatch.setattr(cids, "MAX_LINKS", 175)
    cid, node = list(blocks([bytes(175 * 16)]))[-1]
    assert len(children(cid, node)) == 175
    monkeypatch.setattr(cids, "MAX_LINKS", 174)
    with pytest.raises(CidInvalid):
        children(cid, node)


@given(st.binary(max_size=200))
def test_any_other_bytes_as_node_are_refused(block: bytes) -> None:
    with pytest.raises(CidInvalid):
        children(*renamed(block))
