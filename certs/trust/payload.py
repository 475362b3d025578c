"""What a trust list says, version 1: its values, and their one JSON form.

Times are RFC 3339 UTC in whole seconds; keys are SubjectPublicKeyInfo DER; bytes in JSON are
base64url; what lives on chain is written as there: 0x and lower-case hex.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from certs import base64url
from certs.canonical import Json
from certs.errors import CertsError
from certs.shapes import written_time
from certs.webauthn import WebauthnPolicy

VERSION = 1


class TrustError(CertsError):
    """A trust list that may not be believed, or none at all."""

    code = "trust"


class TrustMalformed(TrustError):
    """Not the one canonical form of a version 1 trust list."""

    code = "trust.malformed"


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A public key (SPKI DER) under its key id."""

    kid: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Roots:
    """Ed25519 root keys of which `threshold` must sign."""

    threshold: int
    keys: tuple[NamedKey, ...]


@dataclass(frozen=True, slots=True)
class Freshness:
    """Greatest age in seconds of what an offline verdict relies on."""

    status_s: int
    entitlement_s: int
    evidence_s: int


@dataclass(frozen=True, slots=True)
class Profile:
    """Which numbered checks are required, and how many witnesses must have cosigned."""

    name: str
    required: tuple[int, ...]
    witness_quorum: int
    freshness: Freshness


@dataclass(frozen=True, slots=True)
class Continued:
    """The log whose tree another one continues: its origin, and the size up to which what was
    anchored of it counts."""

    origin: str
    size: int


@dataclass(frozen=True, slots=True)
class TrustedLog:
    """`origin` line, C2SP verifier key, the log's id on chain (bytes32 as 0x hex), and which other
    log of the list it continues, if any."""

    origin: str
    vkey: str
    log_id: str
    continues: Continued | None = None


@dataclass(frozen=True, slots=True)
class StatusListRef:
    """Where a status list stands, its id on chain (bytes32 as 0x hex), whose it is."""

    uri: str
    list_id: str
    agency: str


@dataclass(frozen=True, slots=True)
class ContractRef:
    """Address (20 bytes) and Keccak-256 of the runtime code (32 bytes), 0x hex."""

    address: str
    code_hash: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Chain id, hash of block 0 (0x hex) and the contracts by name."""

    chain_id: int
    genesis: str
    contracts: Mapping[str, ContractRef]


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency by its id; `kind` is `government` or `social`."""

    id: str
    name_zh: str
    name_en: str
    kind: str


@dataclass(frozen=True, slots=True)
class TrustList:
    """Everything a verifier takes for granted. `x509_roots` are DER, `witnesses` verifier keys."""

    version: int
    issued: datetime
    expires: datetime
    roots: Roots
    profile: Profile
    logs: tuple[TrustedLog, ...]
    witnesses: tuple[str, ...]
    keystores: tuple[NamedKey, ...]
    identity_agencies: tuple[str, ...]
    x509_roots: tuple[bytes, ...]
    status_lists: tuple[StatusListRef, ...]
    webauthn: tuple[WebauthnPolicy, ...]
    chain: Chain
    agencies: tuple[Agency, ...]

    def log(self, origin: str) -> TrustedLog | None:
        return next((log for log in self.logs if log.origin == origin), None)

    def lineage(self, origin: str) -> tuple[TrustedLog, ...]:
        """The log of this origin and those that it continues, newest first; none if unknown."""
        found: list[TrustedLog] = []
        log = self.log(origin)
        while log is not None and log not in found:
            found.append(log)
            log = self.log(log.continues.origin) if log.continues is not None else None
        return tuple(found)

    def agency(self, agency_id: str) -> Agency | None:
        return next((agency for agency in self.agencies if agency.id == agency_id), None)

    def status_list(self, uri: str) -> StatusListRef | None:
        return next((ref for ref in self.status_lists if ref.uri == uri), None)

    def relying_party(self, rp_id: str) -> WebauthnPolicy | None:
        return next((policy for policy in self.webauthn if policy.rp_id == rp_id), None)

    def as_json(self) -> dict[str, Json]:
        """The payload; `trustlist_reader.read_trust_list` is the inverse."""
        profile, chain = self.profile, self.chain
        return {
            "v": VERSION,
            "version": self.version,
            "issued": written_time(self.issued),
            "expires": written_time(self.expires),
            "roots": {
                "threshold": self.roots.threshold,
                "keys": [_key_json(key) for key in self.roots.keys],
            },
            "profile": {
                "name": profile.name,
                "required": list(profile.required),
                "witness_quorum": profile.witness_quorum,
                "freshness": {
                    "status_s": profile.freshness.status_s,
                    "entitlement_s": profile.freshness.entitlement_s,
                    "evidence_s": profile.freshness.evidence_s,
                },
            },
            "logs": [_log_json(log) for log in self.logs],
            "witnesses": list(self.witnesses),
            "keystores": [_key_json(key) for key in self.keystores],
            "identity_agencies": list(self.identity_agencies),
            "x509_roots": [base64url.encode(der) for der in self.x509_roots],
            "status_lists": [
                {"uri": ref.uri, "list_id": ref.list_id, "agency": ref.agency}
                for ref in self.status_lists
            ],
            "webauthn": [
                {"rp_id": policy.rp_id, "origins": list(policy.origins)} for policy in self.webauthn
            ],
            "chain": {
                "chain_id": chain.chain_id,
                "genesis": chain.genesis,
                "contracts": {
                    name: {"address": ref.address, "code_hash": ref.code_hash}
                    for name, ref in chain.contracts.items()
                },
            },
            "agencies": [
                {"id": a.id, "name_zh": a.name_zh, "name_en": a.name_en, "kind": a.kind}
                for a in self.agencies
            ],
        }


def _log_json(log: TrustedLog) -> dict[str, Json]:
    written: dict[str, Json] = {"origin": log.origin, "vkey": log.vkey, "log_id": log.log_id}
    if log.continues is not None:
        written["continues"] = {"origin": log.continues.origin, "size": log.continues.size}
    return written


def _key_json(key: NamedKey) -> dict[str, Json]:
    return {"kid": key.kid, "key": base64url.encode(key.key)}
