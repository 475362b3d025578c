"""Records at rest: they open whole, under their own key, for their own entry, or not at all."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import NotFound, Tampered
from ledger.log.records import RecordErased, open_record, open_small, seal_record, seal_small
from ledger.ports import StoredEntry

MASTER, OTHER = bytes(range(32)), bytes(range(1, 33))
DIGEST, SALT = b"d" * 32, b"s" * 32


def stored(envelope: bytes = b"an envelope", digest: bytes = DIGEST) -> StoredEntry:
    record, key = seal_record(digest, SALT, envelope, MASTER, os.urandom)
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return StoredEntry(7, b"leaf", digest, "released", b"t" * 16, record, key, at)


@given(st.binary(max_size=300))
def test_what_was_sealed_opens(envelope: bytes) -> None:
    assert open_record(stored(envelope), MASTER) == (SALT, envelope)


def test_the_same_record_twice_shows_nothing_in_common() -> None:
    one, other = stored(), stored()
    assert one.record != other.record
    assert one.record_key != other.record_key
    assert b"an envelope" not in (one.record or b"")


def test_every_byte_of_record_and_key_counts() -> None:
    entry = stored()
    assert entry.record is not None and entry.record_key is not None
    for name, data in (("record", entry.record), ("record_key", entry.record_key)):
        for at in range(len(data)):
            spoilt = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            with pytest.raises(Tampered):
                open_record(replace(entry, **{name: spoilt}), MASTER)
        for cut in (b"", data[:-1], data + b"\0"):
            with pytest.raises(Tampered):
                open_record(replace(entry, **{name: cut}), MASTER)


def test_a_record_belongs_to_its_payload_and_its_platform() -> None:
    entry = stored()
    with pytest.raises(Tampered):
        open_record(replace(entry, payload_sha256=b"e" * 32), MASTER)
    with pytest.raises(Tampered):
        open_record(entry, OTHER)
    other = stored(b"another")
    with pytest.raises(Tampered):
        open_record(replace(entry, record_key=other.record_key), MASTER)


def test_without_its_key_or_record_the_content_is_erased() -> None:
    for gone in ("record", "record_key"):
        with pytest.raises(RecordErased) as erased:
            open_record(replace(stored(), **{gone: None}), MASTER)
        assert isinstance(erased.value, NotFound)
        assert erased.value.values["index"] == 7


def test_a_small_secret_opens_for_its_purpose_only() -> None:
    sealed, key = seal_small(b"thread key", "con_a", MASTER, os.urandom)
    assert open_small(sealed, key, "con_a", MASTER) == b"thread key"
    for facts in (
        (sealed, key, "con_b", MASTER),
        (sealed, key, "con_a", OTHER),
        (sealed[:-1], key, "con_a", MASTER),
        (sealed, key[:-8], "con_a", MASTER),
        (b"", b"", "con_a", MASTER),
    ):
        with pytest.raises(Tampered):
            open_small(*facts)


def test_a_record_is_no_small_secret() -> None:
    sealed, key = seal_small(SALT + b"an envelope", "purpose", MASTER, os.urandom)
    with pytest.raises(Tampered):
        open_record(replace(stored(), record=sealed, record_key=key), MASTER)
