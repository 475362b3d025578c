"""What a requester does with what it was handed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from certs import keys
from certs.errors import CertsError
from certs.sdjwt.credential import parse_credential
from ledger.consent.receiving import opened_fields, opened_file, place, unwrapped
from ledger.errors import Tampered
from ledger.ports import HandedKey
from ledger.stored.disclosure import ISSUER_JWT, field_key, seal_fields
from ledger.stored.sealing import hand_over_info, seal_stream
from tests.ledger.world import World

LOG, CONSENT, RELEASE, FILE = "log.example", "con_a", "rel_a", "file_a"
KEY = bytes(range(32))
PRIVATE = keys.generate_x25519()
PLAIN = os.urandom(100_000)


def handed(field: str | None = None) -> HandedKey:
    recipient = PRIVATE.public_key()
    info = hand_over_info(LOG, place(FILE, field), CONSENT, RELEASE, keys.key_id(recipient))
    return HandedKey(FILE, field, keys.hpke_seal(recipient, KEY, info))


def test_a_key_opens_for_its_log_file_field_consent_release_and_recipient_only() -> None:
    for field in (None, "", "address"):
        one = handed(field)
        assert unwrapped(one, PRIVATE, LOG, CONSENT, RELEASE) == KEY
        for wrong in (
            (one, PRIVATE, "log.other", CONSENT, RELEASE),
            (one, PRIVATE, LOG, "con_b", RELEASE),
            (one, PRIVATE, LOG, CONSENT, "rel_b"),
            (one, keys.generate_x25519(), LOG, CONSENT, RELEASE),
            (replace(one, file_id="file_b"), PRIVATE, LOG, CONSENT, RELEASE),
            (replace(one, field="name"), PRIVATE, LOG, CONSENT, RELEASE),
            (replace(one, wrapped=one.wrapped[:-1]), PRIVATE, LOG, CONSENT, RELEASE),
        ):
            with pytest.raises(CertsError):
                unwrapped(*wrong)


def test_a_whole_file_and_a_field_of_it_have_different_places() -> None:
    assert len({place(FILE, None), place(FILE, ""), place(FILE, "a"), place(FILE, "b")}) == 4


def stored() -> bytes:
    return b"".join(seal_stream(iter((PLAIN,)), KEY, FILE, os.urandom))


def test_the_file_comes_back_and_is_the_one_that_the_entry_names() -> None:
    digest = hashlib.sha256(PLAIN).digest()
    data = stored()
    chunks = (data[at : at + 999] for at in range(0, len(data), 999))
    assert b"".join(opened_file(chunks, KEY, FILE, digest)) == PLAIN


SPOILT: dict[str, Callable[[bytes], tuple[bytes, bytes, str, bytes]]] = {
    "another file's digest": lambda data: (data, KEY, FILE, bytes(32)),
    "another key": lambda data: (data, bytes(32), FILE, hashlib.sha256(PLAIN).digest()),
    "another file id": lambda data: (data, KEY, "file_b", hashlib.sha256(PLAIN).digest()),
    "cut": lambda data: (data[:-1], KEY, FILE, hashlib.sha256(PLAIN).digest()),
    "a bit": lambda data: (
        data[:5000] + bytes([data[5000] ^ 1]) + data[5001:], KEY, FILE,
        hashlib.sha256(PLAIN).digest(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=list(SPOILT))
def test_bytes_from_anybody_are_not_believed(
    spoil: Callable[[bytes], tuple[bytes, bytes, str, bytes]],
) -> None:
    data, key, file_id, digest = spoil(stored())
    with pytest.raises(Tampered):
        b"".join(opened_file(iter((data,)), key, file_id, digest))


def test_fields_open_one_by_one() -> None:
    credential = World().credential(1)
    parts = parse_credential(credential)
    sealed = seal_fields(parts.jwt, parts.disclosures, KEY, FILE, os.urandom)
    own = {ISSUER_JWT: field_key(KEY, ISSUER_JWT), "area": field_key(KEY, "area")}
    shown = parse_credential(opened_fields(sealed, own, FILE))
    assert (shown.jwt, set(shown.disclosures)) == (parts.jwt, {"area"})
    for keyring, file_id in (
        (own | {"holder_name": bytes(32)}, FILE),
        (own, "file_b"),
        ({"area": own["area"]}, FILE),
    ):
        with pytest.raises((Tampered, KeyError)):
            opened_fields(sealed, keyring, file_id)
