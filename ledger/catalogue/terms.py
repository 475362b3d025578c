"""On which terms things may be read, asked, promised: legal bases, grants, facts, commitments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BasisSort(StrEnum):
    """On what a release may rest besides the holder's own consent."""

    ATTENDED = "attended"  # a person without a device, at the counter; never shown as holder-signed
    STATUTORY = "statutory"  # statutory duty
    ASSISTANCE = "assistance"  # another agency asked
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A law or rule, named with its article."""

    id: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Grant:
    """``agency`` may read ``kinds`` (``licence:TYPE``, ``material:KIND``) for ``item`` on a basis
    of this ``sort``, for ``days`` and ``uses``. ``legal``: id of its legal basis; ``delay_days``:
    how much later the holder sees it, 0 = at once; ``second_officer``: from which sensitivity on
    (1 to 3) a second officer must sign for it."""

    id: str
    agency: str
    item: str
    sort: BasisSort
    kinds: tuple[str, ...]
    legal: str
    days: int
    uses: int
    delay_days: int = 0
    second_officer: int = 3


class TestSort(StrEnum):
    """What is asked of a licence; a fact's answer is yes, no, or cannot tell."""

    IN_FORCE = "in_force"  # it is active and within its dates
    AT_LEAST_YEARS = "at_least_years"  # the day in ``field`` is ``value`` years back or more
    EQUALS = "equals"  # ``field`` is exactly ``value``
    CONTAINS = "contains"  # ``field`` contains ``value``
    AT_LEAST = "at_least"  # the number in ``field`` is ``value`` or more
    __test__ = False  # no test class


@dataclass(frozen=True, slots=True)
class Fact:
    """A yes/no question about a licence of ``type``. ``name`` begins with ``fact_`` and stands
    where a field's name may stand; ``social``: utilities and banks may be told with consent."""

    name: str
    zh: str
    en: str
    type: str
    test: TestSort
    field: str | None = None
    value: str | None = None
    social: bool = False


@dataclass(frozen=True, slots=True)
class CommitmentForm:
    """The words of a commitment; it is checked within ``check_days``, and one that was broken
    bars its maker from commitments for ``bars_days``."""

    id: str
    zh: str
    en: str
    text_zh: str
    text_en: str
    check_days: int
    consequence_zh: str
    consequence_en: str
    bars_days: int


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where a form's field can be prefilled from: ``field`` of a licence of ``type`` of whoever
    plays ``role``."""

    type: str
    field: str
    role: str = "applicant"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of an item's form; ``sources`` in order of preference, none: the applicant types
    it."""

    name: str
    zh: str
    en: str
    sources: tuple[FieldSource, ...] = ()


@dataclass(frozen=True, slots=True)
class ReusePolicy:
    """What an issuer allows with its licences: on which bases besides consent (``bases``), for
    which items (None: any), and whether whole copies may be made."""

    bases: tuple[BasisSort, ...] = tuple(BasisSort)
    items: tuple[str, ...] | None = None
    copies: bool = True


@dataclass(frozen=True, slots=True)
class BundleMember:
    """A service item of a bundle and the agency that runs it there; what it may see is its own
    item's registered need, no more."""

    item: str
    agency: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """One matter across departments (一件事): asked, consented and handed in once."""

    slug: str
    zh: str
    en: str
    members: tuple[BundleMember, ...]
