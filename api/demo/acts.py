"""What people do in the story: collect, open a case, hand a paper in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from api.demo import cast
from api.demo.papers import paper
from ledger.flows.library.files import Kept
from ledger.flows.library.issue import CollectedLicence, collect_licence
from ledger.flows.matters import cases
from ledger.flows.matters.deposit import Handed, check_original, deposit
from ledger.platform import Platform
from ledger.reuse.documents import CHINA, Channel, Grade

CHUNK = 1 << 20
OFFICER = "officer-7"
MARKET = "scjg"


class Acts:
    """``handed_in`` counts each paper by kind and matter."""

    def __init__(
        self, platform: Platform, people: cast.Cast, handed_in: Counter[tuple[str, str]]
    ) -> None:
        self.platform = platform
        self.cast = people
        self.handed_in = handed_in

    def collect_business_licence(self) -> None:
        """The national system's licence, taken in as it is."""
        people = self.cast
        collect_licence(
            self.platform,
            MARKET,
            CollectedLicence(
                type="business-licence",
                subject=people.firm.subject,
                number=people.firm_code,
                source="全国市场监管电子营业执照系统",
                issuer_name="区市场监管局",
                fields={
                    "legal_representative": cast.PERSON,
                    "company_type": "有限责任公司",
                    "registered_capital": "50万元",
                    "founded_on": "2024-03-18",
                    "address": cast.ADDRESS,
                    "business_scope": "餐饮管理",
                },
                valid_from=date(2024, 3, 18),
            ),
            (paper("营业执照", (cast.FIRM, people.firm_code, cast.ADDRESS)),),
        )

    def open_case(
        self, agency: str, item: str, matter: str, parties: dict[str, str] | None = None
    ) -> str:
        """A case of the firm at the counter; answers its id."""
        known = {"legal_representative": self.cast.person.subject, **(parties or {})}
        case, _ = cases.open_case(
            self.platform,
            agency,
            cases.CaseDraft(
                item=item,
                subject=self.cast.firm.subject,
                matter=matter,
                channel=Channel.COUNTER,
                officer=OFFICER,
                premises=self.cast.premises,
                parties=known,
            ),
        )
        return case

    def hand_in(
        self,
        agency: str,
        case: str,
        kind: str,
        title: str,
        subject: str,
        *,
        decision: str | None = None,
    ) -> None:
        """A paper at the counter, whose original the officer then checks."""
        today = self.platform.now().astimezone(CHINA).date()
        done = deposit(
            self.platform,
            agency,
            Handed(
                kind=kind,
                subject=subject,
                title=title,
                grade=Grade.SCAN,
                channel=Channel.COUNTER,
                case=case,
                premises=self.cast.premises,
                officer=OFFICER,
                issued_on=today - timedelta(days=3),
                decision=decision,
                media_type="application/pdf",
            ),
            (paper(title, (cast.FIRM, cast.ADDRESS, decision or "")),),
        )
        check_original(self.platform, agency, OFFICER, done.material)
        self.handed_in[kind, decision or ""] += 1

    def hand_in_file(self, case: str, path: Path) -> Kept:
        """One of the user's own files, streamed."""
        done = deposit(
            self.platform,
            MARKET,
            Handed(
                kind="food-safety-rules",
                subject=self.cast.firm.subject,
                title=path.name[:200],
                grade=Grade.DECLARED,
                channel=Channel.ONLINE,
                case=case,
            ),
            chunks_of(path),
        )
        self.handed_in["own file", str(path)] += 1
        return done.kept


def chunks_of(path: Path) -> Iterator[bytes]:
    """The file in chunks of CHUNK bytes."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
