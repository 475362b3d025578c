"""The log, read once more by somebody who believes none of the flows: was every reading lawful, and
did anybody hand a paper in twice?

For each ``released``: the request came before the consent and the consent before the release, by
the same case, agency and holder; no withdrawal stands between; the use is one more than the last
and within what was granted; the time is before the consent runs out, the case open, and every
field of every item was granted. For each ``basis.used`` the same of its basis.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from ledger import tlog
from ledger.catalogue.catalogue import (
    AgeFrom,
    Catalogue,
    MaterialEvidence,
    MaterialKind,
    Reuse,
    Tie,
)
from ledger.log.records import RecordErased
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.reuse.documents import day

Body = Mapping[str, Any]


@dataclass
class Recomputed:
    """``without_basis``: index and why; ``twice``: index of each paper handed in for
    nothing, with what it was and which entry would have served."""

    readings: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    flags: int = 0
    cascades: int = 0
    without_basis: list[tuple[int, str]] = field(default_factory=list)
    deposits: int = 0
    twice: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Paper:
    index: int
    at: datetime
    issued_on: date
    name: str


class Reader:
    """What stood at each moment of the log."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.found = Recomputed()
        self.requests: dict[str, tuple[int, Body]] = {}
        self.grounds: dict[str, tuple[int, Body]] = {}
        self.ended: dict[str, int] = {}
        self.uses: Counter[str] = Counter()
        self.cases: dict[str, Body] = {}
        self.closed: set[str] = set()
        self.granted: list[tuple[str, str, datetime]] = []
        self.papers: dict[tuple[Any, ...], list[_Paper]] = {}
        self.gone: set[str] = set()
        self.licences: dict[str, tuple[str, str]] = {}
        self.in_force: dict[tuple[str, str], set[str]] = {}

    def take(self, index: int, said: Statement) -> None:
        body: Body = said.body
        match said.kind:
            case "case.opened":
                self.cases[body["case"]] = body
            case "case.closed":
                self.closed.add(body["case"])
                case = self.cases[body["case"]]
                if body["outcome"] == "granted":
                    self.granted.append((case["subject"], case["item"], said.at))
            case "consent.requested":
                self.requests[body["request"]] = (index, body)
            case "consent.granted" | "basis.stated":
                self.grounds[body.get("consent") or body["basis"]] = (index, body)
            case "consent.withdrawn" | "basis.ended":
                self.ended[body.get("consent") or body["basis"]] = index
            case "released" | "basis.used":
                self.found.readings += 1
                why = self._wrong(index, said)
                if why is not None:
                    self.found.without_basis.append((index, why))
            case "refused":
                self.found.refusals[body["code"]] += 1
            case "reask.refused":
                self.found.refusals["reask"] += 1
            case "case.flagged":
                self.found.flags += 1
            case "cascade.done":
                self.found.cascades += 1
            case "licence.issued" | "licence.collected":
                self.licences[body["licence"]] = (body["subject"], body["type"])
                self._stands(body["licence"], said.kind)
            case (
                "licence.suspended"
                | "licence.restored"
                | "licence.revoked"
                | ("licence.superseded")
            ):
                self._stands(body["licence"], said.kind)
            case "material.deposited":
                self._deposited(index, said)
            case "dispute.settled":
                if body["outcome"] != "rejected":
                    self.gone.add(body["object"])
            case "erased":
                self.gone.add(body["object"])

    def _stands(self, licence: str, kind: str) -> None:
        held = self.in_force.setdefault(self.licences[licence], set())
        if kind in ("licence.issued", "licence.collected", "licence.restored"):
            held.add(licence)
        else:
            held.discard(licence)

    def _wrong(self, index: int, said: Statement) -> str | None:
        body: Body = said.body
        name = body.get("consent") or body["basis"]
        if name not in self.grounds:
            return "no basis"
        at, ground = self.grounds[name]
        self.uses[name] += 1
        if "request" in ground:
            asked_at, asked = self.requests.get(ground["request"], (index, {}))
            if not asked_at < at < index or asked.get("items") != ground["items"]:
                return "order"
        if name in self.ended:
            return "withdrawn before"
        if (ground["agency"], ground["case"]) != (body["agency"], body["case"]):
            return "another agency or case"
        if not self.uses[name] == body["n"] <= ground["uses"]:
            return "uses"
        if ground["until"] <= said.at.strftime("%Y-%m-%dT%H:%M:%SZ"):
            return "run out"
        if body["case"] in self.closed or body["case"] not in self.cases:
            return "case not open"
        granted = {one["object"]: set(one["fields"]) for one in ground["items"]}
        if any(set(one["fields"]) - granted.get(one["object"], set()) for one in body["items"]):
            return "more than granted"
        return None

    def _deposited(self, index: int, said: Statement) -> None:
        body: Body = said.body
        self.found.deposits += 1
        kind = self.catalogue.material_kind(body["kind"])
        issued = date.fromisoformat(body["issued_on"]) if body["issued_on"] else day(said.at)
        ties = (
            body["decision"] if Tie.DECISION in kind.tied_to else None,
            body["premises"] if Tie.PREMISES in kind.tied_to else None,
            body["project"] if Tie.PROJECT in kind.tied_to else None,
            issued.year if Tie.YEAR in kind.tied_to else None,
        )
        key = (body["kind"], body["subject"], *ties)
        case = self.cases.get(body["case"] or "")
        if case is not None and self._reusable(kind, case["agency"]):
            age = self._age_wanted(case["item"], kind.slug)
            comparable = self._comparable(case["item"], kind.slug, case["subject"])
            for earlier in self.papers.get(key, []) if comparable and age != _FRESH else ():
                if self._fits(earlier, kind, case["subject"], said.at, age):
                    why = f"{kind.slug} for {case['item']}, entry {earlier.index} would have served"
                    self.found.twice.append((index, why))
                    break
        held = _Paper(index, said.at, issued, f"material:{body['material']}")
        self.papers.setdefault(key, []).append(held)

    def _reusable(self, kind: MaterialKind, agency: str) -> bool:
        social = self.catalogue.agency(agency).social
        return kind.reuse is Reuse.SOCIAL or (kind.reuse is Reuse.GOVERNMENT and not social)

    def _age_wanted(self, item: str, kind: str) -> int | None:
        """Days that a paper of this kind may be old for the item; the strictest of its evidence."""
        ages = [
            _FRESH if one.fresh else one.max_age_days
            for need in self.catalogue.item(item).requirements
            for choice in need.sets
            for one in choice.evidence
            if isinstance(one, MaterialEvidence) and one.kind == kind
        ]
        return min((age for age in ages if age is not None), default=None)

    def _comparable(self, item: str, kind: str, subject: str) -> bool:
        """Whether the base register still says what an earlier paper is compared with."""
        return all(
            self.in_force.get((subject, licence_type))
            for need in self.catalogue.item(item).requirements
            for choice in need.sets
            for one in choice.evidence
            if isinstance(one, MaterialEvidence) and one.kind == kind
            for _, licence_type, _ in one.equals
        )

    def _fits(
        self, paper: _Paper, kind: MaterialKind, subject: str, at: datetime, age: int | None
    ) -> bool:
        begins = paper.issued_on if kind.age_from is AgeFrom.ISSUED else day(paper.at)
        if paper.name in self.gone or (age is not None and day(at) - begins > timedelta(days=age)):
            return False
        for who, item, closed in self.granted:
            known = self.catalogue.item(item)
            outdated = kind.slug in known.outdates or (known.changes_holder and kind.holder_bound)
            # of one day nobody can tell which was first
            if who == subject and outdated and day(closed) >= day(paper.at):
                return False
        return True


_FRESH = -1
"""Only one handed in for the case itself serves."""


def recompute(platform: Platform) -> Recomputed:
    """Read every entry in order; what was erased says nothing any more."""
    reader = Reader(platform.catalogue)
    for index, said in _statements(platform):
        reader.take(index, said)
    return reader.found


def _statements(platform: Platform) -> Iterator[tuple[int, Statement]]:
    for index in range(platform.store.size()):
        try:
            yield index, tlog.read(platform, index)
        except RecordErased:
            continue
