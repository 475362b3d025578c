"""The story, chapter by chapter, on the real flows; what it reports is measured on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from api.datafolder import DataFolder
from api.demo import cast
from api.demo.acts import Acts
from api.demo.reuse import Agreed, agree, order, receive
from api.demo.telling import Teller
from certs.verdict import Verdict
from ledger.consent.parties import consent_grant, consent_withdrawal
from ledger.flows.evidence.anchor import anchor
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.library.issue import Issued, LicenceDraft, issue_licence
from ledger.flows.matters.cases import close_case
from ledger.flows.matters.plan import plan_case, sign_plan, sources
from ledger.flows.reading.consent import withdraw_consent
from ledger.flows.reading.release import release
from ledger.platform import Platform
from ledger.reuse.documents import CHINA
from ledger.reuse.exemption import Plan
from ledger.reuse.ways import REUSED

MARKET, HEALTH = "scjg", "wjw"
FIRST_ITEM = "business-scope-change-catering"


@dataclass(slots=True)
class Told:
    """What happened, counted as it happens."""

    required: int = 0
    reused: int = 0
    handed_in: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    licence: Issued | None = None
    verdict: Verdict | None = None
    hygiene_case: str = ""

    @property
    def sent_twice(self) -> int:
        """Papers (kind and matter) that somebody handed in more than once."""
        return sum(count - 1 for count in self.handed_in.values())


class Story:
    """One run. ``extra`` are the user's own files, put through as materials of the first case."""

    def __init__(
        self, platform: Platform, folder: DataFolder, teller: Teller, extra: Sequence[Path]
    ) -> None:
        self.platform = platform
        self.folder = folder
        self.tell = teller
        self.extra = extra
        self.told = Told()
        self.cast = cast.gather(platform, folder)
        self.acts = Acts(platform, self.cast, self.told.handed_in)

    def run(self) -> Told:
        self.first_matter()
        self.permit()
        agreed = self.another_agency()
        self.equity_change()
        self.refusals(agreed)
        return self.told

    def first_matter(self) -> None:
        """A change of business scope at the market authority, everything for the first time."""
        tell, people = self.tell, self.cast
        tell.chapter(
            "一、经营范围变更：第一次交材料",
            "1. Change of scope: papers for the first time",
        )
        self.acts.collect_business_licence()
        tell.step("营业执照从全国系统归集，原样保存", "business licence collected, bytes untouched")
        case = self.acts.open_case(MARKET, FIRST_ITEM, "business-scope-change/2026-1")
        papers = (
            ("shareholders-resolution", "股东会决议", people.firm.subject, True),
            ("articles-of-association", "公司章程（修改后）", people.firm.subject, False),
            ("premises-proof", "住所（经营场所）使用证明", people.firm.subject, False),
            ("layout-plan", "经营场所平面布局图", people.firm.subject, False),
            ("legal-representative-id", "法定代表人身份证件", people.person.subject, False),
        )
        for kind, title, subject, decision in papers:
            matter = "business-scope-change/2026-1" if decision else None
            self.acts.hand_in(MARKET, case, kind, title, subject, decision=matter)
        for path in self.extra:
            kept = self.acts.hand_in_file(case, path)
            tell.step(
                f"您的文件 {path.name}：{kept.size} 字节，CID {kept.cid}",
                f"your file {path.name}: {kept.size} bytes, CID {kept.cid}",
            )
        tell.step("窗口核对了五份原件", "an officer checked the five originals")
        made = self._signed_plan(MARKET, case)
        self._reuse_all(made, uses=1)
        close_case(self.platform, MARKET, case, "granted")
        tell.step("变更核准，办件办结", "the change is granted, the case closed")

    def permit(self) -> None:
        """The food operation permit is issued, anchored, verified."""
        self.tell.chapter(
            "二、食品经营许可证：签发、上链、核验",
            "2. Food permit: issued, anchored, verified",
        )
        today = self.platform.now().astimezone(CHINA).date()
        issued = issue_licence(
            self.platform,
            MARKET,
            LicenceDraft(
                type="food-operation-permit",
                subject=self.cast.firm.subject,
                number=f"JY2310101{today:%y%m%d}1",
                fields={
                    "legal_representative": cast.PERSON,
                    "address": cast.ADDRESS,
                    "category": "餐饮服务经营者（小餐饮）",
                    "items": "热食类食品制售，自制饮品制售",
                },
                valid_from=today,
                valid_to=today + timedelta(days=5 * 365),
                premises=self.cast.premises,
            ),
        )
        self.told.licence = issued
        self.tell.step(f"已签发 {issued.identifier}", f"issued {issued.identifier}")
        done = anchor(self.platform)
        self.tell.step(
            f"前 {done.size} 条已上链，区块 {done.block_number}",
            f"the first {done.size} entries are anchored in block {done.block_number}",
        )
        (verdict,) = verify_items(
            self.platform, [Submitted("licence", issued.layout)], self.platform.now()
        )
        self.told.verdict = verdict
        self.tell.verdict(verdict)

    def another_agency(self) -> Agreed:
        """The health commission needs five papers and asks for the one that is missing."""
        tell = self.tell
        tell.chapter(
            "三、另一个部门：公共场所卫生许可",
            "3. Another agency: hygiene permit",
        )
        tell.step(
            "同一处楼上增设三间客房：卫生健康委受理公共场所（住宿）卫生许可",
            "three guest rooms upstairs: the health commission opens a hygiene permit case",
        )
        case = self.acts.open_case(HEALTH, "public-place-hygiene-permit", "hygiene-permit/2026-1")
        self.told.hygiene_case = case
        before = plan_case(self.platform, HEALTH, case)
        self._show(before)
        for missing in before.missing:
            kind = missing.kind.partition(":")[2]
            self.acts.hand_in(HEALTH, case, kind, missing.zh, self.cast.firm.subject)
            tell.step(f"只交了这一份：{missing.zh}", f"only this was handed in: {missing.en}")
        made = self._signed_plan(HEALTH, case)
        return self._reuse_all(made, uses=2)

    def equity_change(self) -> None:
        """The earlier resolution recorded another decision: the plan says so."""
        self.tell.chapter(
            "四、股权变更：旧决议为什么不能用",
            "4. Equity: why the old resolution cannot serve",
        )
        parties = {"new_shareholder": self.cast.partner}
        case = self.acts.open_case(MARKET, "equity-change", "equity-change/2026-1", parties)
        made = plan_case(self.platform, MARKET, case)
        self._show(made)

    def refusals(self, agreed: Agreed) -> None:
        """Without consent, by another agency, after withdrawal: refused, and logged."""
        tell, platform = self.tell, self.platform
        tell.chapter(
            "五、不该给的不给",
            "5. What must be refused is refused",
        )
        wallet = self.cast.firm
        unsent, _ = consent_grant(
            wallet.signer, agreed.request, platform.now(), platform.randomness
        )
        self._refused("没有授权", "without consent", HEALTH, unsent, 1)
        self._refused("别的部门拿这份授权来用", "by another agency", "sw", agreed.consent, 2)
        withdrawal = consent_withdrawal(
            wallet.signer, agreed.consent, platform.now(), platform.randomness
        )
        withdraw_consent(platform, withdrawal)
        tell.step("企业用自己的密钥撤回了授权", "the firm withdrew its consent with its own key")
        self._refused("撤回之后", "after withdrawal", HEALTH, agreed.consent, 2)

    def _refused(self, zh: str, en: str, agency: str, consent: bytes, use: int) -> None:
        data, private = order(self.platform, self.folder, agency, consent, use)
        self._expect_refusal(
            zh,
            en,
            lambda: release(self.platform, agency, data, private.public_key().public_bytes_raw()),
        )

    def _expect_refusal(self, zh: str, en: str, attempt: Callable[[], object]) -> None:
        code = self.tell.refusal(f"{zh}：被拒绝", f"{en}: refused", attempt)
        if code is None:
            raise AssertionError(f"this had to be refused: {en}")
        self.told.refused.append(code)

    def _signed_plan(self, agency: str, case: str) -> Plan:
        made, _ = sign_plan(self.platform, agency, case)
        self._show(made)
        ways = [need.way for need in made.requirements]
        self.told.required += len(ways)
        self.told.reused += sum(way in REUSED for way in ways)
        return made

    def _show(self, made: Plan) -> None:
        self.tell.plan(made, self.platform.catalogue, sources(self.platform, made))

    def _reuse_all(self, made: Plan, uses: int) -> Agreed:
        """Request, consent and release with every holder that the plan needs."""
        anchor(self.platform)
        agreed: Agreed | None = None
        for holder in made.holders():
            wallet = self.cast.wallet(holder)
            done = agree(self.platform, made, wallet, uses)
            agreed = agreed or done
            got = receive(self.platform, self.folder, made.case.agency, done.consent)
            self.tell.step(
                f"{wallet.name} 用自己的密钥授权；取得 {len(got)} 件",
                f"{wallet.name} consented with their own key; {len(got)} items received",
            )
        assert agreed is not None, "the plan reuses something"
        return agreed
