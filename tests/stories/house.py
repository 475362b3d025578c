"""A founded platform with a first story behind it, on the embedded engines; copied per test."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from api.datafolder import DataFolder
from api.demo import cast
from api.demo.acts import Acts
from api.demo.reuse import Agreed, agree, ask, order, receive
from api.demo.story import FIRST_ITEM, HEALTH, MARKET
from api.founding import found
from api.wallets import Wallet
from api.wiring import open_platform
from ledger.consent.parties import consent_withdrawal
from ledger.errors import Refused
from ledger.flows.door.once import Once
from ledger.flows.evidence.anchor import anchor
from ledger.flows.fsck import Finding, fsck
from ledger.flows.library.issue import Issued, LicenceDraft, issue_licence
from ledger.flows.library.status import Change, change_status
from ledger.flows.matters.cases import close_case
from ledger.flows.matters.plan import plan_case
from ledger.flows.reading.consent import withdraw_consent
from ledger.flows.reading.counter_codes import redeem_code
from ledger.flows.worker import work
from ledger.platform import Platform
from ledger.reuse.documents import CHINA, LegalEffect
from ledger.reuse.exemption import Plan

PAPERS = (
    ("shareholders-resolution", "股东会决议"),
    ("articles-of-association", "公司章程（修改后）"),
    ("premises-proof", "住所（经营场所）使用证明"),
    ("layout-plan", "经营场所平面布局图"),
)
MATTER = "business-scope-change/2026-1"
HYGIENE = "public-place-hygiene-permit"
FOOD_FIELDS = {
    "legal_representative": cast.PERSON,
    "address": cast.ADDRESS,
    "category": "餐饮服务经营者（小餐饮）",
    "items": "热食类食品制售",
}


@dataclass(frozen=True)
class House:
    """An open platform, its folder, and the people of the story."""

    folder: DataFolder
    platform: Platform
    people: cast.Cast
    permit: Issued

    @property
    def acts(self) -> Acts:
        return Acts(self.platform, self.people, Counter())

    @property
    def firm(self) -> Wallet:
        return self.people.firm

    def with_ports(self, **ports: Any) -> House:
        """The same house with some of its ports or its clock replaced."""
        return replace(self, platform=replace(self.platform, **ports))

    def hygiene_plan(self) -> Plan:
        """A case of the health commission and what it would reuse."""
        case = self.acts.open_case(HEALTH, HYGIENE, "hygiene-permit/2026-1")
        return plan_case(self.platform, HEALTH, case)

    def ask(self, plan: Plan | None = None, uses: int = 1) -> tuple[Plan, bytes]:
        plan = plan or self.hygiene_plan()
        return plan, ask(self.platform, plan, self.firm.subject, uses)

    def agree(self, plan: Plan | None = None, uses: int = 1) -> Agreed:
        return agree(self.platform, plan or self.hygiene_plan(), self.firm, uses)

    def order(self, consent: bytes, use: int = 1, agency: str = HEALTH) -> tuple[bytes, Any]:
        return order(self.platform, self.folder, agency, consent, use)

    def receive(self, consent: bytes, use: int = 1) -> dict[str, bytes | str]:
        return receive(self.platform, self.folder, HEALTH, consent, use)

    def findings(self) -> tuple[Finding, ...]:
        return fsck(self.platform).findings


def food_draft(house: House, **changes: Any) -> LicenceDraft:
    """A food permit of the firm."""
    today = house.platform.now().astimezone(CHINA).date()
    facts: dict[str, Any] = {
        "type": "food-operation-permit",
        "subject": house.firm.subject,
        "number": "JY23101012611231",
        "fields": FOOD_FIELDS,
        "valid_from": today,
        "valid_to": today + timedelta(days=5 * 365),
        "premises": house.people.premises,
        **changes,
    }
    return LicenceDraft(**facts)


def issue_food(house: House, once: Once | None = None, **changes: Any) -> Issued:
    return issue_licence(house.platform, MARKET, food_draft(house, **changes), once)


@dataclass(frozen=True)
class Told:
    """A closed data folder with the first story in it."""

    root: Path
    people: cast.Cast
    permit: Issued


def tell(root: Path) -> Told:
    """Found a platform; collect, hand in, decide, issue, anchor."""
    found(root, store="directory")
    folder = DataFolder(root)
    with open_platform(root) as platform:
        people = cast.gather(platform, folder)
        acts = Acts(platform, people, Counter())
        acts.collect_business_licence()
        case = acts.open_case(MARKET, FIRST_ITEM, MATTER)
        for kind, title in PAPERS:
            matter = MATTER if kind == "shareholders-resolution" else None
            acts.hand_in(MARKET, case, kind, title, people.firm.subject, decision=matter)
        person = people.person.subject
        acts.hand_in(MARKET, case, "legal-representative-id", "法定代表人身份证件", person)
        close_case(platform, MARKET, case, "granted")
        house = House(folder, platform, people, None)  # type: ignore[arg-type]
        permit = issue_food(house, Once(MARKET, "licences", "permit-1", b"the request"))
        anchor(platform)
    return Told(root, people, permit)


def live_on(house: House) -> None:
    """What makes every table hold something: reuse, withdrawal, suspension, refusal."""
    plan = house.hygiene_plan()
    house.receive(house.agree(plan, uses=2).consent)
    agreed = house.agree(plan)
    signer, platform = house.firm.signer, house.platform
    data = consent_withdrawal(signer, agreed.consent, platform.now(), platform.randomness)
    withdraw_consent(platform, data)
    with suppress(Refused):
        house.receive(agreed.consent)
    live_with_others(house, plan)
    live_with_uses(house, plan)
    live_with_arrangements(house)
    live_with_offers(house)
    live_after_use(house)
    live_with_a_wish(house)
    live_with_a_decision(house)
    suspension = Change(
        house.permit.licence,
        "suspended",
        "现场检查不合格",
        "市监处〔2026〕12号",
        LegalEffect.WITHHELD,
        date(2026, 11, 1),
    )
    change_status(platform, MARKET, suspension)
    work(platform)


def live_with_others(house: House, plan: Plan) -> None:
    """A clerk who comes and goes, and a reading by statutory duty."""
    from tests.stories import speaking

    clerk, firm = speaking.person(house, "办事员"), house.firm
    given = speaking.delegated(house, firm.signer, firm.subject, clerk.subject)
    speaking.undelegated(house, firm.signer, given)
    basis = speaking.stated(house, plan)
    speaking.based_release(house, basis)
    speaking.ended(house, basis)
    _, code = speaking.counter_code(house, plan)
    with suppress(Refused):
        redeem_code(house.platform, HEALTH, plan.case.id, speaking.another(code))


def live_after_use(house: House) -> None:
    """A lost dispute with its flag, a receipt, a reminder, a subscription."""
    from tests.stories import after_use

    after_use.live_on(house)


def live_with_a_wish(house: House) -> None:
    """A holder asks that a paper be erased; nobody has decided."""
    from tests.stories.erasing import asked

    (plan,) = house.platform.store.rows("materials", {"kind": "layout-plan"})
    asked(house, f"material:{plan['id']!s}")


def live_with_a_decision(house: House) -> None:
    """A licence that was revoked, and that a court gave a new version."""
    old = issue_food(house, number="JY-court-1")
    why = Change(
        old.licence, "revoked", "欺骗取得", "市监撤〔2026〕3号", LegalEffect.VOID, date(2026, 10, 1)
    )
    change_status(house.platform, MARKET, why)
    issue_food(
        house, number="JY-court-1", supersedes=old.licence, decision="（2026）行终 12 号判决"
    )


def live_with_offers(house: House) -> None:
    """A day's list compared, a benefit offered and confirmed."""
    from tests.stories import filling

    filling.fill(house)


def live_with_arrangements(house: House) -> None:
    """A demand, a question to another agency, a commitment, a plan that lacks a paper."""
    from tests.stories import arranging

    arranging.live_on(house)


def live_with_uses(house: House, plan: Plan) -> None:
    """An answer to a fact, and an annotated copy."""
    from ledger.flows.reading.copies import CopyOrder, make_copy
    from tests.stories import using

    asking = using.asking_facts(house)
    name = using.licence_of(house, plan)
    fields = [using.NAMES[0], "holder_name"]
    got = using.consented(asking, plan, [{"object": name, "fields": fields}])
    done, _ = using.released(asking, got.consent)
    make_copy(house.platform, HEALTH, CopyOrder(done.release, name, "officer-7"))


@contextmanager
def opened_copy(told: Told, root: Path) -> Iterator[House]:
    """The story's folder, copied and open."""
    if not root.exists():
        shutil.copytree(told.root, root)
    with open_platform(root) as platform:
        yield House(DataFolder(root), platform, told.people, told.permit)


def item_fields(plan: Plan, holder: str) -> dict[str, tuple[str, ...]]:
    """Object → fields that the plan would ask of a holder."""
    items: list[Mapping[str, Any]] = list(plan.consent_items(holder))
    return {str(item["object"]): tuple(item["fields"]) for item in items}
