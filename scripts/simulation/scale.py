"""How large a city is lived through, for how long, from which seed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """``check``: whether fsck reads everything at the end, too."""

    subjects: int
    years: int
    seed: int
    check: bool = True
