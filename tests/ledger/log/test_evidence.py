"""Anchor and snapshot notes: one form each, one signer, never another kind of note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from certs.canonical import canonical, parse
from ledger.errors import LedgerError
from ledger.log.checkpoint import open_checkpoint
from ledger.log.evidence import AnchorMalformed, anchor_note, open_anchor_note
from ledger.log.note import NoteKey, sign_note
from ledger.log.snapshot import open_snapshot_note
from tests.ledger.world import World, small_world
from tests.ledger.world_names import ANCHORED_AT, ORIGIN, ed

WORLD, _, _ = small_world()
ANCHOR, SNAPSHOT = WORLD.anchor(), WORLD.snapshot()


def respelt(note: bytes, change: Callable[[dict], None], world: World = WORLD) -> bytes:
    """The note with other members, signed again by the log itself."""
    first, line, *_ = note.decode().split("\n")
    members = parse(line.encode())
    change(members)
    text = f"{first}\n{canonical(members).decode()}\n"
    return sign_note(text, world.origin, world.log_key)


def retold(note: bytes, change: Callable[[str], str]) -> bytes:
    """The note with another text, signed again by the log itself."""
    text = note.decode().partition("\n\n")[0] + "\n"
    return sign_note(change(text), ORIGIN, WORLD.log_key)


def put(name: str, value: object) -> Callable[[dict], None]:
    return lambda members: members.__setitem__(name, value)


def test_an_anchor_is_read_as_it_was_written() -> None:
    known = WORLD.chain_anchor()
    assert open_anchor_note(ANCHOR, ORIGIN, WORLD.vkey) == known


def test_addresses_are_written_in_lower_case() -> None:
    known = WORLD.chain_anchor(contract="0x" + "Ab" * 20)
    note = anchor_note(known, ORIGIN, WORLD.log_key)
    assert open_anchor_note(note, ORIGIN, WORLD.vkey).anchor.contract == "0x" + "ab" * 20


BAD_ANCHORS = {
    "no member": (lambda m: m.pop("root"), "anchor.malformed"),
    "one more member": (put("more", 1), "anchor.malformed"),
    "another version": (put("v", 2), "anchor.malformed"),
    "empty log": (put("size", 0), "anchor.malformed"),
    "size as text": (put("size", "5"), "anchor.malformed"),
    "short root": (put("root", "AAAA"), "anchor.malformed"),
    "padded root": (lambda m: put("root", m["root"] + "=")(m), "anchor.malformed"),
    "upper-case contract": (put("contract", "0x" + "AB" * 20), "anchor.malformed"),
    "short transaction": (put("transaction", "0x00"), "anchor.malformed"),
    "time with fraction": (put("block_time", "2026-03-02T02:00:00.5Z"), "anchor.malformed"),
    "time with offset": (put("block_time", "2026-03-02T02:00:00+00:00"), "anchor.malformed"),
    "no such day": (put("block_time", "2026-02-30T02:00:00Z"), "anchor.malformed"),
}


@pytest.mark.parametrize("name", BAD_ANCHORS)
def test_refused_anchors(name: str) -> None:
    change, code = BAD_ANCHORS[name]
    with pytest.raises(LedgerError) as refused:
        open_anchor_note(respelt(ANCHOR, change), ORIGIN, WORLD.vkey)
    assert refused.value.code == code


RETOLD = {
    "space inside the line": (lambda text: text.replace(":", ": ", 5), "anchor.malformed"),
    "a second line": (lambda text: text + "more\n", "anchor.malformed"),
    "no line": (lambda text: text.partition("\n")[0] + "\n", "anchor.malformed"),
    "another log's": (lambda text: "other.example/log" + text[len(ORIGIN) :], "evidence.origin"),
    "of no kind": (lambda text: text.replace("/anchor", "", 1), "evidence.origin"),
    "a snapshot": (lambda text: text.replace("/anchor", "/snapshot", 1), "evidence.origin"),
}


@pytest.mark.parametrize("name", RETOLD)
def test_refused_texts(name: str) -> None:
    change, code = RETOLD[name]
    with pytest.raises(LedgerError) as refused:
        open_anchor_note(retold(ANCHOR, change), ORIGIN, WORLD.vkey)
    assert refused.value.code == code


def test_signatures_that_are_refused() -> None:
    stranger = NoteKey.of(ORIGIN, ed("stranger")).vkey
    other_name = NoteKey.of("other.example/log", WORLD.log_key).vkey
    added = ANCHOR + sign_note("x\n", "more.example", ed("more")).partition(b"\n\n")[2]
    for note, vkey, code in (
        (ANCHOR, stranger, "note.unknown_signature"),
        (ANCHOR, other_name, "note.vkey"),
        (added, WORLD.vkey, "note.unknown_signature"),
        (ANCHOR + ANCHOR.partition(b"\n\n")[2], WORLD.vkey, "note.unknown_signature"),
        (ANCHOR.replace(b'"size":5', b'"size":6'), WORLD.vkey, "note.signature"),
        (b"", WORLD.vkey, "note.malformed"),
    ):
        with pytest.raises(LedgerError) as refused:
            open_anchor_note(note, ORIGIN, vkey)
        assert refused.value.code == code


def test_no_kind_of_note_passes_for_another() -> None:
    for note in (ANCHOR, SNAPSHOT):
        with pytest.raises(LedgerError):
            open_checkpoint(note, ORIGIN, WORLD.vkey)
        with pytest.raises(LedgerError):
            open_checkpoint(note, f"{ORIGIN}/anchor", WORLD.vkey)
    with pytest.raises(LedgerError):
        open_anchor_note(SNAPSHOT, ORIGIN, WORLD.vkey)
    with pytest.raises(LedgerError):
        open_snapshot_note(ANCHOR, ORIGIN, WORLD.vkey)
    with pytest.raises(LedgerError):
        open_anchor_note(WORLD.checkpoint(), ORIGIN, WORLD.vkey)


def test_what_cannot_be_read_is_not_written() -> None:
    with pytest.raises(AnchorMalformed):
        anchor_note(replace(WORLD.chain_anchor(), genesis="0x12"), ORIGIN, WORLD.log_key)
    with pytest.raises(ValueError, match="whole seconds"):
        WORLD.anchor(block_time=ANCHORED_AT + timedelta(microseconds=1))
