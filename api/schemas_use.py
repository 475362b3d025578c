"""The forms of how papers are used: answers to facts, masked views, previews, marked copies."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from api.schemas import In, Line
from api.schemas_out import Out

Object = Annotated[str, StringConstraints(pattern=r"^(licence:lic|material:mat)_[a-z2-7]{26}$")]


class CopyIn(In):
    """``valid_until``: the copy's last day (default: the last that the release allows)."""

    object: Object
    officer: Line
    valid_until: date | None = None


class FactsOut(Out):
    """``answers``: yes, no or unknown by fact; ``signed``: the same as a compact JWS by the
    platform's operator, bound to this release, whose SHA-256 stands in ``entry``."""

    object: str
    answers: dict[str, str]
    signed: str
    entry: int


class FieldOut(Out):
    """``shown``: clear, masked or name_only; ``value`` null where only the name is shown."""

    name: str
    zh: str
    en: str
    shown: str
    value: str | None


class LicenceViewOut(Out):
    """``viewer``: holder, released, asking or auditor, the role that the fields are shown to."""

    id: str
    type: str
    zh: str
    en: str
    state: str
    viewer: str
    fields: list[FieldOut]


class FactOut(Out):
    """``answer``: yes, no or unknown; null before a release, to all but the holder."""

    name: str
    zh: str
    en: str
    answer: str | None


class FileOut(Out):
    """``size`` in bytes."""

    media_type: str
    size: int


class AvailableOut(Out):
    """``code``: now, later.… or never.…; ``since``, ``expected``: days, where they are known."""

    code: str
    zh: str
    en: str
    since: date | None
    expected: date | None


class ItemPreviewOut(Out):
    """``title`` is the holder's alone; ``file`` null where no whole file is asked for."""

    object: str
    zh: str
    en: str
    title: str | None
    fields: list[FieldOut]
    facts: list[FactOut]
    file: FileOut | None
    available: AvailableOut


class PreviewOut(Out):
    """``coming``: answers that other agencies still owe to the case."""

    request: str
    case: str
    viewer: str
    items: list[ItemPreviewOut]
    coming: list[AvailableOut]


class LeakOut(Out):
    """``how`` the copy was recognised: file, mark, short_mark, or number, which proves nothing."""

    copy_id: str
    how: str
    proven: bool
    agency: str
    officer: str
    case: str
    purpose: str
    object: str
    release: str
    made_at: str
    valid_until: str
    entry: int


class LeaksOut(Out):
    """The surest first."""

    copies: list[LeakOut]
