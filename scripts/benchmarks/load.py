"""A load generator: a few connections, each sending its next request when the answer is there."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from functools import partial


class LoadFailed(Exception):
    """The server answered something else than 200, or went away."""


@dataclass(frozen=True, slots=True)
class Load:
    """``rate``: answers a second; ``p99``: seconds within which 99 of 100 answers were there."""

    rate: float
    p99: float


def post(path: str, body: bytes, token: str | None = None) -> bytes:
    """Bytes of one HTTP/1.1 request."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def load(port: int, request: bytes, connections: int, seconds: float) -> Load:
    """Send one request again and again. Raises LoadFailed."""
    return asyncio.run(_load(port, request, connections, seconds))


async def _load(port: int, request: bytes, connections: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    begun = time.perf_counter()
    ends = begun + seconds
    clients = [_Client(request, ends, loop.create_future()) for _ in range(connections)]
    for client in clients:
        await loop.create_connection(partial(_same, client), "127.0.0.1", port)
    waits = [wait for waits in [await client.done for client in clients] for wait in waits]
    took = time.perf_counter() - begun
    return Load(len(waits) / took, sorted(waits)[int(len(waits) * 0.99)])


class _Client(asyncio.Protocol):
    """Sends, waits for the whole answer, sends again; ``done`` receives how long each took."""

    def __init__(self, request: bytes, ends: float, done: asyncio.Future[list[float]]) -> None:
        self._request, self._ends, self.done = request, ends, done
        self._waits: list[float] = []
        self._data = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, found, body = self._data.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        now = time.perf_counter()
        self._waits.append(now - self._sent)
        if not head.startswith(b"HTTP/1.1 200"):
            self._fail(bytes(self._data[:500]).decode("utf-8", "replace"))
        elif now < self._ends:
            self._send()
        else:
            self.done.set_result(self._waits)
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail("the server closed the connection")

    def _send(self) -> None:
        self._data.clear()
        self._sent = time.perf_counter()
        self._transport.write(self._request)

    def _fail(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(LoadFailed(why))
            self._transport.close()


def _same(client: _Client) -> _Client:
    return client


def _length(head: bytes | bytearray) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise LoadFailed("an answer without its length")
