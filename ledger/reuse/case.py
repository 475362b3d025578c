"""A case (办件): the matter that papers are wanted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ledger.reuse.documents import Held, Material


@dataclass(frozen=True, slots=True)
class Change:
    """A completed case of the same subject that changed facts: which item, on which day."""

    case: str
    item: str
    on: date


@dataclass(frozen=True, slots=True)
class Case:
    """What papers are wanted for.

    ``matter`` names the decision or transaction that the case carries out, unique to it (such as
    ``business-scope-change/2026-1``), not the sort of matter; ``parties`` maps roles of the service
    item to subjects; ``changes`` are earlier completed cases of ``subject``.
    """

    id: str
    item: str
    agency: str
    subject: str
    matter: str
    project: str | None = None
    premises: str | None = None
    parties: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()


def handed_in(held: Held, case: Case) -> bool:
    """Whether it was handed in for this very case."""
    return isinstance(held, Material) and held.case == case.id
