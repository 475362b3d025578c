"""Entries: leaf, commitment, thread tags; against the frozen vectors."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from certs import keys
from certs.canonical import canonical
from certs.envelope import parse_envelope, sealed
from ledger.log import entry
from ledger.log.entry import CommitMismatch, EntryMalformed, KindMismatch, Leaf
from ledger.log.statement import PAYLOAD_TYPE, Statement, StatementInvalid, statement_payload

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "entry" / "entry.json").read_bytes())
SALT = bytes(range(32))
TAG = bytes(range(16))
KEY = bytes(range(64, 96))
STATEMENT = Statement(
    kind="case.opened",
    id="st_aaaqeayeaudaocajbifqydiob4",
    log="mianti.example/log",
    actor="wjw",
    at=datetime(2026, 3, 3, 9, 30, tzinfo=UTC),
    body={"case": "case_aaaqeayeaudaocajbifqydiob4"},
)


def an_envelope(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    return sealed(payload, payload_type, keys.generate_p256()).encode()


ENVELOPE = an_envelope(statement_payload(STATEMENT))
LEAF = entry.leaf("case.opened", TAG, entry.commit(SALT, ENVELOPE))


def test_an_entry_opens() -> None:
    leaf, envelope, statement = entry.open_entry(LEAF, SALT, ENVELOPE)
    assert leaf == Leaf("case.opened", TAG, entry.commit(SALT, ENVELOPE)) == entry.parse_leaf(LEAF)
    assert envelope == parse_envelope(ENVELOPE)
    assert statement == STATEMENT


def test_commitment_is_the_stated_hash() -> None:
    stated = hashlib.sha256(b"mianti/entry/v1" + b"\0" + SALT + b"envelope").digest()
    assert entry.commit(SALT, b"envelope") == stated


def test_a_leaf_names_nobody() -> None:
    assert sorted(json.loads(LEAF)) == ["commit", "kind", "tag", "v"]


def test_another_salt_or_envelope_is_refused() -> None:
    for salt, envelope in (
        (bytes(32), ENVELOPE),
        (SALT, ENVELOPE[:-1]),
        (SALT, an_envelope(statement_payload(STATEMENT))),
    ):
        with pytest.raises(CommitMismatch):
            entry.open_entry(LEAF, salt, envelope)
    with pytest.raises(EntryMalformed):
        entry.open_entry(LEAF, SALT[:-1], ENVELOPE)


def committed(envelope: bytes, kind: str = "case.opened") -> bytes:
    return entry.leaf(kind, TAG, entry.commit(SALT, envelope))


def test_leaf_and_statement_must_name_one_kind() -> None:
    with pytest.raises(KindMismatch) as error:
        entry.open_entry(committed(ENVELOPE, "case.closed"), SALT, ENVELOPE)
    assert (error.value.leaf, error.value.statement) == ("case.closed", "case.opened")


def test_other_payloads_are_refused() -> None:
    other_type = an_envelope(statement_payload(STATEMENT), "text/plain")
    for envelope in (other_type, b"{}", b""):
        with pytest.raises(EntryMalformed):
            entry.open_entry(committed(envelope), SALT, envelope)
    no_statement = an_envelope(b"{}")
    with pytest.raises(StatementInvalid):
        entry.open_entry(committed(no_statement), SALT, no_statement)


def spoilt(**changes: Any) -> bytes:
    return canonical(json.loads(LEAF) | changes)


BAD = {
    "nothing": b"",
    "a list": b"[]",
    "white space": LEAF + b" ",
    "duplicate member": LEAF.replace(b'"v":1', b'"v":1,"v":1'),
    "another version": spoilt(v=2),
    "version true": spoilt(v=True),
    "unknown member": spoilt(actor="scjg"),
    "kind in capitals": spoilt(kind="Case.opened"),
    "kind of three parts": spoilt(kind="a.b.c"),
    "kind empty": spoilt(kind=""),
    "kind a number": spoilt(kind=1),
    "tag too short": spoilt(tag="AAAA"),
    "tag padded": spoilt(tag=json.loads(LEAF)["tag"] + "=="),
    "tag not canonical": spoilt(tag="A" * 21 + "B"),
    "tag null": spoilt(tag=None),
    "commit of 31 bytes": spoilt(commit="A" * 42),
    "commit in another alphabet": spoilt(commit="/" * 43),
    "too long": spoilt(kind="a" * 2000),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_other_leaves_are_refused(data: bytes) -> None:
    with pytest.raises(EntryMalformed):
        entry.parse_leaf(data)


def test_a_newer_kind_is_still_a_leaf() -> None:
    assert entry.parse_leaf(entry.leaf("parcel.posted", TAG, SALT)).kind == "parcel.posted"


def test_wrong_use_is_an_error() -> None:
    for kind, tag, commit in (("Kind", TAG, SALT), ("case", TAG[:-1], SALT), ("case", TAG, TAG)):
        with pytest.raises(ValueError, match="a leaf has"):
            entry.leaf(kind, tag, commit)
    with pytest.raises(ValueError, match="salt"):
        entry.commit(b"", b"")
    for n in (0, -1, 2**32):
        with pytest.raises(ValueError, match="counted from 1"):
            entry.use_tag(KEY, n)
    with pytest.raises(ValueError, match="32 bytes"):
        entry.withdraw_tag(KEY[:-1])
    with pytest.raises(ValueError, match="32 bytes"):
        entry.thread_commitment(KEY + b"\0")


def test_thread_tags_are_the_stated_values() -> None:
    assert entry.thread_commitment(KEY) == hashlib.sha256(b"mianti/thread/v1\0" + KEY).digest()
    assert entry.withdraw_tag(KEY) == hmac.new(KEY, b"withdraw", "sha256").digest()[:16]
    assert entry.use_tag(KEY, 258) == hmac.new(KEY, b"use\0\0\1\2", "sha256").digest()[:16]


def test_tags_of_a_thread_differ() -> None:
    tags = [entry.withdraw_tag(KEY), *(entry.use_tag(KEY, n) for n in range(1, 50))]
    assert len(set(tags)) == len(tags)
    assert entry.use_tag(SALT, 1) not in tags


@pytest.mark.parametrize("vector", VECTORS["entries"], ids=lambda vector: vector["name"])
def test_entry_vector(vector: dict[str, Any]) -> None:
    """A change here changes history: version 1 is frozen."""
    salt, tag = bytes.fromhex(vector["salt_hex"]), bytes.fromhex(vector["tag_hex"])
    envelope, leaf = vector["envelope"].encode(), vector["leaf"].encode()
    assert entry.commit(salt, envelope).hex() == vector["commit_hex"]
    assert entry.leaf(vector["kind"], tag, entry.commit(salt, envelope)) == leaf
    parsed, opened, statement = entry.open_entry(leaf, salt, envelope)
    assert parsed.tag == tag
    assert opened.encode() == envelope
    assert opened.payload == vector["payload"].encode() == statement_payload(statement)
    assert hashlib.sha256(opened.payload).hexdigest() == vector["payload_sha256_hex"]
    assert hashlib.sha256(b"\0" + leaf).hexdigest() == vector["leaf_hash_hex"]


@pytest.mark.parametrize("vector", VECTORS["threads"], ids=lambda vector: vector["name"])
def test_thread_vector(vector: dict[str, Any]) -> None:
    key = bytes.fromhex(vector["key_hex"])
    assert entry.thread_commitment(key).hex() == vector["commitment_hex"]
    assert entry.withdraw_tag(key).hex() == vector["withdraw_tag_hex"]
    for n, tag in vector["use_tags_hex"].items():
        assert entry.use_tag(key, int(n)).hex() == tag


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["name"])
def test_refused_vector(vector: dict[str, Any]) -> None:
    with pytest.raises((EntryMalformed, CommitMismatch, KindMismatch, StatementInvalid)) as error:
        entry.open_entry(
            vector["leaf"].encode(), bytes.fromhex(vector["salt_hex"]), vector["envelope"].encode()
        )
    assert error.value.code == vector["code"]
