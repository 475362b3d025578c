"""Who lives there: persons, firms with a representative and premises; keys and licences as needed.

Nobody is more than a number. Wallets are made, and licences collected or issued, when somebody
first needs them, each through the flow that a real agency would use.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from api.wallets import new_wallet
from ledger.catalogue.catalogue import LicenceType
from ledger.consent.parties import Signer
from ledger.flows.door.holder import bind_holder_key
from ledger.flows.door.subjects import register_subject
from ledger.flows.library.collect import CollectedLicence, collect_licence
from ledger.flows.library.issue import LicenceDraft, issue_licence
from ledger.flows.reading.delegation import name_guardian
from ledger.ids import new_id
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.reuse.documents import day

IDENTITY = "gafj"
COLLECTS = {
    "business-licence": "scjg",
    "resident-id-card": "gafj",
    "marriage-certificate": "gafj",
    "social-security-card": "ybj",
    "high-tech-enterprise-certificate": "kw",
    "pollutant-discharge-permit": "zwb",
    "construction-planning-permit": "zwb",
}
"""Which agency takes in the licences that nobody here issues."""
COMMON = frozenset(
    ("number", "holder_name", "holder_code", "issuer_name", "issued_on", "valid_from", "valid_to")
)


@dataclass(slots=True)
class Firm:
    """Subject ids; the representative changes in the register."""

    subject: str
    representative: str
    premises: str


class Hands(Mapping[str, Signer]):
    """The signing hand of each holder; its key is bound when it is first needed. A child's is its
    guardian's."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._signers: dict[str, Signer] = {}
        self._guardians: dict[str, str] = {}

    def __getitem__(self, subject: str) -> Signer:
        if subject in self._guardians:
            return self[self._guardians[subject]]
        if subject not in self._signers:
            wallet = new_wallet(subject, subject)
            bind_holder_key(
                self._platform, IDENTITY, subject, wallet.jwk, "es256", "counter, document seen"
            )
            self._signers[subject] = wallet.signer
        return self._signers[subject]

    def __iter__(self) -> Iterator[str]:
        return iter(self._signers)

    def __len__(self) -> int:
        return len(self._signers)

    def guard(self, child: str, guardian: str) -> None:
        """The identity agency records who speaks for a child."""
        now = self._platform.now()
        body = {
            "delegation": new_id("del", self._platform.randomness),
            "principal": child,
            "delegate": guardian,
            "sort": "guardian",
            "service_items": [],
            "since": format_time(now),
            "until": format_time(now + timedelta(days=17 * 365)),
            "further": 0,
            "parent": None,
        }
        name_guardian(self._platform, IDENTITY, body)
        self._guardians[child] = guardian


@dataclass
class City:
    """``supplied`` counts licences by type that were collected or issued on the way."""

    platform: Platform
    chance: Random
    persons: list[str] = field(default_factory=list)
    firms: list[Firm] = field(default_factory=list)
    supplied: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.hands = Hands(self.platform)
        self._number = 0

    def settle(self, subjects: int) -> Iterator[int]:
        """Register that many subjects: half persons, a quarter firms, a quarter premises. Answers
        how many stand, from time to time."""
        firms = max(1, subjects // 4)
        for _ in range(max(6, subjects - 2 * firms)):
            self.persons.append(self.register("person"))
            yield len(self.persons)
        for _ in range(firms):
            representative = self.chance.choice(self.persons)
            firm, premises = self.register("organisation"), self.register("premises")
            self.firms.append(Firm(firm, representative, premises))
            yield len(self.persons) + 2 * len(self.firms)

    def register(self, kind: str, *, named: bool = True) -> str:
        """A subject; its identifier is plainly invented."""
        number = self.next_number()
        ids = (("other", f"sim-{number}"),) if named else ()
        return register_subject(self.platform, kind, f"合成{number}", ids)

    def next_number(self) -> int:
        self._number += 1
        return self._number

    def supply(self, kind: str, subject: str, premises: str | None) -> str:
        """A licence of somebody who has it already elsewhere, or is issued it here."""
        known = self.platform.catalogue.licence_type(kind)
        self.supplied[kind] += 1
        if known.issued_by:
            return self.issue(kind, subject, premises, known.issued_by[0])
        number = self.next_number()
        found = CollectedLicence(
            type=kind,
            subject=subject,
            number=f"SIM{number:08}",
            source="合成的全国系统",
            issuer_name="合成发证机关",
            fields=self._fields(known, number),
            valid_from=day(self.platform.now()) - timedelta(days=30),
            valid_to=self._ends(known),
            premises=premises,
        )
        face = f"{known.zh} {number}".encode()
        return collect_licence(self.platform, COLLECTS[kind], found, (face,))[0]

    def issue(self, kind: str, subject: str, premises: str | None, agency: str) -> str:
        """A licence of our own, sealed and logged."""
        known, number = self.platform.catalogue.licence_type(kind), self.next_number()
        draft = LicenceDraft(
            type=kind,
            subject=subject,
            number=f"SIM{number:08}",
            fields=self._fields(known, number),
            valid_from=day(self.platform.now()),
            valid_to=self._ends(known),
            premises=premises,
        )
        return issue_licence(self.platform, agency, draft).licence

    def _fields(self, known: LicenceType, number: int) -> dict[str, str]:
        own = [name for name in known.attributes if name not in COMMON]
        return {name: _value(name, number) for name in own}

    def _ends(self, known: LicenceType) -> date | None:
        if known.years is None:
            return None
        return day(self.platform.now()) + timedelta(days=365 * known.years)


def _value(name: str, number: int) -> str:
    if name.endswith(("_on", "_date", "_time")):
        return "2015-06-01"
    return {"business_scope": "餐饮服务；药品零售；演出", "use": "商业", "sex": "女"}.get(
        name, f"合成{number}"
    )


def randomness_of(seed: int) -> Random:
    """Seeds of their own for bytes and for decisions, so that one does not shift the other."""
    return Random(hashlib.sha256(f"mianti/simulate/{seed}".encode()).digest())
