"""An agency's signing service on one machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from certs import keys
from certs.errors import CertsError
from ledger.adapters.keyfiles import SigningFiles, write_signing_key
from ledger.errors import NotFound, Tampered
from tests.ledger.world import World

WORLD = World()
PHRASE = b"a passphrase"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for agency in ("scjg", "wjw"):
        chain = (WORLD.certificates[agency],)
        write_signing_key(tmp_path / "keys", agency, WORLD.key(agency), chain, PHRASE)
    return tmp_path / "keys"


def test_key_and_chain_come_back(folder: Path) -> None:
    signing = SigningFiles(folder, PHRASE)
    assert signing.chain("scjg") == WORLD.chain("scjg")
    message = b"message"
    signature = keys.sign_es256(signing.key("scjg"), message)
    keys.verify_es256(WORLD.key("scjg").public_key(), message, signature)


def test_keys_lie_encrypted_and_for_their_owner_alone(folder: Path) -> None:
    path = folder / "scjg.key.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert b"ENCRYPTED" in path.read_bytes()
    with pytest.raises(CertsError):
        SigningFiles(folder, b"another").key("scjg")


def test_an_agency_that_it_does_not_sign_for_is_not_found(folder: Path) -> None:
    signing = SigningFiles(folder, PHRASE)
    for agency in ("sw", "../keys/scjg/nothing"):
        with pytest.raises(NotFound):
            signing.key(agency)


def test_a_damaged_or_foreign_certificate_is_tampered(folder: Path) -> None:
    path = folder / "scjg.cert.pem"
    for data in (b"", b"no certificate", (folder / "wjw.cert.pem").read_bytes()):
        path.write_bytes(data)
        with pytest.raises(Tampered):
            SigningFiles(folder, PHRASE).chain("scjg")
