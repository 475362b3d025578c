"""W3C status lists: the published vector, the other bit order, bounds, signature and time."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs import base64url, jws
from certs.bitstringlist import (
    LEAST,
    PURPOSES,
    Bitstring,
    issue_bitstring_list,
    read_bitstring_list,
    signed_bitstring_list,
)
from certs.canonical import canonical, parse
from certs.status_errors import (
    StatusListDuplicate,
    StatusListError,
    StatusListExpired,
    StatusListIndex,
    StatusListMalformed,
    StatusListNotYetValid,
    StatusListSignature,
    StatusListTooLarge,
    StatusListTooSmall,
    StatusListTrailing,
    StatusListTruncated,
    StatusListType,
)
from certs.status_token import MAX_BYTES
from certs.statuslist import StatusList, chain_of, token_digest
from tests.certs.transcribed_lists import bitstring, parts, status_of_credential
from tests.pki.build import Pki, private_key

AT = datetime(2026, 3, 1, tzinfo=UTC)
END = AT + timedelta(days=1)
KEY = private_key("good")
PUBLIC = KEY.public_key()
CHAIN = (Pki().certificates["good"],)
URI = "https://example.invalid/v1/status-lists/1/revocation"
VECTORS = Path(__file__).parents[1] / "vectors" / "status_lists.json"
PUBLISHED = json.loads(VECTORS.read_text("utf-8"))["bitstring_status_list"]["lists"]


def issued(bits: Bitstring | None = None, **changed: object) -> str:
    arguments = {
        "uri": URI,
        "purpose": "revocation",
        "agency": "scjg",
        "version": 7,
        "valid_from": AT,
        "valid_until": END,
        "ttl_ms": 300_000,
        "private": KEY,
        "chain": CHAIN,
    }
    return issue_bitstring_list(bits or Bitstring(), **{**arguments, **changed})  # type: ignore[arg-type]


def some() -> Bitstring:
    bits = Bitstring()
    for index in (0, 9, LEAST - 1):
        bits.set(index)
    return bits


TOKEN = issued(some())


@pytest.mark.parametrize("vector", PUBLISHED, ids=lambda one: one["name"])
def test_published_vectors(vector: dict) -> None:
    read = Bitstring.decoded(vector["encodedList"])
    assert read.size == vector["size"]
    assert [index for index in range(read.size) if read.get(index)] == vector["set"]
    ours = zlib.decompress(base64url.decode(read.encoded()[1:]), 31)
    assert ours == zlib.decompress(base64url.decode(vector["encodedList"][1:]), 31)


def test_the_first_entry_is_the_left_most_bit() -> None:
    packed = some().packed()
    assert packed[:2] == bytes((0b10000000, 0b01000000)) and packed[-1] == 1
    text = bitstring(some().encoded())
    assert [index for index, bit in enumerate(text) if bit == "1"] == [0, 9, LEAST - 1]


@given(st.lists(st.integers(0, 3), min_size=8, max_size=80).filter(lambda v: len(v) % 8 == 0))
def test_the_same_states_in_the_other_order(values: list[int]) -> None:
    states = StatusList.of(values)
    for value in range(4):
        bits = Bitstring.where(states, value)
        assert [bits.get(index) for index in range(bits.size)] == [one == value for one in values]


def test_wrong_use() -> None:
    with pytest.raises(ValueError, match="131,072"):
        issued(Bitstring(bytes(LEAST // 8 - 1)))
    with pytest.raises(ValueError, match="purpose"):
        issued(purpose="message")
    for states in (StatusList(8, 1), StatusList(12, 2)):
        with pytest.raises(ValueError, match="two bits"):
            Bitstring.where(states, 1)


@pytest.mark.parametrize("index", [-1, LEAST])
def test_no_such_entry(index: int) -> None:
    with pytest.raises(StatusListIndex):
        Bitstring().get(index)
    with pytest.raises(StatusListIndex):
        Bitstring().set(index)
    with pytest.raises(StatusListIndex):
        read_bitstring_list(TOKEN, PUBLIC, AT).get(index)


def test_round_trip() -> None:
    read = read_bitstring_list(TOKEN, PUBLIC, AT)
    assert (read.uri, read.agency, read.purpose, read.version) == (URI, "scjg", "revocation", 7)
    assert (read.valid_from, read.valid_until, read.ttl_ms) == (AT, END, 300_000)
    assert read.digest == token_digest(TOKEN) and chain_of(TOKEN) == CHAIN
    assert [read.get(index) for index in (0, 1, 9, LEAST - 1)] == [True, False, True, True]


def test_the_same_states_give_the_same_bytes() -> None:
    assert issued(some()) == TOKEN
    header = base64url.decode(some().encoded()[1:])[:8]
    assert header == b"\x1f\x8b\x08\0\0\0\0\0"  # no name, no time (RFC 1952 §2.3.1)


def test_wire_form() -> None:
    header, payload = parts(TOKEN)
    assert (header["typ"], header["cty"], header["alg"]) == ("vc+jwt", "vc", "ES256")
    assert payload["@context"] == ["https://www.w3.org/ns/credentials/v2"]
    assert payload["issuer"] == "urn:mianti:agency:scjg" and payload["id"] == URI
    assert (payload["validFrom"], payload["validUntil"]) == (
        "2026-03-01T00:00:00Z",
        "2026-03-02T00:00:00Z",
    )
    assert not {"vc", "vp", "iss"} & payload.keys()  # VC-JOSE-COSE: never, or no second issuer
    assert status_of_credential(TOKEN, "revocation", 9)
    assert not status_of_credential(TOKEN, "revocation", 8)


def test_times_to_the_second() -> None:
    second = timedelta(seconds=1)
    read_bitstring_list(TOKEN, PUBLIC, END - second)
    with pytest.raises(StatusListExpired):
        read_bitstring_list(TOKEN, PUBLIC, END)
    with pytest.raises(StatusListNotYetValid):
        read_bitstring_list(TOKEN, PUBLIC, AT - second)


def test_another_key() -> None:
    for name in ("other", "ed25519:other"):
        with pytest.raises(StatusListSignature):
            read_bitstring_list(TOKEN, private_key(name).public_key(), AT)


def resigned(change: dict, subject: dict | None = None, **header: object) -> str:
    said, payload = parts(TOKEN)
    payload = {**payload, **change}
    if subject is not None:
        payload["credentialSubject"] = {**payload["credentialSubject"], **subject}
    payload = {name: value for name, value in payload.items() if value is not None}
    said = {"typ": "vc+jwt", "mianti_version": said["mianti_version"], **header}
    said = {name: value for name, value in said.items() if value is not None}
    return jws.sign(said, canonical(payload), KEY)


def gzipped(data: bytes, window: int = 31) -> str:
    return "u" + base64url.encode(zlib.compress(data, 9, window))


WHOLE = zlib.compress(bytes(LEAST // 8), 9, 31)
DEFECTS: dict[str, tuple[dict, dict | None, type[StatusListError]]] = {
    "no issuer": ({"issuer": None}, None, StatusListMalformed),
    "issuer that is no agency": ({"issuer": "https://x.invalid"}, None, StatusListMalformed),
    "issuer without a name": ({"issuer": "urn:mianti:agency:"}, None, StatusListMalformed),
    "no end": ({"validUntil": None}, None, StatusListMalformed),
    "time with offset": ({"validFrom": "2026-03-01T08:00:00+08:00"}, None, StatusListMalformed),
    "unknown member": ({"other": 1}, None, StatusListMalformed),
    "another context": ({"@context": ["https://x.invalid"]}, None, StatusListMalformed),
    "another type": ({"type": ["VerifiableCredential"]}, None, StatusListMalformed),
    "subject of another list": ({"id": URI + "2"}, None, StatusListMalformed),
    "unknown purpose": ({}, {"statusPurpose": "message"}, StatusListMalformed),
    "purposes": ({}, {"statusPurpose": ["revocation"]}, StatusListMalformed),
    "another subject": ({}, {"type": "StatusList2021"}, StatusListMalformed),
    "ttl of zero": ({}, {"ttl": 0}, StatusListMalformed),
    "standard base64": ({}, {"encodedList": "m" + gzipped(bytes(LEAST))}, StatusListMalformed),
    "padded": ({}, {"encodedList": gzipped(bytes(LEAST)) + "="}, StatusListMalformed),
    "not compressed": ({}, {"encodedList": "u" + "A" * 64}, StatusListMalformed),
    "zlib": ({}, {"encodedList": gzipped(bytes(LEAST), 15)}, StatusListMalformed),
    "cut": ({}, {"encodedList": "u" + base64url.encode(WHOLE[:-1])}, StatusListTruncated),
    "checksum": (
        {},
        {"encodedList": "u" + base64url.encode(WHOLE[:-8] + bytes(8))},
        StatusListMalformed,
    ),
    "more behind": ({}, {"encodedList": "u" + base64url.encode(WHOLE + b"\0")}, StatusListTrailing),
    "second member": ({}, {"encodedList": "u" + base64url.encode(WHOLE * 2)}, StatusListTrailing),
    "a bomb": ({}, {"encodedList": gzipped(bytes(MAX_BYTES + 1))}, StatusListTooLarge),
    "too few": ({}, {"encodedList": gzipped(bytes(LEAST // 8 - 1))}, StatusListTooSmall),
    "none": ({}, {"encodedList": gzipped(b"")}, StatusListTooSmall),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_malformed(defect: str) -> None:
    change, subject, error = DEFECTS[defect]
    with pytest.raises(error) as caught:
        read_bitstring_list(resigned(change, subject), PUBLIC, AT)
    assert caught.value.code == error.code


def test_another_kind_of_token() -> None:
    for typ in ("statuslist+jwt", "JWT", None):
        with pytest.raises(StatusListType):
            signed_bitstring_list(resigned({}, typ=typ), PUBLIC)
    for version in (None, 0, "7"):
        with pytest.raises(StatusListMalformed):
            signed_bitstring_list(resigned({}, mianti_version=version), PUBLIC)


def test_a_member_named_twice() -> None:
    payload = parse(jws.peek(TOKEN).payload)
    twice = canonical(payload)[:-1] + b',"id":"https://x.invalid"}'
    with pytest.raises(StatusListDuplicate):
        signed_bitstring_list(jws.sign({"typ": "vc+jwt", "mianti_version": 1}, twice, KEY), PUBLIC)


def test_the_largest_list_is_still_read() -> None:
    whole = resigned({}, {"encodedList": gzipped(bytes(MAX_BYTES))})
    assert read_bitstring_list(whole, PUBLIC, AT).bits.size == MAX_BYTES * 8


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_purpose(purpose: str) -> None:
    token = issued(some(), purpose=purpose)
    assert read_bitstring_list(token, PUBLIC, AT).purpose == purpose
    assert status_of_credential(token, purpose, 0)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(TOKEN) - 1), st.integers(33, 126))
def test_no_changed_character_is_accepted(position: int, replacement: int) -> None:
    changed = TOKEN[:position] + chr(replacement) + TOKEN[position + 1 :]
    if changed == TOKEN:
        return
    with pytest.raises(StatusListError):
        read_bitstring_list(changed, PUBLIC, AT)
