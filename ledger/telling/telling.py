"""One sentence for a statement, in Chinese and in English, from the table ``sentences.json``.

Pure: what things are called comes from the caller's `Names`. A sentence names agencies, officers'
pseudonyms, kinds of papers and fields, reasons and times; no number, title or value of a paper.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Protocol, cast

from ledger.log.statement import Statement, parse_time
from ledger.reuse.documents import CHINA, Channel
from ledger.reuse.fitness_words import GRADES
from ledger.telling.refusals import REFUSALS

Pair = tuple[str, str]
"""The same in Chinese and in English."""

# Kinds whose sentence depends on a member of the body.
VARIANTS: Mapping[str, str] = MappingProxyType(
    {
        "assistance.answered": "outcome",
        "basis.stated": "sort",
        "case.closed": "outcome",
        "commitment.checked": "outcome",
        "delegation.granted": "sort",
        "dispute.settled": "outcome",
        "erasure.approved": "step",
        "flag.answered": "outcome",
        "licence.revoked": "legal_effect",
        "paper.demanded": "covered",
        "reminded": "sort",
    }
)
CHANNELS: Mapping[str, Pair] = MappingProxyType(
    {
        Channel.ONLINE: ("网上", "online"),
        Channel.COUNTER: ("窗口", "at the counter"),
        Channel.SMART: ("智能办", "smart handling"),
        Channel.KIOSK: ("自助终端", "at a kiosk"),
    }
)
LISTED = 6
"""So many papers are named in one sentence; the others are counted."""


class Names(Protocol):
    """What things are called; each answers the id itself for what it does not know."""

    def agency(self, id: str) -> Pair: ...

    def item(self, slug: str) -> Pair: ...

    def kind(self, kind: str) -> Pair:
        """Of ``licence:TYPE`` or ``material:KIND``."""
        ...

    def object(self, name: str) -> Pair:
        """Of ``licence:lic_…`` or ``material:mat_…``: what kind of paper it is."""
        ...

    def field(self, name: str) -> Pair:
        """Of a licence's field, a fact, or ``file``."""
        ...


@cache
def sentences() -> Mapping[str, Pair]:
    """(zh, en) templates by kind, or kind and variant."""
    data = files(__package__).joinpath("sentences.json").read_text("utf-8")
    table = cast(dict[str, list[str]], json.loads(data))
    return MappingProxyType({key: (zh, en) for key, (zh, en) in table.items()})


def tell(statement: Statement, names: Names) -> Pair:
    """What the statement says. A kind without a sentence answers its own name."""
    body = cast(Mapping[str, Any], statement.body)
    kind = statement.kind
    variant = VARIANTS.get(kind)
    key = f"{kind}.{body.get(variant)}" if variant else kind
    template = sentences().get(key) or sentences().get(kind)
    if template is None:
        return kind, kind
    words = _words(statement, body, names)
    zh = template[0].format_map({name: pair[0] for name, pair in words.items()})
    en = template[1].format_map({name: pair[1] for name, pair in words.items()})
    return _once_stopped(zh), _once_stopped(en)


def _words(statement: Statement, body: Mapping[str, Any], names: Names) -> dict[str, Pair]:
    found: dict[str, Pair] = {name: _plain(value) for name, value in body.items()}
    found["actor"] = names.agency(statement.actor)
    for member in ("agency", "asked", "owner", "to"):
        if isinstance(body.get(member), str):
            found[member] = names.agency(body[member])
    if isinstance(slug := body.get("service_item") or body.get("item"), str):
        found["item"] = names.item(slug)
    if (about := _about(body)) is not None:
        found["object"] = names.object(about)
    if isinstance(kind := body.get("kind"), str) and ":" in kind:
        found["kind"] = names.kind(kind)
    if statement.kind == "refused":
        found["code"] = REFUSALS.get(str(body.get("code")), found["code"])
    for member in ("until", "due"):
        if isinstance(body.get(member), str):
            found[member] = _day(body[member])
    if isinstance(channel := body.get("channel"), str):
        found["channel"] = CHANNELS.get(channel, (channel, channel))
    if isinstance(grade := body.get("grade"), str):
        found["grade"] = GRADES.get(grade, (grade, grade))
    if isinstance(items := body.get("items"), list):
        found["items"], found["count"] = _items(items, names), _plain(len(items))
    if isinstance(facts := body.get("facts"), list):
        found["facts"] = _joined([names.field(fact) for fact in facts])
    if isinstance(plan := body.get("plan"), dict):
        counts = plan.get("counts", {})
        found |= {name: _plain(counts.get(name)) for name in ("required", "reused", "asked")}
    found.setdefault("officer", _plain(None))
    found["named"] = _plain(body.get("name"))
    found["version"] = _plain(body.get("catalogue"))
    found["asked_for"] = ("其他机关", "another agency")
    return found


def _about(body: Mapping[str, Any]) -> str | None:
    if isinstance(body.get("object"), str):
        return str(body["object"])
    for sort in ("licence", "material"):
        if isinstance(body.get(sort), str):
            return f"{sort}:{body[sort]}"
    return None


def _items(items: list[Any], names: Names) -> Pair:
    named = []
    for item in items[:LISTED]:
        if not isinstance(item, dict) or "object" not in item:
            continue
        zh, en = names.object(str(item["object"]))
        fields = [names.field(name) for name in item["fields"] if name != "file"]
        if fields:
            inside = _joined(fields)
            zh, en = f"{zh}（{inside[0]}）", f"{en} ({inside[1]})"
        named.append((zh, en))
    zh, en = _joined(named)
    more = len(items) - LISTED
    return (f"{zh}等 {len(items)} 项", f"{en} and {more} more") if more > 0 else (zh, en)


def _joined(pairs: list[Pair]) -> Pair:
    return "、".join(zh for zh, _ in pairs), ", ".join(en for _, en in pairs)


def _plain(value: object) -> Pair:
    text = "—" if value is None else str(value)
    return text, text


def _day(text: str) -> Pair:
    day = parse_time(text).astimezone(CHINA).date().isoformat()
    return day, day


def _once_stopped(text: str) -> str:
    """A reason may end with its own full stop."""
    for twice, once in (("。。", "。"), ("..", "."), ("。.", "."), ("?.", "?")):
        text = text.replace(twice, once)
    return text
