"""Verification by the platform: the numbered verifier over evidence that the platform gathers.

Nothing here decides: the same pure function runs offline, with the same codes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from certs.verdict import Verdict
from ledger.errors import NotFound
from ledger.flows.after.held import with_hold
from ledger.flows.evidence.gathering import Gathering
from ledger.flows.library.found_entries import entry_of_credential, entry_of_file
from ledger.flows.library.submitted import Submitted as Submitted
from ledger.flows.library.submitted import item_of
from ledger.platform import Platform
from ledger.verify.memory import Memory
from ledger.verify.verifier import Verifier


def verify_items(
    platform: Platform, items: Sequence[Submitted], as_of: datetime, memory: Memory | None = None
) -> list[Verdict]:
    """A verdict each, in order; all under one policy, one time, one set of evidence.

    ``memory``: one of the platform's trust list that a server keeps. It spares reading the same
    entry, certificate, note or list again; whether an entry's content was erased, which status
    list is the newest and what replaced a licence is asked of the store each time, and the chain
    once within `ledger.flows.evidence.chain_round.FRESH`.
    """
    return [verdict for _, verdict in placed_verdicts(platform, items, as_of, memory)]


def placed_verdicts(
    platform: Platform,
    items: Sequence[Submitted],
    as_of: datetime,
    memory: Memory | None = None,
    *,
    ask_status: bool = True,
) -> list[tuple[int | None, Verdict]]:
    """As `verify_items`, each verdict with the index of the entry that it rests on.
    ``ask_status`` False: how they stand is not asked."""
    gathered = Gathering(platform, memory)
    verifier = Verifier(platform.trust, as_of, memory=gathered.memory)
    found = []
    for one in items:
        index = _index(gathered, one)
        evidence = gathered.evidence(index)
        verdict = verifier.verify(item_of(one), evidence, ask_status=ask_status)
        about = gathered.statement(evidence.opening)
        found.append((index, verdict if about is None else with_hold(platform, verdict, about)))
    return found


def _index(gathered: Gathering, one: Submitted) -> int | None:
    if one.index is not None:
        if gathered.stored(one.index) is None:
            raise NotFound("The log has no such entry.", index=one.index)
        return one.index
    if one.sort == "credential":
        return entry_of_credential(gathered.platform, one.data)
    return entry_of_file(gathered.platform, hashlib.sha256(one.data).digest())
