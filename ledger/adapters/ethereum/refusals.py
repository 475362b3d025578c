"""The one table from a contract's error to the class that is raised for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from ledger.adapters.ethereum import (
    refused_agencies,
    refused_governance,
    refused_heads,
    refused_votes,
)
from ledger.adapters.ethereum.contracts import CONTRACTS, ErrorKind, contract, text_of
from ledger.adapters.ethereum.refused import ChainRefused

REFUSALS: Mapping[str, type[ChainRefused]] = {
    name: kind
    for room in (refused_governance, refused_votes, refused_agencies, refused_heads)
    for name, kind in vars(room).items()
    if isinstance(kind, type) and issubclass(kind, ChainRefused) and kind is not ChainRefused
}
"""By the error's name in the ABI."""
_TIME = "uint40"
_LAST = (1 << 40) - 1


@cache
def by_selector() -> Mapping[bytes, tuple[ErrorKind, type[ChainRefused]]]:
    """Selector → ABI entry and class, for every error of every contract."""
    return {
        kind.selector: (kind, REFUSALS[kind.name])
        for name in CONTRACTS
        for kind in contract(name).errors
    }


def refusal(data: bytes) -> ChainRefused:
    """The error for a call's revert data. An action of a proposal that failed gives the error of
    the contract which it called; unknown data give ChainRefused itself."""
    found = by_selector().get(data[:4])
    if found is None:
        return ChainRefused(ChainRefused.sentence, data=data)
    kind, refused = found
    values = kind.values(data[4:])
    if refused is refused_governance.ActionFailed and values["reason"][:4] in by_selector():
        inner = refusal(values["reason"])
        inner.values["action"] = values["index"]
        return inner
    shown = {
        name: _shown(abi, value)
        for abi, (name, value) in zip(kind.types, values.items(), strict=True)
    }
    return refused(refused.sentence.format(**shown), **shown)


def _shown(abi: str, value: Any) -> Any:
    """Ids as text, times in RFC 3339."""
    if abi == _TIME:
        return "open" if value == _LAST else _written(value)
    return text_of(value) if isinstance(value, bytes) else value


def _written(time: int) -> str:
    try:
        return datetime.fromtimestamp(time, UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return str(time)
