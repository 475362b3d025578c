"""From what a step found to a numbered check: the one place where errors become verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from certs.errors import CertsError
from certs.verdict import Check, Outcome
from ledger.errors import LedgerError
from ledger.verify.sentences import sentence

NAMES = (
    "policy",
    "form",
    "signature",
    "inclusion",
    "checkpoint",
    "anchor",
    "path",
    "entitlement",
    "status",
)
EARLIER_FAILED = "earlier.failed"

# Refusals of leaf functions that mean "cannot be known with this", not "wrong".
UNDECIDED = frozenset(
    (
        "checkpoint.quorum",
        "duty.too_long",
        "path.revocation_unknown",
        "status_list.expired",
        "status_list.not_yet_valid",
        "webauthn.policy",
    )
)

Value = TypeVar("Value")
Shown = TypeVar("Shown", covariant=True)


@dataclass(frozen=True, slots=True)
class Found(Generic[Shown]):
    """What a step found: its code, facts for people, and a value that later steps go on from."""

    value: Shown
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    outcome: Outcome = Outcome.PASSED


class Finding(Exception):
    """A step ends without a value; ``code`` and ``facts`` as in `Found`."""

    outcome = Outcome.INDETERMINATE

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


class Wrong(Finding):
    """Checked, and it does not hold."""

    outcome = Outcome.FAILED


class Open(Finding):
    """Could not be checked with what was given."""


class Idle(Finding):
    """There is nothing to check for this kind of item."""

    outcome = Outcome.NOT_MADE


def judge(
    number: int,
    step: Callable[..., Found[Value]],
    *arguments: object,
    names: Sequence[str] = NAMES,
) -> tuple[Check, Value | None]:
    """The check that follows from a step, and its value where it has one."""
    name = names[number]
    try:
        found = step(*arguments)
    except Finding as finding:
        return _check(number, name, finding.outcome, finding.code, finding.facts), None
    except (CertsError, LedgerError) as error:
        outcome = Outcome.INDETERMINATE if error.code in UNDECIDED else Outcome.FAILED
        return _check(number, name, outcome, error.code, _facts_of(error)), None
    return _check(number, name, found.outcome, found.code, found.facts), found.value


def not_made(number: int, code: str = EARLIER_FAILED, names: Sequence[str] = NAMES) -> Check:
    """A check that was not come to."""
    return _check(number, names[number], Outcome.NOT_MADE, code, {})


def _check(number: int, name: str, outcome: Outcome, code: str, facts: Mapping[str, str]) -> Check:
    zh, en = sentence(code, facts)
    return Check(number, name, outcome, code, zh, en, facts)


def _facts_of(error: CertsError | LedgerError) -> dict[str, str]:
    """Values of an error that a page may show: short texts, numbers and digests."""
    facts = {}
    for name, value in error.values.items():
        if isinstance(value, bytes):
            value = value.hex()
        if isinstance(value, str | int) and len(str(value)) <= 128:
            facts[name] = str(value)
    return facts
