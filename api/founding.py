"""Founding: an empty folder becomes a platform with a test authority, a chain and a consortium.

Everything is made in a folder beside and moved into place at the end, so that an interrupted
``mianti init`` leaves nothing that looks like a platform.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from api.accounts import new_account
from api.datafolder import DataFolder, Settings, write_private
from api.trust_founding import founding_trust
from api.wiring import PROJECT, kubo_there, open_platform, utc_now
from certs import base64url, keys
from certs.keys import P256Private
from certs.trust.trustlist import sign_trust_list
from certs.x509.authority import new_root, new_signing_certificate
from ledger.adapters.ethereum.anvil import anvil_binary
from ledger.adapters.ethereum.deployment import AddressBook, deploy, write_book
from ledger.adapters.ethereum.embedded import EmbeddedNode
from ledger.adapters.ethereum.founding import (
    AgencyAdmission,
    Founding,
    KeyGrant,
    LogOpening,
    ScopeGrant,
    StatusAssignment,
)
from ledger.adapters.ethereum.founding import (
    found as found_consortium,
)
from ledger.adapters.ethereum.sending import address_of
from ledger.adapters.keyfiles import write_signing_key
from ledger.catalogue.catalogue import Catalogue
from ledger.catalogue.data import built_in_catalogue
from ledger.errors import Conflict
from ledger.flows.anchor import anchor
from ledger.flows.edge_rows import with_seal
from ledger.flows.statements import own_statement
from ledger.flows.status import list_id, publish_list
from ledger.index import names_of
from ledger.platform import Platform, log_id
from ledger.tlog import Draft, sequence

REGION = 310101
OPERATOR = "cyzx"
VERIFY_URL = "https://mianti.example"
CERTIFICATE_YEARS = 5
Progress = Callable[[str, str], None]
"""Called with one sentence in Chinese and in English as each part is done."""


class FolderTaken(Conflict):
    """Something stands already where the platform was to be founded."""

    code = "data.taken"


@dataclass(frozen=True, slots=True)
class Founded:
    """``accounts``: id → secret, also written to ``clients/accounts.json``."""

    folder: DataFolder
    settings: Settings
    accounts: Mapping[str, str]


def found(
    root: Path,
    *,
    store: str = "auto",
    passphrase: bytes | None = None,
    progress: Progress = lambda zh, en: None,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
    now: Callable[[], datetime] = utc_now,
) -> Founded:
    """Found a platform in ``root``. ``store``: auto, directory or kubo. Raises FolderTaken."""
    if root.exists() and any(root.iterdir()):
        raise FolderTaken(f"{root} is not empty; choose another folder.", path=str(root))
    made = DataFolder(root.with_name(root.name + ".founding"))
    if made.root.exists():
        shutil.rmtree(made.root)
    made.root.mkdir(parents=True, mode=0o700)
    kind = ("kubo" if kubo_there() else "directory") if store == "auto" else store
    settings = Settings(
        profile="embedded",
        origin=f"mianti.example/{randomness(4).hex()}",
        region=REGION,
        operator=OPERATOR,
        verify_url=VERIFY_URL,
        store=kind,
    )
    catalogue = built_in_catalogue()
    phrase = passphrase or base64url.encode(randomness(24)).encode()
    made.write_settings(settings)
    if passphrase is None:
        made.write_passphrase(phrase)

    progress("建立测试根证书和各机构签名密钥", "making a test authority and the agencies' keys")
    roots = _authority(made, catalogue, phrase, randomness, now())
    kept = _secrets(settings, catalogue, randomness)
    made.seal_secrets(kept, phrase, randomness)

    progress("启动链，部署合约", "starting the chain, deploying the contracts")
    book = _consortium(made, settings, catalogue, kept, roots, now, randomness)

    progress("签署信任清单", "signing the trust list")
    _trust(made, settings, catalogue, kept, book, roots.root, now(), randomness, phrase)
    progress("写入首批条目并上链", "logging and anchoring the first entries")
    with open_platform(made.root) as platform:
        accounts = _accounts(made, platform)
        _admit(platform, roots)
        for agency in issuing_agencies(catalogue):
            publish_list(platform, agency)
        anchor(platform)
    if root.exists():
        root.rmdir()
    made.root.rename(root)
    return Founded(DataFolder(root), settings, accounts)


def issuing_agencies(catalogue: Catalogue) -> list[str]:
    """Government agencies: each has a status list for what it issues or collects."""
    return [one.id for one in catalogue.agencies.values() if not one.social]


@dataclass(frozen=True, slots=True)
class _Roots:
    root: x509.Certificate
    agencies: Mapping[str, x509.Certificate]


def _authority(
    folder: DataFolder,
    catalogue: Catalogue,
    passphrase: bytes,
    randomness: Callable[[int], bytes],
    now: datetime,
) -> _Roots:
    begin = now.replace(microsecond=0) - timedelta(minutes=5)
    root_key = keys.generate_p256()
    root = new_root("Mianti", begin, root_key, _serial(randomness))
    write_private(
        folder.root / "keys" / "x509-root.key.pem", keys.to_encrypted_pem(root_key, passphrase)
    )
    certificates = {}
    for agency in catalogue.agencies.values():
        private: P256Private = keys.generate_p256()
        certificate = new_signing_certificate(
            root_key,
            root,
            agency.id,
            agency.zh,
            private.public_key(),
            begin,
            begin + timedelta(days=365 * CERTIFICATE_YEARS),
            _serial(randomness),
        )
        write_signing_key(folder.agency_keys, agency.id, private, (certificate,), passphrase)
        wrapping = keys.generate_x25519()
        write_private(folder.hpke_key(agency.id), keys.to_encrypted_pem(wrapping, passphrase))
        certificates[agency.id] = certificate
    return _Roots(root, certificates)


def _secrets(
    settings: Settings, catalogue: Catalogue, randomness: Callable[[int], bytes]
) -> dict[str, bytes]:
    names = ["record", "log", "swarm", "keystore/wrapping", "keystore/lookup", "keystore/signer"]
    names += ["token", "eth/founder/1", "eth/founder/2", "eth/anchor"]
    names += [
        f"eth/status/{list_id(f'{settings.verify_url}/v1/status-lists/{agency}').hex()}"
        for agency in issuing_agencies(catalogue)
    ]
    return {name: randomness(32) for name in names}


def _consortium(
    folder: DataFolder,
    settings: Settings,
    catalogue: Catalogue,
    kept: Mapping[str, bytes],
    roots: _Roots,
    now: Callable[[], datetime],
    randomness: Callable[[int], bytes],
) -> AddressBook:
    chain_id = 0x4D69_0000 + int.from_bytes(randomness(2), "big")
    node = EmbeddedNode.found(
        folder.chain, anvil_binary(PROJECT), now, chain_id=chain_id, randomness=randomness
    )
    try:
        founders = (kept["eth/founder/1"], kept["eth/founder/2"])
        book = deploy(node, founders)
        write_book(folder.address_book, book)
        wanted = Founding(
            agencies=[
                AgencyAdmission(one.id, one.zh, settings.region)
                for one in catalogue.agencies.values()
            ],
            keys=[
                KeyGrant(agency, _key_digest(certificate))
                for agency, certificate in roots.agencies.items()
            ],
            scopes=[
                ScopeGrant(agency, kind.slug, settings.region)
                for kind in catalogue.licence_types.values()
                for agency in kind.issued_by
            ],
            logs=[LogOpening(log_id(settings.origin), address_of(kept["eth/anchor"]))],
            status_lists=[
                StatusAssignment(
                    (place := list_id(f"{settings.verify_url}/v1/status-lists/{agency}")),
                    agency,
                    address_of(kept[f"eth/status/{place.hex()}"]),
                )
                for agency in issuing_agencies(catalogue)
            ],
        )
        found_consortium(node, book, founders, wanted)
        return book
    finally:
        node.close()


def _trust(
    folder: DataFolder,
    settings: Settings,
    catalogue: Catalogue,
    kept: Mapping[str, bytes],
    book: AddressBook,
    root: x509.Certificate,
    now: datetime,
    randomness: Callable[[int], bytes],
    passphrase: bytes,
) -> None:
    root_keys = [Ed25519PrivateKey.from_private_bytes(randomness(32)) for _ in range(3)]
    for number, private in enumerate(root_keys, 1):
        write_private(
            folder.root / "trust" / "roots" / f"{number}.pem",
            keys.to_encrypted_pem(private, passphrase),
        )
    trust = founding_trust(settings, catalogue, kept, book, root, root_keys, now)
    write_private(folder.trust_list, sign_trust_list(trust, root_keys[:2]))


def _accounts(folder: DataFolder, platform: Platform) -> dict[str, str]:
    made = []
    for agency in platform.catalogue.agencies.values():
        role = {"identity": "identity", "auditor": "auditor", "operator": "operator"}.get(
            agency.roles[0] if agency.roles else "", "agency"
        )
        made.append(new_account(agency.id, role, platform.randomness, agency=agency.id))
    platform.store.write([with_seal(platform, account.row) for account in made])
    known = {account.id: account.secret for account in made}
    text = json.dumps(
        {"warning": "DEMO ACCOUNTS: refused outside the embedded profile", "accounts": known},
        ensure_ascii=False,
        indent=2,
    )
    write_private(folder.accounts, text.encode() + b"\n")
    return known


def _admit(platform: Platform, roots: _Roots) -> None:
    drafts = []
    for agency in platform.catalogue.agencies.values():
        certificate = roots.agencies[agency.id]
        body = {
            "agency": agency.id,
            "name": agency.zh,
            "credit_code": agency.credit_code,
            "key": base64url.encode(_key_digest(certificate)),
            "certificate_sha256": base64url.encode(
                hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
            ),
        }
        envelope, statement = own_statement(platform, platform.operator, "agency.admitted", body)
        drafts.append(Draft(envelope, statement, names_of(statement)))
    sequence(platform, drafts)


def _key_digest(certificate: x509.Certificate) -> bytes:
    public = certificate.public_key()
    assert isinstance(public, keys.P256Public)
    return base64url.decode(keys.key_id(public))


def _serial(randomness: Callable[[int], bytes]) -> int:
    return int.from_bytes(b"\x01" + randomness(15), "big")
