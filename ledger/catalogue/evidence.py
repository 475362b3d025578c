"""What a service item requires: requirements, their evidence sets, and one evidence of a set.

OR between sets, in order of preference; AND inside a set.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.reuse.documents import Grade


@dataclass(frozen=True, slots=True)
class LicenceEvidence:
    """A licence to look up. ``role``: whose it must be (``applicant`` or a party of the case)."""

    type: str
    fields: tuple[str, ...]
    role: str = "applicant"


@dataclass(frozen=True, slots=True)
class FactEvidence:
    """A yes/no fact about a licence (数据核验): ``fact`` is of the catalogue, ``type`` the licence
    type that it is read from. Nothing but the answer is disclosed."""

    fact: str
    type: str
    role: str = "applicant"

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.fact,)


@dataclass(frozen=True, slots=True)
class MaterialEvidence:
    """A material. ``named``: the paper must be recorded under the very person in ``role``;
    ``fresh``: only one handed in for the case itself serves; ``equals``: (field that the paper
    states, licence type, its field) that must have the same value in the base register."""

    kind: str
    min_grade: Grade
    max_age_days: int | None
    role: str = "applicant"
    named: bool = False
    fresh: bool = False
    equals: tuple[tuple[str, str, str], ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return ("file",)


@dataclass(frozen=True, slots=True)
class AssistanceEvidence:
    """Another agency is asked (行政协助) and answers within ``days``; no paper changes hands."""

    agency: str
    question_zh: str
    question_en: str
    days: int
    role: str = "applicant"

    @property
    def fields(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class CommitmentEvidence:
    """The holder commits (告知承诺) with the words of ``form``, a commitment of the catalogue."""

    form: str
    role: str = "applicant"

    @property
    def fields(self) -> tuple[str, ...]:
        return ()


Evidence = (
    LicenceEvidence | FactEvidence | MaterialEvidence | AssistanceEvidence | CommitmentEvidence
)
Paper = LicenceEvidence | FactEvidence | MaterialEvidence
"""Evidence that rests on something held; the other two are arranged."""


def kind_key(evidence: Evidence) -> str:
    """``licence:TYPE`` or ``material:KIND``, the key of a registered need; ``assistance:AGENCY`` or
    ``commitment:FORM`` for what is arranged."""
    match evidence:
        case LicenceEvidence() | FactEvidence():
            return f"licence:{evidence.type}"
        case MaterialEvidence():
            return f"material:{evidence.kind}"
        case AssistanceEvidence():
            return f"assistance:{evidence.agency}"
        case CommitmentEvidence():
            return f"commitment:{evidence.form}"


@dataclass(frozen=True, slots=True)
class EvidenceSet:
    """All of ``evidence`` together meet the requirement."""

    id: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """``sets`` in order of preference; any one suffices. ``legal``: ids of legal bases."""

    id: str
    zh: str
    en: str
    sets: tuple[EvidenceSet, ...]
    legal: tuple[str, ...] = ()
