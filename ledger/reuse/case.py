"""A case (办件): the matter that papers are wanted for, and what was arranged in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from ledger.reuse.documents import Held, Material


@dataclass(frozen=True, slots=True)
class Change:
    """A completed case of the same subject that changed facts: which item, on which day."""

    case: str
    item: str
    on: date


@dataclass(frozen=True, slots=True)
class Assistance:
    """Another ``agency`` was asked for a requirement of the case (行政协助)."""

    id: str
    requirement: str
    agency: str
    state: Literal["open", "confirmed", "denied", "unknown"]
    due: datetime
    entry: int


@dataclass(frozen=True, slots=True)
class Commitment:
    """The holder committed for a requirement of the case (告知承诺), with the words of ``form``."""

    id: str
    requirement: str
    form: str
    state: Literal["made", "kept", "broken"]
    entry: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A commitment of the case's subject, in any case, that was found broken on a day."""

    form: str
    on: date


@dataclass(frozen=True, slots=True)
class Coming:
    """A licence that another open case of ``subject`` will lead to, at ``agency``, by a day."""

    type: str
    subject: str
    agency: str
    by: date


@dataclass(frozen=True, slots=True)
class Case:
    """What papers are wanted for.

    ``matter`` names the decision or transaction that the case carries out, unique to it (such as
    ``business-scope-change/2026-1``), not the sort of matter; ``parties`` maps roles of the service
    item to subjects; ``changes`` are earlier completed cases of ``subject``; ``chain`` the ids of
    the cases that this one follows; ``siblings`` of those that belong to one matter across
    departments with it; ``register`` keyed digests of what the base register says of
    ``subject``, by licence type and field.
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
    chain: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    assistances: tuple[Assistance, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    breaches: tuple[Breach, ...] = ()
    coming: tuple[Coming, ...] = ()
    register: Mapping[tuple[str, str], bytes] = field(default_factory=dict)

    def subject_of(self, role: str) -> str | None:
        """Who plays a role: the applicant, or a party; None for a party that is not named."""
        return self.subject if role == "applicant" else self.parties.get(role)


def handed_in(held: Held, case: Case) -> bool:
    """Whether it was handed in for this very case."""
    return isinstance(held, Material) and held.case == case.id
