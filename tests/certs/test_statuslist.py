"""Status lists: the draft's published vectors, bounds on unpacking, signature and time."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs import base64url, jws
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
    StatusListTrailing,
    StatusListTruncated,
    StatusListType,
)
from certs.status_token import MAX_BYTES
from certs.statuslist import (
    DEFAULT_SIZE,
    Status,
    StatusList,
    chain_of,
    issue_status_list,
    read_status_list,
    token_digest,
)
from tests.certs.transcribed_lists import token_statuses
from tests.pki.build import Pki, private_key

AT = datetime(2026, 3, 1, tzinfo=UTC)
END = AT + timedelta(days=1)
KEY = private_key("good")
PUBLIC = KEY.public_key()
CHAIN = (Pki().certificates["good"],)
URI = "https://example.invalid/v1/status-lists/1"

VECTORS = Path(__file__).parents[1] / "vectors" / "status_lists.json"
PUBLISHED = json.loads(VECTORS.read_text("utf-8"))["token_status_list"]["lists"]


@pytest.mark.parametrize("vector", PUBLISHED, ids=lambda one: one["name"])
def test_published_vectors(vector: dict) -> None:
    made = StatusList(vector["size"], vector["bits"])
    for index, value in vector["set"]:
        made.set(index, value)
    if "bytes" in vector:
        assert made.packed().hex() == vector["bytes"]
    assert base64url.encode(made.compress()) == vector["lst"]
    read = StatusList.unpack(base64url.decode(vector["lst"]), vector["bits"])
    assert read.packed() == made.packed() and read.size == vector["size"]
    found = token_statuses(vector["bits"], vector["lst"])
    assert [[index, value] for index, value in enumerate(found) if value] == sorted(vector["set"])


@given(st.sampled_from([1, 2, 4, 8]), st.data())
def test_set_then_get(bits: int, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.integers(0, (1 << bits) - 1), min_size=8, max_size=64))
    values = values[: len(values) // 8 * 8]
    made = StatusList.of([0] * len(values), bits)
    for index in reversed(range(len(values))):
        made.set(index, 1)
        made.set(index, values[index])
    assert [made.get(index) for index in range(made.size)] == values
    again = StatusList.unpack(made.compress(), bits)
    assert again.packed() == made.packed()


def test_default_list() -> None:
    made = StatusList()
    assert (made.size, made.bits, DEFAULT_SIZE) == (131072, 2, 131072)
    made.set(131071, Status.SUSPENDED)
    assert made.packed()[-1] == 0b10000000
    assert made.get(131071) == Status.SUSPENDED and made.get(131070) == Status.VALID


@pytest.mark.parametrize("index", [-1, 131072])
def test_no_such_entry(index: int) -> None:
    with pytest.raises(StatusListIndex):
        StatusList().get(index)
    with pytest.raises(StatusListIndex):
        StatusList().set(index, 0)


def test_wrong_use() -> None:
    for arguments in ((0, 2), (8, 3), (3, 2), (-8, 1)):
        with pytest.raises(ValueError, match="bits"):
            StatusList(*arguments)
    for value in (4, -1):
        with pytest.raises(ValueError, match="0 to 3"):
            StatusList().set(0, value)


def token(states: StatusList | None = None, **changed) -> str:
    arguments = {
        "uri": URI,
        "version": 7,
        "issued": AT,
        "ttl": 3600,
        "exp": END,
        "private": KEY,
        "chain": CHAIN,
    }
    return issue_status_list(states or StatusList(), **{**arguments, **changed})


STATES = StatusList()
STATES.set(5, Status.INVALID)
TOKEN = token(STATES)


def test_round_trip() -> None:
    read = read_status_list(TOKEN, PUBLIC, AT)
    assert (read.uri, read.version, read.issued, read.expires) == (URI, 7, AT, END)
    assert (read.ttl_s, read.digest) == (3600, token_digest(TOKEN))
    assert [read.get(n) for n in (4, 5, 6)] == [0, 1, 0] and read.states.size == DEFAULT_SIZE
    assert chain_of(TOKEN) == CHAIN
    with pytest.raises(StatusListIndex):
        read.get(DEFAULT_SIZE)


def test_wire_form() -> None:
    unverified = jws.peek(TOKEN)
    payload = parse(unverified.payload)
    assert unverified.header["typ"] == "statuslist+jwt"
    assert set(payload) == {"sub", "iat", "exp", "ttl", "status_list", "mianti_version"}
    assert len(TOKEN) < 2000  # a list with few entries set is small


def test_times_to_the_second() -> None:
    second = timedelta(seconds=1)
    read_status_list(TOKEN, PUBLIC, END - second)
    with pytest.raises(StatusListExpired):
        read_status_list(TOKEN, PUBLIC, END)
    with pytest.raises(StatusListNotYetValid):
        read_status_list(TOKEN, PUBLIC, AT - second)


def test_another_key() -> None:
    for name in ("other", "ed25519:other"):
        with pytest.raises(StatusListSignature):
            read_status_list(TOKEN, private_key(name).public_key(), AT)


def resigned(change: dict, *, typ: str = "statuslist+jwt") -> str:
    payload = {**parse(jws.peek(TOKEN).payload), **change}
    payload = {name: value for name, value in payload.items() if value is not None}
    return jws.sign({"typ": typ}, canonical(payload), KEY)


def packed(data: bytes, bits: object = 2) -> dict:
    return {"status_list": {"bits": bits, "lst": base64url.encode(data)}}


GOOD = zlib.compress(bytes(100))
DEFECTS = {
    "no uri": {"sub": None},
    "no expiry": {"exp": None},
    "no version": {"mianti_version": None},
    "version zero": {"mianti_version": 0},
    "ttl zero": {"ttl": 0},
    "unknown member": {"other": 1},
    "bits of 3": packed(GOOD, 3),
    "bits as text": packed(GOOD, "2"),
    "not compressed": packed(bytes(100)),
    "cut": packed(GOOD[:-1]),
    "more behind": packed(GOOD + b"\0"),
    "second stream behind": packed(GOOD + GOOD),
    "checksum": packed(GOOD[:-1] + bytes([GOOD[-1] ^ 1])),
    "gzip": packed(zlib.compress(bytes(100), wbits=31)),
    "raw deflate": packed(zlib.compress(bytes(100), wbits=-15)),
    "empty list": packed(zlib.compress(b"")),
    "a bomb": packed(zlib.compress(bytes(MAX_BYTES + 1), 9)),
    "padded": {"status_list": {"bits": 2, "lst": base64url.encode(GOOD) + "="}},
    "list without lst": {"status_list": {"bits": 2}},
    "previous too short": {"mianti_previous": "AAAA"},
    "form too short": {"mianti_forms": {"revocation": "AAAA"}},
    "form without a name": {"mianti_forms": {"": "A" * 43}},
}


CODES = {
    "cut": StatusListTruncated,
    "more behind": StatusListTrailing,
    "second stream behind": StatusListTrailing,
    "a bomb": StatusListTooLarge,
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_malformed(defect: str) -> None:
    with pytest.raises(StatusListMalformed) as caught:
        read_status_list(resigned(DEFECTS[defect]), PUBLIC, AT)
    assert caught.value.code == CODES.get(defect, StatusListMalformed).code


def test_another_kind_of_token() -> None:
    with pytest.raises(StatusListType):
        read_status_list(resigned({}, typ="dc+sd-jwt"), PUBLIC, AT)
    with pytest.raises(StatusListMalformed):
        chain_of(resigned({}))  # no x5c


def test_a_member_named_twice() -> None:
    twice = canonical(parse(jws.peek(TOKEN).payload))[:-1] + b',"ttl":1}'
    with pytest.raises(StatusListDuplicate):
        read_status_list(jws.sign({"typ": "statuslist+jwt"}, twice, KEY), PUBLIC, AT)
    header = base64url.encode(b'{"alg":"ES256","alg":"ES256","typ":"statuslist+jwt"}')
    with pytest.raises(StatusListDuplicate):
        read_status_list(".".join([header, *TOKEN.split(".")[1:]]), PUBLIC, AT)


def test_what_came_before_and_stands_beside() -> None:
    alone = read_status_list(TOKEN, PUBLIC, AT)
    assert (alone.previous, alone.forms) == (None, {})
    linked = token(previous=b"\1" * 32, forms={"revocation": b"\2" * 32, "refresh": b"\3" * 32})
    read = read_status_list(linked, PUBLIC, AT)
    assert read.previous == b"\1" * 32
    assert read.forms == {"revocation": b"\2" * 32, "refresh": b"\3" * 32}


def test_the_largest_list_is_still_read() -> None:
    whole = resigned(packed(zlib.compress(bytes(MAX_BYTES), 9)))
    assert read_status_list(whole, PUBLIC, AT).states.size == MAX_BYTES * 4


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(TOKEN) - 1), st.integers(33, 126))
def test_no_changed_character_is_accepted(position: int, replacement: int) -> None:
    changed = TOKEN[:position] + chr(replacement) + TOKEN[position + 1 :]
    if changed == TOKEN:
        return
    with pytest.raises(StatusListError):
        read_status_list(changed, PUBLIC, AT)
