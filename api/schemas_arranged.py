"""The forms of what is arranged in a paper's place: assistance and commitments."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from api.schemas import CaseId, ChannelName, FieldName, In, Line, Slug, Text
from api.schemas_out import Out

ObjectName = Annotated[
    str, StringConstraints(pattern=r"^(licence:lic|material:mat)_[a-z2-7]{26}$", max_length=64)
]


KindName = Annotated[
    str, StringConstraints(pattern=r"^(licence|material):[a-z][a-z0-9-]{0,31}$", max_length=48)
]


class DemandIn(In):
    """``kind``: ``licence:TYPE`` or ``material:KIND``; ``role``: whose it is to be."""

    kind: KindName
    officer: Line
    reason: Text
    channel: ChannelName
    role: FieldName = "applicant"


class DemandOut(Out):
    """``outcome``: recorded (truly missing), covered (told what it can have), refused."""

    id: str
    kind: str
    role: str
    outcome: str
    channel: str | None
    made_at: str
    entry: int


class AssistanceIn(In):
    """``agency``: whom to ask, where the catalogue names several for the requirement."""

    case: CaseId
    requirement: Slug
    officer: Line
    reason: Text
    agency: Slug | None = None


class ReplyIn(In):
    """``object``: a licence or material of the subject's that the agency gave in itself."""

    outcome: Literal["confirmed", "denied", "unknown"]
    officer: Line
    reason: Text
    object: ObjectName | None = None


class AssistanceOut(Out):
    """``level``: reminders sent; ``late``: answered after its time, or not yet."""

    id: str
    case: str
    agency: str
    asked: str
    subject: str | None
    requirement: str
    question: str | None
    reason: str | None
    state: str
    level: int
    requested_at: str
    due: str
    late: bool
    answered_at: str | None
    object: str | None
    entry: int


class CommitmentDraftIn(In):
    requirement: Slug
    form: Slug


class CommitmentDraftOut(Out):
    """``drafts``: the body to sign; the words that its ``text_sha256`` is of are ``text_zh``."""

    kind: str
    drafts: list[dict[str, Any]]
    text_zh: str
    text_en: str
    consequence_zh: str
    consequence_en: str


class CommitmentCheckIn(In):
    outcome: Literal["kept", "broken"]
    officer: Line
    reason: Text


class CommitmentOut(Out):
    """``overdue``: its check day has passed without a check."""

    id: str
    case: str
    agency: str
    subject: str
    item: str
    requirement: str
    form: str
    state: str
    check_by: str
    overdue: bool
    checked_at: str | None
    entry: int
