"""Kubo alone: nodes that are away, silent, wrong, or lost a block."""

from __future__ import annotations

import os
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ledger.adapters.ipfs import IpfsStore
from ledger.adapters.kubo_daemon import KuboDaemon
from ledger.errors import NotFound, StoreAway
from ledger.stored.cid import CHUNK_BYTES, CidMismatch, cid_of
from tests.ledger.adapters.blobs import BlobEngine

CONTENT = b"ciphertext"


@contextmanager
def answering(
    status: int, body: bytes | None, kind: str = "application/json"
) -> Iterator[IpfsStore]:
    """A store on a node that answers everything alike; without a body, it never ends."""

    class Node(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            while self.headers.get("Transfer-Encoding") == "chunked":
                length = int(self.rfile.readline(), 16)
                self.rfile.read(length + 2)
                if length == 0:
                    break
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if body is None:
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                with suppress(OSError):  # the other side has heard enough
                    while True:
                        self.wfile.write(b"10000\r\n" + bytes(0x10000) + b"\r\n")
            else:
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Node)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    store = IpfsStore(f"/ip4/127.0.0.1/tcp/{server.server_port}", answer_seconds=5.0)
    try:
        yield store
    finally:
        store.close()
        server.shutdown()
        server.server_close()
        thread.join()


def each_method_is_pushback(store: IpfsStore) -> None:
    cid = cid_of([CONTENT])
    with pytest.raises(StoreAway):
        store.put([CONTENT])
    with pytest.raises(StoreAway):
        store.get(cid)
    with pytest.raises(StoreAway):
        store.has(cid)
    with pytest.raises(StoreAway):
        store.delete(cid)
    with pytest.raises(StoreAway):
        list(store.cids())


def test_no_node_is_pushback() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        store = IpfsStore(f"/ip4/127.0.0.1/tcp/{unused.getsockname()[1]}")
        each_method_is_pushback(store)


def test_a_node_that_takes_calls_and_never_answers_is_pushback_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=16) as silent:
        address = f"/ip4/127.0.0.1/tcp/{silent.getsockname()[1]}"
        store = IpfsStore(address, answer_seconds=0.2)
        begin = time.monotonic()
        each_method_is_pushback(store)
        assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"<html>proxy error</html>"),
        (500, b'{"Message": "write: no space left on device", "Code": 0, "Type": "error"}'),
        (403, b"403 - Forbidden"),
    ],
    ids=["not the node", "disk full", "forbidden"],
)
def test_a_node_that_refuses_is_pushback(status: int, body: bytes) -> None:
    with answering(status, body) as store:
        each_method_is_pushback(store)


def test_a_node_that_stores_other_bytes_is_found_out() -> None:
    other = cid_of([b"other bytes"])
    answer = b'{"Name": "x", "Hash": "%s", "Size": "1"}' % other.encode()
    with answering(200, answer) as store, pytest.raises(CidMismatch) as raised:
        store.put([CONTENT])
    assert raised.value.values["answered"] == other


@pytest.mark.parametrize("body", [b"", b"other", bytes(CHUNK_BYTES + 1)])
def test_a_node_that_answers_other_bytes_is_found_out(body: bytes) -> None:
    with answering(200, body, "application/octet-stream") as store, pytest.raises(CidMismatch):
        list(store.get(cid_of([CONTENT])))


def test_a_node_that_answers_without_end_does_not_fill_the_memory() -> None:
    with answering(200, None, "application/octet-stream") as store:
        tracemalloc.start()
        try:
            with pytest.raises(CidMismatch):
                list(store.get(cid_of([CONTENT])))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 16 * CHUNK_BYTES


def test_a_lost_block_is_not_found_and_ends_the_stream(kubo: tuple[KuboDaemon, Path]) -> None:
    node, folder = kubo
    store = IpfsStore(node.address)
    chunks = [os.urandom(CHUNK_BYTES) for _ in range(3)]
    cid = store.put(chunks)
    BlobEngine(store, folder).file_with(chunks[1]).unlink()
    given = []
    with pytest.raises(NotFound):
        for chunk in store.get(cid):
            given.append(chunk)
    assert given == chunks[:1]
    store.close()


def test_an_abandoned_reading_leaves_the_store_usable(kubo: tuple[KuboDaemon, Path]) -> None:
    store = IpfsStore(kubo[0].address)
    cid = store.put([os.urandom(CHUNK_BYTES * 4)])
    for _ in range(5):
        next(iter(store.get(cid)))
        next(iter(store.cids()))
    assert sum(map(len, store.get(cid))) == CHUNK_BYTES * 4
    store.close()
