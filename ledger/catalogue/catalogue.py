"""The catalogue: agencies, licence types, material kinds and service items, as checked values.

A service item lists requirements; each requirement is met by one of its evidence sets (OR between
sets, in order of preference; AND inside a set). One evidence is a licence to look up, with the
fields needed of it, or a material, with the rules that decide whether an earlier one still serves.
`parse_catalogue` in ``ledger.catalogue.file`` makes one from data and refuses what contradicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from ledger.errors import NotFound
from ledger.reuse.documents import Grade

_T = TypeVar("_T")


class Unknown(NotFound):
    """The catalogue has no such ``name`` among its ``table``."""

    code = "catalogue.unknown"


class Tie(StrEnum):
    """What an earlier material must share with the case to serve it."""

    SUBJECT = "subject"
    PERSON = "person"
    PREMISES = "premises"
    PROJECT = "project"
    DECISION = "decision"
    YEAR = "year"


class Reuse(StrEnum):
    """Whom an earlier material may serve."""

    GOVERNMENT = "government"
    SOCIAL = "social"  # government, and utilities or banks too
    NEVER = "never"


class AgeFrom(StrEnum):
    """From when the age of a material counts."""

    ISSUED = "issued"  # the date on the paper
    CHECKED = "checked"  # when an officer last saw the original, else when it was handed in


@dataclass(frozen=True, slots=True)
class Agency:
    """``kind`` is ``government`` or ``social``; ``roles`` such as identity, operator, auditor."""

    id: str
    zh: str
    en: str
    kind: str
    credit_code: str
    roles: tuple[str, ...] = ()

    @property
    def social(self) -> bool:
        return self.kind == "social"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field of a licence; ``social``: utilities and banks may be shown it with consent."""

    name: str
    zh: str
    en: str
    social: bool


@dataclass(frozen=True, slots=True)
class LicenceType:
    """``code``: 21 characters after GB/T 36904; ``issued_by``: the agencies here that issue it
    (none: it is collected, or presented by its holder); ``years`` None = long-term or varying."""

    slug: str
    zh: str
    en: str
    code: str
    definer_zh: str
    definer_en: str
    issued_by: tuple[str, ...]
    source: str
    years: int | None
    tied_to: tuple[Tie, ...]
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True, slots=True)
class MaterialKind:
    """``max_age_days`` and ``min_grade`` are what any item asks at least."""

    slug: str
    zh: str
    en: str
    tied_to: tuple[Tie, ...]
    reuse: Reuse
    age_from: AgeFrom
    max_age_days: int | None
    min_grade: Grade

    @property
    def one_decision(self) -> bool:
        """It records one decision and so never serves another change."""
        return Tie.DECISION in self.tied_to


@dataclass(frozen=True, slots=True)
class LicenceEvidence:
    """A licence to look up. ``role``: whose it must be (``applicant`` or a party of the case)."""

    type: str
    fields: tuple[str, ...]
    role: str = "applicant"


@dataclass(frozen=True, slots=True)
class MaterialEvidence:
    """A material. ``named``: the paper must be recorded under the very person in ``role``;
    ``fresh``: only one handed in for the case itself serves."""

    kind: str
    min_grade: Grade
    max_age_days: int | None
    role: str = "applicant"
    named: bool = False
    fresh: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        return ("file",)


Evidence = LicenceEvidence | MaterialEvidence


@dataclass(frozen=True, slots=True)
class EvidenceSet:
    """All of ``evidence`` together meet the requirement."""

    id: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """``sets`` in order of preference; any one suffices."""

    id: str
    zh: str
    en: str
    sets: tuple[EvidenceSet, ...]


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """``agencies`` may run it; ``decides``: cases of it carry out a decision named by their matter;
    ``outdates``: material kinds that a completed case of it makes out of date; ``need``: what an
    agency may ask of each licence type or material kind (its registered need)."""

    slug: str
    zh: str
    en: str
    agencies: tuple[str, ...]
    purpose_zh: str
    purpose_en: str
    decides: bool
    outdates: tuple[str, ...]
    consent_days: int
    consent_uses: int
    roles: tuple[str, ...]
    includes: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    need: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``sha256``: digest of the data it was read from, hex; tables by slug or agency id."""

    version: str
    effective_from: date
    sha256: str
    agencies: Mapping[str, Agency]
    licence_types: Mapping[str, LicenceType]
    material_kinds: Mapping[str, MaterialKind]
    items: Mapping[str, ServiceItem]

    def agency(self, id: str) -> Agency:
        """Raises Unknown, as do the three below."""
        return _find(self.agencies, id, "agencies")

    def licence_type(self, slug: str) -> LicenceType:
        return _find(self.licence_types, slug, "licence_types")

    def material_kind(self, slug: str) -> MaterialKind:
        return _find(self.material_kinds, slug, "material_kinds")

    def item(self, slug: str) -> ServiceItem:
        return _find(self.items, slug, "items")


def _find(table: Mapping[str, _T], name: str, label: str) -> _T:
    try:
        return table[name]
    except KeyError:
        raise Unknown(f"The catalogue has no {name!r}.", table=label, name=name) from None
