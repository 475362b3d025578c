"""How a run ends: exit codes, and an error as one sentence with its code.

 0 done, passed · 1 failed · 2 indeterminate · 64 wrong use · 69 an engine is away · 70 our bug
75 accepted but pending · 130 interrupted
"""

from __future__ import annotations

import json
from typing import TextIO

from api.cli.words import Language, error_sentence
from certs.errors import Coded

DONE, FAILED, INDETERMINATE = 0, 1, 2
USAGE, AWAY, BUG, PENDING, INTERRUPTED = 64, 69, 70, 75, 130

_AWAY = ("chain.engine_missing",)
_USAGE = ("usage",)


class UsageWrong(Coded):
    """The command was given something that it does not take."""

    code = "usage"


class FileUnreadable(Coded):
    """A file of the user's that cannot be read or written; ``path``."""

    code = "file"


class Internal(Coded):
    """A bug of ours."""

    code = "internal"


def exit_code_of(error: Coded) -> int:
    """By code, then by what the error is: whoever can come back later has ``retry_after``."""
    if error.code in _USAGE:
        return USAGE
    if error.code == Internal.code:
        return BUG
    if error.code in _AWAY or isinstance(error.values.get("retry_after"), int):
        return AWAY
    return INDETERMINATE if error.code == "trust.unpinned" else FAILED


def tell(error: Coded, language: Language, *, as_json: bool, to: TextIO) -> None:
    """One line on ``to``: ``mianti: CODE: sentence``, or the same as JSON."""
    sentence = " ".join(error_sentence(language, error.code, str(error), error.values).split())
    if as_json:
        told: dict[str, object] = {"error": error.code, "message": sentence}
        if error.code.startswith("chain.") and error.values:
            told["values"] = error.values
        line = json.dumps(told, ensure_ascii=False, default=str)
    else:
        line = f"mianti: {error.code}: {sentence}"
    print(line, file=to)
