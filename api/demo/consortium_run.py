"""``mianti demo --chapter governance``: five agencies found a consortium; what it decides holds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta

from api.datafolder import DataFolder
from api.demo import cast
from api.demo.clock import MovableClock
from api.demo.consortium import Beginnings
from api.demo.consortium_acts import Found
from api.demo.consortium_log import Continued, Rubbish
from api.demo.consortium_theft import Recovery, Theft
from api.demo.report import insist, write_report
from api.demo.run import Choices
from api.demo.telling import Teller
from api.founding import found
from api.founding.consortium import FOUNDERS, Consortium
from api.wiring import open_platform, utc_now
from ledger.flows.fsck import fsck
from ledger.flows.worker import work

BEGIN = timedelta(days=90)
LIFETIME = timedelta(days=730)
PASSED, FAILED = "passed", "failed"
MUST_BE_REFUSED = {
    "not_admitted": "issuer.not_entitled",
    "beyond_power": "chain.scope_beyond_power",
    "one_alone": "chain.proposal_undecided",
    "not_responsible": "status.not_responsible",
    "scope_ended": "issuer.not_entitled",
    "stuck": "chain.ahead",
}
MUST_BE_JUDGED = {
    "issued": (PASSED, None),
    "succeeded": (PASSED, None),
    "suspended": (FAILED, "status.suspended"),
    "after_scope": (FAILED, "entitlement.scope"),
    "before_theft": (PASSED, None),
    "after_theft": (FAILED, "entitlement.key_compromised"),
    "new_key": (PASSED, None),
    "old_receipt": (PASSED, None),
    "old_licence": (PASSED, None),
    "new_log": (PASSED, None),
}


def run_consortium(choices: Choices, tell: Teller | None = None) -> dict[str, object]:
    """Run everything; answers (and writes) the measured report. Raises FolderTaken, NotShown."""
    begun = time.monotonic()
    tell = tell or Teller(choices.language)
    clock = MovableClock(utc_now() - BEGIN)
    tell.chapter("零、五个机构创立联盟", "0. Five agencies found a consortium")
    found(
        choices.folder,
        store=choices.store,
        progress=tell.step,
        now=clock,
        lifetime=LIFETIME,
        consortium=Consortium(members=FOUNDERS, admitted=FOUNDERS),
    )
    folder, out = DataFolder(choices.folder), Found()
    with open_platform(folder.root, clock) as platform:
        people = cast.gather(platform, folder)
        given = (folder, tell, clock, out, people)
        Beginnings(platform, *given).told()
        stolen = Theft(platform, *given).stolen_key()
    with open_platform(folder.root, clock) as platform:
        Recovery(platform, *given).judged(stolen)
        thief = Rubbish(platform, *given)
        kept = thief.anchored_rubbish(stolen.before)
        thief.frozen(kept, f"{folder.settings().origin}/2")
    with open_platform(folder.root, clock) as platform:
        Continued(platform, *given).judged(kept)
        clock.until(utc_now())
        work(platform)
        clean = not fsck(platform).findings
    report = {
        "data": str(folder.root.resolve()),
        "members": list(FOUNDERS),
        "proposals": out.proposals,
        "refused": out.refused,
        "verdicts": out.verdicts,
        "clean": clean,
        "seconds": round(time.monotonic() - begun, 1),
    }
    _farewell(tell, report)
    _insist(out, clean=clean)
    write_report(report, choices.report)
    return report


def _farewell(tell: Teller, report: Mapping[str, object]) -> None:
    data = report["data"]
    tell.lines(
        (
            f"  {tell.pick('数据', 'data')}: {data}",
            f"  mianti --data {data} agency show wjw",
            f"  mianti --data {data} agency history wjw",
            f"  mianti --data {data} chain show",
            f"  mianti --data {data} keys show scjg",
            f"  mianti --data {data} fsck",
        )
    )


def _insist(out: Found, *, clean: bool) -> None:
    """It ends well only if everything that it shows is true."""
    missed = [name for name, code in MUST_BE_REFUSED.items() if out.refused.get(name) != code]
    for name, wanted in MUST_BE_JUDGED.items():
        verdict = out.verdicts.get(name, {})
        if (verdict.get("outcome"), verdict.get("code")) != wanted:
            missed.append(name)
    if not clean:
        missed.append("fsck")
    insist(missed)
