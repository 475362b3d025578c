"""The forms of what goes in and out about delegations, bases, counter codes and readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import StringConstraints

from api.schemas import In, Key32
from api.schemas_out import Out


class BasisIn(In):
    """``envelope``: the signed basis; ``thread_key``: 32 bytes that it commits to."""

    envelope: dict[str, Any]
    thread_key: Key32


class CodeIn(In):
    """The eight digits that the holder's application shows."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]


class CodeOut(Out):
    """``code`` redeems the consent at the counter of the case until ``expires_at``."""

    code: str
    consent: str
    case: str
    agency: str
    expires_at: str


class DelegationOut(Out):
    """``service_items`` empty: any; ``further``: how often it may be passed on."""

    id: str
    principal: str
    delegate: str
    sort: str
    service_items: list[str]
    since: str
    until: str
    further: int
    parent: str | None
    ended: bool
    entry: int


class BasisOut(Out):
    """``review_due``: by when an emergency's basis must be ended; ``overdue``: it was not."""

    id: str
    sort: str
    grant: str
    case: str
    agency: str
    subject: str
    state: str
    uses: int
    max_uses: int
    until: str
    visible_from: str
    review_due: str | None
    overdue: bool
    entry: int
    ended_entry: int | None
    stage: str


class AccessWords(Out):
    zh: str
    en: str


class AccessOut(Out):
    """``ground``: consent, attended, statutory, assistance, emergency, or null where nothing was
    read; ``words`` say it; ``complain``: where the holder disputes an item."""

    agency_zh: str
    agency_en: str
    ground: str | None
    words: AccessWords | None
    signed_by_holder: bool
    visible_from: str | None
    items: list[Mapping[str, Any]]
    complain: str
