"""The forms of what goes out. Times are RFC 3339 UTC, bytes are unpadded base64url."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class Promise(Out):
    """What the platform promises of an entry; ``signed`` says the same as a compact JWS by the
    log's key. Whoever has ``salt`` and the envelope recomputes the leaf."""

    deadline: str
    index: int
    leaf: str
    log: str
    salt: str
    signed: str


class Accepted(Out):
    """``status``: sequenced, integrated or anchored; ``look``, ``receipt``: paths to read next."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str
    entry: int
    status: Literal["sequenced", "integrated", "anchored"]
    promise: Promise
    look: str
    receipt: str


class TokenOut(Out):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    warning: str
    warning_zh: str


class SubjectOut(Out):
    id: str


class AccountOut(Out):
    id: str
    secret: str
    warning: str


class StatusOut(Out):
    """``uri`` and ``index``: its place in the issuer's status list."""

    state: str
    uri: str | None
    index: int | None


class LifecycleOut(Out):
    """``code``: 01 valid, 02 withheld, 03 annulled, 04 cancelled, 05 lapsed, 06 transferred out, 07
    revoked as a penalty, 99 other, as ``text`` says."""

    code: str
    text: str | None = None


class StandingOut(StatusOut):
    """How it came to its state, as far as that is still on record: what the change means in law,
    from which day on, by whose decision."""

    lifecycle: LifecycleOut
    legal_effect: str | None = None
    effective_on: str | None = None
    authority: str | None = None


class LicenceOut(Out):
    id: str
    type: str
    subject: str
    issuer: str
    grade: str
    version: int
    valid_from: str | None
    valid_to: str | None
    recorded_at: str
    premises: str | None
    project: str | None
    supersedes: str | None
    source: str | None
    status: StatusOut
    entry: int
    stage: str
    file: str


class MaterialOut(Out):
    id: str
    kind: str
    subject: str
    grade: str
    channel: str
    case: str | None
    project: str | None
    premises: str | None
    issued_on: str | None
    deposited_at: str
    checked_at: str | None
    decision: str | None
    state: str
    media_type: str
    size: int
    sha256: str
    entry: int
    stage: str


class CaseOut(Out):
    id: str
    item: str
    agency: str
    subject: str
    matter: str
    project: str | None
    premises: str | None
    parties: dict[str, str]
    state: str
    outcome: str | None
    closed_at: str | None
    entry: int
    plan_entry: int | None
    channel: str
    officer: str | None
    channels: list[dict[str, Any]]


class CaseItemOut(Out):
    """``way``: handed_in or reused."""

    object: str
    way: str


class RequestOut(Out):
    """``statement`` as it was signed; ``sha256`` is what a consent to it repeats."""

    id: str
    case: str
    agency: str
    subject: str
    state: str
    until: str
    entry: int
    stage: str
    statement: dict[str, Any] | None
    sha256: str


class ConsentOut(Out):
    id: str
    request: str
    case: str
    agency: str
    subject: str
    state: str
    uses: int
    max_uses: int
    until: str
    entry: int
    withdrawn_entry: int | None
    stage: str
    statement: dict[str, Any] | None
    sha256: str


class ReleasedFile(Out):
    """``fields`` empty = the whole file; ``href`` gives the ciphertext."""

    object: str
    file: str
    fields: list[str]
    media_type: str
    sha256: str
    size: int
    entry: int
    href: str


class WrappedKey(Out):
    """HPKE ciphertext for the recipient; ``field`` null = the key of the whole file."""

    file: str
    field: str | None
    wrapped: str


class Drafts(Out):
    """Bodies for statements of ``kind``, to be looked at and signed by whom they speak for."""

    kind: str
    drafts: list[dict[str, Any]]


class HeldOut(Out):
    """``same_as``: the holder's own materials with the very same file."""

    object: str
    kind: str
    state: str
    since: str
    valid_to: str | None
    by: str
    entry: int
    same_as: list[str]


class ListVersionOut(Out):
    """A version of a status list: SHA-256 of its token as on chain, the same as a CID, and where
    the token is read."""

    version: int
    sha256: str
    cid: str
    issued_at: str
    valid_until: str
    href: str


class Page(Out):
    """``next``: the cursor of the next page, null at the end."""

    items: list[Any]
    next: str | None
