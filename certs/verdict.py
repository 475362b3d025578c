"""What a verification says: numbered checks, and one outcome decided from them by fixed rules.

    any check failed                              → failed         exit 1
    a required one indeterminate, or not made     → indeterminate  exit 2
    otherwise                                     → passed         exit 0

"Could not be checked" is never shown as "forged", and never as "passed" when it was required.
Which numbers are required comes from the trust list's profile, never from the document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


class Outcome(StrEnum):
    """Of one check or of a whole verification; `not_made` belongs to checks only."""

    PASSED = "passed"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"
    NOT_MADE = "not_made"

    @property
    def exit_code(self) -> int:
        """0 passed, 1 failed, 2 for anything that is neither."""
        return {Outcome.PASSED: 0, Outcome.FAILED: 1}.get(self, 2)


@dataclass(frozen=True, slots=True)
class Check:
    """One numbered step: `code` is for machines, `zh` and `en` are plain sentences for people.

    `facts` are short strings (times, names, digests) that a page may show; never field values of
    a licence.
    """

    number: int
    name: str
    outcome: Outcome
    code: str
    zh: str
    en: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return {
            "number": self.number,
            "name": self.name,
            "outcome": self.outcome.value,
            "code": self.code,
            "zh": self.zh,
            "en": self.en,
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that belongs to the whole verdict, such as what the profile does not promise."""

    code: str
    zh: str
    en: str

    def as_json(self) -> dict[str, object]:
        return {"code": self.code, "zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Checks in order of their numbers, and what follows from them. `as_of`: aware UTC time."""

    outcome: Outcome
    checks: tuple[Check, ...]
    as_of: datetime
    profile: str
    notes: tuple[Note, ...] = ()

    @property
    def exit_code(self) -> int:
        return self.outcome.exit_code

    @property
    def code(self) -> str:
        """Of the first check that explains the outcome; `passed` when all is well."""
        if self.outcome is Outcome.PASSED:
            return "passed"
        for check in self.checks:
            if check.outcome is self.outcome:
                return check.code
        for check in self.checks:  # indeterminate because a required check was not made
            if check.outcome is Outcome.NOT_MADE:
                return check.code
        return self.outcome.value

    def as_json(self) -> dict[str, object]:
        return {
            "outcome": self.outcome.value,
            "code": self.code,
            "profile": self.profile,
            "as_of": self.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "checks": [check.as_json() for check in self.checks],
            "notes": [note.as_json() for note in self.notes],
        }


def decide(checks: Iterable[Check], required: Collection[int]) -> Outcome:
    """Outcome of a verification. A required number that no check carries counts as not made."""
    missing = set(required)
    open_question = False
    for check in checks:
        if check.outcome is Outcome.FAILED:
            return Outcome.FAILED
        missing.discard(check.number)
        if check.outcome is not Outcome.PASSED and check.number in required:
            open_question = True
    return Outcome.INDETERMINATE if open_question or missing else Outcome.PASSED


def conclude(
    checks: Iterable[Check],
    required: Collection[int],
    as_of: datetime,
    profile: str,
    notes: Iterable[Note] = (),
) -> Verdict:
    """The verdict over these checks, sorted by number (checks of one number keep their order)."""
    ordered = tuple(sorted(checks, key=lambda check: check.number))
    return Verdict(decide(ordered, required), ordered, as_of, profile, tuple(notes))
