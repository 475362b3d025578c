"""The press: a process of its own, without secrets, with a deadline and little memory."""

from __future__ import annotations

import time
import zlib
from datetime import date
from functools import cache

import pytest

from certs.errors import Coded
from certs.layout.pdf import PdfFile, dictionary
from ledger.adapters import press, press_child
from ledger.adapters.press import PressAway, PressProcess
from ledger.ports import Press
from ledger.use.copy_pages import PDF, annotated
from ledger.use.marks import FoundMark, marks_in
from tests.ledger.use.copying import COPY, MARK, NOTE, paper, picture


def test_it_draws_and_reads_what_the_pure_part_does() -> None:
    made: Press = PressProcess()
    copy = made.annotate(paper(), PDF, NOTE)
    assert copy == annotated(paper(), PDF, NOTE)
    assert marks_in(made.text(copy)) == (FoundMark(COPY, MARK),)


def test_notes_travel_whole() -> None:
    assert press_child.read_note(press_child.written_note(NOTE)) == NOTE
    assert isinstance(press_child.read_note(press_child.written_note(NOTE)).valid_until, date)


@pytest.mark.parametrize(
    ("data", "sort", "code"),
    [
        (b"", PDF, "copy.unreadable"),
        (b"%PDF-1.7", PDF, "copy.unreadable"),
        (paper(), "text/html", "copy.media"),
        (picture("PNG", (9000, 9000), "1"), "image/png", "copy.too_large"),
    ],
    ids=["empty", "stub", "media", "points"],
)
def test_refusals_keep_their_code(data: bytes, sort: str, code: str) -> None:
    with pytest.raises(Coded) as found:
        PressProcess().annotate(data, sort, NOTE)
    assert found.value.code == code


@cache
def bomb() -> bytes:
    """A page whose content inflates to half a gigabyte."""
    pdf = PdfFile()
    root, pages, page = pdf.reserve(), pdf.reserve(), pdf.reserve()
    deflate = zlib.compressobj(9)
    packed = b"".join(deflate.compress(bytes(1 << 22)) for _ in range(128)) + deflate.flush()
    body = pdf.add_stream(packed, b"/Filter /FlateDecode", packed=False)
    box = b"[0 0 100 100]"
    sheet = {"Type": b"/Page", "Parent": pages, "MediaBox": box, "Contents": body}
    pdf.put(page, dictionary(sheet))
    pdf.put(pages, dictionary({"Type": b"/Pages", "Kids": b"[%s]" % page, "Count": b"1"}))
    pdf.put(root, dictionary({"Type": b"/Catalog", "Pages": pages}))
    return pdf.finish(root, pdf.add(b"<< >>"))


def test_a_bomb_goes_off_where_nobody_is_hurt() -> None:
    with pytest.raises(Coded) as found:
        PressProcess().annotate(bomb(), PDF, NOTE)
    assert found.value.code == "copy.unreadable"
    assert marks_in(PressProcess().text(bomb())) == ()


def test_what_takes_too_long_is_ended() -> None:
    begun = time.monotonic()
    with pytest.raises(Coded) as found:
        PressProcess(seconds=0.01).annotate(paper(), PDF, NOTE)
    assert found.value.values["reason"] == "time"
    assert time.monotonic() - begun < 5


def test_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where as many run as may, the next waits its time and is told to come back."""
    busy = PressProcess(seconds=0.05, at_once=1)

    def run(*_: object, **__: object) -> object:
        with pytest.raises(PressAway) as found:
            busy.text(b"")
        assert found.value.retry_after > 0
        raise OSError("ended")

    monkeypatch.setattr(press.subprocess, "run", run)
    for _ in range(2):  # a turn is given back however the work ended
        with pytest.raises(PressAway):
            busy.text(b"")


def test_it_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}

    def run(*_: object, env: dict[str, str], **__: object) -> object:
        seen.update(env)
        raise OSError("no process")

    monkeypatch.setenv("MIANTI_PASSPHRASE", "secret")
    monkeypatch.setattr(press.subprocess, "run", run)
    with pytest.raises(PressAway):
        PressProcess().text(paper())
    assert set(seen) == {"PYTHONPATH"}
