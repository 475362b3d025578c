"""One matter across departments (一件事): the plans of its cases, taken together.

Each agency sees its own case's plan alone. Taken together they tell the holder, and the desk that
takes papers in for all, what is handed in once for the whole matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.reuse.exemption import Plan


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper to be handed in once: of what kind, whose (subject id; None where the party was not
    named), and for which ``cases`` it serves."""

    kind: str
    subject: str | None
    zh: str
    en: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatterPlan:
    """The plans of one matter's cases, in the order of the bundle's members."""

    plans: tuple[Plan, ...]

    @property
    def missing(self) -> tuple[Wanted, ...]:
        """The papers to be handed in, each once however many cases want it."""
        found: dict[tuple[str, str], Wanted] = {}
        for kind, whose, subject, zh, en, case in self._asked():
            known = found.get((kind, whose))
            cases = (*known.cases, case) if known else (case,)
            found[kind, whose] = Wanted(kind, subject, zh, en, tuple(dict.fromkeys(cases)))
        return tuple(found.values())

    @property
    def counts(self) -> dict[str, int]:
        """The sums of the plans' counts; ``papers_asked`` counts each paper once."""
        total: Counter[str] = Counter()
        for plan in self.plans:
            total.update(plan.counts)
        return {**total, "papers_asked": len(self.missing)}

    def _asked(self) -> Iterator[tuple[str, str, str | None, str, str, str]]:
        for plan in self.plans:
            for one in plan.missing:
                subject = plan.case.subject_of(one.role)
                whose = subject or f"role:{one.role}"
                yield one.kind, whose, subject, one.zh, one.en, plan.case.id
