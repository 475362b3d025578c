"""What single operations cost on a chain, whole transactions, beside one that does nothing."""

from __future__ import annotations

from scripts.benchmarks.anchoring import BARE_TRANSACTION
from scripts.benchmarks.rows import Bound, Row
from scripts.benchmarks.timing import say
from scripts.metering.consortium import chain
from scripts.metering.operations import measure as metered

_HEAD = Bound(110_000, most=True, unit="gas")
_REST = Bound(60_000, most=True, unit="gas")
ASKED = (
    ("publish 1,000 more on 1,000,000", "gas of a head over 10⁶ leaves, proven", _HEAD, None),
    ("publish a next status list version", "gas of a status list version", _REST, _REST),
    ("entitled, 50 rows for the region", "gas to ask for one of 50 entitlements", _REST, _REST),
)
"""Operation, the row's words, goal and gate. A head carries two attesters' signatures."""


def measure() -> list[Row]:
    say("contracts: what operations cost")
    with chain() as web3:
        gas = metered(web3)
    bare = "a transaction that does nothing"
    return [
        Row("contracts", work, gas[name], BARE_TRANSACTION, "gas", bare, goal, gate)
        for name, work, goal, gate in ASKED
    ]
