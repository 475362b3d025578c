"""A new signing key of an agency, and the machine goes down between two of its files."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from api.datafolder import DataFolder
from api.founding import renewal
from certs import keys
from certs.keys import P256Private
from ledger.adapters.keyfiles import write_signing_key
from ledger.platform import Platform
from tests.ledger.world import World
from tests.ledger.world_names import AS_OF, p256

AGENCY = "scjg"
PHRASE = b"a passphrase for a test"
WORLD = World()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    monkeypatch.setenv("MIANTI_PASSPHRASE", PHRASE.decode())
    made = DataFolder(tmp_path)
    certificates = (WORLD.certificates[AGENCY],)
    write_signing_key(made.agency_keys, AGENCY, WORLD.key(AGENCY), certificates, PHRASE)
    root_key = keys.to_encrypted_pem(p256("one/root"), PHRASE)
    (tmp_path / "keys" / "x509-root.key.pem").write_bytes(root_key)
    return made


def platform() -> Platform:
    """As much of one as is asked; the consortium has registered every key."""
    made: Any = SimpleNamespace(
        catalogue=SimpleNamespace(agency=lambda id: SimpleNamespace(id=id, zh="某局")),
        chain=SimpleNamespace(key_valid=lambda *_: True, now=lambda: AS_OF),
        now=lambda: AS_OF,
        randomness=os.urandom,
        trust=SimpleNamespace(x509_roots=(WORLD.root.public_bytes(Encoding.DER),)),
    )
    return cast(Platform, made)


def signs_with(folder: DataFolder) -> tuple[str, str]:
    """Key ids of the key and of the certificate in force."""
    key = folder.agency_keys / f"{AGENCY}.key.pem"
    private = cast(P256Private, keys.from_encrypted_pem(key.read_bytes(), PHRASE))
    pem = (folder.agency_keys / f"{AGENCY}.cert.pem").read_bytes()
    public = cast(keys.P256Public, x509.load_pem_x509_certificate(pem).public_key())
    return keys.key_id(private.public_key()), keys.key_id(public)


@pytest.mark.parametrize("down", [1, 2, 3, 4])
@pytest.mark.parametrize("again", [False, True], ids=["switch", "renew first"])
def test_a_crash_while_switching_is_met_by_the_same_calls(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, down: int, again: bool
) -> None:
    made = renewal.prepare(folder, platform(), AGENCY)
    left = iter(range(1, 5))

    def until_down(real: Any) -> Any:
        def called(*arguments: Any) -> None:
            if next(left) == down:
                raise KeyboardInterrupt
            real(*arguments)

        return called

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(os, "link", until_down(os.link))
        patched.setattr(os, "replace", until_down(os.replace))
        renewal.switch(folder, platform(), AGENCY)
    if again:
        assert renewal.prepare(folder, platform(), AGENCY) == made
    assert renewal.switch(folder, platform(), AGENCY) == made
    key, certificate = signs_with(folder)
    assert key == certificate != keys.key_id(WORLD.key(AGENCY).public_key())
    assert renewal.prepare(folder, platform(), AGENCY) != made
