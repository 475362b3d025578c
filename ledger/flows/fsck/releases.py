"""Consents against releases: the order of the log, who might, how often, and the thread's tags."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, cast

from ledger.consent.basis import check_consent, check_release
from ledger.errors import LedgerError, Tampered
from ledger.flows.consent import thread_key_of
from ledger.flows.fsck.reading import Reading
from ledger.log.entry import parse_leaf, use_tag, withdraw_tag
from ledger.log.statement import Statement
from ledger.platform import Platform

Known = dict[str, tuple[int, Statement]]


def check(platform: Platform, reading: Reading) -> None:
    requests: Known = {}
    consents: Known = {}
    withdrawn: dict[str, int] = {}
    uses: dict[str, int] = {}
    for index, (_, statement) in sorted(reading.statements.items()):
        body = cast(Mapping[str, Any], statement.body)
        try:
            if statement.kind == "consent.requested":
                requests[body["request"]] = (index, statement)
            elif statement.kind == "consent.granted":
                at, asked = requests[body["request"]]
                payload = reading.statements[at][0].payload
                digest = hashlib.sha256(payload).digest()
                check_consent(body, cast(Any, asked.body), digest, statement.at)
                consents[body["consent"]] = (index, statement)
            elif statement.kind == "consent.withdrawn":
                withdrawn[body["consent"]] = index
                key = thread_key_of(platform, body["consent"])
                if parse_leaf(reading.leaves[index]).tag != withdraw_tag(key):
                    raise Tampered("the withdrawal does not carry its thread's tag")
            elif statement.kind == "released":
                name = body["consent"]
                granted = cast(Any, consents[name][1].body) if name in consents else None
                used = uses.get(name, 0)
                check_release(body, granted, name in withdrawn, used, statement.at)
                uses[name] = used + 1
                if body["n"] != used + 1:
                    raise Tampered("uses are not counted one by one")
                if parse_leaf(reading.leaves[index]).tag != use_tag(
                    thread_key_of(platform, name), body["n"]
                ):
                    raise Tampered("the release does not carry its use's tag")
                reading.counts["releases"] += 1
        except (LedgerError, KeyError) as error:
            reading.found(
                "fsck.release",
                f"entry {index}",
                f"第 {index} 条（{statement.kind}）没有当时有效的依据：{error}",
                f"Entry {index} ({statement.kind}) had no valid basis then: {error}",
            )
