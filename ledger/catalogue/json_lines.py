"""The line of a value in JSON text, so that a refusal can point at it."""

from __future__ import annotations

import json
from collections.abc import Sequence

_DECODER = json.JSONDecoder()
_SPACE = " \t\n\r"


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Line (from 1) where the value at ``path`` begins in ``text``, which must be valid JSON.

    Where the path leads to nothing, the line of the last value that it did lead to.
    """
    position = _skip(text, 0)
    for step in path:
        found = _child(text, position, step)
        if found is None:
            break
        position = found
    return text.count("\n", 0, position) + 1


def _child(text: str, start: int, step: str | int) -> int | None:
    opening = text[start]
    if opening not in "{[":
        return None
    position, index = _skip(text, start + 1), 0
    while text[position] not in "}]":
        name: str | int = index
        if opening == "{":
            name, position = _DECODER.raw_decode(text, position)
            position = _skip(text, _skip(text, position) + 1)
        if name == step:
            return position
        _, position = _DECODER.raw_decode(text, position)
        position = _skip(text, position)
        if text[position] == ",":
            position = _skip(text, position + 1)
        index += 1
    return None


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in _SPACE:
        position += 1
    return position
