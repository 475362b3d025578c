"""Prefill: the form of a case, for the agency with where each field lies, for the holder with what
it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ledger.flows.library.files import opened_claims
from ledger.flows.matters.cases import read_case
from ledger.flows.matters.gathering import Gathered, gather
from ledger.flows.matters.holder_cases import holders_case
from ledger.forms.prefill import FieldOrigin, origins
from ledger.platform import Platform


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a case. ``values`` by name of the form's field; empty for an agency, to whom
    nothing is released yet."""

    case: str
    item: str
    fields: tuple[FieldOrigin, ...]
    values: Mapping[str, str] = field(default_factory=dict)


def prefill_sources(platform: Platform, agency: str, case: str) -> Form:
    """Where the form of the agency's own case can be filled from. Raises NotFound."""
    return _form(platform, gather(platform, read_case(platform, agency, case)))


def prefill_for_holder(platform: Platform, caller: str, case: str) -> Form:
    """The form of a case for its holder, or who may speak for it there, with values out of the
    holder's own licences and no one else's. Raises NotFound, Pushback, Tampered."""
    row = holders_case(platform, caller, case)
    made = _form(platform, gather(platform, row))
    own = tuple(
        one
        if one.origin is None or one.origin.holder == row["subject"]
        else replace(one, origin=None)
        for one in made.fields
    )
    return replace(made, fields=own, values=_values(platform, own))


def _form(platform: Platform, seen: Gathered) -> Form:
    fields = origins(seen.item, seen.case, seen.held, platform.catalogue, seen.at)
    return Form(seen.case.id, seen.case.item, fields)


def _values(platform: Platform, fields: Sequence[FieldOrigin]) -> dict[str, str]:
    wanted: dict[str, set[str]] = {}
    for one in fields:
        if one.origin is not None:
            wanted.setdefault(one.origin.object, set()).add(one.origin.field)
    said = {name: _said(platform, name, names) for name, names in wanted.items()}
    return {
        one.name: said[one.origin.object][one.origin.field]
        for one in fields
        if one.origin is not None
    }


def _said(platform: Platform, object: str, names: set[str]) -> dict[str, str]:
    """These fields of a licence in clear, for its holder's own view."""
    (row,) = platform.store.rows("licences", {"id": object.partition(":")[2]})
    return opened_claims(platform, str(row["fields_file"]), names)
