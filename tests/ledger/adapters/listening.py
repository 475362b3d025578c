"""A subscriber on this machine: takes what is posted to it, or fails in the way that it is told."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Subscriber:
    """``answers``: statuses for the next messages, then 204; ``took``: (headers, body) of those
    that were answered 2xx; ``saw``: paths that were called."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    took: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    saw: list[str] = field(default_factory=list)
    drip: float = 0.0
    flood: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def listening(context: ssl.SSLContext | None = None) -> Iterator[Subscriber]:
    """A subscriber that listens on a free port of 127.0.0.1."""
    one = Subscriber()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with one.lock:
                status = one.answers.pop(0) if one.answers else 204
                one.saw.append(self.path)
                if 200 <= status < 300:
                    one.took.append((dict(self.headers.items()), body))
            try:
                self._answer(status)
            except OSError:
                return

        def _answer(self, status: int) -> None:
            if one.drip:
                for letter in f"HTTP/1.1 {status} slow\r\nX-Long: {'a' * 2000}\r\n\r\n":
                    self.wfile.write(letter.encode())
                    self.wfile.flush()
                    time.sleep(one.drip)
                return
            self.send_response(status)
            self.send_header("Location", f"{one.url}/elsewhere")
            self.send_header("Content-Length", str(one.flood))
            self.end_headers()
            sent = 0
            while sent < one.flood:
                sent += self.wfile.write(b"x" * 65536)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "http" if context is None else "https"
    one.url = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
