"""What a change of a licence's status means in law: the one table of legal moves.

===========  =========  ====  ==================================  ===================
effect       in law     code  statement                           from
===========  =========  ====  ==================================  ===================
suspended    暂停       99    licence.suspended                   active
withheld     暂扣       02    licence.suspended                   active
restored     恢复       01    licence.restored                    suspended
void         撤销       03    licence.revoked                     active, suspended
withdrawn    撤回       99    licence.revoked                     active, suspended
penalty      吊销       07    licence.revoked                     active, suspended
cancelled    注销       04    licence.revoked                     active, suspended
lapsed       失效       05    licence.revoked                     active, suspended
transferred  迁出       06    licence.revoked                     active, suspended
(replaced)   换发       05    licence.superseded                  active
===========  =========  ====  ==================================  ===================

The code is the lifecycle code of the ministry's interface for electronic licences, which has no
code of its own for 暂停 and 撤回: they are 99, other, and the text that 99 requires is the law's
word. It follows from the effect, so that no statement can say both one and the other. Revoked and
superseded are ends, and ends are final: what a court or a review restores afterwards is a new
version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from certs.statuslist import Status
from ledger.reuse.documents import LegalEffect, State


class Code(StrEnum):
    """Lifecycle codes."""

    VALID = "01"
    WITHHELD = "02"
    ANNULLED = "03"
    CANCELLED = "04"
    LAPSED = "05"
    TRANSFERRED = "06"
    PENALTY = "07"
    OTHER = "99"


@dataclass(frozen=True, slots=True)
class Meaning:
    """``kind`` of the statement, the state after it, its code; ``text`` with code 99 only."""

    kind: str
    state: State
    code: Code
    text: str | None = None

    @property
    def lifecycle(self) -> dict[str, str | None]:
        """As a statement's body has it."""
        return {"code": self.code.value, "text": self.text}


SUSPENDED, RESTORED, REVOKED, SUPERSEDED = (
    "licence.suspended",
    "licence.restored",
    "licence.revoked",
    "licence.superseded",
)
MEANING: Mapping[LegalEffect, Meaning] = MappingProxyType(
    {
        LegalEffect.SUSPENDED: Meaning(SUSPENDED, State.SUSPENDED, Code.OTHER, "暂停"),
        LegalEffect.WITHHELD: Meaning(SUSPENDED, State.SUSPENDED, Code.WITHHELD),
        LegalEffect.RESTORED: Meaning(RESTORED, State.ACTIVE, Code.VALID),
        LegalEffect.VOID: Meaning(REVOKED, State.REVOKED, Code.ANNULLED),
        LegalEffect.WITHDRAWN: Meaning(REVOKED, State.REVOKED, Code.OTHER, "撤回"),
        LegalEffect.PENALTY: Meaning(REVOKED, State.REVOKED, Code.PENALTY),
        LegalEffect.CANCELLED: Meaning(REVOKED, State.REVOKED, Code.CANCELLED),
        LegalEffect.LAPSED: Meaning(REVOKED, State.REVOKED, Code.LAPSED),
        LegalEffect.TRANSFERRED: Meaning(REVOKED, State.REVOKED, Code.TRANSFERRED),
    }
)
REPLACED = Meaning(SUPERSEDED, State.SUPERSEDED, Code.LAPSED)
"""A newer version stands in its place: no authority decided, its own issuer issued anew."""
MEANINGS = (*MEANING.values(), REPLACED)
STATE_AFTER: Mapping[str, State] = MappingProxyType({one.kind: one.state for one in MEANINGS})
VALUE_OF: Mapping[State, Status] = MappingProxyType(
    {
        State.ACTIVE: Status.VALID,
        State.REVOKED: Status.INVALID,
        State.SUSPENDED: Status.SUSPENDED,
        State.SUPERSEDED: Status.SUPERSEDED,
    }
)
"""What the status list says of each state."""
_FROM: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        State.ACTIVE: frozenset((State.SUSPENDED, State.REVOKED, State.SUPERSEDED)),
        State.SUSPENDED: frozenset((State.ACTIVE, State.REVOKED)),
    }
)


def may_become(state: str, wanted: str) -> bool:
    """Whether a licence may go from one state to another."""
    return wanted in _FROM.get(state, frozenset())


def lifecycle_of(state: str) -> dict[str, str | None]:
    """The code of a state whose change is not on record: nothing changed it, or it was erased."""
    if state == State.ACTIVE:
        return {"code": Code.VALID.value, "text": None}
    if state == State.SUPERSEDED:
        return REPLACED.lifecycle
    return {"code": Code.OTHER.value, "text": state}


def effects_of(kind: str) -> tuple[LegalEffect, ...]:
    """What a statement of this kind may mean."""
    return tuple(effect for effect, meaning in MEANING.items() if meaning.kind == kind)
