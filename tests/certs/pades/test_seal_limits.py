"""Files made to exhaust a reader: each is refused within seconds and little memory."""

import time
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from certs.errors import CertsError
from certs.pades.seal import extract_credential, verify_seal

AT = datetime(2026, 6, 1, tzinfo=UTC)


def code_of(pdf: bytes) -> str:
    try:
        verify_seal(pdf, [], AT)
    except CertsError as error:
        return error.code
    return "ok"


def framed(objects: bytes, table: bytes = b"", start: int = 9) -> bytes:
    return b"%%PDF-1.7\n%b%bstartxref\n%d\n%%%%EOF\n" % (objects, table, start)


def stream_bomb() -> bytes:
    data = zlib.compress(bytes(200 << 20), 9)
    head = (
        b"1 0 obj\n<< /Type /XRef /W [1 3 1] /Size 9 /Filter /FlateDecode /Length %d >>\nstream\n"
    )
    return framed(head % len(data) + data + b"\nendstream\nendobj\n")


def looping_fields() -> bytes:
    kids = b" ".join([b"2 0 R"] * 400)
    objects = [b"<< /AcroForm << /Fields [2 0 R] >> /Names << /EmbeddedFiles 2 0 R >> >>",
               b"<< /Kids [%s] >>" % kids]  # fmt: skip
    body, places = b"", []
    for number, content in enumerate(objects, 1):
        places.append(9 + len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    rows = b"".join(b"%010d 00000 n \n" % p for p in places)
    table = b"xref\n0 3\n0000000000 65535 f \n" + rows + b"trailer\n<< /Size 3 /Root 1 0 R >>\n"
    return framed(body, table, 9 + len(body))


BOMBS: dict[str, Callable[[], bytes]] = {
    "inflating stream": stream_bomb,
    "looping fields": looping_fields,
    "deep arrays": lambda: framed(b"1 0 obj\n" + b"[" * 2_000_000),
    "deep dictionaries": lambda: framed(b"xref\ntrailer\n" + b"<</a" * 2_000_000),
    "open string": lambda: framed(b"xref\ntrailer\n" + b"(" * 20_000_000),
    "many tokens": lambda: framed(b"xref\ntrailer\n[" + b"0 " * 10_000_000),
    "many comments": lambda: framed(b"xref\ntrailer\n" + b"%\n" * 20_000_000),
    "many sections": lambda: framed(b"xref\n" + b"1 0\n" * 5_000_000),
    "one hexadecimal string": lambda: framed(b"xref\ntrailer\n<" + b"0" * 60_000_000 + b">"),
    "almost the key word": lambda: framed(b"startxre" * 12_000_000),
    "many byte ranges": lambda: framed(b"/ByteRange" * 9_000_000),
    "length of itself": lambda: framed(b"1 0 obj\n<< /Length 1 0 R >>\nstream\n"),
    "hundred million zeros": lambda: b"%PDF-1.7\n" + bytes(99_999_000),
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_hostile_files_cost_little(name: str) -> None:
    bomb = BOMBS[name]()
    started = time.process_time()
    assert code_of(bomb) != "ok"
    with pytest.raises(CertsError):
        extract_credential(bomb)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("name", ["inflating stream", "one hexadecimal string", "deep arrays"])
def test_hostile_files_take_little_memory(name: str) -> None:
    bomb = BOMBS[name]()
    tracemalloc.start()
    try:
        assert code_of(bomb) != "ok"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20
