"""One row of the index by its id."""

from __future__ import annotations

from ledger.errors import NotFound
from ledger.platform import Platform
from ledger.ports import Scalar


def row_of(
    platform: Platform, table: str, identity: str, thing: str = "thing", **where: Scalar
) -> dict[str, Scalar]:
    """The row of this id that also has the other values; ``thing`` is what is not there if none
    has. Raises NotFound, the same for what is not there and for what is another's."""
    rows = platform.store.rows(table, {"id": identity, **where})
    if not rows:
        raise NotFound(f"There is no such {thing}.")
    return rows[0]
