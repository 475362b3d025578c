"""What a new version of a licence does to the one before it, in the same commit.

A licence in force is superseded. One that has ended stays ended: its new version stands beside it
by a decision of a court or a review, which the log names, and there is only one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from certs.canonical import Json
from ledger.errors import Refused
from ledger.flows.door.statements import own_statement
from ledger.flows.library.status import due
from ledger.index import names_of, rows_of
from ledger.platform import Platform
from ledger.ports import Expect, Scalar
from ledger.reuse.documents import State
from ledger.status.lifecycle import REPLACED, VALUE_OF
from ledger.tlog import Draft


class NotActive(Refused):
    """The licence to be superseded is not in force; ``state`` says what it is."""

    code = "licence.not_active"


class DecisionMissing(NotActive):
    """What has ended gets a new version by a decision only, and none was named."""

    code = "licence.decision_missing"


class DecisionNeedless(Refused):
    """A decision was named, and there is nothing ended that it could restore."""

    code = "licence.decision_needless"


class ReissuedAlready(NotActive):
    """A decision gave it a new version before; that one is to be replaced."""

    code = "licence.reissued"


def require_replaceable(
    platform: Platform, row: Mapping[str, Scalar] | None, decision: str | None
) -> None:
    """Raises NotActive, DecisionMissing, DecisionNeedless, ReissuedAlready. ``row`` of the licence
    before, None where there is none."""
    state = None if row is None else row["state"]
    if state != State.REVOKED and decision is not None:
        raise DecisionNeedless("A decision restores what has ended; this has not.", state=state)
    if row is None or state == State.ACTIVE:
        return
    if state != State.REVOKED:
        raise NotActive("Only a licence in force is superseded.", state=state)
    if decision is None:
        raise DecisionMissing("What has ended gets a new version by a decision only.", state=state)
    if platform.store.rows("reissues", {"predecessor": row["id"]}):
        raise ReissuedAlready("It has its new version already.", state=state)


def followed(
    platform: Platform,
    agency: str,
    row: Mapping[str, Scalar] | None,
    decision: str | None,
    successor: str,
) -> list[Draft]:
    """What is stated of the licence before: that it was replaced, or issued anew by a decision."""
    if row is None:
        return []
    place: dict[str, Json] = {
        "uri": str(row["status_uri"]),
        "index": cast(int, row["status_index"]),
        "value": VALUE_OF[REPLACED.state].value,
    }
    body: dict[str, Json] = {"licence": str(row["id"]), "successor": successor}
    if decision is None:
        body |= {"lifecycle": dict[str, Json](REPLACED.lifecycle), "status": place}
    else:
        body["decision"] = decision
    kind = REPLACED.kind if decision is None else "licence.reissued"
    prev = cast(int, row["entry_index"])
    envelope, statement = own_statement(platform, agency, kind, body, prev=prev)
    rows = rows_of(statement)
    if decision is None:
        rows += (due(str(row["status_uri"]), platform.now()),)
    return [Draft(envelope, statement, names_of(statement), rows)]


def still_as_read(row: Mapping[str, Scalar] | None) -> tuple[Expect, ...]:
    """The guard of a commit that follows the licence."""
    if row is None:
        return ()
    return (Expect("licences", {"id": row["id"]}, {"state": row["state"]}),)
