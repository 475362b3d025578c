"""One firm within a year: every decision is fresh, everything else is reused.

It opens a restaurant, changes scope, shareholders and legal representative, opens a pharmacy across
three departments; its founder buys a flat, and water, electricity and gas follow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from api.datafolder import DataFolder
from api.demo.clock import MovableClock
from api.demo.desk import OFFICER, Desk, Worked
from api.demo.papers import paper
from api.demo.telling import Teller
from api.demo.year_cast import (
    BRANCH,
    FOUNDER,
    HOME,
    MARKET,
    PARTNER,
    PHARMACIST,
    SHOP,
    YearCast,
    collect_business_licence,
    collect_id_card,
    gather_year,
    recipients,
)
from ledger.flows.after.flags import FlagAnswer, answer_flag, inbox
from ledger.flows.door.once import Once
from ledger.flows.library.issue import Issued, LicenceDraft, issue_licence
from ledger.flows.library.status import Change, change_status
from ledger.flows.matters.cases import CaseDraft, close_case, open_case
from ledger.flows.matters.commitment import Check, check_kept
from ledger.flows.matters.demand import AlreadyCovered, Demand, record_demand
from ledger.flows.matters.one_matter import MatterDraft, open_matter
from ledger.flows.matters.plan import sources
from ledger.flows.reading.copies import CopyOrder, make_copy
from ledger.flows.worker import work
from ledger.platform import Platform
from ledger.reuse.documents import Channel, LegalEffect, day

HEALTH, INSURANCE, LAND, WINDOW = "wjw", "ybj", "bdc", "zwb"
SCOPE = "餐饮管理；餐饮服务；药品零售"


@dataclass(slots=True)
class Year:
    """What happened, as it was measured. ``asked_again``: the code that a needless demand was
    refused with; ``flags``: of the cascade, answered; ``answers``: facts told yes or no."""

    cases: list[Worked] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    asked_again: str = ""
    can_have: list[dict[str, object]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    copy: bytes = b""
    answers: dict[str, str] = field(default_factory=dict)


class YearStory:
    """One run. The clock jumps between the cases; the worker goes a round each time."""

    def __init__(
        self, platform: Platform, folder: DataFolder, tell: Teller, clock: MovableClock
    ) -> None:
        self.platform, self.tell, self.clock = platform, tell, clock
        self.year = Year()
        self.cast: YearCast = gather_year(platform, folder)
        names = {subject: wallet.name for subject, wallet in self.cast.wallets.items()}
        self.desk = Desk(
            platform,
            self.cast.signers,
            recipients(folder),
            lambda title, whose, decision: paper(title, (names[whose], decision)),
        )

    def run(self) -> Year:
        collect_business_licence(self.platform, self.cast.firm, FOUNDER, "餐饮管理")
        self.restaurant()
        self.scope()
        self.equity()
        self.representative()
        self.pharmacy()
        self.permit_void()
        self.utilities()
        return self.year

    def restaurant(self) -> None:
        self._chapter(2, "一、开办饭店：第一次办事", "1. Opening a restaurant: the first time")
        case = self._opened(MARKET, "restaurant-opening", "restaurant/1", FOUNDER)
        self._ask_again(MARKET, case)
        worked = self._worked(MARKET, case)
        close_case(self.platform, MARKET, case, "granted")
        self._issued(
            "food-operation-permit",
            self.cast.firm,
            {
                "legal_representative": FOUNDER,
                "address": SHOP,
                "category": "餐饮服务经营者（小餐饮）",
                "items": "热食类食品制售",
            },
            premises=self.cast.shop,
        )
        promised = worked.arranged["food-safety-rules"]
        self.clock.forward(days=20)
        check_kept(self.platform, MARKET, promised, Check("kept", OFFICER, "现场核查属实"))
        self.tell.step(
            "承诺的制度现场核查属实", "what was committed to was checked on the spot: kept"
        )

    def scope(self) -> None:
        self._chapter(30, "二、经营范围变更：决议是新的", "2. Change of scope: a fresh decision")
        self._decided("business-scope-change", "scope/1", FOUNDER)

    def equity(self) -> None:
        self._chapter(
            60, "三、股权变更：旧决议不能用", "3. Equity: the old resolution cannot serve"
        )
        collect_id_card(self.platform, self.cast.partner, PARTNER)
        parties = {"new_shareholder": self.cast.partner}
        self._decided("equity-change", "equity/1", FOUNDER, parties)

    def representative(self) -> None:
        self._chapter(
            40, "四、法定代表人变更：身份证件查得到", "4. Legal representative: the card is found"
        )
        parties = {"new_legal_representative": self.cast.partner}
        self._decided("legal-representative-change", "representative/1", "", parties, PARTNER)

    def pharmacy(self) -> None:
        self._chapter(
            60, "五、开办药店一件事：三个部门，交一次", "5. A pharmacy: three departments, once"
        )
        draft = MatterDraft(
            "pharmacy-one-matter",
            self.cast.firm,
            "pharmacy/1",
            Channel.COUNTER,
            OFFICER,
            premises=self.cast.branch,
            parties={
                "legal_representative": self.cast.partner,
                "pharmacist": self.cast.pharmacist,
            },
        )
        once = Once(WINDOW, "demo/matters", "pharmacy-1", b"")
        opened = {one.agency: one.case for one in open_matter(self.platform, WINDOW, draft, once)}
        granted = self._worked(MARKET, opened[MARKET])
        for answered in (one for released in granted.releases for one in released.answers):
            self.year.answers |= {fact: said.value for fact, said in answered.answers.items()}
        close_case(self.platform, MARKET, opened[MARKET], "granted")
        self._issued(
            "drug-operation-permit",
            self.cast.firm,
            {
                "legal_representative": PARTNER,
                "quality_manager": PHARMACIST,
                "address": BRANCH,
                "scope": "非处方药、处方药",
                "mode": "零售",
            },
            premises=self.cast.branch,
        )
        self._copied(self._worked(HEALTH, opened[HEALTH]))
        close_case(self.platform, HEALTH, opened[HEALTH], "granted")
        self._worked(INSURANCE, opened[INSURANCE])
        close_case(self.platform, INSURANCE, opened[INSURANCE], "granted")

    def permit_void(self) -> None:
        """A permit that is void from the start: whoever relied on it is found."""
        self._chapter(30, "六、许可被撤销：谁依据过它", "6. A permit is void: who relied on it")
        (row,) = self.platform.store.rows("licences", {"type": "drug-operation-permit"})
        today = day(self.platform.now())
        change = Change(
            str(row["id"]),
            "revoked",
            "执业药师注册信息不实",
            "市监撤〔2026〕3号",
            LegalEffect.VOID,
            today,
        )
        change_status(self.platform, MARKET, change)
        work(self.platform)
        for flag in inbox(self.platform, INSURANCE):
            said = FlagAnswer(str(flag["id"]), "reopened", OFFICER, "重新审核定点资格")
            answer_flag(self.platform, INSURANCE, said)
            self.year.flags.append(str(flag["id"]))
            self.tell.found(
                "医保局的办件被提示，限期答复；医保局决定重新审核",
                "the insurance bureau's case is flagged with a date; it reopens the case",
                str(flag["due"])[:10],
            )

    def utilities(self) -> None:
        self._chapter(
            30, "七、买房之后：水、电、气一次授权", "7. After a house sale: water, power, gas"
        )
        home = {
            "unit_number": "310101-DEMO-F-301",
            "location": HOME,
            "right_type": "国有建设用地使用权/房屋所有权",
            "use": "住宅",
            "area": "89.5",
            "co_ownership": "单独所有",
        }
        self._issued("real-estate-title", self.cast.founder, home, LAND, self.cast.home)
        draft = MatterDraft(
            "house-transfer-one-matter",
            self.cast.founder,
            "home/1",
            Channel.ONLINE,
            OFFICER,
            premises=self.cast.home,
        )
        once = Once(WINDOW, "demo/matters", "home-1", b"")
        for one in open_matter(self.platform, WINDOW, draft, once):
            self._worked(one.agency, one.case)
            close_case(self.platform, one.agency, one.case, "granted")

    # what the chapters share

    def _chapter(self, days: int, zh: str, en: str) -> None:
        self.clock.forward(days=days)
        work(self.platform)
        on = day(self.platform.now()).isoformat()
        self.tell.chapter(f"{zh}（{on}）", f"{en} ({on})")

    def _opened(
        self,
        agency: str,
        item: str,
        matter: str,
        representative: str,
        parties: dict[str, str] | None = None,
    ) -> str:
        roles = dict(parties or {})
        if representative:
            roles["legal_representative"] = self.cast.founder
        draft = CaseDraft(
            item,
            self.cast.firm,
            matter,
            Channel.COUNTER,
            OFFICER,
            premises=self.cast.shop,
            parties=roles,
        )
        return open_case(self.platform, agency, draft)[0]

    def _decided(
        self,
        item: str,
        matter: str,
        representative: str,
        parties: dict[str, str] | None = None,
        after: str = FOUNDER,
    ) -> None:
        """A change in the register, and the business licence as it stands after it."""
        case = self._opened(MARKET, item, matter, representative, parties)
        self._worked(MARKET, case)
        close_case(self.platform, MARKET, case, "granted")
        changed = f"{SCOPE}（{day(self.platform.now())}变更）"
        collect_business_licence(self.platform, self.cast.firm, after, changed)
        self.tell.step("营业执照按变更后的归集", "the business licence is collected as changed")

    def _worked(self, agency: str, case: str) -> Worked:
        worked = self.desk.work(agency, case)
        self.year.cases.append(worked)
        self.year.days.append(day(self.platform.now()).isoformat())
        self.tell.plan(worked.plan, self.platform.catalogue, sources(self.platform, worked.plan))
        for one in worked.handed_in:
            self.tell.step(f"交了：{one.zh}", f"handed in: {one.en}")
        return worked

    def _issued(
        self,
        kind: str,
        subject: str,
        fields: dict[str, str],
        agency: str = MARKET,
        premises: str = "",
    ) -> Issued:
        today = day(self.platform.now())
        number = f"{kind[:2].upper()}{today:%Y%m%d}1"
        ends = None if agency == LAND else today + timedelta(days=5 * 365)
        draft = LicenceDraft(kind, subject, number, fields, today, ends, premises=premises)
        issued = issue_licence(self.platform, agency, draft)
        named = self.platform.catalogue.licence_type(kind)
        self.tell.step(f"已签发：{named.zh}", f"issued: {named.en}")
        return issued

    def _ask_again(self, agency: str, case: str) -> None:
        """An officer asks for a copy of the licence that the agency can look up."""
        asked = Demand("material:business-licence-copy", OFFICER, "习惯要复印件", Channel.COUNTER)
        try:
            record_demand(self.platform, agency, case, asked)
        except AlreadyCovered as error:
            self.year.asked_again = error.code
            self.year.can_have = cast(list[dict[str, object]], error.values["can_have"])
            self.tell.refused(
                "窗口要营业执照复印件：系统当场拒绝，并告诉它查得到",
                "the counter asks for a copy of the licence: refused on the spot, it can be had",
                error.code,
            )

    def _copied(self, worked: Worked) -> None:
        """A copy for the file that says for whom, for what and until when it is good."""
        plans = [
            (released, item.object)
            for released in worked.releases
            for item in released.wanted
            if item.object.startswith("material:")
        ]
        if plans:
            released, object = plans[0]
            order = CopyOrder(released.release, object, OFFICER)
            made = make_copy(self.platform, worked.agency, order)
            self.year.copy = made.pdf
            self.tell.step(
                f"加注件：写明谁、为何、用到哪天，{len(made.pdf)} 字节",
                f"an annotated copy says for whom, for what, until when: {len(made.pdf)} bytes",
            )
