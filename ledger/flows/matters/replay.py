"""Replay: a signed plan made again from what it says it saw, and compared byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from certs.canonical import Json, canonical
from ledger import tlog
from ledger.errors import Conflict, NotFound, Refused
from ledger.flows.door.index_reading import Read
from ledger.flows.matters.catalogue import catalogue_of
from ledger.flows.matters.gathering import gather_at
from ledger.log.statement import Statement, StatementInvalid, parse_time
from ledger.platform import Platform
from ledger.reuse.exemption import Plan


class PlanDiffers(Conflict):
    """The plan made again is another one; ``path`` names the first member that differs."""

    code = "plan.differs"


class NotReplayable(Refused):
    """The statement does not say what a replay needs: what it saw, when, under which catalogue."""

    code = "plan.not_replayable"


@dataclass(frozen=True, slots=True)
class Replayed:
    """``plan`` equals what entry ``entry`` says, to the byte."""

    entry: int
    plan: Plan


def replay_plan(platform: Platform, entry: int, read: Read | None = None) -> Replayed:
    """Make the plan of a ``plan.signed`` entry again. ``read`` opens entries (default: from the
    store). Raises NotFound for an entry that is none, NotReplayable, PlanDiffers, PastErased."""
    statement = read(entry) if read else tlog.read(platform, entry)
    if statement.kind != "plan.signed":
        raise NotFound("This entry is no plan.")
    said = cast(Mapping[str, Any], statement.body["plan"])
    size, at = _seen(statement, said, entry)
    case = str(statement.body["case"])
    try:
        catalogue = catalogue_of(platform, str(statement.body["catalogue"]))
    except (NotFound, ValueError) as error:
        raise NotReplayable("The catalogue that it was made from is not kept here.") from error
    made = gather_at(platform, case, size, at, catalogue, read).plan()
    again = made.to_json()
    if canonical(again) != canonical(dict(said)):
        path = first_difference(dict(said), again)
        raise PlanDiffers(f"The plan made again differs in {path}.", entry=entry, path=path)
    return Replayed(entry, made)


def _seen(statement: Statement, said: Any, entry: int) -> tuple[int, Any]:
    try:
        size, at = said["seen"], parse_time(said["at"])
    except (KeyError, TypeError, StatementInvalid) as error:
        raise NotReplayable("It does not say what it was made from.", entry=entry) from error
    if type(size) is not int or not 0 <= size <= entry:
        raise NotReplayable("It claims to have seen what came after it.", entry=entry)
    return size, at


def first_difference(one: Json, other: Json, path: str = "") -> str:
    """Path of the first member in which two JSON values differ, such as ``counts/asked``; empty
    where the values themselves do, or nothing does."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in sorted({*one, *other}):
            here = f"{path}/{name}" if path else str(name)
            if (name in one) != (name in other):
                return here
            if canonical(one[name]) != canonical(other[name]):
                return first_difference(one[name], other[name], here)
    if isinstance(one, list) and isinstance(other, list):
        for place, (mine, theirs) in enumerate(zip(one, other, strict=False)):
            if canonical(mine) != canonical(theirs):
                return first_difference(mine, theirs, f"{path}/{place}" if path else str(place))
        if len(one) != len(other):
            longer = min(len(one), len(other))
            return f"{path}/{longer}" if path else str(longer)
    return path
