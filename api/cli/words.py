"""What the command line says, in Chinese and English: one table, ``words.json``.

Sections: ``help`` by command path, ``options`` by name (``command.name`` stands before ``name``),
``examples`` by command path (one text for both), ``said`` by key, ``errors`` by code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

Language = Literal["zh", "en"]
Pair = list[str]


@cache
def table(section: str) -> Mapping[str, Any]:
    """One section of the table."""
    data = files(__package__).joinpath("words.json").read_text("utf-8")
    return cast(dict[str, dict[str, Any]], json.loads(data))[section]


def pick(language: Language, zh: str, en: str) -> str:
    return zh if language == "zh" else en


def said(language: Language, key: str, **values: object) -> str:
    """A sentence with its values. Raises KeyError for a key that the table lacks."""
    zh, en = table("said")[key]
    return pick(language, zh, en).format(**values)


WITH_FACTS = frozenset(
    (
        "file", "usage", "data", "document", "demo", "catalogue.invalid", "catalogue.not_newer",
        "catalogue.version_changed", "catalogue.name_gone", "catalogue.too_soon", "licence.fields",
        "status_list",
    )
)  # fmt: skip


def error_sentence(
    language: Language, code: str, own: str, values: Mapping[str, object] | None = None
) -> str:
    """The sentence of an error, filled with its ``values``: the table's by code or by the code's
    family, in Chinese only where there is one; else ``own``, which the error brought along in
    English."""
    pair = table("errors").get(code) or table("errors").get(code.partition(".")[0] + ".*")
    if pair is None:
        return own
    try:
        pair = [text.format(**values or {}) for text in pair]
    except KeyError:  # an error of this code that lacks them
        return own
    if language == "zh" and own and {code, code.partition(".")[0]} & WITH_FACTS:
        return f"{pair[0]}（{own}）"  # which file, option or folder stands only there
    return pick(language, pair[0], own or pair[1])


def language_of(environment: Mapping[str, str]) -> Language:
    """From LC_ALL, LC_MESSAGES or LANG, as gettext orders them; English where none is Chinese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
