"""Status lists: the draft's published vectors, bounds on unpacking, signature and time."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs import base64url, jws
from certs.canonical import canonical, parse
from certs.statuslist import (
    DEFAULT_SIZE,
    MAX_BYTES,
    Status,
    StatusList,
    StatusListError,
    StatusListExpired,
    StatusListIndex,
    StatusListMalformed,
    StatusListNotYetValid,
    StatusListSignature,
    chain_of,
    issue_status_list,
    read_status_list,
    token_digest,
)
from tests.pki.build import Pki, private_key

AT = datetime(2026, 3, 1, tzinfo=UTC)
END = AT + timedelta(days=1)
KEY = private_key("good")
PUBLIC = KEY.public_key()
CHAIN = (Pki().certificates["good"],)
URI = "https://example.invalid/v1/status-lists/1"

# Token Status List, section 4.1: values, bits, packed bytes, "lst".
PUBLISHED = [
    ([1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], 1, "b9a3", "eNrbuRgAAhcBXQ"),
    ([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3], 2, "c944f9", "eNo76fITAAPfAgc"),
]


@pytest.mark.parametrize(("values", "bits", "packed", "lst"), PUBLISHED)
def test_published_vectors(values: list[int], bits: int, packed: str, lst: str) -> None:
    made = StatusList.of(values, bits)
    assert made.packed().hex() == packed
    assert base64url.encode(made.compress()) == lst
    read = StatusList.unpack(base64url.decode(lst), bits)
    assert [read.get(index) for index in range(read.size)] == values


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
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_malformed(defect: str) -> None:
    with pytest.raises(StatusListMalformed):
        read_status_list(resigned(DEFECTS[defect]), PUBLIC, AT)


def test_another_kind_of_token() -> None:
    with pytest.raises(StatusListMalformed):
        read_status_list(resigned({}, typ="dc+sd-jwt"), PUBLIC, AT)
    with pytest.raises(StatusListMalformed):
        chain_of(resigned({}))  # no x5c


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
