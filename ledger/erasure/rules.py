"""May it be erased? Archives law, legal hold, and what still rests on it. Pure.

Everything that stands in the way is told, not only the first: a holder who ends a licence should
know at once that it is kept for ten years more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from certs.plain_text import same_name
from ledger.erasure.errors import (
    ArchiveFirst,
    AssistanceOpen,
    BasisRuns,
    CascadeDue,
    CaseOpen,
    ConsentRuns,
    ErasureRefused,
    FlagOpen,
    NotSecond,
    RetentionRuns,
    SamePerson,
    StillInForce,
    UnderDispute,
)

ARCHIVE = "archive"
SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds an object. ``ended_on``: the last day on which it was in force or was relied on
    in a case (China), None for a licence in force; ``retention_years`` after that. The rest: ids of
    what is open."""

    object: str
    ended_on: date | None
    retention_years: int
    disputes: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    cascades: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    assistances: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way. ``by``: ids of what it is; ``until``: the first day without it."""

    refusal: type[ErasureRefused]
    zh: str
    en: str
    by: tuple[str, ...] = ()
    until: date | None = None

    @property
    def code(self) -> str:
        return self.refusal.code

    def error(self) -> ErasureRefused:
        """As what is raised."""
        return self.refusal(self.en, by=self.by, until=self.until)


_OPEN: tuple[tuple[str, type[ErasureRefused], str, str], ...] = (
    (
        "disputes",
        UnderDispute,
        "关于它的异议尚未处理完毕。",
        "A dispute about it has not been settled.",
    ),
    ("cases", CaseOpen, "有依据它办理的办件尚未办结。", "A case that relies on it is still open."),
    (
        "cascades",
        CascadeDue,
        "依据它办理的办件还在清查之中。",
        "The cases that relied on it are still being gone through.",
    ),
    (
        "flags",
        FlagOpen,
        "依据它办理的办件已被提示复核，尚未答复。",
        "A case that relied on it was flagged, and the flag is unanswered.",
    ),
    (
        "assistances",
        AssistanceOpen,
        "与它有关的行政协助尚未答复。",
        "Administrative assistance in a case that relies on it is unanswered.",
    ),
    (
        "consents",
        ConsentRuns,
        "还有可以使用的同意，请先撤回。",
        "A consent to read it has uses left; withdraw it first.",
    ),
    (
        "bases",
        BasisRuns,
        "还有机构可依其他依据取用它，须等依据终止。",
        "It may still be read on another basis; that basis must end first.",
    ),
)


def obstacles(standing: Standing, today: date) -> tuple[Obstacle, ...]:
    """All that stands in the way on ``today`` (China), the law first; empty: it may be erased."""
    return tuple(_obstacles(standing, today))


def _obstacles(standing: Standing, today: date) -> Iterator[Obstacle]:
    if standing.ended_on is None:
        yield Obstacle(
            StillInForce,
            "证照仍然有效，先办理注销或等它到期。",
            "The licence is in force; have it cancelled first, or let it expire.",
        )
    else:
        until = years_after(standing.ended_on, standing.retention_years)
        if today < until:
            yield Obstacle(
                RetentionRuns,
                f"档案保管期未满，{until.isoformat()} 起才可以删除。",
                f"Archives law keeps it; it may be erased from {until.isoformat()} on.",
                until=until,
            )
    for member, refusal, zh, en in _OPEN:
        held: tuple[str, ...] = getattr(standing, member)
        if held:
            yield Obstacle(refusal, zh, en, held)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        if day.year + years > date.max.year:
            return date.max
        return date(day.year + years, 3, 1)


@dataclass(frozen=True, slots=True)
class Voice:
    """Who would approve: an agency (``archive``, ``second``: what it may) and its officer."""

    agency: str
    officer: str
    archive: bool
    second: bool


def check_first(voice: Voice) -> None:
    """Raises ArchiveFirst."""
    if not voice.archive:
        raise ArchiveFirst("The archive agency approves first.", agency=voice.agency)


def check_second(voice: Voice, first_agency: str, first_officer: str) -> None:
    """Raises SamePerson, NotSecond."""
    if voice.agency == first_agency or same_name(voice.officer, first_officer):
        raise SamePerson("Two agencies and two officers approve an erasure.")
    if not voice.second:
        raise NotSecond(
            "The second approval is the operator's or the supervising agency's.",
            agency=voice.agency,
        )
