"""A plan in lines for an officer and a citizen: what is used and where it comes from, why earlier
papers do not serve, what is asked of whom, what else would do, what comes later and when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ledger.catalogue.evidence import kind_key
from ledger.reuse.ways import REUSED, Rejected, RequirementPlan, Used, Way
from ledger.telling.telling import Names, Pair

if TYPE_CHECKING:
    from api.cli.session import Session
    from ledger.reuse.exemption import Plan

Sources = Mapping[str, Pair]
"""Object → where it comes from, a phrase in Chinese and in English."""


def plan_lines(
    session: Session, made: Plan, names: Names, told: Sources | None = None
) -> Iterator[str]:
    """``told``: where the papers come from; with it the lines explain, else they are short."""
    words = _Words(session, names)
    if told is not None:
        item, at = words.pick(names.item(made.case.item)), f"{made.at:%Y-%m-%dT%H:%M:%SZ}"
        yield session.say("plan.heading", item=item, case=made.case.id, at=at, seen=made.seen)
    for requirement in made.requirements:
        way = session.say(f"plan.{requirement.way.value}")
        need = words.pick((requirement.zh, requirement.en))
        if told is not None:
            need = session.say("plan.need_id", need=need, id=requirement.id)
        yield session.say("plan.need", need=need, way=way)
        yield from words.short(requirement) if told is None else words.explained(requirement, told)
    yield session.say("plan.counts", **made.counts)
    if told is not None:
        yield words.ending(made)


class _Words:
    def __init__(self, session: Session, names: Names) -> None:
        self._session = session
        self._names = names

    def pick(self, pair: Pair) -> str:
        return self._session.pick(*pair)

    def short(self, requirement: RequirementPlan) -> Iterator[str]:
        for used in requirement.used:
            yield f"  + {self._kind(used.kind)}  {used.object}"
        yield from self._to_come(requirement)

    def explained(self, requirement: RequirementPlan, told: Sources) -> Iterator[str]:
        for used in requirement.used:
            yield from self._used(used, told)
        yield from self._to_come(requirement)
        if requirement.way is not Way.HANDED_IN:
            for rejected in requirement.rejected:
                yield from self._rejected(rejected, told)
            if requirement.unlisted:
                yield self._session.say("plan.unlisted", count=requirement.unlisted)
        for other in requirement.alternatives:
            kinds, missing = self._kinds(other.kinds), self._kinds(other.missing)
            key = "plan.else_missing" if missing else "plan.else"
            yield self._session.say(key, kinds=kinds, missing=missing)

    def ending(self, made: Plan) -> str:
        """What somebody still has to do, in one sentence."""
        settled = (*REUSED, Way.HANDED_IN, Way.ASKED)
        waiting = any(one.way not in settled for one in made.requirements)
        if made.missing:
            named = (f"{self.pick((m.zh, m.en))}{self._of(m.role)}" for m in made.missing)
            key = "plan.asks_all_and" if waiting else "plan.asks_all"
            return self._session.say(key, papers=self._listed(named))
        return self._session.say("plan.asks_later" if waiting else "plan.asks_nothing")

    def _used(self, used: Used, told: Sources) -> Iterator[str]:
        facts = {"paper": self._kind(used.kind), "object": used.object}
        yield self._session.say("plan.uses", **facts, source=self._source(used.object, told))
        if used.way is not Way.HANDED_IN:
            fields = self._listed(self.pick(self._names.field(one)) for one in used.fields)
            yield self._session.say("plan.only", fields=fields)
        yield f"      {self.pick((used.fitness.zh, used.fitness.en))}"

    def _to_come(self, requirement: RequirementPlan) -> Iterator[str]:
        for made in requirement.arranged:
            sentence = self.pick((made.fitness.zh, made.fitness.en))
            kind = kind_key(made.evidence)
            if kind.startswith("commitment:"):
                sentence = self.pick(("：", ": ")).join((self._kind(kind), sentence))
            yield f"  → {sentence}"
        for later in requirement.later:
            sentence = self.pick((later.fitness.zh, later.fitness.en))
            yield self._session.say("plan.comes", paper=self._kind(later.kind), how=sentence)
        for missing in requirement.missing:
            paper = self.pick((missing.zh, missing.en)) + self._of(missing.role)
            yield self._session.say("plan.asks", paper=paper)

    def _rejected(self, rejected: Rejected, told: Sources) -> Iterator[str]:
        facts = {"paper": self._kind(rejected.kind), "object": rejected.object}
        yield self._session.say("plan.not", **facts, source=self._source(rejected.object, told))
        yield f"      {self.pick((rejected.fitness.zh, rejected.fitness.en))}"

    def _source(self, name: str, told: Sources) -> str:
        return self.pick(told[name]) if name in told else ""

    def _kind(self, kind: str) -> str:
        return self.pick(self._names.kind(kind))

    def _kinds(self, kinds: Iterable[str]) -> str:
        return self._listed(self._kind(one) for one in kinds)

    def _listed(self, words: Iterable[str]) -> str:
        return self.pick(("、", ", ")).join(words)

    def _of(self, role: str) -> str:
        if role == "applicant":
            return ""
        return self._session.say("plan.of", role=role_name(self._session, role))


def role_name(session: Session, role: str) -> str:
    """What people call a role of a service item; the role itself where it has no words."""
    return session.pick(*ROLES.get(role, (role, role)))


ROLES: Mapping[str, Pair] = {
    "applicant": ("申请人", "the applicant"),
    "legal_representative": ("法定代表人", "the legal representative"),
    "new_legal_representative": ("新任法定代表人", "the new legal representative"),
    "new_shareholder": ("新股东", "the new shareholder"),
    "pharmacist": ("执业药师", "the pharmacist"),
    "child": ("新生儿", "the child"),
    "mother": ("母亲", "the mother"),
    "father": ("父亲", "the father"),
    "agent": ("代办人", "the agent"),
    "developer": ("开发企业", "the developer"),
    "finance_officer": ("财务负责人", "the finance officer"),
    "liaison": ("联络员", "the liaison"),
    "buyer": ("买受人", "the buyer"),
}
