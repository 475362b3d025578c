"""Which entries speak of a paper itself, and so go with it. Pure.

Requests, consents, withdrawals, releases, bases, plans, copies and refusals stay: they name ids and
fields, never a value, and without them an erasure could hide an unlawful read. So does the
erasure's own course.
"""

from __future__ import annotations

BROUGHT_IN = frozenset(("licence.issued", "licence.collected", "material.deposited"))
"""What brought a paper in: the one entry of it, not of a later paper that names it."""
DESCRIBING = frozenset(
    (
        "licence.suspended",
        "licence.restored",
        "licence.revoked",
        "licence.superseded",
        "licence.reissued",
        "material.checked",
        "disputed",
        "dispute.settled",
    )
)


def goes(kind: str, index: int, filed_at: int) -> bool:
    """Whether an entry found under the paper's name goes with it; ``filed_at`` is the index of the
    entry that brought it in."""
    return kind in DESCRIBING or (kind in BROUGHT_IN and index == filed_at)
