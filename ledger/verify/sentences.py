"""Plain sentences for the codes of checks, in Chinese and English: one table, ``sentences.json``.

A code without a line of its own has its family's (the part before the dot). ``{name}`` in a
sentence stands for a fact of the check.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import cast


@cache
def sentences() -> Mapping[str, tuple[str, str]]:
    """(zh, en) by code."""
    data = files(__package__).joinpath("sentences.json").read_text("utf-8")
    table = cast(dict[str, list[str]], json.loads(data))
    return MappingProxyType({code: (zh, en) for code, (zh, en) in table.items()})


def sentence(code: str, facts: Mapping[str, str] = MappingProxyType({})) -> tuple[str, str]:
    """(zh, en) of a code; a code that nobody knows says just that."""
    zh, en = _template(code)
    if "{" not in en:
        return zh, en
    shown = defaultdict(lambda: "?", facts)
    return zh.format_map(shown), en.format_map(shown)


@cache
def _template(code: str) -> tuple[str, str]:
    table = sentences()
    found = table.get(code) or table.get(code.partition(".")[0])
    return found or table["unknown"]
