"""What a rule of fitness looks at, and what it may say.

A rule answers None where it holds or does not concern the paper, else (unfit or cannot tell, code,
facts). What it compares with is declared by the catalogue: of the kind, of the evidence, of the
service items that changed something since.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ledger.catalogue.catalogue import (
    Catalogue,
    MaterialKind,
)
from ledger.catalogue.evidence import MaterialEvidence, Paper
from ledger.reuse.case import Case, handed_in
from ledger.reuse.documents import Held, Licence, Material, State, day


class Outcome(StrEnum):
    """What a rule, and all of them together, may say."""

    FIT = "fit"
    UNFIT = "unfit"
    CANNOT_TELL = "cannot_tell"


Finding = tuple[Outcome, str, dict[str, str]]
UNFIT, CANNOT = Outcome.UNFIT, Outcome.CANNOT_TELL
STATES = {
    State.SUSPENDED: (UNFIT, "status_suspended"),
    State.REVOKED: (UNFIT, "status_revoked"),
    State.WITHDRAWN: (UNFIT, "status_withdrawn"),
    State.SUPERSEDED: (UNFIT, "superseded"),
    State.DISPUTED: (CANNOT, "status_disputed"),
    State.UNKNOWN: (CANNOT, "status_unknown"),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One paper, what it is wanted as, for which case, under which catalogue, when."""

    held: Held
    wanted: Paper
    case: Case
    catalogue: Catalogue
    at: datetime

    @property
    def here(self) -> bool:
        """Handed in for this very case."""
        return handed_in(self.held, self.case)

    @property
    def material(self) -> tuple[Material, MaterialEvidence, MaterialKind]:
        """The paper as a material, with what is asked of it and its kind."""
        assert isinstance(self.held, Material) and isinstance(self.wanted, MaterialEvidence)
        return self.held, self.wanted, self.catalogue.material_kind(self.held.kind)

    @property
    def since(self) -> date:
        """The day on which somebody last saw the original, else when it came in."""
        held = self.held
        if isinstance(held, Licence):
            return day(held.recorded_at)
        return day(held.checked_at or held.deposited_at)


Rule = Callable[[Judged], Finding | None]
