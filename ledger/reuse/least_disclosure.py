"""Choose, among evidence sets that would do, those that disclose least.

Least for one requirement: fewest whole files, then fewest fields, then the order of preference.
Over all requirements together: no released field is left that no requirement needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from ledger.catalogue.evidence import Evidence, MaterialEvidence
from ledger.reuse.arranging import Arrangement, Stand
from ledger.reuse.case import Coming
from ledger.reuse.documents import Held
from ledger.reuse.fitness import Fitness

Released = Mapping[str, frozenset[str]]
"""Object → names of the fields released of it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper judged; ``here``: handed in for this very case, so that nothing need be released."""

    held: Held
    fitness: Fitness
    here: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """One evidence of a set: what serves as it, best first, and what does not; or where its
    ``arrangement`` stands; ``later``: the licence that is on its way."""

    evidence: Evidence
    fit: tuple[Candidate, ...] = ()
    unfit: tuple[Candidate, ...] = ()
    arrangement: Arrangement | None = None
    later: Coming | None = None

    @property
    def lacking(self) -> bool:
        """Nothing is there, and nothing can be arranged."""
        if self.arrangement is not None:
            return self.arrangement.stand is Stand.CLOSED
        return not self.fit


class Standing(IntEnum):
    """How far a set meets its requirement, best first."""

    COMPLETE = 0
    ARRANGED = 1  # with another agency's answer or a commitment, which are not there yet
    LATER = 2  # with licences that are on their way
    ASKED = 3


@dataclass(frozen=True, slots=True)
class Option:
    """One evidence set of a requirement; ``rank`` is its place in the order of preference."""

    rank: int
    id: str
    slots: tuple[Slot, ...]

    @property
    def lacking(self) -> tuple[Evidence, ...]:
        """What would have to be handed in, or is on its way."""
        return tuple(slot.evidence for slot in self.slots if slot.lacking)

    @property
    def to_arrange(self) -> int:
        """How many arrangements would have to be begun."""
        stands = [slot.arrangement.stand for slot in self.slots if slot.arrangement]
        return stands.count(Stand.POSSIBLE)

    @property
    def standing(self) -> Standing:
        lacking = [slot for slot in self.slots if slot.lacking]
        if lacking:
            coming = all(slot.later is not None for slot in lacking)
            return Standing.LATER if coming else Standing.ASKED
        stands = [slot.arrangement.stand for slot in self.slots if slot.arrangement]
        met = all(stand is Stand.MET for stand in stands)
        return Standing.COMPLETE if met else Standing.ARRANGED

    @property
    def papers_only(self) -> bool:
        """Whether all that it asks for could be handed in."""
        return all(
            not slot.lacking
            if slot.arrangement is not None
            else isinstance(slot.evidence, MaterialEvidence)
            for slot in self.slots
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """An option with the paper taken for each evidence that is not lacking."""

    option: Option
    taken: tuple[tuple[Evidence, Candidate], ...]


def least_disclosure(targets: Sequence[Sequence[Option]]) -> list[Choice]:
    """For each requirement the choice among its ``targets`` (at least one each)."""
    choices = _choose(targets, None)
    if choices is None:
        raise ValueError("a requirement without options")
    released = _released(choices)
    fields = [(object, name) for object, names in released.items() for name in names]
    for object, name in sorted(fields, key=lambda pair: (pair[1] != "file", pair)):
        without = {**released, object: released[object] - {name}}
        fewer = _choose(targets, without)
        if fewer is not None:
            released, choices = without, fewer
    return choices


def _choose(targets: Sequence[Sequence[Option]], within: Released | None) -> list[Choice] | None:
    choices = []
    for options in targets:
        choice = _cheapest(options, within)
        if choice is None:
            return None
        choices.append(choice)
    return choices


def _cheapest(options: Iterable[Option], within: Released | None) -> Choice | None:
    possible = [choice for option in options if (choice := _taken(option, within)) is not None]
    return min(possible, key=_cost, default=None)


def _taken(option: Option, within: Released | None) -> Choice | None:
    taken = []
    for slot in option.slots:
        allowed = (
            candidate
            for candidate in slot.fit
            if within is None
            or candidate.here
            or within.get(candidate.held.object, frozenset()).issuperset(slot.evidence.fields)
        )
        first = next(allowed, None)
        if first is not None:
            taken.append((slot.evidence, first))
        elif slot.fit:
            return None
    return Choice(option, tuple(taken))


def _cost(choice: Choice) -> tuple[int, int, int]:
    names = [name for fields in _released([choice]).values() for name in fields]
    return names.count("file"), len(names), choice.option.rank


def _released(choices: Iterable[Choice]) -> Released:
    released: dict[str, frozenset[str]] = {}
    for choice in choices:
        for evidence, candidate in choice.taken:
            if not candidate.here:
                name = candidate.held.object
                released[name] = released.get(name, frozenset()).union(evidence.fields)
    return released
