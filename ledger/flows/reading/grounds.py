"""What a release rests on, as the index has it now: a consent, or another basis.

A foreign ground looks like an absent one. The two differ in what is checked, guarded and shown;
what is done with them is the same (``ledger.flows.reading.release``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol, cast

from ledger import tlog
from ledger.consent.basis import ConsentAbsent, ConsentWithdrawn, check_release
from ledger.consent.delegation import Link
from ledger.consent.other_bases import BasisAbsent, BasisEnded, check_use
from ledger.errors import NotFound, Refused
from ledger.flows.door.powers import Row, bound_key, chain_for, powers_of, still_given
from ledger.flows.reading.basis_threads import basis_thread_key_of
from ledger.flows.reading.consent import thread_key_of
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.ports import BasisGround, ConsentGround, Expect, Head

Body = Mapping[str, Any]


class ConsentChanged(Refused):
    """Another use, a withdrawal or the end of a delegation came first; read the consent again."""

    code = "consent.changed"


class BasisChanged(Refused):
    """Another use or its end came first; read the basis again."""

    code = "basis.changed"


class Ground(Protocol):
    """``changed``: the refusal where a guard does not hold at the commit."""

    changed: type[Refused]

    @property
    def case(self) -> str: ...

    @property
    def subject(self) -> str: ...

    @property
    def thread_key(self) -> bytes: ...

    def check(self, body: Body) -> None:
        """That a release's body is covered now."""
        ...

    def require_standing(self) -> None:
        """That it was not ended."""
        ...

    def expects(self, n: int) -> tuple[Expect, ...]:
        """That the n-th use is the next, and nothing ended meanwhile."""
        ...

    def shown(self, head: Head) -> ConsentGround | BasisGround:
        """What the key store is shown, proven in ``head``."""
        ...


class _Row:
    """What both read of their row."""

    def __init__(self, platform: Platform, row: Row) -> None:
        self._platform, self._row = platform, row
        self.case, self.subject = str(row["case_id"]), str(row["subject"])
        self._index = cast(int, row["entry_index"])
        self._said: Statement = tlog.read(platform, self._index)

    @property
    def _uses(self) -> int:
        return cast(int, self._row["uses"])


@dataclass(frozen=True, slots=True)
class PastUse:
    """A release of an agency's own, whichever ground it had."""

    statement: Statement
    ground: Ground

    @property
    def subject(self) -> str:
        return self.ground.subject

    def require_standing(self) -> None:
        """That its ground was not ended since. Raises Refused ``consent.…``, ``basis.…``,
        ``delegation.…``."""
        self.ground.require_standing()


def use_of(platform: Platform, agency: str, release: str) -> PastUse:
    """A foreign release looks like an absent one. Raises NotFound."""
    for table, kind in (("releases", "released"), ("basis_uses", "basis.used")):
        rows = platform.store.rows(table, {"id": release, "agency": agency})
        if rows:
            statement = tlog.read(platform, cast(int, rows[0]["entry_index"]))
            return PastUse(statement, GROUNDS[kind](platform, agency, statement.body))
    raise NotFound("There is no such release.")


class Consented(_Row):
    """By the holder, or by a delegate whose power still stands."""

    changed: type[Refused] = ConsentChanged

    def __init__(self, platform: Platform, agency: str, body: Body) -> None:
        where = {"id": body["consent"], "agency": agency}
        rows = platform.store.rows("consents", where)
        if not rows:
            raise ConsentAbsent("There is no consent for this.")
        super().__init__(platform, rows[0])
        self.thread_key = thread_key_of(platform, str(rows[0]["id"]))
        self._item = str(self._said.body["service_item"])

    def check(self, body: Body) -> None:
        withdrawn = self._row["state"] == "withdrawn"
        check_release(body, self._said.body, withdrawn, self._uses, self._platform.now())
        self._chain()

    def require_standing(self) -> None:
        if self._row["state"] == "withdrawn":
            raise ConsentWithdrawn("The consent was withdrawn.")
        self._chain()

    def expects(self, n: int) -> tuple[Expect, ...]:
        guard = Expect("consents", {"id": self._row["id"]}, {"state": "granted", "uses": n - 1})
        return (guard, *still_given(self._chain()))

    def shown(self, head: Head) -> ConsentGround:
        platform = self._platform
        request = platform.store.rows("requests", {"id": self._row["request"]})
        if not request:
            raise NotFound("The request is gone.")
        granted = tlog.opening(platform, self._index, head.size)
        return ConsentGround(
            consent=granted,
            request=tlog.opening(platform, cast(int, request[0]["entry_index"]), head.size),
            holder_key=bound_key(platform, granted, head),
            powers=powers_of(platform, self.subject, self._said.actor, self._item, head),
        )

    def _chain(self) -> tuple[Link, ...]:
        actor = self._said.actor
        if actor == self.subject:
            return ()
        return chain_for(self._platform, self.subject, actor, self._item)


class Based(_Row):
    """On another granted basis."""

    changed: type[Refused] = BasisChanged

    def __init__(self, platform: Platform, agency: str, body: Body) -> None:
        rows = platform.store.rows("bases", {"id": body["basis"], "agency": agency})
        if not rows:
            raise BasisAbsent("There is no such basis.")
        super().__init__(platform, rows[0])
        self.thread_key = basis_thread_key_of(platform, str(rows[0]["id"]))

    def check(self, body: Body) -> None:
        ended = self._row["state"] == "ended"
        check_use(body, self._said.body, ended, self._uses, self._platform.now())

    def require_standing(self) -> None:
        if self._row["state"] == "ended":
            raise BasisEnded("The basis was ended.")

    def expects(self, n: int) -> tuple[Expect, ...]:
        return (Expect("bases", {"id": self._row["id"]}, {"state": "stated", "uses": n - 1}),)

    def shown(self, head: Head) -> BasisGround:
        return BasisGround(tlog.opening(self._platform, self._index, head.size))


GROUNDS: Mapping[str, Callable[[Platform, str, Body], Ground]] = MappingProxyType(
    {"released": Consented, "basis.used": Based}
)
"""By the kind of the statement that uses them."""
