"""A small world in memory: authorities, agencies, a log, its anchor, a few licences, one case.

Everything is derived from names, so that it is the same on every run. Nothing here is drawn from
a real person or firm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from certs import base64url, keys
from certs.envelope import Envelope, Signature, pae, sign_es256
from certs.jwk import public_jwk
from certs.layout.render import LicenceFace, render_licence
from certs.pades.seal import seal_layout
from certs.sdjwt.credential import issue_credential
from certs.statuslist import StatusList, issue_status_list, token_digest
from certs.webauthn import challenge
from ledger.log import entry as entries
from ledger.log import merkle
from ledger.log.checkpoint import Checkpoint, cosign_note, sign_checkpoint
from ledger.log.evidence import ChainAnchor, anchor_note
from ledger.log.snapshot import Snapshot, snapshot_note
from ledger.log.statement import PAYLOAD_TYPE, Statement, statement_payload
from ledger.ports import (
    AgencyName,
    AgencyRecord,
    Anchor,
    KeyRow,
    Opening,
    ScopeRow,
    StatusHead,
)
from ledger.verify.items import Evidence
from tests.authenticator import assertion
from tests.ledger.world_authorities import Authorities
from tests.ledger.world_names import (
    ANCHORED_AT,
    CONTRACT,
    FOOD,
    GENESIS,
    ISSUED_AT,
    LIST_URI,
    NAMES,
    REGION,
    RP,
    START,
    TAKEN_AT,
    drawn,
    ed,
    ident,
    p256,
    seed,
    stored,
)


@dataclass(frozen=True)
class Licence:
    """A licence as issued: sealed file, credential with all disclosures, index of its entry."""

    pdf: bytes
    credential: str
    index: int
    id: str


@dataclass
class World(Authorities):
    """Everything a verifier may be shown; spoil a part to see it refused."""

    leaves: list[bytes] = field(default_factory=list)
    openings: list[tuple[bytes, bytes]] = field(default_factory=list)
    states: dict[int, int] = field(default_factory=dict)
    status_version: int = 3

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
            "jwk": public_jwk(public),
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

    def issue(
        self,
        number: int,
        *,
        by: str = "scjg",
        real_pdf: bool = False,
        pdf: bytes = b"",
        **changes: Any,
    ) -> Licence:
        """Issue a food operation permit; ``changes`` go into the statement's body."""
        credential = self.credential(number)
        if real_pdf:
            pdf = self.sealed_pdf(number, credential)
        pdf = pdf or f"no PDF {number}".encode()
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
        index = self.say("licence.issued", by, body, files=(pdf, credential.encode()))
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
            "agencies": {agency: self.record(agency) for agency in NAMES},
            "agency_keys": {agency: (self.key_row(agency, *period),) for agency in NAMES},
            "scopes": {("scjg", FOOD): (ScopeRow("scjg", FOOD, REGION, *period),)},
            "duties": {("scjg", ""): (), ("scjg", FOOD): ()},
            "logs": {self.log_id: None},
            "status": {
                "0x" + "33" * 32: StatusHead(
                    self.status_version,
                    token_digest(token),
                    TAKEN_AT + timedelta(days=1),
                    None,
                )
            },
            **changes,
        }
        return Snapshot(**facts)

    def key_row(
        self, agency: str, since: datetime, until: datetime | None, recorded: datetime
    ) -> KeyRow:
        kid = base64url.decode(keys.key_id(self.key(agency).public_key()))
        certificate = hashlib.sha256(self.chain(agency)[0]).digest()
        return KeyRow(agency, kid, since, until, recorded, certificate, None)

    def record(self, agency: str, **changes: Any) -> AgencyRecord:
        """The agency as the registry has it."""
        named = (AgencyName(NAMES[agency][0], START),)
        made = AgencyRecord(agency, named, REGION, "", False, START, None, "", None, ())
        return replace(made, **changes)

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
