"""The catalogue: agencies, licence types, material kinds and service items, as checked values.

A service item lists requirements; each requirement is met by one of its evidence sets (OR between
sets, in order of preference; AND inside a set). One evidence is a licence to look up, with the
fields needed of it, or a material, with the rules that decide whether an earlier one still serves.
`parse_catalogue` in ``ledger.catalogue.file`` makes one from data and refuses what contradicts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from ledger.catalogue.evidence import (
    AssistanceEvidence,
    CommitmentEvidence,
    Evidence,
    EvidenceSet,
    FactEvidence,
    LicenceEvidence,
    MaterialEvidence,
    Paper,
    Requirement,
    kind_key,
)
from ledger.catalogue.terms import (
    BasisSort,
    Bundle,
    BundleMember,
    CommitmentForm,
    Fact,
    FieldSource,
    FormField,
    Grant,
    LegalBasis,
    ReusePolicy,
    TestSort,
)
from ledger.errors import NotFound
from ledger.reuse.documents import Grade
from ledger.reuse.working_days import Calendar

__all__ = [
    "AgeFrom", "Agency", "AssistanceEvidence", "Attribute", "BasisSort", "Bundle", "BundleMember",
    "Catalogue", "CommitmentEvidence", "CommitmentForm", "Evidence", "EvidenceSet", "Fact",
    "FactEvidence", "FieldSource", "FormField", "Grant", "LegalBasis", "LicenceEvidence",
    "LicenceType", "MaterialEvidence", "MaterialKind", "Paper", "Requirement", "Reuse",
    "ReusePolicy", "ServiceItem", "TestSort", "Tie", "Unknown", "kind_key",
]  # fmt: skip

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
    """``kind`` is ``government`` or ``social``; ``roles``: identity, operator, archive, auditor,
    and window, whose desk takes papers in for all."""

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
    """A field of a licence; ``social``: utilities and banks may be shown it with consent;
    ``mask``: how it is shown to who need not see all of it (``none``, ``name``, ``code``,
    ``address``, ``all``)."""

    name: str
    zh: str
    en: str
    social: bool
    mask: str = "none"


@dataclass(frozen=True, slots=True)
class LicenceType:
    """``code``: 21 characters after GB/T 36904; ``issued_by``: the agencies here that issue it
    (none: it is collected, or presented by its holder); ``years`` None = long-term or varying;
    ``sensitivity`` 1 to 3; ``retention_years``: how long archives law keeps it after its end."""

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
    policy: ReusePolicy = field(default_factory=ReusePolicy)
    sensitivity: int = 1
    retention_years: int = 0


@dataclass(frozen=True, slots=True)
class MaterialKind:
    """``max_age_days`` and ``min_grade`` are what any item asks at least; ``form_since``: from when
    the form in use is, papers on an earlier one do not serve; ``holder_bound``: it says who its
    holder is (name, representative) and so does not outlive a change of that."""

    slug: str
    zh: str
    en: str
    tied_to: tuple[Tie, ...]
    reuse: Reuse
    age_from: AgeFrom
    max_age_days: int | None
    min_grade: Grade
    form_since: date | None = None
    holder_bound: bool = False
    sensitivity: int = 1
    retention_years: int = 0

    @property
    def one_decision(self) -> bool:
        """It records one decision and so never serves another change."""
        return Tie.DECISION in self.tied_to


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """``agencies`` may run it; ``decides``: cases of it carry out a decision named by their matter;
    ``outdates``: material kinds that a completed case of it makes out of date; ``need``: what an
    agency may ask of each licence type or material kind (its registered need); ``version`` counts
    from 1, in force from ``effective_from`` (None: ever since); ``issues``: licence types that a
    granted case leads to, within ``deadline_days`` working days; ``reask``: what is done with a
    demand that the plan covers, ``refuse`` or ``tell``; ``proactive``: the facts that make a
    subject eligible without asking (免申即享); ``changes_holder``: a granted case changes what
    papers say of their holder."""

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
    version: int = 1
    effective_from: date | None = None
    legal: tuple[str, ...] = ()
    deadline_days: int = 20
    issues: tuple[str, ...] = ()
    form: tuple[FormField, ...] = ()
    reask: str = "refuse"
    proactive: tuple[str, ...] = ()
    changes_holder: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``sha256``: digest of the data it was read from, hex; tables by slug or agency id. ``items``
    are those in force; ``item_versions``: each version by (slug, version), so that a case keeps the
    one that it was opened under."""

    version: str
    effective_from: date
    sha256: str
    agencies: Mapping[str, Agency]
    licence_types: Mapping[str, LicenceType]
    material_kinds: Mapping[str, MaterialKind]
    items: Mapping[str, ServiceItem]
    item_versions: Mapping[tuple[str, int], ServiceItem] = field(default_factory=dict)
    legal_bases: Mapping[str, LegalBasis] = field(default_factory=dict)
    grants: Mapping[str, Grant] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    commitments: Mapping[str, CommitmentForm] = field(default_factory=dict)
    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)

    def agency(self, id: str) -> Agency:
        """Raises Unknown, as do the three below."""
        return _find(self.agencies, id, "agencies")

    def licence_type(self, slug: str) -> LicenceType:
        return _find(self.licence_types, slug, "licence_types")

    def material_kind(self, slug: str) -> MaterialKind:
        return _find(self.material_kinds, slug, "material_kinds")

    def item(self, slug: str, on: date | None = None) -> ServiceItem:
        """The version in force on a day in China (default: the one of ``items``)."""
        newest = _find(self.items, slug, "items")
        if on is None:
            return newest
        past = [
            one
            for (name, _), one in self.item_versions.items()
            if name == slug and (one.effective_from is None or one.effective_from <= on)
        ]
        found = max(past, key=lambda one: one.version, default=newest)
        return newest if found.version == newest.version else found

    def item_version(self, slug: str, version: int) -> ServiceItem:
        """One version of an item, in force or not; a plan names the one that it was made from."""
        newest = _find(self.items, slug, "items")
        if newest.version == version:
            return newest
        found = self.item_versions.get((slug, version))
        if found is None:
            raise Unknown(f"There is no version {version} of {slug}.", table="items", name=slug)
        return found

    def compared(self, kind: str) -> tuple[str, ...]:
        """The fields that some item compares of what a material of this kind states; who takes one
        in had better record them, or it cannot serve there."""
        found = {
            stated
            for item in self.items.values()
            for requirement in item.requirements
            for choice in requirement.sets
            for one in choice.evidence
            if isinstance(one, MaterialEvidence) and one.kind == kind
            for stated, _, _ in one.equals
        }
        return tuple(sorted(found))

    def name_of(self, kind: str) -> tuple[str, str]:
        """What people call a kind (``licence:…``, ``material:…``, ``assistance:…``,
        ``commitment:…``), in Chinese and in English."""
        sort, _, name = kind.partition(":")
        find: Mapping[str, Callable[[str], LicenceType | MaterialKind | Agency | CommitmentForm]]
        find = {
            "licence": self.licence_type,
            "material": self.material_kind,
            "assistance": self.agency,
            "commitment": self.commitment,
        }
        if sort not in find:
            raise Unknown(f"The catalogue has no {kind!r}.", table="kinds", name=kind)
        found = find[sort](name)
        return found.zh, found.en

    def grant(self, id: str) -> Grant:
        return _find(self.grants, id, "grants")

    def fact(self, name: str) -> Fact:
        return _find(self.facts, name, "facts")

    def commitment(self, id: str) -> CommitmentForm:
        return _find(self.commitments, id, "commitments")

    def bundle(self, slug: str) -> Bundle:
        return _find(self.bundles, slug, "bundles")


def _find(table: Mapping[str, _T], name: str, label: str) -> _T:
    try:
        return table[name]
    except KeyError:
        raise Unknown(f"The catalogue has no {name!r}.", table=label, name=name) from None
