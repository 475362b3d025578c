"""The built-in catalogue, as data: JSON files that ``ledger.catalogue.file`` reads and checks.

All credit codes in it are synthetic: their check characters hold, their region is nobody's.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from ledger.catalogue.catalogue import Catalogue
from ledger.catalogue.file import parse_catalogue


def catalogue_documents() -> dict[str, bytes]:
    """The data files by name."""
    folder = files(__name__)
    return {
        entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name.endswith(".json")
    }


@cache
def built_in_catalogue() -> Catalogue:
    """The checked catalogue that comes with the product."""
    return parse_catalogue(catalogue_documents())
