"""What a file is, and how its verdict is told: a line a check, or the same for machines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from api.cli.session import Session
from certs.verdict import Outcome

if TYPE_CHECKING:
    from certs.verdict import Check, Verdict
    from ledger.bundle.bundle import BundleVerdict

_MARK = {"passed": "✓", "failed": "✗", "indeterminate": "?", "not_made": "–"}
Sort = Literal["bundle", "licence", "credential", "material", "receipt"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A file and its verdict."""

    path: Path
    sort: Sort
    verdict: Verdict | BundleVerdict


def sort_of(data: bytes) -> Sort:
    """What a file is by its bytes."""
    if data.startswith(b"PK\x03\x04") and b"manifest.json" in data:
        return "bundle"
    if data.startswith(b"c2sp.org/tlog-proof@"):
        return "receipt"
    if data.startswith(b"%PDF-") and b"/ByteRange" in data:
        return "licence"
    if data.startswith(b"eyJ") and b"~" in data and data.isascii():
        return "credential"
    return "material"


def worst_of(outcomes: Iterable[Outcome]) -> Outcome:
    """One outcome for several files."""
    found = set(outcomes)
    if Outcome.FAILED in found:
        return Outcome.FAILED
    return Outcome.PASSED if found == {Outcome.PASSED} else Outcome.INDETERMINATE


def told_of(one: Judged) -> dict[str, Any]:
    """A file with its verdict, for machines."""
    return {"file": str(one.path), "sort": one.sort, **one.verdict.as_json()}


def lines_of(session: Session, judged: list[Judged]) -> list[str]:
    """The numbered checks, for people."""
    lines = []
    for one in judged:
        verdict = one.verdict
        facts = {"file": one.path, "sort": session.say(f"sort.{one.sort}")}
        lines.append(session.say("verify.heading", **facts))
        lines += [_check_line(session, check) for check in verdict.checks]
        for entry in getattr(verdict, "entries", ()):
            outcome = session.say(f"outcome.{entry.verdict.outcome.value}")
            kind = entry.statement.kind
            lines.append(f"  [{entry.index}] {kind} {entry.statement.actor}: {outcome}")
            lines += [
                f"  {_check_line(session, check)}"
                for check in entry.verdict.checks
                if check.outcome is not Outcome.PASSED and check.outcome is not Outcome.NOT_MADE
            ]
        lines += [f"  {session.pick(note.zh, note.en)}" for note in verdict.notes]
        outcome = session.say(f"outcome.{verdict.outcome.value}")
        lines.append(session.say("verify.verdict", outcome=outcome, code=verdict.code))
    return lines


def _check_line(session: Session, check: Check) -> str:
    mark = _MARK[check.outcome.value]
    return f"  {check.number} {mark} {session.pick(check.zh, check.en)}  [{check.code}]"
