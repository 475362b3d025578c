"""Changes of status: each by the body that answered for the licence when it was made."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from ledger import tlog
from ledger.agencies.duty import Answering, answering
from ledger.flows.fsck.reading import Reading
from ledger.platform import Platform
from ledger.verify.steps.form import CHANGES, COLLECTED, ISSUED


def check(platform: Platform, reading: Reading) -> None:
    """What was erased cannot be judged: neither a licence of which nobody knows the issuer, nor a
    change whose content is gone. Raises ChainAway."""
    chain = platform.chain
    rows, record = cache(chain.duties), cache(chain.agency)
    issues: dict[str, tuple[str, str]] = {}
    for index, (_, statement) in sorted(reading.statements.items()):
        body = cast(dict[str, Any], statement.body)
        if statement.kind in (ISSUED, COLLECTED):
            issues.setdefault(body["licence"], (statement.actor, body["type"]))
        if statement.kind not in CHANGES or body["licence"] not in issues:
            continue
        issuer, kind = issues[body["licence"]]
        at = tlog.stored_entry(platform, index).sequenced_at
        found: Answering = answering(rows(issuer, kind), record, issuer, kind, at)
        if found.body != statement.actor:
            reading.found(
                "fsck.responsible",
                f"entry {index}",
                f"第 {index} 条变更了证照状态，但 {statement.actor} 当时不对该证照负责",
                f"Entry {index} changes a licence for which {statement.actor} did not answer then",
            )
        reading.counts["changes of status"] += 1
