"""Each key file of a data folder opens, or is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.datafolder import DataFolder
from api.folder_keys import damaged_keys
from certs import keys

PHRASE = b"a passphrase for a test"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path)
    made.write_passphrase(PHRASE)
    for place, key in (
        ("keys/x509-root.key.pem", keys.generate_p256()),
        ("trust/roots/1.pem", keys.generate_ed25519()),
        ("clients/agencies/scjg.hpke.pem", keys.generate_x25519()),
    ):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(keys.to_encrypted_pem(key, PHRASE))
    return made


def test_keys_that_open_are_not_named(folder: DataFolder) -> None:
    assert list(damaged_keys(folder)) == []


@pytest.mark.parametrize(
    "place", ["keys/x509-root.key.pem", "trust/roots/1.pem", "clients/agencies/scjg.hpke.pem"]
)
def test_a_damaged_or_missing_key_is_named(folder: DataFolder, place: str) -> None:
    path = folder.root / place
    path.write_bytes(path.read_bytes()[:-60])
    (found,) = damaged_keys(folder)
    assert (found.code, found.where) == ("fsck.key_file", place)
    path.unlink()
    (gone,) = damaged_keys(folder)
    assert "is gone" in gone.en
