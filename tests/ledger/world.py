"""A small world in memory: authorities, agencies, a log, its anchor, a few licences, one case.

Everything is derived from names, so that it is the same on every run. Nothing here is drawn from
a real person or firm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from certs import authority, base64url, keys
from certs.credential import issue_credential
from certs.envelope import Envelope, Signature, pae, sign_es256
from certs.layout import LicenceFace, render_licence
from certs.seal import seal_layout
from certs.statuslist import StatusList, issue_status_list, token_digest
from certs.trustlist import Roots, TrustList, sign_trust_list
from certs.trustlist_payload import (
    Agency,
    Chain,
    ContractRef,
    Freshness,
    NamedKey,
    Profile,
    StatusListRef,
    TrustedLog,
)
from certs.webauthn import WebauthnPolicy, challenge
from ledger import entry as entries
from ledger import merkle
from ledger.checkpoint import Checkpoint, cosign_note, sign_checkpoint
from ledger.evidence import ChainAnchor, anchor_note
from ledger.ids import new_id
from ledger.items import Evidence
from ledger.note import COSIGNATURE, NoteKey
from ledger.ports import Anchor, KeyRow, Opening, ScopeRow, StatusHead
from ledger.snapshot import Snapshot, snapshot_note
from ledger.statement import PAYLOAD_TYPE, Statement, statement_payload
from tests.authenticator import assertion

START = datetime(2026, 3, 1, tzinfo=UTC)
ISSUED_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ANCHORED_AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TAKEN_AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
AS_OF = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ORIGIN = "log.example/mianti"
LIST_URI = "https://status.example/1"
FOOD = "food-operation-permit"
REGION = 310101
GENESIS = "0x" + "11" * 32
CONTRACT = "0x" + "22" * 20
RP = WebauthnPolicy("consent.example", ("https://consent.example",))
P256_ORDER = keys.P256_ORDER
NAMES = {
    "scjg": ("某区市场监管局", "District Market Regulation"),
    "gafj": ("某区公安分局", "District Public Security"),
    "wjw": ("某区卫生健康委", "District Health"),
    "sjj": ("某区审计局", "District Audit"),
}


def seed(name: str) -> bytes:
    """32 bytes that belong to a name."""
    return hashlib.sha256(b"mianti test world\0" + name.encode()).digest()


def p256(name: str) -> keys.P256Private:
    number = int.from_bytes(seed(name), "big") % (P256_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def ed(name: str) -> keys.Ed25519Private:
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed(name))


def ident(prefix: str, name: str) -> str:
    """An id as `ledger.ids.new_id` makes them."""
    return new_id(prefix, lambda size: seed(name)[:size])


def drawn(name: str) -> Callable[[int], bytes]:
    """Randomness that is the same for a name."""
    count = iter(range(1 << 20))
    return lambda size: hashlib.shake_256(seed(f"{name}/{next(count)}")).digest(size)


def stored(*files: bytes) -> list[dict[str, Any]]:
    """Where each file's ciphertext would lie."""
    return [
        {
            "cid": "b" + ident("cid", data.hex())[4:] * 2 + "aaaaaa",
            "file": ident("file", data.hex()),
            "size": len(data) + 64,
        }
        for data in files
    ]


@dataclass(frozen=True)
class Licence:
    """A licence as issued: sealed file, credential with all disclosures, index of its entry."""

    pdf: bytes
    credential: str
    index: int
    id: str


@dataclass
class World:
    """Everything a verifier may be shown; spoil a part to see it refused."""

    name: str = "one"
    origin: str = ORIGIN
    profile: str = "embedded"
    quorum: int = 0
    leaves: list[bytes] = field(default_factory=list)
    openings: list[tuple[bytes, bytes]] = field(default_factory=list)
    states: dict[int, int] = field(default_factory=dict)
    status_version: int = 3

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
        return authority.new_root("Root", START - timedelta(days=30), p256(f"{self.name}/root"), 1)

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

    def say(
        self,
        kind: str,
        actor: str,
        body: Mapping[str, Any],
        *,
        files: Sequence[bytes] = (),
        signer: Callable[[bytes], Signature] | None = None,
        tag: bytes | None = None,
        log: str | None = None,
        prev: int | None = None,
    ) -> int:
        """Sign a statement, append its entry, answer the index."""
        number = len(self.leaves)
        statement = Statement(
            kind=kind,
            id=ident("st", f"{self.name}/{number}"),
            log=log or self.origin,
            actor=actor,
            at=ISSUED_AT + timedelta(minutes=number),
            body=body,
            files=tuple((hashlib.sha256(data).digest(), len(data)) for data in files),
            prev=prev,
        )
        payload = statement_payload(statement)
        signature = signer(payload) if signer else self.signed_by(actor, payload)
        return self.append(kind, Envelope(payload, PAYLOAD_TYPE, (signature,)), tag)

    def append(self, kind: str, envelope: Envelope, tag: bytes | None = None) -> int:
        number = len(self.leaves)
        salt, data = seed(f"{self.name}/salt/{number}"), envelope.encode()
        commitment = entries.commit(salt, data)
        tag = tag or seed(f"{self.name}/tag/{number}")[:16]
        self.leaves.append(entries.leaf(kind, tag, commitment))
        self.openings.append((salt, data))
        return number

    def signed_by(self, agency: str, payload: bytes, payload_type: str = PAYLOAD_TYPE) -> Signature:
        return sign_es256(payload, payload_type, self.key(agency), self.chain(agency))

    def holder_signs(self, holder: str, payload: bytes) -> Signature:
        """A passkey's consent."""
        private = p256(f"{self.name}/holder/{holder}")
        made = assertion(
            private,
            challenge(pae(PAYLOAD_TYPE, payload)),
            rp_id=RP.rp_id,
            origin=RP.origins[0],
        )
        return Signature(
            "webauthn-es256",
            keys.key_id(private.public_key()),
            made.signature,
            (),
            made.authenticator_data,
            made.client_data,
        )

    def bind_holder(self, holder: str, agency: str = "gafj") -> int:
        public = p256(f"{self.name}/holder/{holder}").public_key()
        body = {
            "subject": ident("sub", holder),
            "jwk": keys.public_jwk(public),
            "alg": "webauthn-es256",
            "method": "counter",
        }
        return self.say("holderkey.bound", agency, body)

    def credential(self, number: int, **changes: Any) -> str:
        facts: dict[str, Any] = {
            "agency": "scjg",
            "issued": ISSUED_AT,
            "status_uri": LIST_URI,
            "status_index": 100 + number,
            "private": self.key("scjg"),
            "chain": self.chain("scjg"),
            "valid_from": START,
            "valid_to": START + timedelta(days=365),
            **changes,
        }
        claims = {"licence_number": f"JY{number:04d}", "holder_name": "某某小吃店", "area": "60"}
        return issue_credential(claims, randomness=drawn(f"{self.name}/c{number}"), **facts)

    def issue(self, number: int, *, real_pdf: bool = False, **changes: Any) -> Licence:
        """Issue a food operation permit; ``changes`` go into the statement's body."""
        credential = self.credential(number)
        pdf = self.sealed_pdf(number, credential) if real_pdf else f"no PDF {number}".encode()
        licence = ident("lic", f"{self.name}/{number}")
        body = {
            "licence": licence,
            "type": FOOD,
            "identifier": f"1.2.156.3005.2.{number}",
            "number": f"JY{number:04d}",
            "subject": ident("sub", "shop"),
            "region": REGION,
            "valid_from": "2026-03-01",
            "valid_to": "2027-02-28",
            "holder_kid": None,
            "status": {"uri": LIST_URI, "index": 100 + number},
            "credential_sha256": base64url.encode(
                hashlib.sha256(credential.partition("~")[0].encode()).digest()
            ),
            "stored": stored(pdf, credential.encode()),
            "version": 1,
            "supersedes": None,
            "premises": None,
            "project": None,
            **changes,
        }
        index = self.say("licence.issued", "scjg", body, files=(pdf, credential.encode()))
        return Licence(pdf, credential, index, licence)

    def sealed_pdf(self, number: int, credential: str) -> bytes:
        face = LicenceFace(
            title_zh="食品经营许可证",
            title_en="Food Operation Permit",
            identifier=f"1.2.156.3005.2.{number}",
            number=f"JY{number:04d}",
            holder_name="某某小吃店",
            holder_code="9131********",
            issuer_name=NAMES["scjg"][0],
            issued=ISSUED_AT.date(),
            valid_from=START.date(),
            valid_until=None,
            fields=(),
        )
        page = render_licence(face, credential.encode(), "https://example.test/v", ISSUED_AT)
        return seal_layout(
            page,
            self.key("scjg"),
            self.certificates["scjg"],
            (),
            "issue",
            NAMES["scjg"][0],
            ISSUED_AT,
        )

    def deposit(self, data: bytes, **changes: Any) -> int:
        body = {
            "material": ident("mat", f"{self.name}/{len(self.leaves)}"),
            "kind": "floor-plan",
            "subject": ident("sub", "shop"),
            "project": None,
            "premises": None,
            "case": None,
            "grade": "scan",
            "channel": "counter",
            "officer": None,
            "issued_on": None,
            "decision": None,
            "media_type": "application/pdf",
            "title": "平面图",
            "stored": stored(data),
            **changes,
        }
        return self.say("material.deposited", "wjw", body, files=(data,))

    def hashes(self, size: int | None = None) -> list[bytes]:
        return [merkle.leaf_hash(leaf) for leaf in self.leaves[:size]]

    def head(self, size: int | None = None) -> Checkpoint:
        hashes = self.hashes(size)
        return Checkpoint(self.origin, len(hashes), merkle.root(hashes))

    def checkpoint(self, size: int | None = None, *, cosigned: int | None = None) -> bytes:
        note = sign_checkpoint(self.head(size), self.log_key)
        for name in self.witness_names[: self.quorum if cosigned is None else cosigned]:
            note = cosign_note(note, name, ed(f"{self.name}/{name}"), 1_772_000_000)
        return note

    def chain_anchor(self, size: int | None = None, **changes: Any) -> ChainAnchor:
        head = self.head(size)
        anchor = Anchor(
            size=head.size,
            root=head.root,
            chain_id=31337,
            contract=CONTRACT,
            transaction="0x" + "55" * 32,
            block_number=40,
            block_hash="0x" + "66" * 32,
            block_time=ANCHORED_AT,
        )
        return ChainAnchor(replace(anchor, **changes), GENESIS, self.log_id)

    def anchor(self, size: int | None = None, **changes: Any) -> bytes:
        return anchor_note(self.chain_anchor(size, **changes), self.origin, self.log_key)

    def status_token(self, version: int | None = None, **changes: Any) -> str:
        states = StatusList(1024)
        for index, value in self.states.items():
            states.set(index, value)
        facts: dict[str, Any] = {
            "uri": LIST_URI,
            "issued": TAKEN_AT - timedelta(hours=1),
            "ttl": 3600,
            "exp": TAKEN_AT + timedelta(days=2),
            "private": self.key("scjg"),
            "chain": self.chain("scjg"),
            **changes,
        }
        return issue_status_list(states, version=version or self.status_version, **facts)

    def snapshot_value(self, **changes: Any) -> Snapshot:
        period = (START, None, START)
        token = self.status_token()
        facts: dict[str, Any] = {
            "taken_at": TAKEN_AT,
            "chain_id": 31337,
            "genesis": GENESIS,
            "block": 41,
            "scopes": {("scjg", FOOD): (ScopeRow("scjg", FOOD, REGION, *period),)},
            "agency_keys": {agency: (self.key_row(agency, *period),) for agency in NAMES},
            "status": {
                "0x" + "33" * 32: StatusHead(
                    self.status_version, token_digest(token), TAKEN_AT + timedelta(days=1)
                )
            },
            **changes,
        }
        return Snapshot(**facts)

    def key_row(
        self, agency: str, since: datetime, until: datetime | None, recorded: datetime
    ) -> KeyRow:
        kid = base64url.decode(keys.key_id(self.key(agency).public_key()))
        return KeyRow(agency, kid, since, until, recorded)

    def snapshot(self, **changes: Any) -> bytes:
        return snapshot_note(self.snapshot_value(**changes), self.origin, self.log_key)

    def opening(self, index: int, size: int | None = None) -> Opening:
        salt, envelope = self.openings[index]
        proof = tuple(merkle.inclusion_proof(index, self.hashes(size)))
        return Opening(index, self.leaves[index], salt, envelope, proof)

    def evidence(self, index: int, **changes: Any) -> Evidence:
        """All that there is for one entry, as it stands now."""
        made = Evidence(
            opening=self.opening(index),
            checkpoint=self.checkpoint(),
            anchor=self.anchor(),
            snapshot=self.snapshot(),
            status_list=self.status_token(),
        )
        return replace(made, **changes)


def small_world(**facts: Any) -> tuple[World, Licence, Licence]:
    """A world with two licences (entries 0 and 2) and a material between them."""
    world = World(**facts)
    first = world.issue(1)
    world.deposit(b"a floor plan")
    second = world.issue(2)
    world.bind_holder("li")
    world.deposit(b"another plan")
    return world, first, second
