"""Containers: one byte string for given members, and no other is taken."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.bundle.container import (
    ContainerInvalid,
    ContainerLimit,
    ContainerName,
    Limits,
    pack,
    unpack,
)

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "container" / "zip.json").read_bytes()
)
NAMES = st.from_regex(r"[a-z0-9][a-z.]{0,5}(/[a-z0-9][a-z.]{0,5}){0,2}", fullmatch=True)


def members_of(vector: dict[str, Any]) -> dict[str, bytes]:
    return {name: base64.b64decode(data) for name, data in vector["members"].items()}


@pytest.mark.parametrize("vector", VECTORS["good"], ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, Any]) -> None:
    data = base64.b64decode(vector["archive"])
    assert pack(members_of(vector)) == data
    assert unpack(data) == members_of(vector)


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_refused_vector(case: dict[str, str]) -> None:
    with pytest.raises(ContainerInvalid) as error:
        unpack(base64.b64decode(case["archive"]))
    assert error.value.code == case["code"]


@given(st.dictionaries(NAMES, st.binary(max_size=200), max_size=8))
def test_members_survive_in_any_order(members: dict[str, bytes]) -> None:
    try:
        data = pack(members)
    except ContainerName:
        assert any(a.startswith(b + "/") for a in members for b in members)
        return
    assert unpack(data) == members
    assert pack(dict(reversed(members.items()))) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == members
        assert archive.namelist() == sorted(members)


def test_any_changed_byte_is_refused() -> None:
    data = pack({"manifest.json": b"{}", "items/a.pdf": b"%PDF"})
    for position in range(len(data)):
        for spoilt in (
            data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :],
            data[:position] + bytes([data[position] ^ 0x80]) + data[position + 1 :],
            data[:position] + data[position + 1 :],
            data[:position] + b"\0" + data[position:],
        ):
            with pytest.raises(ContainerInvalid):
                unpack(spoilt)


def test_limits() -> None:
    data = pack({"a": b"x", "b": b"y"})
    assert unpack(data, Limits(members=2, total=len(data))) == {"a": b"x", "b": b"y"}
    with pytest.raises(ContainerLimit):
        unpack(data, Limits(members=1))
    with pytest.raises(ContainerLimit):
        unpack(data, Limits(total=len(data) - 1))
    with pytest.raises(ContainerLimit):
        pack({f"m{i}": b"" for i in range(0xFFFF)})


@pytest.mark.parametrize("name", ["", ".", "..", "a/", "/a", "a/./b", "a\n", "a" * 101])
def test_names_that_are_not_plain_are_not_packed(name: str) -> None:
    with pytest.raises(ContainerName) as error:
        pack({name: b""})
    assert error.value.name == name
