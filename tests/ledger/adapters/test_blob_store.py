"""One contract for every :class:`ledger.ports.BlobStore`."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.errors import NotFound, Tampered
from ledger.stored.cid import CHUNK_BYTES, CidInvalid, cid_of
from tests.ledger.adapters.blobs import BlobEngine, pieces

SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 10_000_000]


@pytest.mark.parametrize("size", SIZES)
def test_files_come_back_under_the_cid_that_we_compute(blobs: BlobEngine, size: int) -> None:
    content = os.urandom(size)
    cid = blobs.store.put(pieces(content, 100_003))
    assert cid == cid_of([content])
    assert b"".join(blobs.store.get(cid)) == content
    assert blobs.store.has(cid)


def test_the_chunks_of_the_caller_do_not_matter(blobs: BlobEngine) -> None:
    content = os.urandom(CHUNK_BYTES * 2 + 17)
    cids = {
        blobs.store.put([content]),
        blobs.store.put(pieces(content, 4096)),
        blobs.store.put([b"", content[:5], b"", content[5:], b""]),
    }
    assert cids == {cid_of([content])}
    assert list(blobs.store.cids()).count(cid_of([content])) == 1


def test_cids_are_the_roots_of_what_is_stored(blobs: BlobEngine) -> None:
    before = set(blobs.store.cids())
    small = blobs.store.put([os.urandom(10)])
    first = os.urandom(CHUNK_BYTES)
    large = blobs.store.put([first, os.urandom(CHUNK_BYTES * 2)])
    assert set(blobs.store.cids()) - before == {small, large}
    assert not blobs.store.has(cid_of([first]))  # a block of a file, not a file
    blobs.store.delete(large)
    blobs.store.delete(large)
    assert set(blobs.store.cids()) - before == {small}
    assert not blobs.store.has(large)
    assert blobs.store.has(small)


def test_an_absent_file_is_not_found(blobs: BlobEngine) -> None:
    cid = cid_of([os.urandom(32)])
    assert not blobs.store.has(cid)
    blobs.store.delete(cid)
    with pytest.raises(NotFound):
        blobs.store.get(cid)


@pytest.mark.parametrize(
    "cid",
    [
        "",
        "../../../../etc/passwd",
        "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn",
        cid_of([b"a"]).upper(),
        cid_of([b"a"]) + "/x",
    ],
    ids=["empty", "path", "version 0", "upper case", "subpath"],
)
def test_what_is_no_cid_of_ours_is_refused(blobs: BlobEngine, cid: str) -> None:
    for method in (blobs.store.get, blobs.store.has, blobs.store.delete):
        with pytest.raises(CidInvalid):
            method(cid)


@pytest.mark.parametrize("place", [0, 1, 2], ids=["first chunk", "middle chunk", "last chunk"])
def test_altered_bytes_are_never_given_out_whole(blobs: BlobEngine, place: int) -> None:
    chunks = [os.urandom(CHUNK_BYTES) for _ in range(3)]
    cid = blobs.store.put(chunks)
    blobs.overwrite(chunks[place][:64], b"altered!" * 8)
    given = []
    with pytest.raises(Tampered):
        for chunk in blobs.store.get(cid):
            given.append(chunk)
    assert sum(map(len, given)) <= 2 * CHUNK_BYTES


def test_a_small_altered_file_gives_nothing_out(blobs: BlobEngine) -> None:
    content = os.urandom(500)
    cid = blobs.store.put([content])
    blobs.overwrite(content, content[:-1])
    given = []
    with pytest.raises(Tampered):
        for chunk in blobs.store.get(cid):
            given.append(chunk)
    assert given == []


def test_what_the_caller_s_stream_raises_is_the_caller_s(blobs: BlobEngine) -> None:
    class Torn(Exception):
        pass

    def torn() -> Iterator[bytes]:
        yield os.urandom(CHUNK_BYTES * 2)
        raise Torn

    before = set(blobs.store.cids())
    with pytest.raises(Torn):
        blobs.store.put(torn())
    assert set(blobs.store.cids()) == before
    assert blobs.store.has(blobs.store.put([b"goes on"]))


def test_a_large_file_passes_in_bounded_memory(blobs: BlobEngine) -> None:
    size, piece = 32 * CHUNK_BYTES * 4, os.urandom(CHUNK_BYTES)

    def stream() -> Iterator[bytes]:
        for n in range(size // CHUNK_BYTES):
            yield n.to_bytes(8) + piece[8:]

    tracemalloc.start()
    try:
        cid = blobs.store.put(stream())
        read = sum(len(chunk) for chunk in blobs.store.get(cid))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == size
    assert peak < 16 * CHUNK_BYTES


def test_threads_share_a_store(blobs: BlobEngine) -> None:
    contents = [os.urandom(50_000 * n) for n in range(16)]

    def there_and_back(content: bytes) -> bytes:
        return b"".join(blobs.store.get(blobs.store.put([content])))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(there_and_back, contents)) == contents
