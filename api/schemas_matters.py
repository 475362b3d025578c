"""The forms of what comes in about one matter across departments."""

from __future__ import annotations

from api.schemas import MatterOf, Slug


class MatterIn(MatterOf):
    """``bundle``: which one matter of the catalogue; the rest as for a case."""

    bundle: Slug
