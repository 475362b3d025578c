"""Keys that lie in a data folder beside those that fsck meets in the log: each must still open."""

from __future__ import annotations

from collections.abc import Iterator

from api.datafolder import DataFolder
from certs import keys
from certs.errors import CertsError
from ledger.flows.fsck import Finding

PLACES = ("keys/x509-root.key.pem", "trust/roots/*.pem", "clients/agencies/*.hpke.pem")


def damaged_keys(folder: DataFolder) -> Iterator[Finding]:
    """A finding for each key file of ours that the folder's passphrase does not open. Wallets are
    their holders' own and closed to us."""
    passphrase = folder.passphrase()
    for place in PLACES:
        found = sorted(folder.root.glob(place))
        if not found:
            yield _finding(place, "不在了", "is gone")
        for path in found:
            try:
                keys.from_encrypted_pem(path.read_bytes(), passphrase)
            except CertsError:
                yield _finding(str(path.relative_to(folder.root)), "打不开", "does not open")


def _finding(where: str, zh: str, en: str) -> Finding:
    return Finding("fsck.key_file", where, f"密钥文件 {where} {zh}", f"The key file {where} {en}")
