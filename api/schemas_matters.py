"""The forms of what comes in about one matter across departments."""

from __future__ import annotations

from pydantic import Field

from api.schemas import ChannelName, FieldName, In, Line, Name, Reference, Slug, SubjectId


class MatterIn(In):
    """``bundle``: which one matter of the catalogue; the rest as for a case."""

    bundle: Slug
    subject: SubjectId
    matter: Name
    channel: ChannelName
    officer: Line
    project: Reference | None = None
    premises: Reference | None = None
    parties: dict[FieldName, SubjectId] = Field(default_factory=dict, max_length=16)
