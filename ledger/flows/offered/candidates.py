"""Candidates for a service that nobody applies for (免申即享): pushed by a bank or an agency, kept
beside the log until the item's agency has looked at them.

Who pushed learns how many were offered it, in fives, never who, and not whether one is known here.
Nothing personal is kept in clear: a candidate is a subject's surrogate, its reference lies sealed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ledger.catalogue.catalogue import ServiceItem
from ledger.errors import Refused, Stale
from ledger.flows.door.edge_rows import with_seal
from ledger.flows.door.subjects import find_subject
from ledger.log.records import open_small, seal_small
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.ports import Expect, Row, Scalar

STEP = 5
"""Counts are told in whole steps: one more, or one fewer, would speak of a single firm."""
PURPOSE = "benefit reference"
_PAGE = 500


class NotProactive(Refused):
    """Nobody is offered this item without asking."""

    code = "benefit.not_proactive"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whom a benefit may be due, by legal identifier; ``reference``: of the matter, such as a
    loan's."""

    scheme: str
    value: str
    reference: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What the pusher learns, each rounded down to whole steps."""

    offered: int
    confirmed: int


def proactive_item(platform: Platform, item: str) -> ServiceItem:
    """Raises Unknown, NotProactive."""
    found = platform.catalogue.item(item)
    if not found.proactive:
        raise NotProactive("Nobody is offered this item without asking.", item=item)
    return found


def push_candidates(
    platform: Platform, agency: str, item: str, candidates: Sequence[Candidate]
) -> int:
    """Keep candidates that ``agency`` names; how many it named. Whether each is known here is not
    told. One who waits, or whose offer is open, is not kept twice. Raises NotProactive."""
    proactive_item(platform, item)
    for one in candidates:
        subject = find_subject(platform, one.scheme, one.value)
        if subject is not None:
            _keep(platform, agency, item, subject, one.reference)
    return len(candidates)


def _keep(platform: Platform, agency: str, item: str, subject: str, reference: str) -> None:
    key: dict[str, Scalar] = {"item": item, "subject": subject}
    before = platform.store.rows("benefit_candidates", key)
    if before and (before[0]["state"] == "waiting" or open_offer(platform, item, subject)):
        return
    sealed, wrapped = seal_small(
        reference.encode(), f"{PURPOSE}/{item}/{subject}", platform.record_key, platform.randomness
    )
    values: dict[str, Scalar] = {
        **key,
        "pushed_by": agency,
        "state": "waiting",
        "pushed_at": format_time(platform.now()),
        "sealed": sealed,
        "sealed_key": wrapped,
    }
    guards = [Expect("benefit_candidates", key, {"seal": before[0]["seal"]})] if before else []
    row = with_seal(platform, Row("benefit_candidates", values, mode="put"))
    try:
        platform.store.write([row], guards)
    except Stale:  # another push, or the agency's look, came first
        return


def open_offer(platform: Platform, item: str, subject: str) -> bool:
    """Whether an offer of this item waits for the subject's word."""
    now = format_time(platform.now())
    rows = platform.store.rows("offers", {"subject": subject, "state": "open"})
    return any(row["item"] == item and str(row["until"]) > now for row in rows)


def waiting(platform: Platform, item: str) -> Iterator[Mapping[str, Scalar]]:
    """Rows of the candidates that nobody has looked at yet, as they are when read."""
    after: Scalar = None
    while page := platform.store.rows(
        "benefit_candidates", {"item": item, "state": "waiting"}, after=after, limit=_PAGE
    ):
        yield from page
        after = page[-1]["subject"]


def looked_at(platform: Platform, row: Mapping[str, Scalar], state: str) -> Row:
    """The candidate's row after a look: ``offered`` or ``ineligible``."""
    values = {name: value for name, value in row.items() if name != "seal"}
    return with_seal(platform, Row("benefit_candidates", values | {"state": state}, mode="put"))


def still_waiting(row: Mapping[str, Scalar]) -> Expect:
    """The guard of the commit that looks at a candidate."""
    key = {"item": row["item"], "subject": row["subject"]}
    return Expect("benefit_candidates", key, {"state": "waiting", "seal": row["seal"]})


def reference_of(platform: Platform, item: str, subject: str) -> str | None:
    """The matter that a candidate was named with; None for who was never named."""
    rows = platform.store.rows("benefit_candidates", {"item": item, "subject": subject})
    if not rows:
        return None
    sealed, wrapped = cast(bytes, rows[0]["sealed"]), cast(bytes, rows[0]["sealed_key"])
    purpose = f"{PURPOSE}/{item}/{subject}"
    return open_small(sealed, wrapped, purpose, platform.record_key).decode()


def counts_for(platform: Platform, agency: str, item: str) -> Counts:
    """How many of the candidates that ``agency`` named were offered the item, and confirmed."""
    proactive_item(platform, item)
    where: dict[str, Scalar] = {"item": item, "pushed_by": agency}
    states = platform.store.tally("benefit_candidates", ("state",), where)
    by_state = {str(state): count for (state,), count in states}
    confirmed = by_state.get("confirmed", 0)
    return Counts(_steps(by_state.get("offered", 0) + confirmed), _steps(confirmed))


def _steps(count: int) -> int:
    return count - count % STEP
