"""The first trust list of a platform on one machine: what it pins, and what it does not promise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from api.datafolder import DataFolder, Settings, write_private
from api.wiring import keystore_secrets, log_identity
from certs import keys
from certs.trust.payload import (
    Agency,
    Chain,
    ContractRef,
    Freshness,
    NamedKey,
    Profile,
    Roots,
    StatusListRef,
    TrustedLog,
    TrustList,
)
from certs.trust.trustlist import sign_trust_list
from certs.webauthn import WebauthnPolicy
from ledger.adapters.ethereum.address_book import AddressBook
from ledger.catalogue.catalogue import Catalogue
from ledger.flows.library.status import list_id
from ledger.platform import log_id

DAY_S = 86_400
LIFETIME = timedelta(days=365)
THRESHOLD = 2
REQUIRED = tuple(range(9))
"""All numbered checks; the embedded profile asks for no witness within check 4."""


def founding_trust(
    settings: Settings,
    catalogue: Catalogue,
    kept: Mapping[str, bytes],
    book: AddressBook,
    root: x509.Certificate,
    root_keys: Sequence[Ed25519PrivateKey],
    period: tuple[datetime, datetime],
) -> TrustList:
    """Version 1, to be signed by two of its three roots. ``period``: issued, expires."""
    issued, expires = (moment.replace(microsecond=0) for moment in period)
    return TrustList(
        version=1,
        issued=issued,
        expires=expires,
        roots=Roots(THRESHOLD, tuple(_named(key) for key in root_keys)),
        profile=Profile(
            name="embedded",
            required=REQUIRED,
            witness_quorum=0,
            freshness=Freshness(status_s=DAY_S, entitlement_s=DAY_S, evidence_s=DAY_S),
        ),
        logs=(
            TrustedLog(
                settings.origin,
                log_identity(settings, kept).vkey,
                "0x" + log_id(settings.origin).hex(),
            ),
        ),
        witnesses=(),
        keystores=(_named(keystore_secrets(kept).signer),),
        identity_agencies=tuple(
            one.id for one in catalogue.agencies.values() if "identity" in one.roles
        ),
        x509_roots=(root.public_bytes(Encoding.DER),),
        status_lists=tuple(
            StatusListRef(uri, "0x" + list_id(uri).hex(), one.id)
            for one in catalogue.agencies.values()
            if not one.social
            for uri in (f"{settings.verify_url}/v1/status-lists/{one.id}",)
        ),
        webauthn=(WebauthnPolicy("consent.mianti.example", ("https://consent.mianti.example",)),),
        chain=Chain(
            chain_id=book.chain_id,
            genesis=book.genesis.lower(),
            contracts={
                name: ContractRef(address.lower(), book.code_hashes[name].lower())
                for name, address in book.contracts.items()
            },
        ),
        agencies=tuple(
            Agency(one.id, one.zh, one.en, one.kind) for one in catalogue.agencies.values()
        ),
    )


def _named(private: Ed25519PrivateKey) -> NamedKey:
    public = private.public_key()
    return NamedKey(keys.key_id(public), keys.spki(public))


def write_trust(
    folder: DataFolder,
    settings: Settings,
    catalogue: Catalogue,
    kept: Mapping[str, bytes],
    book: AddressBook,
    root: x509.Certificate,
    period: tuple[datetime, datetime],
    randomness: Callable[[int], bytes],
    passphrase: bytes,
) -> None:
    """Make three roots, sign the first list with two of them, write both."""
    root_keys = [Ed25519PrivateKey.from_private_bytes(randomness(32)) for _ in range(3)]
    for number, private in enumerate(root_keys, 1):
        write_private(
            folder.root / "trust" / "roots" / f"{number}.pem",
            keys.to_encrypted_pem(private, passphrase),
        )
    trust = founding_trust(settings, catalogue, kept, book, root, root_keys, period)
    write_private(folder.trust_list, sign_trust_list(trust, root_keys[:2]))
