"""How a run ends: its measured report is written, and what it claims must have come out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ledger.errors import LedgerError


class NotShown(LedgerError):
    """Something that the demo claims did not come out; ``missed`` names it."""

    code = "demo.not_shown"


def insist(missed: Sequence[str]) -> None:
    """Raises NotShown if anything was missed."""
    if missed:
        raise NotShown(f"The demo did not show: {', '.join(missed)}.", missed=tuple(missed))


def failing(claims: Mapping[str, bool]) -> list[str]:
    """Names of the claims that do not hold."""
    return [name for name, holds in claims.items() if not holds]


def write_report(report: Mapping[str, object], to: Path | None) -> None:
    """As JSON, if the file was asked for."""
    if to is not None:
        to.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", "utf-8")
