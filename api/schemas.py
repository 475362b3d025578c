"""The forms of what comes in, strict and bounded. Times are RFC 3339 UTC, bytes are
unpadded base64url, dates are days in China.

Statements that a foreign program signs itself (requests, consents, withdrawals, releases) are not
modelled here: their one form is ``ledger.log.bodies``.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from certs.plain_text import is_plain


def _printable(text: str) -> str:
    if not is_plain(text):
        raise ValueError("control and invisible characters are not allowed")
    return text


_PRINTED = AfterValidator(_printable)
Line64 = Annotated[str, StringConstraints(min_length=1, max_length=64), _PRINTED]
Line = Annotated[str, StringConstraints(min_length=1, max_length=128), _PRINTED]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), _PRINTED]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500), _PRINTED]
Value = Annotated[str, StringConstraints(max_length=4000), _PRINTED]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Reference = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,128}$")]
SubjectId = Annotated[str, StringConstraints(pattern=r"^sub_[a-z2-7]{26}$")]
CaseId = Annotated[str, StringConstraints(pattern=r"^case_[a-z2-7]{26}$")]
LicenceId = Annotated[str, StringConstraints(pattern=r"^lic_[a-z2-7]{26}$")]
Key32 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
JwkMember = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,8}$")]
TraceKey = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,16}:[!-~]{1,100}$")]
MediaType = Annotated[
    str,
    StringConstraints(
        pattern=r"^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]{0,94}$", max_length=128
    ),
]
GradeName = Literal["issued", "original_checked", "declared", "scan"]
ChannelName = Literal["online", "counter", "smart", "kiosk"]
Fields = Annotated[dict[FieldName, Value], Field(max_length=64)]


class In(BaseModel):
    """Unknown members are refused, and so is a number where a text is wanted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class IdentifierIn(In):
    scheme: Literal["citizen-id", "credit-code", "premises-code", "other"]
    value: Line64


class SubjectIn(In):
    kind: Literal["person", "organisation", "premises"]
    name: Name
    identifiers: Annotated[list[IdentifierIn], Field(max_length=8)] = []


class LicenceIn(In):
    """``fields``: the type's own attributes; ``valid_to`` null = long-term; ``decision``: where
    what it ``supersedes`` has ended, the decision of court or review that restores it."""

    type: Slug
    subject: SubjectId
    number: Line
    fields: Fields
    valid_from: date
    valid_to: date | None = None
    premises: Reference | None = None
    project: Reference | None = None
    supersedes: LicenceId | None = None
    decision: Name | None = None


class CollectedIn(In):
    """A licence that another body issued; its file follows as the upload's second part.
    ``decision``: as of a licence that is issued, where the one that is held has ended."""

    type: Slug
    subject: SubjectId
    number: Line
    source: Name
    issuer_name: Name
    fields: Fields
    valid_from: date | None = None
    valid_to: date | None = None
    identifier: Annotated[str | None, StringConstraints(min_length=1, max_length=128)] = None
    premises: Reference | None = None
    project: Reference | None = None
    decision: Name | None = None


class StatusIn(In):
    state: Literal["active", "suspended", "revoked"]
    reason: Text
    authority: Name
    legal_effect: Literal[
        "void", "withdrawn", "penalty", "cancelled", "lapsed", "transferred", "suspended",
        "withheld", "restored",
    ]  # fmt: skip
    effective_on: date


class MaterialIn(In):
    """What is said of a material; its file follows as the upload's second part. ``stated``: what it
    says, by field, to be compared with the base register and not kept."""

    kind: Slug
    subject: SubjectId
    title: Name
    grade: GradeName
    channel: ChannelName
    case: CaseId | None = None
    project: Reference | None = None
    premises: Reference | None = None
    officer: Line | None = None
    issued_on: date | None = None
    decision: Name | None = None
    media_type: MediaType | None = None
    stated: Fields = {}


class CheckIn(In):
    officer: Line


class MatterOf(In):
    """What a case is about, whoever runs it."""

    subject: SubjectId
    matter: Name
    channel: ChannelName
    officer: Line
    project: Reference | None = None
    premises: Reference | None = None
    parties: Annotated[dict[FieldName, SubjectId], Field(max_length=16)] = {}


class CaseIn(MatterOf):
    item: Slug
    follows: CaseId | None = None


class CloseIn(In):
    outcome: Literal["granted", "refused", "dropped"]


class PlanIn(In):
    """Nothing to say: the plan follows from the case."""


class HolderKeyIn(In):
    subject: SubjectId
    jwk: Annotated[dict[JwkMember, Name], Field(max_length=8)]
    alg: Literal["es256", "webauthn-es256"]
    method: Line64


class AccountIn(In):
    subject: SubjectId


class ConsentIn(In):
    """``envelope``: the holder's signed consent; ``thread_key``: 32 bytes that it commits to."""

    envelope: dict[str, Any]
    thread_key: Key32


class ReleaseIn(In):
    """``envelope``: the agency's signed release; ``recipient``: its X25519 public key."""

    envelope: dict[str, Any]
    recipient: Key32


class OfficerIn(In):
    """Who asks, why, and over which channel."""

    officer: Line
    reason: Text
    channel: ChannelName


class RequestDraftIn(OfficerIn):
    pass


class ConsentDraftIn(In):
    """``thread``: commitment to the holder's thread key."""

    thread: Key32


class ReleaseDraftIn(OfficerIn):
    """``recipient``: the agency's X25519 public key."""

    recipient: Key32


class VerifyItemIn(In):
    sort: Literal["licence", "material", "credential", "entry"]
    data: Annotated[str, StringConstraints(max_length=16 << 20)] = ""
    index: Annotated[int | None, Field(ge=0, le=2**53 - 1)] = None


class VerifyIn(In):
    """``at``: verify as of this time (default: now)."""

    items: Annotated[list[VerifyItemIn], Field(min_length=1, max_length=1000)]
    at: datetime | None = None


class BundleIn(In):
    """``key`` as for ``GET /v1/trace``."""

    key: TraceKey
