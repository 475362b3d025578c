"""Sealed credentials: frozen vectors, and that one field's key opens one field."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.sdjwt.disclosures import written_disclosure
from ledger.stored.disclosure import (
    FieldKey,
    FieldsInvalid,
    FieldsMalformed,
    field_key,
    open_fields,
    seal_fields,
)

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "sealing" / "fields.json").read_bytes()
)
FILE_KEY = bytes.fromhex(VECTORS["file_key_hex"])
FILE_ID = VECTORS["file_id"]
SEALED = VECTORS["sealed"].encode()
NAMES = ["", *VECTORS["disclosures"]]


def keys_of(*names: str) -> dict[str, bytes]:
    return {name: field_key(FILE_KEY, name) for name in names}


def test_sealed_vector() -> None:
    """A change here makes stored credentials unreadable: version 1 is frozen."""
    nonces: Iterator[bytes] = (bytes.fromhex(VECTORS["nonces_hex"][name]) for name in NAMES)
    sealed = seal_fields(
        VECTORS["issuer_jwt"], VECTORS["disclosures"], FILE_KEY, FILE_ID, lambda n: next(nonces)[:n]
    )
    assert sealed == SEALED


def test_field_key_vector() -> None:
    keys = {name: key.hex() for name, key in keys_of(*NAMES).items()}
    assert keys == VECTORS["field_keys_hex"]
    assert len(set(keys.values())) == len(NAMES)


@pytest.mark.parametrize("case", VECTORS["opened"], ids=lambda case: str(len(case["names"])))
def test_opened_vector(case: dict[str, Any]) -> None:
    assert open_fields(SEALED, keys_of(*case["names"]), FILE_ID) == case["credential"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_refused_vector(case: dict[str, str]) -> None:
    with pytest.raises(FieldsInvalid) as error:
        open_fields(case["sealed"].encode(), keys_of(*NAMES), FILE_ID)
    assert error.value.code == case["code"]


@given(
    st.dictionaries(st.text("abcdef", min_size=2, max_size=6), st.text(max_size=300), max_size=6)
)
def test_a_credential_survives(claims: dict[str, str]) -> None:
    disclosures = {name: written_disclosure(name, v, bytes(32)) for name, v in claims.items()}
    sealed = seal_fields("a.b.c", disclosures, FILE_KEY, FILE_ID, os.urandom)
    opened = open_fields(sealed, keys_of("", *claims), FILE_ID)
    assert opened == "~".join(("a.b.c", *disclosures.values(), ""))


def test_nothing_readable_is_stored() -> None:
    for secret in (
        VECTORS["issuer_jwt"],
        *VECTORS["disclosures"],
        *VECTORS["disclosures"].values(),
    ):
        assert secret.encode() not in SEALED


def test_short_fields_look_alike() -> None:
    made = []
    for name, value in (("a_name", "x"), ("another", "y" * 30)):
        disclosure = {name: written_disclosure(name, value, bytes(32))}
        made.append(len(seal_fields("a.b.c", disclosure, FILE_KEY, FILE_ID, os.urandom)))
    assert made[0] == made[1]


def test_a_key_opens_its_own_field_only() -> None:
    for name, other in (("scope", "version"), ("version", ""), ("", "version")):
        keys = keys_of("", "version", "scope") | {name: field_key(FILE_KEY, other)}
        with pytest.raises(FieldsInvalid):
            open_fields(SEALED, keys, FILE_ID)
    with pytest.raises(FieldKey) as error:
        open_fields(SEALED, keys_of("", "unheard_of"), FILE_ID)
    assert error.value.name == "unheard_of"


def test_another_file_id_or_file_key_is_refused() -> None:
    with pytest.raises(FieldKey):
        open_fields(SEALED, keys_of(""), "file_other")
    with pytest.raises(FieldKey):
        open_fields(SEALED, {"": field_key(bytes(32), "")}, FILE_ID)
    with pytest.raises(FieldKey):
        open_fields(SEALED, {"": b"short"}, FILE_ID)


def test_the_issuer_s_token_always_goes_along() -> None:
    with pytest.raises(FieldKey):
        open_fields(SEALED, keys_of("version"), FILE_ID)


def test_a_disclosure_under_another_name_is_not_sealed() -> None:
    disclosure = written_disclosure("scope", "all", bytes(32))
    for disclosures in ({"version": disclosure}, {"scope": "AAAA"}, {"": disclosure}):
        with pytest.raises(FieldsMalformed):
            seal_fields("a.b.c", disclosures, FILE_KEY, FILE_ID, os.urandom)


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c.d", "a.b.c~d"])
def test_what_is_no_token_is_not_sealed(token: str) -> None:
    with pytest.raises(FieldsMalformed):
        seal_fields(token, {}, FILE_KEY, FILE_ID, os.urandom)


def test_wrong_use_is_an_error() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        field_key(b"short", "name")
    with pytest.raises(ValueError, match="id"):
        seal_fields("a.b.c", {}, FILE_KEY, "", os.urandom)
    many = {f"n{i}": written_disclosure(f"n{i}", i, bytes(32)) for i in range(256)}
    with pytest.raises(ValueError, match="255"):
        seal_fields("a.b.c", many, FILE_KEY, FILE_ID, os.urandom)
