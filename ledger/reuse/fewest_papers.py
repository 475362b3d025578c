"""Which papers to ask for, when several requirements lack something and each offers alternatives.

The answer asks for the smallest number of different papers in all, so that holding more never means
being asked for more (every alternative can only shrink). Ties go to the preferred alternatives, in
the order of the requirements.
"""

from __future__ import annotations

from collections.abc import Sequence

Papers = frozenset[str]


def fewest_papers(options: Sequence[Sequence[Papers]]) -> list[int]:
    """For each requirement the index of the alternative to ask for.

    ``options[r]``: the alternatives of requirement r in order of preference, at least one, each the
    papers it still lacks. Requirements that share no paper are decided apart.
    """
    chosen = [0] * len(options)
    for group in _groups(options):
        best = _Search([options[r] for r in group]).best
        for r, index in zip(group, best, strict=True):
            chosen[r] = index
    return chosen


def _groups(options: Sequence[Sequence[Papers]]) -> list[list[int]]:
    groups: list[tuple[set[str], list[int]]] = []
    for r, alternatives in enumerate(options):
        papers, members = set[str]().union(*alternatives), [r]
        apart = []
        for other, others in groups:
            if other & papers:
                papers |= other
                members = others + members
            else:
                apart.append((other, others))
        groups = [*apart, (papers, members)]
    return [sorted(members) for _, members in groups]


class _Search:
    """Depth first in order of preference; a branch that cannot be smaller is left."""

    def __init__(self, options: Sequence[Sequence[Papers]]) -> None:
        self._options = options
        self._size = 1 + sum(max(map(len, alternatives)) for alternatives in options)
        self.best: tuple[int, ...] = ()
        self._descend((), frozenset())

    def _descend(self, taken: tuple[int, ...], papers: Papers) -> None:
        if len(papers) >= self._size:
            return
        if len(taken) == len(self._options):
            self.best, self._size = taken, len(papers)
            return
        for index, alternative in enumerate(self._options[len(taken)]):
            self._descend((*taken, index), papers | alternative)
