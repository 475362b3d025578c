"""What the chapters about the consortium do again and again: issue, judge, be refused, decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from api.datafolder import DataFolder
from api.demo import cast
from api.demo.clock import MovableClock
from api.demo.telling import Teller
from api.demo.voting import Assembly
from certs.verdict import Outcome, Verdict
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.library.issue import Issued, LicenceDraft, issue_licence
from ledger.flows.library.status import Change, change_status
from ledger.flows.worker import work
from ledger.platform import Platform
from ledger.ports import Chain
from ledger.ports import governance as port
from ledger.reuse.documents import CHINA, LegalEffect

HEALTH, MARKET = "wjw", "scjg"
FOOD, HYGIENE, DRUGS = (
    "food-operation-permit",
    "public-place-hygiene-permit",
    "drug-operation-permit",
)
OWN = {
    FOOD: {"category": "餐饮服务经营者（小餐饮）", "items": "热食类食品制售"},
    HYGIENE: {"items": "住宿"},
    DRUGS: {"quality_manager": "沈若溪", "scope": "非处方药", "mode": "零售"},
}
"""Fields that each type has besides its holder's."""
LICENCE_CHECKS = (7, 8)
"""Entitlement and status: what the consortium decides."""


@dataclass(slots=True)
class Found:
    """What came out, by name: codes of refusals, and verdicts with what checks 7 and 8 say."""

    refused: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, dict[str, object]] = field(default_factory=dict)
    proposals: list[dict[str, object]] = field(default_factory=list)


class Acting:
    """One open platform, and what was found so far."""

    def __init__(
        self,
        platform: Platform,
        folder: DataFolder,
        tell: Teller,
        clock: MovableClock,
        found: Found,
        people: cast.Cast,
    ) -> None:
        self.platform, self.folder, self.tell, self.clock = platform, folder, tell, clock
        self.found, self.people = found, people
        self.kept = folder.secrets(folder.passphrase())
        self.votes = Assembly(platform, self.kept, tell, clock)

    def decide(
        self, zh: str, en: str, *actions: port.Action, against: tuple[str, ...] = ()
    ) -> None:
        done = self.votes.decide(zh, en, *actions, against=against)
        self.clock.forward(hours=6)
        self.found.proposals.append(
            {"number": done.number, "zh": zh, "en": en, "yes": done.yes, "no": done.no}
        )

    def refused(self, name: str, zh: str, en: str, tried: Callable[[], object]) -> None:
        """It must be refused; the code is kept under the name."""
        code = self.tell.refusal(zh, en, tried)
        if code is not None:
            self.found.refused[name] = code

    def issue(
        self,
        agency: str,
        kind: str,
        number: str,
        platform: Platform | None = None,
        *,
        anchored: bool = True,
    ) -> Issued:
        """A licence of the firm, anchored unless that is to wait."""
        platform = platform or self.platform
        today = platform.now().astimezone(CHINA).date()
        issued = issue_licence(
            platform,
            agency,
            LicenceDraft(
                type=kind,
                subject=self.people.firm.subject,
                number=number,
                fields={"legal_representative": cast.PERSON, "address": cast.ADDRESS, **OWN[kind]},
                valid_from=today,
                valid_to=today + timedelta(days=1500),
                premises=self.people.premises,
            ),
        )
        if anchored:
            work(self.platform)
        self.clock.forward(hours=6)  # or all would happen within one second
        return issued

    def change(self, agency: str, issued: Issued, state: str, effect: LegalEffect) -> None:
        today = self.platform.now().astimezone(CHINA).date()
        changed = Change(issued.licence, state, "示范", "示范决〔2026〕1号", effect, today)
        change_status(self.platform, agency, changed)
        work(self.platform)
        self.clock.forward(hours=6)

    def judge(self, name: str, issued: Issued, zh: str, en: str) -> Verdict:
        """The verdict now, kept under the name."""
        (verdict,) = verify_items(
            self.platform, [Submitted("licence", issued.layout)], self.platform.now()
        )
        self.found.verdicts[name] = told(verdict)
        in_zh, in_en = self.outcome(verdict)
        self.tell.step(f"{zh}：{in_zh}", f"{en}: {in_en}")
        self.tell.checks(verdict, LICENCE_CHECKS)
        return verdict

    def outcome(self, verdict: Verdict) -> tuple[str, str]:
        """In Chinese and in English."""
        return _OUTCOMES[verdict.outcome], verdict.outcome.value


_OUTCOMES = {
    Outcome.PASSED: "通过",
    Outcome.FAILED: "不通过",
    Outcome.INDETERMINATE: "无法判定",
}


def told(verdict: Verdict) -> dict[str, object]:
    """Outcome, first failing code, and what the checks of the consortium's say."""
    failing = [one.code for one in verdict.checks if one.outcome is Outcome.FAILED]
    checks = {one.number: one for one in verdict.checks}
    return {
        "outcome": verdict.outcome.value,
        "code": failing[0] if failing else None,
        "entitlement": dict(checks[7].facts),
        "status": checks[8].code,
        "zh": checks[7].zh,
        "en": checks[7].en,
    }


class Credulous:
    """A chain as seen by an issuer that does not ask whether it may."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def entitled(self, agency: str, licence_type: str, region: int, at: datetime) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)
