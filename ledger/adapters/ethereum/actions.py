"""What can be decided, as the Governance contract reads it: kind and ABI-encoded arguments.

An action's members stand in the order of its contract function's arguments, and the kinds below in
the order of the contract's ``enum Kind``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields
from datetime import datetime
from typing import Any

from eth_abi.abi import encode
from eth_utils.address import to_checksum_address

from ledger.adapters.ethereum.contracts import (
    AGENCIES,
    CHECKPOINTS,
    GOVERNANCE,
    STATUS,
    bytes32,
    contract,
    decoded,
    name32,
    text_of,
)
from ledger.adapters.ethereum.moments import moment, seconds
from ledger.catalogue.terms import BasisSort
from ledger.errors import ChainAway
from ledger.ports import governance as port

SORTS = tuple(sort.value for sort in BasisSort)
"""Sorts of basis by the registry's numbers, which begin with 1."""
GRAVITIES = tuple(port.Gravity)
_GOVERNMENT, _SOCIAL = 1, 2
_ZERO = bytes(32)

KINDS: tuple[tuple[type[port.Action], str, str], ...] = (
    (port.Admit, AGENCIES, "admit"),
    (port.Rename, AGENCIES, "rename"),
    (port.AddKey, AGENCIES, "addKey"),
    (port.EndKey, AGENCIES, "endKey"),
    (port.RotateKey, AGENCIES, "rotateKey"),
    (port.CompromiseKey, AGENCIES, "compromiseKey"),
    (port.AddScope, AGENCIES, "addScope"),
    (port.EndScope, AGENCIES, "endScope"),
    (port.GrantBasis, AGENCIES, "grantBasis"),
    (port.EndBasis, AGENCIES, "endBasis"),
    (port.Suspend, AGENCIES, "suspend"),
    (port.Reinstate, AGENCIES, "reinstate"),
    (port.Expel, AGENCIES, "expel"),
    (port.Dissolve, AGENCIES, "dissolve"),
    (port.TransferDuty, AGENCIES, "transferDuty"),
    (port.OpenLog, CHECKPOINTS, "open"),
    (port.ChangeAnchor, CHECKPOINTS, "changeAnchor"),
    (port.SetAttesters, CHECKPOINTS, "setAttesters"),
    (port.FreezeLog, CHECKPOINTS, "freeze"),
    (port.AssignStatusList, STATUS, "assign"),
    (port.SetMember, GOVERNANCE, "setMember"),
    (port.ReplaceContract, GOVERNANCE, "replaceContract"),
    (port.SetRule, GOVERNANCE, "setRule"),
)
"""By the contract's number of the kind: the action, and the function that carries it out."""


def encoded_actions(actions: Sequence[port.Action]) -> list[tuple[int, bytes]]:
    """Kind and data of each. ValueError for an id or a time that cannot stand on chain."""
    return [_encoded(action) for action in actions]


def decoded_actions(pairs: Sequence[tuple[int, bytes]]) -> tuple[port.Action, ...]:
    """Inverse of :func:`encoded_actions`. Raises ChainAway for what the contract never emits."""
    return tuple(_decoded(kind, data) for kind, data in pairs)


def _encoded(action: port.Action) -> tuple[int, bytes]:
    for number, (kind, name, function) in enumerate(KINDS):
        if type(action) is kind:
            types = contract(name).functions[function].inputs
            members = [getattr(action, field.name) for field in fields(action)]
            values = [
                _to_abi(field.name, abi, value)
                for field, abi, value in zip(fields(action), types, members, strict=True)
            ]
            return number, encode(types, values)
    raise ValueError(f"{type(action).__name__} is no kind of change")


def _decoded(number: int, data: bytes) -> port.Action:
    if not 0 <= number < len(KINDS):
        raise ChainAway("The chain's node answers a kind of change that is none.")
    kind, name, function = KINDS[number]
    types = contract(name).functions[function].inputs
    found = decoded(types, data)
    return kind(
        **{
            field.name: _from_abi(field.name, abi, field.type == "bytes", value)
            for field, abi, value in zip(fields(kind), types, found, strict=True)
        }
    )


def _to_abi(name: str, abi: str, value: Any) -> Any:
    match value:
        case bool():
            return _SOCIAL if value else _GOVERNMENT
        case port.Gravity():
            return GRAVITIES.index(value)
        case port.Rule():
            return astuple(value)
        case datetime() | None:
            return seconds(value)
        case str() if name == "sort":
            return sort_number(value)
        case str() if name in ("item", "kind"):
            return name32(value)
        case str() if abi == "bytes32":
            return bytes32(value) if value else _ZERO
        case tuple():
            return list(value)
        case _:
            return value


def _from_abi(name: str, abi: str, raw: bool, value: Any) -> Any:
    match name:
        case "social":
            return value == _SOCIAL
        case "gravity":
            return GRAVITIES[value]
        case "rule":
            return port.Rule(*value)
        case "sort":
            return SORTS[value - 1] if 1 <= value <= len(SORTS) else ""
    if abi == "uint40":
        return moment(value) if value else None
    if abi == "address":
        return str(to_checksum_address(value))
    if abi == "address[]":
        return tuple(str(to_checksum_address(one)) for one in value)
    if abi == "bytes32" and not raw:
        return text_of(value) if any(value) else ""
    return value


def sort_number(sort: str) -> int:
    """The registry's number of a sort of basis. ValueError for none of them."""
    return SORTS.index(sort) + 1
