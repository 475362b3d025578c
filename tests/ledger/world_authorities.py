"""Who is who in the small world: keys, certificates, trust list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs import keys
from certs.trust.payload import (
    Agency,
    Chain,
    ContractRef,
    Freshness,
    NamedKey,
    Profile,
    StatusListRef,
    TrustedLog,
)
from certs.trust.trustlist import Roots, TrustList, sign_trust_list
from certs.x509 import authority
from ledger.log.note import COSIGNATURE, NoteKey
from tests.ledger.world_names import CONTRACT, GENESIS, LIST_URI, NAMES, ORIGIN, RP, START, ed, p256


@dataclass
class Authorities:
    """Keys and certificates of one world, and the list that trusts them."""

    name: str = "one"
    origin: str = ORIGIN
    profile: str = "embedded"
    quorum: int = 0

    @property
    def log_key(self) -> keys.Ed25519Private:
        return ed(f"{self.name}/log")

    @property
    def vkey(self) -> str:
        return NoteKey.of(self.origin, self.log_key).vkey

    @property
    def witness_names(self) -> list[str]:
        return ["witness.example/a", "witness.example/b"] if self.quorum else []

    @cached_property
    def root(self) -> x509.Certificate:
        return authority.new_root(
            f"Root {self.name}", START - timedelta(days=30), p256(f"{self.name}/root"), 1
        )

    @cached_property
    def certificates(self) -> dict[str, x509.Certificate]:
        return {agency: self.certificate(agency) for agency in NAMES}

    def certificate(
        self,
        agency: str,
        key: keys.P256Private | None = None,
        *,
        days: int = 400,
        since: datetime = START,
    ) -> x509.Certificate:
        """A signing certificate of the agency by this world's root."""
        return authority.new_signing_certificate(
            p256(f"{self.name}/root"),
            self.root,
            agency,
            NAMES[agency][0],
            (key or self.key(agency)).public_key(),
            since,
            since + timedelta(days=days),
            100 + list(NAMES).index(agency),
        )

    def key(self, agency: str) -> keys.P256Private:
        return p256(f"{self.name}/agency/{agency}")

    def chain(self, agency: str) -> tuple[bytes, ...]:
        return (self.certificates[agency].public_bytes(Encoding.DER),)

    @cached_property
    def root_keys(self) -> list[keys.Ed25519Private]:
        return [ed(f"{self.name}/trust/{number}") for number in range(3)]

    @cached_property
    def trust(self) -> TrustList:
        named = [NamedKey(keys.key_id(k.public_key()), keys.spki(k.public_key()))
                 for k in self.root_keys]  # fmt: skip
        witnesses = tuple(
            NoteKey.of(name, ed(f"{self.name}/{name}"), COSIGNATURE).vkey
            for name in self.witness_names
        )
        store = ed(f"{self.name}/keystore").public_key()
        return TrustList(
            version=7,
            issued=START,
            expires=START + timedelta(days=90),
            roots=Roots(2, tuple(named)),
            profile=Profile(
                self.profile, tuple(range(9)), self.quorum, Freshness(86400, 86400, 3600)
            ),
            logs=(TrustedLog(self.origin, self.vkey, self.log_id),),
            witnesses=witnesses,
            keystores=(NamedKey(keys.key_id(store), keys.spki(store)),),
            identity_agencies=("gafj",),
            x509_roots=(self.root.public_bytes(Encoding.DER),),
            status_lists=(StatusListRef(LIST_URI, "0x" + "33" * 32, "scjg"),),
            webauthn=(RP,),
            chain=Chain(
                31337, GENESIS, {"CheckpointRegistry": ContractRef(CONTRACT, "0x" + "44" * 32)}
            ),
            agencies=tuple(Agency(id, zh, en, "government") for id, (zh, en) in NAMES.items()),
        )

    @property
    def trust_bytes(self) -> bytes:
        return sign_trust_list(self.trust, self.root_keys[:2])

    @property
    def log_id(self) -> str:
        return "0x" + hashlib.sha256(self.origin.encode()).hexdigest()
