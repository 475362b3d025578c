"""What is held: licences and materials as values, and the first look at a file's bytes.

A licence is what an agency issued (here, or elsewhere and collected); a material is a supporting
paper that somebody handed in. Dates are calendar days in China, times aware UTC. Both carry the
index of the log entry that last described them, so that a plan can say what it saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from ledger.stored.media import inspect_file as inspect_file  # beside the values that it guards

CHINA = timezone(timedelta(hours=8), "CST")


class Grade(StrEnum):
    """How good the source of a paper is, best first."""

    ISSUED = "issued"
    ORIGINAL_CHECKED = "original_checked"
    DECLARED = "declared"
    SCAN = "scan"

    @property
    def rank(self) -> int:
        """0 is best."""
        return tuple(Grade).index(self)

    def reaches(self, least: Grade) -> bool:
        return self.rank <= least.rank


class Channel(StrEnum):
    """Where something was handed in, asked for or granted."""

    ONLINE = "online"
    COUNTER = "counter"
    SMART = "smart"
    KIOSK = "kiosk"


class State(StrEnum):
    """What the log tells of a held paper; that it has expired is computed, not stored."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"  # out of reuse, by a dispute that was upheld
    SUPERSEDED = "superseded"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"


class LegalEffect(StrEnum):
    """What a change of status means in law."""

    VOID = "void"  # 撤销: void from the start
    WITHDRAWN = "withdrawn"  # 撤回: from now on
    PENALTY = "penalty"  # 吊销
    CANCELLED = "cancelled"  # 注销: on record
    LAPSED = "lapsed"  # 失效: its ground fell away
    TRANSFERRED = "transferred"  # 迁出: another authority goes on with it
    SUSPENDED = "suspended"  # 暂停: not an end
    WITHHELD = "withheld"  # 暂扣: not an end
    RESTORED = "restored"  # by a court or a review


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as found in the index.

    ``id`` is ``lic_…``, ``type`` a slug of the catalogue, ``subject``, ``premises`` and
    ``project`` surrogate ids, ``issuer`` an agency id or the name of a body elsewhere;
    ``valid_to`` None = long-term; ``fields`` the names of the fields that can be shown singly;
    ``entry`` the log index that it was last described at; ``recorded_at`` when it came in.
    """

    id: str
    type: str
    subject: str
    state: State
    grade: Grade
    entry: int
    recorded_at: datetime
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    premises: str | None = None
    project: str | None = None
    version: int = 1
    fields: tuple[str, ...] = ()

    @property
    def object(self) -> str:
        """Its name in requests, consents and releases."""
        return f"licence:{self.id}"

    @property
    def kind_key(self) -> str:
        """``licence:TYPE``, as a registered need names it."""
        return f"licence:{self.type}"


@dataclass(frozen=True, slots=True)
class Material:
    """A material as found in the index.

    ``id`` is ``mat_…``, ``kind`` a slug of the catalogue; ``case`` the case that it was handed in
    for; ``decision`` the matter whose decision it records, for kinds that record one; ``issued_on``
    the date on the paper; ``checked_at`` when an officer last saw the original; ``digests`` keyed
    digests of what it states, by field.
    """

    id: str
    kind: str
    subject: str
    state: State
    grade: Grade
    channel: Channel
    entry: int
    deposited_at: datetime
    project: str | None = None
    premises: str | None = None
    case: str | None = None
    issued_on: date | None = None
    checked_at: datetime | None = None
    decision: str | None = None
    media_type: str = "application/octet-stream"
    title: str = ""
    digests: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def object(self) -> str:
        """Its name in requests, consents and releases."""
        return f"material:{self.id}"

    @property
    def kind_key(self) -> str:
        """``material:KIND``, as a registered need names it."""
        return f"material:{self.kind}"


Held = Licence | Material


def day(at: datetime) -> date:
    """The calendar day in China of an aware time."""
    if at.tzinfo is None:
        raise ValueError("a time must be aware")
    return at.astimezone(CHINA).date()
