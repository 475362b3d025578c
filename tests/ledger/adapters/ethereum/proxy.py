"""An HTTP proxy before a node, which a test may have lie, stammer, or say nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen

Change = Callable[[str, Any], Any]
"""Method and result as the node gave it; the result as it is passed on."""


class Lost(Exception):
    """Raised by a change: the answer never arrives."""


class Proxy:
    """``before`` sees each method before the node does, ``change`` each result after it, and
    ``instead`` replaces the whole HTTP answer: status and body. ``seen`` are the methods asked,
    ``followed`` the redirects that were followed."""

    def __init__(self, target: str) -> None:
        self.before: Callable[[str], None] = lambda method: None
        self.change: Change = lambda method, result: result
        self.instead: Callable[[], tuple[int, bytes] | None] = lambda: None
        self.seen: list[str] = []
        self.followed: list[str] = []
        proxy = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # Head and body in one packet, or each answer waits for an ACK.

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                try:
                    status, answer = proxy._answer(target, body)
                except Lost:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("content-length", str(len(answer)))
                if status == 302:
                    self.send_header("location", f"{proxy.url}/elsewhere")
                self.end_headers()
                self.wfile.write(answer)

            def do_GET(self) -> None:
                proxy.followed.append(self.path)
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def heal(self) -> None:
        self.before = lambda method: None
        self.change = lambda method, result: result
        self.instead = lambda: None

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, target: str, body: bytes) -> tuple[int, bytes]:
        instead = self.instead()
        if instead is not None:
            return instead
        asked = json.loads(body)
        asked = asked if isinstance(asked, list) else [asked]
        for question in asked:
            self.seen.append(question["method"])
            self.before(question["method"])
        request = Request(target, body, {"content-type": "application/json"})
        with urlopen(request, timeout=10) as reply:
            answers = json.load(reply)
        batch = answers if isinstance(answers, list) else [answers]
        methods = {question["id"]: question["method"] for question in asked}
        for answer in batch:
            if "result" in answer:
                answer["result"] = self.change(methods[answer["id"]], answer["result"])
        return 200, json.dumps(answers).encode()
