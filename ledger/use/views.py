"""Who sees what of a licence: by role, and by what was released to whom for what.

    viewer     what of the fields               how
    holder     all                              in clear
    released   those of a live release          in clear
    asking     those that were asked for        masked; a field without a mask is hidden whole
    auditor    all                              names only
    social     as released or asking, and of these only the fields open to utilities and banks

Before a release nothing stands in clear to an agency: masked is the most that a request shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ledger.catalogue.catalogue import Attribute, LicenceType
from ledger.use.masking import mask


class Viewer(StrEnum):
    """In which role a licence is looked at."""

    HOLDER = "holder"
    RELEASED = "released"
    ASKING = "asking"
    AUDITOR = "auditor"


class Shown(StrEnum):
    """How a value is shown."""

    CLEAR = "clear"
    MASKED = "masked"
    NAME_ONLY = "name_only"


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field as one viewer sees it; ``value`` None where only its name is shown."""

    name: str
    zh: str
    en: str
    shown: Shown
    value: str | None


def visible(
    kind: LicenceType, viewer: Viewer, fields: Collection[str], *, social: bool
) -> tuple[Attribute, ...]:
    """The attributes that a viewer sees at all, in the type's order; ``fields``: those released or
    asked for, of no account to holder and auditor; ``social``: a utility or bank looks."""
    everything = viewer in (Viewer.HOLDER, Viewer.AUDITOR)
    return tuple(
        one
        for one in kind.attributes.values()
        if everything or (one.name in fields and (one.social or not social))
    )


def views(
    attributes: Iterable[Attribute], viewer: Viewer, values: Mapping[str, str]
) -> tuple[FieldView, ...]:
    """The attributes as ``viewer`` sees them; ``values`` in clear, not read for an auditor."""
    return tuple(_view(one, viewer, values.get(one.name)) for one in attributes)


def _view(one: Attribute, viewer: Viewer, value: str | None) -> FieldView:
    if viewer is Viewer.AUDITOR or value is None:
        return FieldView(one.name, one.zh, one.en, Shown.NAME_ONLY, None)
    if viewer is Viewer.ASKING:
        style = "all" if one.mask == "none" else one.mask
        return FieldView(one.name, one.zh, one.en, Shown.MASKED, mask(style, value))
    return FieldView(one.name, one.zh, one.en, Shown.CLEAR, value)
