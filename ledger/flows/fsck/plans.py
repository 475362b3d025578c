"""Signed plans, made again from what they say they saw."""

from __future__ import annotations

from ledger.errors import LedgerError, Pushback
from ledger.flows.fsck.reading import Reading
from ledger.flows.matters.past import PastErased
from ledger.flows.matters.replay import replay_plan
from ledger.log.records import RecordErased
from ledger.log.statement import Statement
from ledger.platform import Platform

MOST = 1000
"""Plans made again in one run: all of them up to here, beyond it as many, evenly over the log. Each
costs by its subject's entries; ``mianti replay`` makes any one of them again."""


def check(platform: Platform, reading: Reading) -> None:
    def read(index: int) -> Statement:
        if index in reading.erased:
            raise RecordErased("the content of the entry was erased", index=index)
        return reading.statements[index][1]

    signed = [at for at, (_, said) in sorted(reading.statements.items()) if said.kind == _KIND]
    step = max(1, -(-len(signed) // MOST))
    for index in signed[::step]:
        try:
            replay_plan(platform, index, read)
            reading.counts["plans"] += 1
        except PastErased:
            reading.counts["plans of erased papers"] += 1
        except Pushback:
            raise
        except (LedgerError, KeyError) as error:
            reading.found(
                "fsck.plan",
                f"entry {index}",
                f"第 {index} 条的计划重新计算后不一致：{error}",
                f"The plan of entry {index} is not what the log gives: {error}",
            )


_KIND = "plan.signed"
