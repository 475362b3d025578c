"""What people without a device, guardians, agents and clerks do in stories, and those who read on
other bases than consent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.demo.papers import paper
from api.demo.reuse import OFFICER, opened, signer
from api.demo.story import HEALTH
from api.wallets import Wallet, new_wallet
from certs import keys
from ledger.consent.basis_parties import (
    Stating,
    basis_ending,
    basis_statement,
    countersigned,
)
from ledger.consent.delegation_parties import Delegating, delegation_ending, delegation_grant
from ledger.consent.parties import Signer, read_statement, release_order, signed_statement
from ledger.flows.door.holder import bind_holder_key
from ledger.flows.door.subjects import register_subject
from ledger.flows.matters.deposit import Handed, deposit
from ledger.flows.reading.bases import SIGNED_PAPER, end_basis, state_basis
from ledger.flows.reading.counter_codes import keep_consent
from ledger.flows.reading.delegation import end_delegation, grant_delegation
from ledger.flows.reading.release import Released, release
from ledger.reuse.documents import Channel, Grade
from ledger.reuse.exemption import Plan
from tests.stories.house import HYGIENE, House
from tests.stories.reusing import granted

IDENTITY = "gafj"
LICENCE = "licence:business-licence"


def person(house: House, name: str) -> Wallet:
    """Somebody with a bound key."""
    platform = house.platform
    number = f"{name}-{platform.randomness(6).hex()}"
    subject = register_subject(platform, "person", name, (("other", number),))
    wallet = new_wallet(subject, name)
    bind_holder_key(platform, IDENTITY, subject, wallet.jwk, "es256", "counter")
    return wallet


def delegated(
    house: House,
    by: Signer,
    principal: str,
    delegate: str,
    sort: str = "clerk",
    *,
    days: int = 30,
    items: Sequence[str] = (HYGIENE,),
    further: int = 0,
    parent: str | None = None,
    begins: int = 0,
) -> str:
    """A delegation, taken in; answers its id. ``begins``: days from now."""
    data = delegation(
        house, by, principal, delegate, sort, days=days, items=items, further=further,
        parent=parent, begins=begins,
    )  # fmt: skip
    grant_delegation(house.platform, data)
    return str(read_statement(data)[1].body["delegation"])


def delegation(
    house: House, by: Signer, principal: str, delegate: str, sort: str = "clerk", **facts: Any
) -> bytes:
    """A delegation's envelope."""
    platform, now = house.platform, house.platform.now()
    since = now + timedelta(days=facts.get("begins", 0))
    given = Delegating(
        principal=principal,
        delegate=delegate,
        sort=sort,
        since=since,
        until=since + timedelta(days=facts.get("days", 30)),
        service_items=facts.get("items", (HYGIENE,)),
        further=facts.get("further", 0),
        parent=facts.get("parent"),
    )
    return delegation_grant(by, platform.log.origin, given, now, platform.randomness)


def undelegated(house: House, by: Signer, delegation: str) -> None:
    platform = house.platform
    data = delegation_ending(
        by, platform.log.origin, delegation, "离职", platform.now(), platform.randomness
    )
    end_delegation(platform, data)


@dataclass(frozen=True)
class Paper:
    """The signed paper of a person without a device, scanned and kept for the case."""

    sha256: bytes


def signed_paper(
    house: House, case: str, kind: str = SIGNED_PAPER, title: str = "授权书（本人签名）"
) -> Paper:
    data = paper(title, (case, house.firm.subject))
    deposit(
        house.platform,
        HEALTH,
        Handed(
            kind=kind,
            subject=house.firm.subject,
            title=title,
            grade=Grade.SCAN,
            channel=Channel.COUNTER,
            case=case,
            officer=OFFICER,
        ),
        (data,),
    )
    return Paper(hashlib.sha256(data).digest())


def licence_items(plan: Plan, holder: str) -> list[Mapping[str, Any]]:
    """What the plan takes of the holder's business licence."""
    kinds = plan.released_kinds(holder)
    return [one for one in plan.consent_items(holder) if kinds[str(one["object"])] == LICENCE]


def stating(house: House, plan: Plan, sort: str = "statutory", **changes: Any) -> Stating:
    """A basis for the case of a plan, as its grant allows; ``changes`` are what is not."""
    now = house.platform.now()
    grant = {"statutory": "duty-hygiene-licence", "attended": "att-hygiene"}.get(sort, sort)
    facts: dict[str, Any] = {
        "sort": sort,
        "grant": grant,
        "case": plan.case.id,
        "service_item": plan.case.item,
        "purpose": house.platform.catalogue.item(plan.case.item).purpose_zh,
        "subject": house.firm.subject,
        "items": licence_items(plan, house.firm.subject),
        "until": now + timedelta(days=5),
        "uses": 2,
        "officer": OFFICER,
        "reason": "依法核验",
        "channel": "counter",
        "method": "duty",
        "visible_from": now,
        **changes,
    }
    if sort == "attended" and "paper_sha256" not in facts:
        facts |= {"paper_sha256": signed_paper(house, plan.case.id).sha256}
    if sort == "attended":
        facts = {"reader": IDENTITY, "method": "document reader", **facts}
    return Stating(**facts)


def statement(house: House, said: Stating, agency: str = HEALTH) -> tuple[bytes, bytes]:
    """(envelope, thread key); an attended one with the reader's signature."""
    platform = house.platform
    data, thread = basis_statement(
        signer(platform, agency), platform.log.origin, said, platform.now(), platform.randomness
    )
    if said.reader is not None:
        data = countersigned(data, signer(platform, said.reader))
    return data, thread


def stated(house: House, plan: Plan, sort: str = "statutory", **changes: Any) -> bytes:
    """A basis, taken in; answers its envelope."""
    data, thread = statement(house, stating(house, plan, sort, **changes))
    state_basis(house.platform, HEALTH, data, thread)
    return data


def restated(house: House, data: bytes, **changes: Any) -> bytes:
    """The statement of a basis with some members changed, honestly signed again."""
    body = dict(read_statement(data)[1].body) | changes
    platform = house.platform
    made = signed_statement(
        signer(platform, HEALTH), platform.log.origin, "basis.stated", body, platform.now(),
        platform.randomness,
    )  # fmt: skip
    reader = body["proof"]["reader"]
    return made if reader is None else countersigned(made, signer(platform, reader))


def based_order(
    house: House,
    basis: bytes,
    use: int = 1,
    private: keys.X25519Private | None = None,
    agency: str = HEALTH,
    **more: Any,
) -> bytes:
    recipient = (private or keys.generate_x25519()).public_key().public_bytes_raw()
    platform = house.platform
    return release_order(
        signer(platform, agency), basis, use, recipient, OFFICER, "依法核验", "counter",
        platform.now(), platform.randomness, **more,
    )  # fmt: skip


def based_release(
    house: House, basis: bytes, use: int = 1, agency: str = HEALTH, **more: Any
) -> Released:
    private = keys.generate_x25519()
    data = based_order(house, basis, use, private, agency, **more)
    return release(house.platform, agency, data, private.public_key().public_bytes_raw())


def based_reading(house: House, basis: bytes, use: int = 1) -> dict[str, bytes | str]:
    """What the agency reads on a basis."""
    private = keys.generate_x25519()
    data = based_order(house, basis, use, private)
    done = release(house.platform, HEALTH, data, private.public_key().public_bytes_raw())
    return opened(house.platform, done, private, str(read_statement(basis)[1].body["basis"]))


def ended(house: House, basis: bytes) -> None:
    platform = house.platform
    data = basis_ending(
        signer(platform, HEALTH), basis, OFFICER, "已核验", platform.now(), platform.randomness
    )
    end_basis(platform, HEALTH, data)


def counter_code(house: House, plan: Plan) -> tuple[bytes, str]:
    """(a consent that the firm signed on its phone, the eight digits for it)."""
    _, request = house.ask(plan)
    data, thread = granted(house, request)
    return data, keep_consent(house.platform, data, thread).code


def another(code: str) -> str:
    """Eight other digits."""
    return str((int(code) + 1) % 10**8).zfill(8)
