"""Issue a licence: from fields to a logged entry.

Steps 1 to 5 of "issue → anchor → receipt"; the worker does the rest. One durable write, the
append; what went into the file store before it is an orphan at worst.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from ledger.errors import Conflict, LogBusy, Pushback, Stale
from ledger.flows.door.once import Once
from ledger.flows.door.rows import row_of
from ledger.flows.library.collect import CollectedLicence, collect_licence
from ledger.flows.library.files import forgotten_if_refused
from ledger.flows.library.issue_parts import (
    NotEntitled,
    Ready,
    draw_up,
    make_ready,
    page_of,
    require_entitled,
)
from ledger.flows.library.licence_parts import DRAWS, FieldsWrong, LicenceDraft, masked
from ledger.flows.library.predecessors import NotActive
from ledger.flows.library.status import publish_list
from ledger.platform import Platform
from ledger.tlog import Sequenced, sequence

__all__ = [
    "CollectedLicence", "FieldsWrong", "Issued", "LicenceDraft", "NotActive", "NotEntitled",
    "collect_licence", "issue_licence", "masked",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issued:
    """``layout``: the sealed file as handed to the holder (empty when collected)."""

    licence: str
    identifier: str
    entry: Sequenced
    layout: bytes
    credential: str


def issue_licence(
    platform: Platform, agency: str, draft: LicenceDraft, once: Once | None = None
) -> Issued:
    """Issue one licence. Raises NotEntitled, FieldsWrong, NotFound (type, subject, superseded
    licence), NotActive, DecisionMissing, DecisionNeedless, ReissuedAlready, layout and identifier
    errors of ``certs``, Pushback. Nothing is then half done; where the answer was lost, the same
    ``once`` tells whether the licence stands."""
    now = platform.now().replace(microsecond=0)
    require_entitled(platform, agency, draft.type, now)
    for _ in range(DRAWS):
        # 1 check, 2 credential; 3 page sealed, 4 encrypted, put, the CID compared with our own
        drawn = draw_up(platform, agency, draft, now)
        ready = make_ready(platform, drawn, page_of(drawn.page), once)
        try:
            entry = append(platform, ready)
        except Stale:  # the licence to supersede changed meanwhile
            raise
        except Conflict:  # another licence took the place in the list: draw again
            if once is not None and once.earlier(platform) is not None:
                raise
            continue
        if draft.supersedes is not None:
            with suppress(Pushback):  # else the worker publishes: the list is due
                old = row_of(platform, "licences", draft.supersedes)
                publish_list(platform, str(old["issuer"]))
        return Issued(ready.licence, ready.identifier, entry, ready.layout, ready.credential)
    raise LogBusy("No free place in the status list was found; try again.", retry_after=1)


def append(platform: Platform, ready: Ready) -> Sequenced:
    """5 append: durable and idempotent. Raises Conflict, Stale (its files are then forgotten),
    Pushback."""
    with forgotten_if_refused(platform, *ready.kept):
        (entry, *_) = sequence(platform, ready.drafts)
    return entry
