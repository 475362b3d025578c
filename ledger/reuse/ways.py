"""How the requirements of a plan are met: what is used, arranged, on its way, missing, rejected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.reuse.arranging import Arrangement
from ledger.reuse.fitness import Fitness


class Way(StrEnum):
    """How a requirement is met."""

    LICENCE = "licence"  # looked up
    DATA_CHECK = "data_check"  # a yes or no about a licence
    MATERIAL = "material"  # handed in earlier
    HANDED_IN = "handed_in"  # handed in for this case
    ASSISTANCE = "assistance"  # another agency is asked
    COMMITMENT = "commitment"  # the holder commits
    MIXED = "mixed"  # a set of several, met in more than one way
    LATER = "later"  # on its way: it is being issued
    ASKED = "asked"  # truly missing, at least in part


REUSED = (Way.LICENCE, Way.DATA_CHECK, Way.MATERIAL, Way.MIXED)


@dataclass(frozen=True, slots=True)
class Used:
    """A paper that serves. ``kind``: ``licence:TYPE`` or ``material:KIND``; ``fields``: what is
    needed of it; ``holder``: whose consent it takes (none where it was handed in for this case);
    ``entry``: the log index that it was described at."""

    object: str
    kind: str
    way: Way
    fields: tuple[str, ...]
    holder: str
    entry: int
    fitness: Fitness


@dataclass(frozen=True, slots=True)
class Rejected:
    """A paper that is held and does not serve, with the reason."""

    object: str
    kind: str
    entry: int
    fitness: Fitness


@dataclass(frozen=True, slots=True)
class Missing:
    """A paper to be handed in; ``role`` says whose."""

    kind: str
    role: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Later:
    """A licence that is on its way from ``agency``, there ``by`` a day."""

    kind: str
    agency: str
    by: date
    fitness: Fitness


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another set that would do as well; ``kinds``: what it rests on, ``missing``: what of it
    would have to be handed in."""

    set: str
    kinds: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequirementPlan:
    """``set``: the evidence set chosen; ``missing`` is empty unless ``way`` is asked;
    ``unlisted``: how many more papers do not serve, older than those in ``rejected``."""

    id: str
    zh: str
    en: str
    way: Way
    set: str
    used: tuple[Used, ...]
    arranged: tuple[Arrangement, ...]
    later: tuple[Later, ...]
    missing: tuple[Missing, ...]
    rejected: tuple[Rejected, ...]
    alternatives: tuple[Alternative, ...]
    unlisted: int = 0
