"""What an anchored document costs on the chain, with the append-only proof checked there."""

from __future__ import annotations

import time

from ledger import tlog
from ledger.flows.door.statements import own_statement
from ledger.flows.evidence.anchor import anchor
from ledger.index import names_of
from ledger.tlog import Draft, sequence
from scripts.benchmarks.founded import AGENCY, Founded
from scripts.benchmarks.rows import Bound, Row
from scripts.benchmarks.timing import say

BARE_TRANSACTION = 21_000
"""Gas of a transaction that does nothing (Ethereum Yellow Paper, appendix G)."""

MOST_GAS = 150


def measure(world: Founded) -> list[Row]:
    say("anchoring: 1, 100 and 1,000 documents in a checkpoint")
    platform = world.platform
    rows = []
    for count in (1, 100, 1_000):
        _log(world, count)
        tlog.integrate(platform)
        begun = time.perf_counter()
        done = anchor(platform)
        seconds = time.perf_counter() - begun
        gas = platform.chain.gas_used(done.transaction)
        asked = Bound(MOST_GAS, most=True, unit="gas") if count == 1_000 else None
        rows.append(
            Row(
                "anchoring",
                f"gas of a document, {count:,} in a checkpoint",
                gas / count,
                BARE_TRANSACTION / count,
                "gas",
                "a transaction that does nothing, shared by the same documents",
                asked,
                asked,
                f"log of {done.size:,}; the chain step took {seconds * 1e3:.0f} ms",
            )
        )
    return rows


def _log(world: Founded, count: int) -> None:
    """Sequence ``count`` signed statements."""
    drafts = []
    for licence in (world.licences * (count // len(world.licences) + 1))[:count]:
        body = {
            "material": f"mat_{licence.licence[4:]}",
            "officer": "officer-7",
            "grade": "original_checked",
        }
        envelope, statement = own_statement(world.platform, AGENCY, "material.checked", body)
        drafts.append(Draft(envelope, statement, names_of(statement)))
    sequence(world.platform, drafts)
