"""How the demo speaks: one line a step in the chosen language, tables where they help."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from certs.verdict import Check, Outcome, Verdict
from ledger.catalogue.catalogue import Catalogue
from ledger.errors import LedgerError
from ledger.reuse.exemption import Plan, Rejected, RequirementPlan, Way

_WAYS = {
    Way.LICENCE: ("调取电子证照", "licence looked up"),
    Way.MATERIAL: ("用以前交过的材料", "earlier material serves"),
    Way.HANDED_IN: ("本次已交", "handed in for this case"),
    Way.DATA_CHECK: ("核验是或否", "checked, yes or no"),
    Way.ASSISTANCE: ("请其他机关协助", "another agency is asked"),
    Way.COMMITMENT: ("告知承诺", "by commitment"),
    Way.LATER: ("正在办理，稍后可用", "on its way"),
    Way.MIXED: ("多种方式", "several ways"),
}
_SHORT = {
    Way.LICENCE: ("查证照", "Licence"),
    Way.DATA_CHECK: ("核是否", "Fact"),
    Way.MATERIAL: ("旧材料", "Earlier"),
    Way.MIXED: ("混合", "Mixed"),
    Way.ASSISTANCE: ("协助", "Others"),
    Way.COMMITMENT: ("承诺", "Promise"),
    Way.HANDED_IN: ("提交", "Papers"),
}
_ASKED = ("确实缺，请提交", "truly missing, please hand in")
_MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.INDETERMINATE: "?"}


class Teller:
    """Prints the story. ``language`` is ``zh`` or ``en``."""

    def __init__(self, language: str, console: Console | None = None) -> None:
        self.language = language
        self._console = console or Console(highlight=False)
        self._begun = time.monotonic()

    def pick(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def chapter(self, zh: str, en: str) -> None:
        self._console.rule(f"[bold]{self.pick(zh, en)}", align="left")

    def step(self, zh: str, en: str) -> None:
        passed = time.monotonic() - self._begun
        self._console.print(f"[dim]{passed:6.1f}s[/dim]  {self.pick(zh, en)}")

    def refused(self, zh: str, en: str, code: str) -> None:
        self._console.print(f"          [red]✗[/red] {self.pick(zh, en)}  [dim]{code}[/dim]")

    def refusal(self, zh: str, en: str, tried: Callable[[], object]) -> str | None:
        """Try what must be refused: the code of its refusal, which is told; None if it went on."""
        try:
            tried()
        except LedgerError as error:
            self.refused(zh, en, error.code)
            return error.code
        return None

    def found(self, zh: str, en: str, where: str) -> None:
        self._console.print(f"          [yellow]![/yellow] {self.pick(zh, en)}  [dim]{where}[/dim]")

    def plan(
        self, made: Plan, catalogue: Catalogue, sources: Mapping[str, tuple[str, str]]
    ) -> None:
        """The exemption plan: each requirement, how it is met, from where, and why."""
        item = catalogue.item(made.case.item)
        zh, en = f"免交清单：{item.zh}", f"Exemption plan: {item.en}"
        if len(item.agencies) > 1:
            whose = catalogue.agency(made.case.agency)
            zh, en = f"{zh}（{whose.zh}）", f"{en} ({whose.en})"
        table = Table(title=self.pick(zh, en))
        for zh, en in (("要求", "Requirement"), ("怎么满足", "How"), ("依据与理由", "Reasons")):
            table.add_column(self.pick(zh, en), overflow="fold")
        for need in made.requirements:
            zh, en = _WAYS.get(need.way, _ASKED)
            used = [
                f"{self.pick(*sources[one.object])}\n{self.pick(one.fitness.zh, one.fitness.en)}"
                for one in need.used
            ]
            arranged = [self.pick(one.fitness.zh, one.fitness.en) for one in need.arranged]
            unfit = [
                f"✗ {self.pick(*sources[no.object])}\n{self.pick(no.fitness.zh, no.fitness.en)}"
                for no in _newest_of_each_reason(need)
            ]
            missing = ["→ " + self.pick(one.zh, one.en) for one in need.missing]
            reasons = list(dict.fromkeys([*used, *arranged, *unfit, *missing]))
            table.add_row(self.pick(need.zh, need.en), self.pick(zh, en), "\n".join(reasons))
        self._console.print(table)

    def ways(self, rows: Iterable[tuple[str, Mapping[str, int]]], ways: Iterable[Way]) -> None:
        """A row a case: how many of its requirements were met in which way, and the sums."""
        listed = list(rows)
        sums = {way: sum(counts.get(way.value, 0) for _, counts in listed) for way in ways}
        shown = [way for way, total in sums.items() if total]
        table = Table(show_footer=True, box=SIMPLE, padding=(0, 1, 0, 0), pad_edge=False)
        name, in_all = self.pick("办件", "Case"), self.pick("合计", "In all")
        table.add_column(name, in_all, overflow="fold", min_width=12)
        required = str(sum(sums.values()))
        table.add_column(self.pick("要求", "Needed"), required, justify="right")
        for way in shown:
            table.add_column(self.pick(*_SHORT[way]), str(sums[way]), justify="right")
        for title, counts in listed:
            cells = [counts.get(way.value, 0) for way in shown]
            told = (str(one) if one else "" for one in cells)
            table.add_row(title, str(sum(counts.values())), *told)
        self._console.print(table)

    def verdict(self, verdict: Verdict) -> None:
        """The numbered checks, a line each."""
        for check in verdict.checks:
            self._check(check)
        for note in verdict.notes:
            self._console.print(f"          [dim]※ {self.pick(note.zh, note.en)}[/dim]")

    def checks(self, verdict: Verdict, numbers: Collection[int]) -> None:
        """Some of the numbered checks."""
        for check in verdict.checks:
            if check.number in numbers:
                self._check(check)

    def lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._console.print(line, soft_wrap=True)

    def _check(self, check: Check) -> None:
        mark = _MARKS.get(check.outcome, "–")
        self._console.print(
            f"          {mark} {check.number} {self.pick(check.zh, check.en)}"
            f"  [dim]{check.code}[/dim]"
        )


def _newest_of_each_reason(need: RequirementPlan) -> list[Rejected]:
    """Of several papers that fall short for the same reason the newest stands for all."""
    newest = {no.fitness.en: no for no in sorted(need.rejected, key=lambda no: no.entry)}
    return list(newest.values())
