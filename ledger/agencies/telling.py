"""One sentence, in Chinese and English, for a change that is proposed and for one that was made,
from the table ``sentences.json``. Pure: what things are called comes from the caller's `Names`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, cast

from ledger.agencies.changes import NAMES
from ledger.catalogue.terms import BasisSort
from ledger.log.statement import format_time
from ledger.ports import governance as port

Pair = tuple[str, str]
"""The same in Chinese and in English."""
SORTS: Mapping[str, Pair] = {
    "attended": ("当面办理", "attended"),
    "statutory": ("法定职责", "statutory duty"),
    "assistance": ("行政协助", "assistance"),
    "emergency": ("紧急情况", "emergency"),
}
GRAVITIES: Mapping[str, Pair] = {
    "ordinary": ("一般事项", "ordinary"),
    "grave": ("重大事项", "grave"),
    "constitutional": ("章程事项", "constitutional"),
}
CHOICES: tuple[Pair, ...] = (("", ""), ("赞成", "yes"), ("反对", "no"), ("弃权", "to abstain"))
STAGES: Mapping[str, Pair] = {
    "voting": ("表决中", "voting"),
    "rejected": ("未通过", "rejected"),
    "waiting": ("已通过，等待执行期", "passed, waiting"),
    "ready": ("可以执行", "ready to be carried out"),
    "executed": ("已执行", "carried out"),
    "withdrawn": ("已撤回", "withdrawn"),
    "expired": ("已过期", "expired"),
}
_BODIES = frozenset(("agency", "body", "successor", "member", "proposer", "to"))
_NOBODY = ("无人", "nobody")
_USERS: Mapping[bool, Pair] = {
    False: ("政府部门", "government"),
    True: ("社会用户", "social user"),
}
_ZERO = "0x" + "00" * 32
_SHORT = 10
"""Characters of an id in hex that a sentence shows."""


class Names(Protocol):
    """What things are called; each answers the id itself for what it does not know."""

    def agency(self, id: str) -> Pair: ...

    def item(self, slug: str) -> Pair: ...

    def kind(self, kind: str) -> Pair:
        """Of ``licence:TYPE`` or ``material:KIND``."""
        ...


@cache
def table(section: str) -> Mapping[str, list[str]]:
    """``actions`` by kind, ``events`` by name."""
    text = files(__package__).joinpath("sentences.json").read_text("utf-8")
    return cast(dict[str, dict[str, list[str]]], json.loads(text))[section]


def told_action(action: port.Action, names: Names) -> Pair:
    """What the action would do."""
    values = {field.name: getattr(action, field.name) for field in fields(action)}
    if isinstance(action, port.SetRule):
        values |= _rule(action.rule)
    if isinstance(action, port.Admit):
        values["id"] = action.agency
        values["sort"] = _USERS[action.social]
    if isinstance(action, port.OpenLog | port.SetAttesters):
        values["count"] = len(action.attesters)
    if "valid_from" in values:
        values["period"] = _period(values["valid_from"], values["valid_to"])
    for name in ("end", "until", "at"):
        if name in values and not isinstance(action, port.CompromiseKey):
            values[name] = _when(name, values[name])
    return _filled(table("actions")[NAMES[type(action)]], values, names)


def told_event(name: str, values: Mapping[str, Any], names: Names) -> Pair:
    """What happened; the event's name where no sentence is known for it."""
    given = dict(values)
    if name == "AgencyEnded":
        name += ".dissolved" if given["ending"] == 1 else ".expelled"
    sentence = table("events").get(name)
    if sentence is None:
        return name, name
    if "validFrom" in given:
        given["period"] = _period(_moment(given["validFrom"]), _moment(given["validTo"]))
    if "until" in given:
        given["until"] = _when("until", _moment(given["until"]))
    for time in ("endedAt", "compromisedAt", "votingEnds", "executableAt"):
        if time in given:
            given[time] = _moment(given[time])
    if name == "AgencyAdmitted":
        given["id"] = given["agency"]
        given["kind"] = _USERS[given["kind"] != 1]
    if "sort" in given:
        given["sort"] = tuple(BasisSort)[given["sort"] - 1]
    if "gravity" in given:
        given["gravity"] = tuple(port.Gravity)[given["gravity"]]
    if "choice" in given:
        given["choice"] = CHOICES[given["choice"]]
    return _filled(sentence, given, names)


def _filled(sentence: list[str], values: Mapping[str, Any], names: Names) -> Pair:
    pairs = {name: _called(name, value, names) for name, value in values.items()}
    zh, en = sentence
    return (
        zh.format(**{name: pair[0] for name, pair in pairs.items()}),
        en.format(**{name: pair[1] for name, pair in pairs.items()}),
    )


def _called(name: str, value: Any, names: Names) -> Pair:
    if value in (_ZERO, bytes(32)):
        value = ""
    match value:
        case (str(), str()):
            return cast(Pair, value)
        case datetime():
            return _both(format_time(value))
        case bytes():
            return _both("0x" + value.hex()[:_SHORT] + "…")
        case "" if name in _BODIES:
            return _NOBODY
        case str() if name in _BODIES and not value.startswith("0x"):
            return names.agency(value)
        case str() if name in ("licence_type", "licenceType"):
            return names.kind(f"licence:{value}") if value else ("所有证照", "every licence")
        case str() if name == "kind":
            return names.kind(value)
        case str() if name == "item":
            return names.item(value)
        case str() if name in ("sort", "gravity"):
            return {**SORTS, **GRAVITIES}[str(value)]
        case int() if name == "region":
            return _both(str(value)) if value else ("任何地区", "any region")
        case str() if value.startswith("0x") and len(value) == 66:
            return _both(value[: 2 + _SHORT] + "…")
    return _both(str(value))


def _both(text: str) -> Pair:
    return text, text


def _moment(time: int) -> datetime | None:
    """Of Unix seconds; None for 0, which is open."""
    return datetime.fromtimestamp(time, UTC) if time else None


def _period(begin: datetime | None, end: datetime | None) -> Pair:
    zh = "即日起" if begin is None else f"自 {format_time(begin)} 起"
    en = "from now on" if begin is None else f"from {format_time(begin)}"
    if end is None:
        return zh + "长期有效", en
    return f"{zh}至 {format_time(end)}", f"{en} to {format_time(end)}"


def _when(name: str, at: datetime | None) -> Pair:
    if name == "until":
        if at is None:
            return "直到恢复", "until it is reinstated"
        return f"到 {format_time(at)}", f"until {format_time(at)}"
    if at is None:
        return "即时", "at once"
    return f"{format_time(at)} ", f"at {format_time(at)}"


def _rule(rule: port.Rule) -> dict[str, str]:
    return {
        "quorum": f"{rule.quorum / 100:g}",
        "passing": f"{rule.passing / 100:g}",
        "voting": f"{rule.voting_period / 86_400:g}",
        "delay": f"{rule.delay / 86_400:g}",
    }
