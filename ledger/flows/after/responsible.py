"""Which agency answers for what others rely on: who issued it, took it in, read or settled it."""

from __future__ import annotations

from ledger import tlog
from ledger.flows.door.duty import body_of_licence
from ledger.log.records import RecordErased
from ledger.platform import Platform
from ledger.ports import Scalar

_COLUMN_OF = {
    "commitment": ("commitments", "agency"),
    "basis": ("bases", "agency"),
    "release": ("reads", "agency"),
}


def responsible(platform: Platform, about: str) -> str | None:
    """The agency that answers for ``about`` (such as ``licence:lic_…``): a licence's issuer, or who
    followed it; for a material whoever took it in, for a case or without one; None where nobody
    does."""
    sort, _, identity = about.partition(":")
    if sort == "material":
        return _taker(platform, identity)
    if sort == "licence":
        found = platform.store.rows("licences", {"id": identity})
        return (body_of_licence(platform, found[0]) or None) if found else None
    if sort not in _COLUMN_OF:
        return None
    table, column = _COLUMN_OF[sort]
    rows = platform.store.rows(table, {"id": identity})
    return str(rows[0][column]) if rows else None


def _taker(platform: Platform, material: str) -> str | None:
    rows = platform.store.rows("materials", {"id": material})
    if not rows:
        return None
    if (case := _case(platform, rows[0]["case_id"])) is not None:
        return case
    index = rows[0]["entry_index"]
    try:
        actor = tlog.read(platform, index).actor if isinstance(index, int) else None
    except RecordErased:
        return None
    return actor if actor in platform.catalogue.agencies else None


def _case(platform: Platform, case: Scalar) -> str | None:
    rows = platform.store.rows("cases", {"id": case}) if case is not None else []
    return str(rows[0]["agency"]) if rows else None
