"""A catalogue after another: what was published stays, what is new takes force on days to come.

Cases keep the version of their item that was in force on the day they were opened, and plans are
made again years later; so a published version never changes and never goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ledger.catalogue.catalogue import Catalogue
from ledger.catalogue.file import HEAD, open_file, places_of, version_order
from ledger.catalogue.node import CatalogueInvalid, Node

_STAYING = ("agencies", "licence_types", "material_kinds", "facts", "commitments")


class NotNewer(CatalogueInvalid):
    """Another catalogue of this version, or of a later one, was published before."""

    code = "catalogue.not_newer"


class VersionChanged(CatalogueInvalid):
    """A version of an item that was published before is another now, or is gone."""

    code = "catalogue.version_changed"


class NameGone(CatalogueInvalid):
    """A name that papers, cases or entries may bear is in the catalogue no longer."""

    code = "catalogue.name_gone"


class TooSoon(CatalogueInvalid):
    """It would be in force on a day that has begun, or before the catalogue that it follows."""

    code = "catalogue.too_soon"


def check_succession(
    before: Catalogue, after: Catalogue, files: Mapping[str, bytes], today: date
) -> None:
    """Whether ``after``, read from ``files``, may follow ``before``, the newest that was published,
    today (the day in China). Raises NotNewer, VersionChanged, NameGone, TooSoon, each with file and
    line."""
    head = open_file(files, HEAD)
    if version_order(after.version) <= version_order(before.version):
        why = f"version {before.version} was published before"
        raise _refusal(NotNewer, head["version"], why)
    if after.effective_from < max(before.effective_from, today):
        why = f"in force from {max(before.effective_from, today)} at the earliest"
        raise _refusal(TooSoon, head["effective_from"], why)
    for table in _STAYING:
        gone = sorted(getattr(before, table).keys() - getattr(after, table).keys())
        if gone:
            place = open_file(files, f"{table}.json")[table]
            raise _refusal(NameGone, place, f"{gone[0]} was published and stays")
    _check_versions(before, after, files, head, today)


def _check_versions(
    before: Catalogue, after: Catalogue, files: Mapping[str, bytes], head: Node, today: date
) -> None:
    places = places_of(files)
    for (slug, version), item in before.item_versions.items():
        again = after.item_versions.get((slug, version))
        if again is None:
            why = f"version {version} of {slug} was published and stays"
            raise _refusal(VersionChanged, head["items"], why)
        if again != item:
            why = (
                f"version {version} of {slug} was published and never changes; a change of it, or "
                f"of what it shares, is version {version + 1}"
            )
            raise _refusal(VersionChanged, places[slug, version], why)
    for (slug, version), item in after.item_versions.items():
        fresh = (slug, version) not in before.item_versions and slug in before.items
        if fresh and item.effective_from is not None and item.effective_from <= today:
            place = places[slug, version]["effective_from"]
            raise _refusal(TooSoon, place, f"today is {today}; cases opened today keep theirs")


def _refusal(sort: type[CatalogueInvalid], node: Node, why: str) -> CatalogueInvalid:
    error = node.invalid(why)
    return sort(str(error), **error.values)
