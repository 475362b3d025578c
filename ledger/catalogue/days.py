"""The calendar of a catalogue: public holidays, and weekend days that are worked instead (调休)."""

from __future__ import annotations

from datetime import date

from ledger.catalogue.node import Node
from ledger.reuse.working_days import Calendar, is_working_day


def read_calendar(head: Node) -> Calendar:
    """Days with their names. A day that would be free, or worked, in any case is refused: it is
    more likely a slip of the pen than a rule."""
    head.members("holidays", "worked")
    holidays, worked = _days(head["holidays"]), _days(head["worked"])
    for day, node in holidays.items():
        if not is_working_day(day):
            raise node.invalid(f"{day} is a weekend day and free already")
    for day, node in worked.items():
        if is_working_day(day):
            raise node.invalid(f"{day} is no weekend day and worked already")
    return Calendar(frozenset(holidays), frozenset(worked))


def _days(head: Node) -> dict[date, Node]:
    found = {}
    for text, node in head.entries():
        node.pair()
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise node.invalid(f"{text!r} is no calendar day") from error
        if day.isoformat() != text:
            raise node.invalid(f"{text!r} is no calendar day")
        found[day] = node
    return found
