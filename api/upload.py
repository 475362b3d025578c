"""Files over HTTP: multipart/form-data read as it arrives, two parts in order, nothing on disk.

    part "about"   application/json, at most 64 KiB: what is said of the file
    part "file"    the bytes, handed on chunk by chunk

The reader pulls: whoever takes the chunks sets the pace, and no more than one chunk is held. Bytes
of a file in clear never rest anywhere here, also not in a temporary file.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from anyio import WouldBlock, from_thread, to_thread
from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.edge import Edge
from api.problems import BodyTooLarge, BodyType, MultipartInvalid
from ledger.errors import LogBusy
from ledger.flows.door.once import Once

ABOUT = "about"
FILE = "file"
MAX_ABOUT = 64 * 1024
MAX_BOUNDARY = 70  # RFC 2046 §5.1.1
Answer = TypeVar("Answer")
Pull = Callable[[], bytes]
"""The next bytes of the body; empty at its end."""


class FileDigest:
    """SHA-256 of the chunks that passed."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()

    def over(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._sha256.update(chunk)
            yield chunk

    def digest(self) -> bytes:
        return self._sha256.digest()


@dataclass(frozen=True, slots=True)
class OnceStreamed(Once):
    """A request whose file is known only once it has passed: its digest counts as the rest of the
    request's bytes, so ask :meth:`row` and :meth:`earlier` after the last chunk."""

    file: FileDigest = field(default_factory=FileDigest)

    def _digest(self) -> bytes:
        return hashlib.sha256(self.request + self.file.digest()).digest()

    def stands(self, platform: Any) -> bool:
        """Whether the key was used before, for whatever."""
        where = {"caller": self.caller, "route": self.route, "key": self.key}
        return bool(platform.store.rows("idempotency", where))


class Parts:
    """The two parts of an upload. Take :meth:`about` first, then all of :meth:`file`."""

    def __init__(self, boundary: bytes, pull: Pull) -> None:
        self._pull = pull
        self._events: deque[tuple[str, bytes]] = deque()
        self._header = [b"", b""]
        self._name: str | None = None
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": lambda: self._began(),
                "on_header_field": lambda data, start, end: self._add(0, data[start:end]),
                "on_header_value": lambda data, start, end: self._add(1, data[start:end]),
                "on_header_end": lambda: self._header_done(),
                "on_headers_finished": lambda: self._headers_done(),
                "on_part_data": lambda data, start, end: self._put("data", data[start:end]),
                "on_part_end": lambda: self._put("end", b""),
                "on_end": lambda: self._put("finished", b""),
            },
        )

    def about(self) -> bytes:
        """The first part, whole. Raises MultipartInvalid, BodyTooLarge."""
        self._open(ABOUT)
        data = bytearray()
        for chunk in self._data():
            data += chunk
            if len(data) > MAX_ABOUT:
                raise BodyTooLarge(
                    f"The part about has more than {MAX_ABOUT} bytes.", limit=MAX_ABOUT
                )
        return bytes(data)

    def file(self) -> Iterator[bytes]:
        """The second part in chunks; when they end, the body was whole and held nothing more."""
        self._open(FILE)
        yield from self._data()
        kind, _ = self._next()
        if kind != "finished":
            raise MultipartInvalid("After the file nothing may follow.")
        while self._pull():  # an epilogue is to be ignored (RFC 2046 §5.1.1)
            pass

    def _open(self, wanted: str) -> None:
        kind, value = self._next()
        if kind != "part" or value.decode("ascii", "replace") != wanted:
            raise MultipartInvalid(
                f"Send two parts, first {ABOUT} and then {FILE}; {wanted} is missing."
            )

    def _data(self) -> Iterator[bytes]:
        while True:
            kind, value = self._next()
            if kind == "end":
                return
            yield value

    def _next(self) -> tuple[str, bytes]:
        while not self._events:
            chunk = self._pull()
            if not chunk:
                raise MultipartInvalid("The body ends before its closing boundary.")
            try:
                self._parser.write(chunk)
            except FormParserError as error:
                raise MultipartInvalid("The body is not multipart/form-data.") from error
        return self._events.popleft()

    def _put(self, kind: str, data: bytes) -> None:
        self._events.append((kind, data))

    def _began(self) -> None:
        self._name = None
        self._header = [b"", b""]

    def _add(self, which: int, data: bytes) -> None:
        self._header[which] += data

    def _header_done(self) -> None:
        name, value = self._header
        self._header = [b"", b""]
        if name.lower() == b"content-disposition":
            sort, options = parse_options_header(value)
            if sort == b"form-data":
                self._name = options.get(b"name", b"").decode("ascii", "replace")
        elif name.lower() == b"content-transfer-encoding" and value.lower() not in (
            b"binary",
            b"8bit",
            b"7bit",
        ):
            raise MultipartInvalid("Send the parts without transfer encoding.")

    def _headers_done(self) -> None:
        self._put("part", (self._name or "").encode("ascii", "replace"))


def boundary_of(request: Request) -> bytes:
    """The boundary of a multipart/form-data request. Raises BodyType, BodyTooLarge."""
    sort, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if sort != b"multipart/form-data" or not 0 < len(boundary) <= MAX_BOUNDARY:
        raise BodyType("Send multipart/form-data with a boundary.")
    return boundary


async def with_parts(request: Request, edge: Edge, take: Callable[[Parts], Answer]) -> Answer:
    """Run ``take`` in a thread of the uploads' own, over the request's parts as they arrive.

    Raises LogBusy where as many uploads run as may, BodyType, BodyTooLarge, and what ``take`` does.
    """
    boundary = boundary_of(request)
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:18]) > edge.settings.max_upload:
        limit = edge.settings.max_upload
        raise BodyTooLarge(f"The body has more than {limit} bytes.", limit=limit)
    stream = request.stream()
    seen = 0

    async def advance() -> bytes:
        nonlocal seen
        chunk = await anext(stream, b"")
        seen += len(chunk)
        if seen > edge.settings.max_upload:
            limit = edge.settings.max_upload
            raise BodyTooLarge(f"The body has more than {limit} bytes.", limit=limit)
        return chunk

    def work() -> Answer:
        return take(Parts(boundary, lambda: from_thread.run(advance)))

    try:
        edge.uploads.acquire_on_behalf_of_nowait(request)
    except WouldBlock as error:
        raise LogBusy("Too many uploads at once.", retry_after=2) from error
    try:
        return await to_thread.run_sync(work)
    finally:
        edge.uploads.release_on_behalf_of(request)
