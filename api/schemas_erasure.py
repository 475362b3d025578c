"""The forms of erasures: what stands in the way, what would go, who decides."""

from __future__ import annotations

from datetime import date
from typing import Any

from api.schemas import In, Line, Text
from api.schemas_arranged import ObjectName
from api.schemas_out import Out


class ErasureDraftIn(In):
    object: ObjectName
    reason: Text


class DecisionIn(In):
    officer: Line
    reason: Text


class ObstacleOut(Out):
    """``until``: the first day without it; ``by``: ids of what it is."""

    code: str
    zh: str
    en: str
    until: date | None
    by: list[str]


class GoingOut(Out):
    """What an erasure destroys: entries by kind, files by id, places beside the log."""

    entries: list[dict[str, Any]]
    files: list[str]
    beside: int


class ErasureDraftOut(Out):
    """``drafts``: the body of ``erasure.requested`` to sign."""

    kind: str
    drafts: list[dict[str, Any]]
    obstacles: list[ObstacleOut]
    going: GoingOut


class ErasureOut(Out):
    """``state``: requested, first (approved once), refused or erased. ``obstacles`` and ``going``
    as of now, while it waits and to whom all of it may be shown; ``done``: nothing of what was
    announced is left."""

    id: str
    object: str
    subject: str
    state: str
    requested_at: str
    first_agency: str | None
    second_agency: str | None
    entry: int
    closed_entry: int | None
    done: bool
    obstacles: list[ObstacleOut]
    going: GoingOut | None
