"""One matter from its opening to its closing, as agencies and holders work on it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random

from api.demo.desk import OFFICER, Desk, Worked
from ledger.consent.parties import consent_withdrawal
from ledger.errors import Refused
from ledger.flows.door.once import Once
from ledger.flows.matters.case_facts import item_of
from ledger.flows.matters.cases import CaseDraft, close_case, in_role, open_case, read_case
from ledger.flows.matters.demand import AlreadyCovered, Demand, record_demand
from ledger.flows.matters.one_matter import MatterDraft, open_matter
from ledger.flows.matters.plan import plan_case
from ledger.flows.reading.consent import withdraw_consent
from ledger.reuse.exemption import Plan
from ledger.reuse.ways import REUSED
from scripts.simulation.city import City
from scripts.simulation.lives import CARELESS, WITHDRAWING, Matter

WINDOW = "zwb"


USUAL = {"business-licence": 1.0, "resident-id-card": 0.7, "high-tech-enterprise-certificate": 0.3}
"""Share of people who have such a licence where it could serve."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    kind: str
    role: str


@dataclass
class Counts:
    """What happened, as the people saw it; the log is asked again at the end."""

    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    demands: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    arranged: Counter[str] = field(default_factory=Counter)
    papers: int = 0
    releases: int = 0


@dataclass
class Office:
    """All the desks of the city. ``chance`` decides who is careless and who thinks again."""

    city: City
    desk: Desk
    chance: Random
    counts: Counts = field(default_factory=Counts)
    _looked: set[tuple[str, str | None]] = field(default_factory=set)

    def handle(self, matter: Matter) -> list[Worked]:
        """Open, work, close."""
        desk = replace(self.desk, channel=matter.channel)
        done = []
        for agency, case in self._opened(matter):
            self.counts.channels[matter.channel.value] += 1
            self._supply(agency, case)
            if self.chance.random() < CARELESS:
                self._ask_again(agency, case, desk)
            worked = desk.work(agency, case)
            self._count(worked)
            if self.chance.random() < WITHDRAWING and worked.plan.holders():
                self._think_again(desk, worked)
            close_case(self.city.platform, agency, case, "granted")
            self._grant(agency, case)
            done.append(worked)
        if matter.firm is not None and matter.life.slug == "legal-representative-change":
            matter.firm.representative = matter.parties["new_legal_representative"]
        return done

    def _opened(self, matter: Matter) -> list[tuple[str, str]]:
        platform, life = self.city.platform, matter.life
        name = f"{life.slug}/{self.city.next_number()}"
        if life.bundle:
            draft = MatterDraft(
                life.slug,
                matter.subject,
                name,
                matter.channel,
                OFFICER,
                project=name,
                premises=matter.premises,
                parties=matter.parties,
            )
            once = Once(WINDOW, "simulate/matters", name, b"")
            opened = open_matter(platform, WINDOW, draft, once)
            # who issues what others wait for works first
            issues = platform.catalogue.items
            ranked = sorted(opened, key=lambda one: not issues[one.item].issues)
            return [(one.agency, one.case) for one in ranked]
        item = platform.catalogue.item(life.slug)
        agency = self.chance.choice(item.agencies)
        parties = {role: who for role, who in matter.parties.items() if role in item.roles}
        case = CaseDraft(
            life.slug,
            matter.subject,
            name,
            matter.channel,
            OFFICER,
            project=name,
            premises=matter.premises,
            parties=parties,
        )
        return [(agency, open_case(platform, agency, case)[0])]

    def _supply(self, agency: str, case: str) -> None:
        """What only a licence can show, and who has it has it elsewhere still."""
        platform = self.city.platform
        row = read_case(platform, agency, case)
        for _ in range(8):
            made = plan_case(platform, agency, case)
            wanted = [one for one in made.missing if one.kind.startswith("licence:")]
            wanted += self._usual(made)
            if not wanted:
                return
            one = wanted[0]
            whose = in_role(row, one.role) or str(row["subject"])
            premises = None if row["premises"] is None else str(row["premises"])
            self.city.supply(one.kind.removeprefix("licence:"), whose, premises)

    def _usual(self, made: Plan) -> list[_Wanted]:
        """Every firm has a business licence; most people have a card on their phones."""
        catalogue, case = self.city.platform.catalogue, made.case
        found = []
        for need in catalogue.item(case.item).requirements:
            plan = next(one for one in made.requirements if one.id == need.id)
            if plan.way in REUSED:
                continue
            for choice in need.sets:
                for one in choice.evidence:
                    kind = getattr(one, "type", "")
                    held = (kind, case.subject_of(one.role))
                    if kind in USUAL and held not in self._looked:
                        self._looked.add(held)
                        if self.chance.random() < USUAL[kind]:
                            found.append(_Wanted(f"licence:{kind}", one.role))
        return found

    def _ask_again(self, agency: str, case: str, desk: Desk) -> None:
        platform = self.city.platform
        row = read_case(platform, agency, case)
        item = item_of(platform.catalogue, row)
        made = plan_case(platform, agency, case)
        reused = {need.id for need in made.requirements if need.way in REUSED}
        papers = sorted(
            {
                (f"material:{one.kind}", one.role)
                for need in item.requirements
                if need.id in reused
                for choice in need.sets
                for one in choice.evidence
                if hasattr(one, "min_grade")
            }
        )
        if not papers:
            return
        kind, role = self.chance.choice(papers)
        try:
            done = record_demand(
                platform, agency, case, Demand(kind, OFFICER, "习惯要一份", desk.channel, role)
            )
            self.counts.demands[done.outcome.value] += 1
        except AlreadyCovered:
            self.counts.demands["refused"] += 1

    def _think_again(self, desk: Desk, worked: Worked) -> None:
        """A second consent is withdrawn before its use; the agency that reads after is refused."""
        platform, holder = self.city.platform, worked.plan.holders()[0]
        consent = desk.agreed(worked.plan, holder)
        now, randomness = platform.now(), platform.randomness
        ended = consent_withdrawal(desk.signers[holder], consent, now, randomness)
        withdraw_consent(platform, ended)
        try:
            desk.released(worked.agency, consent)
        except Refused as error:
            self.counts.refused[error.code] += 1

    def _count(self, worked: Worked) -> None:
        counts = self.counts
        for need in worked.plan.requirements:
            counts.ways[worked.plan.case.item, need.way.value] += 1
        for made in worked.arranged.values():
            counts.arranged["assistance" if made.startswith("ast_") else "commitment"] += 1
        counts.papers += len(worked.handed_in)
        counts.releases += len(worked.releases)

    def _grant(self, agency: str, case: str) -> None:
        """What a granted case leads to is issued, or collected anew."""
        platform = self.city.platform
        row = read_case(platform, agency, case)
        item = item_of(platform.catalogue, row)
        premises = None if row["premises"] is None else str(row["premises"])
        for kind in item.issues:
            if agency in platform.catalogue.licence_type(kind).issued_by:
                self.city.issue(kind, str(row["subject"]), premises, agency)
            elif not platform.catalogue.licence_type(kind).issued_by:
                self.city.supply(kind, str(row["subject"]), premises)
