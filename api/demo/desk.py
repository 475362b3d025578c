"""A case worked on as its plan says: arrange, hand in what is truly missing, ask, consent, read.

Every step is a flow that agencies and holders use; nothing is written past them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from api.demo.reuse import signer
from certs.keys import X25519Private
from ledger.arranged.parties import commitment_statement
from ledger.catalogue.catalogue import MaterialKind, ServiceItem, Tie
from ledger.catalogue.evidence import AssistanceEvidence, CommitmentEvidence
from ledger.consent.parties import (
    Asking,
    Signer,
    consent_grant,
    consent_request,
    release_order,
)
from ledger.flows.door.subjects import read_subject
from ledger.flows.evidence.anchor import anchor
from ledger.flows.matters.assistance import Question, Reply, answer_assistance, request_assistance
from ledger.flows.matters.case_facts import item_of
from ledger.flows.matters.cases import in_role, read_case
from ledger.flows.matters.commitment import make_commitment
from ledger.flows.matters.deposit import Deposited, Handed, deposit
from ledger.flows.matters.plan import plan_case, sign_plan
from ledger.flows.reading.consent import grant_consent, request_consent
from ledger.flows.reading.release import Released, release
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.reuse.arranging import Stand
from ledger.reuse.documents import Channel, Grade, day
from ledger.reuse.exemption import Missing, Plan

OFFICER = "officer-7"
Row = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Worked:
    """What was done for one case. ``plan``: as signed, when nothing was missing any more;
    ``handed_in``: kinds; ``arranged``: requirement → assistance or commitment."""

    case: str
    agency: str
    plan: Plan
    handed_in: tuple[Missing, ...]
    arranged: Mapping[str, str]
    releases: tuple[Released, ...]


@dataclass
class Desk:
    """``signers``: hand of a holder by subject; ``recipient``: an agency's own X25519 key;
    ``paper``: bytes of a paper by title, holder and decision."""

    platform: Platform
    signers: Mapping[str, Signer]
    recipient: Callable[[str], X25519Private]
    paper: Callable[[str, str, str], bytes]
    channel: Channel = Channel.COUNTER

    def work(self, agency: str, case: str) -> Worked:
        """From the first plan to the last reading; the case stays open."""
        arranged = self.arrange(agency, case)
        missing = plan_case(self.platform, agency, case).missing
        for one in missing:
            self.hand_in(agency, case, one)
        plan, _ = sign_plan(self.platform, agency, case)
        return Worked(case, agency, plan, missing, arranged, self.read(plan))

    def arrange(self, agency: str, case: str) -> dict[str, str]:
        """What the plan would arrange in a paper's place: another agency is asked and answers, the
        holder commits with their own key."""
        row = read_case(self.platform, agency, case)
        item, done = item_of(self.platform.catalogue, row), {}
        for need in plan_case(self.platform, agency, case).requirements:
            for one in need.arranged:
                if one.stand is not Stand.POSSIBLE:
                    continue
                if isinstance(one.evidence, AssistanceEvidence):
                    done[need.id] = self.assisted(agency, case, need.id, one.evidence.agency)
                else:
                    done[need.id] = self.committed(row, item, need.id, one.evidence)
        return done

    def assisted(self, agency: str, case: str, requirement: str, asked: str) -> str:
        """The answer of another agency; its id."""
        question = Question(requirement, OFFICER, "受理需要", asked)
        made = request_assistance(self.platform, agency, case, question)
        reply = Reply("confirmed", f"{asked}-2", "已核实")
        answer_assistance(self.platform, asked, made.assistance, reply)
        return made.assistance

    def committed(
        self, row: Row, item: ServiceItem, requirement: str, evidence: CommitmentEvidence
    ) -> str:
        """The holder's commitment; its id."""
        platform, who = self.platform, in_role(row, evidence.role) or str(row["subject"])
        data = commitment_statement(
            self.signers[who],
            platform.log.origin,
            {name: str(row[name]) for name in ("id", "agency", "item")},
            requirement,
            platform.catalogue.commitment(evidence.form),
            platform.now(),
            platform.randomness,
        )
        return make_commitment(platform, data)[0]

    def hand_in(self, agency: str, case: str, missing: Missing) -> Deposited:
        """A paper, whose original an officer looks at."""
        platform, row = self.platform, read_case(self.platform, agency, case)
        kind = platform.catalogue.material_kind(missing.kind.removeprefix("material:"))
        whose = in_role(row, missing.role) or str(row["subject"])
        decision = str(row["matter"]) if kind.one_decision else None
        premises = str(row["premises"]) if _of_premises(kind, row) else None
        said = Handed(
            kind=kind.slug,
            subject=whose,
            title=kind.zh,
            grade=Grade.ORIGINAL_CHECKED,
            channel=self.channel,
            case=case,
            project=str(row["project"]) if row["project"] and Tie.PROJECT in kind.tied_to else None,
            premises=premises,
            officer=OFFICER,
            issued_on=day(platform.now()) - timedelta(days=3),
            decision=decision,
            media_type="application/pdf",
            stated={
                name: self.says(whose, name) for name in platform.catalogue.compared(kind.slug)
            },
        )
        data = self.paper(kind.zh, whose, decision or "")
        return deposit(platform, agency, said, (data,))

    def says(self, subject: str, field: str) -> str:
        """What a paper of the subject's says in a field that is compared with the register."""
        known = read_subject(self.platform, subject)
        return {"holder_name": known.name}[field]

    def read(self, plan: Plan) -> tuple[Released, ...]:
        """Each holder is asked, consents with their own key, and the agency reads."""
        self.keep_evidence_fresh()
        return tuple(
            self.released(plan.case.agency, self.agreed(plan, holder)) for holder in plan.holders()
        )

    def keep_evidence_fresh(self) -> None:
        """Nothing is released where the log was not anchored for too long."""
        platform = self.platform
        limit = timedelta(seconds=platform.trust.profile.freshness.evidence_s)
        anchors = platform.store.anchors()
        if not anchors or platform.now() - anchors[-1].block_time > limit / 2:
            anchor(platform)

    def agreed(self, plan: Plan, holder: str, uses: int = 1) -> bytes:
        """The holder's consent to what the plan needs of them (its envelope)."""
        platform, case = self.platform, plan.case
        item = platform.catalogue.item(case.item)
        asking = Asking(
            case=case.id,
            service_item=case.item,
            purpose=item.purpose_zh,
            subject=holder,
            items=plan.consent_items(holder),
            until=platform.now() + timedelta(days=min(30, item.consent_days)),
            uses=uses,
            officer=OFFICER,
            reason="受理需要",
            channel=self.channel.value,
        )
        now, randomness = platform.now(), platform.randomness
        agency = signer(self.platform, case.agency)
        request = consent_request(agency, platform.log.origin, asking, now, randomness)
        request_consent(platform, case.agency, request)
        consent, thread_key = consent_grant(self.signers[holder], request, now, randomness)
        grant_consent(platform, consent, thread_key)
        return consent

    def released(self, agency: str, consent: bytes, use: int = 1) -> Released:
        """A use of a consent."""
        platform, recipient = self.platform, self.recipient(agency).public_key()
        order = release_order(
            signer(self.platform, agency),
            consent,
            use,
            recipient.public_bytes_raw(),
            OFFICER,
            "办件需要",
            self.channel.value,
            platform.now(),
            platform.randomness,
        )
        return release(platform, agency, order, recipient.public_bytes_raw())


def _of_premises(kind: MaterialKind, row: Row) -> bool:
    return row["premises"] is not None and Tie.PREMISES in kind.tied_to
