"""Cascades, gone through again from the statements alone: who relied, who had to be flagged.

The platform itself says that all were looked at; here nobody takes its word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from ledger.after.causes import RESTORED, cause_of
from ledger.after.reach import Reach
from ledger.flows.fsck.reading import Reading
from ledger.index.aftermath import cause_object, relied
from ledger.platform import Platform


def check(platform: Platform, reading: Reading) -> None:
    """Each cascade that is said to be done flagged every open case, and where the ending reaches
    all, every case, that relied before it; none that did not; and as many as it says."""
    relying: dict[str, dict[str, int]] = defaultdict(dict)
    opened: set[str] = set()
    closed: dict[str, int] = {}
    flagged: dict[int, dict[str, int]] = defaultdict(dict)
    for index, (_, statement) in sorted(reading.statements.items()):
        body: Mapping[str, Any] = statement.body
        for about, _way in relied(statement):
            relying[about].setdefault(str(body["case"]), index)
        if statement.kind == "case.opened":
            opened.add(str(body["case"]))
        elif statement.kind == "case.closed":
            closed[str(body["case"])] = index
        elif statement.kind == "case.flagged":
            flagged[int(body["cause"])][str(body["case"])] = index
            known = str(body["case"]) in relying[str(body["object"])]
            if not known and not reading.erased:  # else how it relied may be what was erased
                _found(reading, index, "flags a case that did not rely on it")
        elif statement.kind == "cascade.done":
            before = relying[str(body["object"])]
            here = {case: at for case, at in before.items() if case in opened}
            _check_done(reading, index, body, here, set(closed), flagged[int(body["cause"])])


def _check_done(
    reading: Reading,
    index: int,
    body: Mapping[str, Any],
    relying: Mapping[str, int],
    closed: set[str],
    flagged: Mapping[str, int],
) -> None:
    cause = int(body["cause"])
    if cause not in reading.statements:  # its content was erased
        return
    statement = reading.statements[cause][1]
    if cause_object(statement) != body["object"]:
        _found(reading, index, "follows up an entry that ends nothing of the kind")
        return
    if statement.kind == RESTORED:
        return
    before = {case for case, at in relying.items() if at < cause}
    ending = cause_of(statement)
    always = ending is not None and ending.reach is Reach.ALWAYS
    wanted = before if always else before - closed
    if not wanted <= flagged.keys():
        _found(reading, index, "says that all were looked at, and a case was passed over")
    if len(flagged) != body["flagged"] and not reading.erased:
        _found(reading, index, "counts other flags than there are")


def _found(reading: Reading, index: int, what: str) -> None:
    zh, en = f"条目 {index} 的级联与日志不符", f"Entry {index} {what}"
    reading.found("fsck.cascade", f"entry {index}", zh, en)
