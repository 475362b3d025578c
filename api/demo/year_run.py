"""``mianti demo --chapter reuse``: found a platform a year ago, tell the year, measure it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from api.datafolder import DataFolder
from api.demo.clock import MovableClock
from api.demo.desk import Worked
from api.demo.report import failing, insist, write_report
from api.demo.run import Choices
from api.demo.telling import Teller
from api.demo.year import Year, YearStory
from api.demo.year_cast import PIN
from api.founding import found
from api.wiring import open_platform, utc_now
from ledger.flows.fsck import fsck
from ledger.flows.worker import work
from ledger.platform import Platform
from ledger.reuse.exemption import RequirementPlan, Way

LENGTH = timedelta(days=300)
LIFETIME = timedelta(days=2 * 365)
WAYS = (
    Way.LICENCE, Way.DATA_CHECK, Way.MATERIAL, Way.MIXED, Way.ASSISTANCE, Way.COMMITMENT,
    Way.HANDED_IN,
)  # fmt: skip


def run_year(choices: Choices, tell: Teller | None = None) -> dict[str, object]:
    """Run everything; answers (and writes) the measured report. Raises FolderTaken, NotShown."""
    begun = time.monotonic()
    tell = tell or Teller(choices.language)
    clock = MovableClock(utc_now() - LENGTH)
    tell.chapter("零、一年前建立平台", "0. A platform, founded a year ago")
    found(choices.folder, store=choices.store, progress=tell.step, now=clock, lifetime=LIFETIME)
    folder = DataFolder(choices.folder)
    with open_platform(choices.folder, clock) as platform:
        story = YearStory(platform, folder, tell, clock)
        year = story.run()
        clock.until(utc_now())
        work(platform)
        clean = not fsck(platform).findings
        report = _report(platform, year, clean=clean)
    report |= {"data": str(folder.root.resolve()), "seconds": round(time.monotonic() - begun, 1)}
    _sum_up(tell, report)
    _farewell(tell, report)
    _insist(report, clean=clean)
    write_report(report, choices.report)
    return report


def _report(platform: Platform, year: Year, *, clean: bool) -> dict[str, object]:
    cases = [_case(platform, worked, on) for worked, on in zip(year.cases, year.days, strict=True)]
    total: Counter[str] = Counter()
    for one in cases:
        total.update(cast(dict[str, int], one["ways"]))
    return {
        "cases": cases,
        "papers": {
            "required": sum(total.values()),
            **{way.value: total[way.value] for way in WAYS},
            "sent_twice": _sent_twice(platform),
        },
        "asked_again": {"code": year.asked_again, "can_have": year.can_have},
        "cascade": {"flags": year.flags},
        "facts": year.answers,
        "copy_bytes": len(year.copy),
        "entries": platform.store.size(),
        "clean": clean,
    }


def _sent_twice(platform: Platform) -> int:
    """Papers that the library holds more than once: of one kind, about one subject, of one decision
    and one place."""
    held = Counter(
        (row["kind"], row["subject"], row["decision"], row["premises"], row["project"])
        for row in platform.store.rows("materials")
    )
    return sum(count - 1 for count in held.values())


def _case(platform: Platform, worked: Worked, on: str) -> dict[str, object]:
    plan = worked.plan
    item = platform.catalogue.item(plan.case.item)
    ways = Counter(need.way.value for need in plan.requirements)
    return {
        "on": on,
        "case": worked.case,
        "agency": worked.agency,
        "item": item.slug,
        "zh": f"{item.zh}（{platform.catalogue.agency(worked.agency).zh}）",
        "en": f"{item.en} ({platform.catalogue.agency(worked.agency).en})",
        "ways": dict(sorted(ways.items())),
        "handed_in": [one.kind for one in worked.handed_in],
        "requirements": [_requirement(need) for need in plan.requirements],
    }


def _requirement(need: RequirementPlan) -> dict[str, object]:
    fitness = [one.fitness for one in need.used] + [one.fitness for one in need.arranged]
    return {
        "id": need.id,
        "zh": need.zh,
        "en": need.en,
        "way": need.way.value,
        "because_zh": [one.zh for one in fitness],
        "because_en": [one.en for one in fitness],
        "rejected": [
            {"kind": no.kind, "zh": no.fitness.zh, "en": no.fitness.en} for no in need.rejected
        ],
    }


def _sum_up(tell: Teller, report: Mapping[str, object]) -> None:
    tell.chapter("一年下来", "The year in all")
    cases = cast(list[dict[str, object]], report["cases"])
    tell.ways(
        [
            (tell.pick(str(one["zh"]), str(one["en"])), cast(dict[str, int], one["ways"]))
            for one in cases
        ],
        WAYS,
    )
    papers = cast(dict[str, int], report["papers"])
    handed = papers[Way.HANDED_IN.value]
    tell.lines(
        (
            tell.pick(
                f"  共 {len(cases)} 个办件、{papers['required']} 项要求：交了 {handed} 份，"
                f"没有一份交过两次。",
                f"  {len(cases)} cases, {papers['required']} requirements: {handed} papers handed "
                f"in, none of them twice.",
            ),
        )
    )


def _farewell(tell: Teller, report: Mapping[str, object]) -> None:
    data = report["data"]
    cases = cast(list[dict[str, object]], report["cases"])
    tell.lines(
        (
            f"  {tell.pick('数据', 'data')}: {data}",
            f"  {tell.pick('钱包', 'wallets')}: {data}/wallets  MIANTI_PIN={PIN.decode()}",
            f"  mianti --data {data} plan {cases[0]['case']} --explain",
            f"  mianti --data {data} trace --case {cases[0]['case']}",
            f"  mianti --data {data} figures",
            f"  mianti --data {data} fsck",
        )
    )


def _insist(report: Mapping[str, object], *, clean: bool) -> None:
    """It ends well only if everything that it shows is true."""
    papers = cast(dict[str, int], report["papers"])
    claims = {
        "papers": papers["sent_twice"] == 0,
        "asked_again": bool(cast(dict[str, object], report["asked_again"])["code"]),
        "cascade": bool(cast(dict[str, list[str]], report["cascade"])["flags"]),
        "facts": "yes" in cast(dict[str, str], report["facts"]).values(),
        "copy": cast(int, report["copy_bytes"]) > 0,
        "ways": all(papers[way.value] for way in WAYS if way is not Way.MIXED),
        "fsck": clean,
    }
    insist(failing(claims))
