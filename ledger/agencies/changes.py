"""What can be proposed, as JSON: read strictly, written so that it reads back the same.

An action is an object with the member ``action`` (its kind, such as ``add-scope``) and the members
of its class in `ledger.ports.governance`: ids as text, 32 bytes and addresses as 0x hex, times as
RFC 3339 in whole seconds. Members that have a default may be left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from datetime import datetime
from typing import Any

from certs.canonical import Json, parse
from certs.errors import JsonInvalid
from certs.moments import MomentOutOfRange, moment_of
from ledger.catalogue.terms import BasisSort
from ledger.errors import Malformed
from ledger.log.statement import format_time
from ledger.ports import governance as port

LIMIT = 32
"""Actions in one proposal, as in the contract."""
KINDS: Mapping[str, type[port.Action]] = {
    "admit": port.Admit,
    "rename": port.Rename,
    "add-key": port.AddKey,
    "end-key": port.EndKey,
    "rotate-key": port.RotateKey,
    "compromise-key": port.CompromiseKey,
    "add-scope": port.AddScope,
    "end-scope": port.EndScope,
    "grant-basis": port.GrantBasis,
    "end-basis": port.EndBasis,
    "suspend": port.Suspend,
    "reinstate": port.Reinstate,
    "expel": port.Expel,
    "dissolve": port.Dissolve,
    "transfer-duty": port.TransferDuty,
    "open-log": port.OpenLog,
    "change-anchor": port.ChangeAnchor,
    "set-attesters": port.SetAttesters,
    "freeze-log": port.FreezeLog,
    "assign-status-list": port.AssignStatusList,
    "set-member": port.SetMember,
    "replace-contract": port.ReplaceContract,
    "set-rule": port.SetRule,
}
NAMES = {kind: name for name, kind in KINDS.items()}
_GRAVE = (
    port.Suspend,
    port.Expel,
    port.Dissolve,
    port.TransferDuty,
    port.FreezeLog,
    port.CompromiseKey,
    port.ChangeAnchor,
    port.SetAttesters,
)
_CONSTITUTIONAL = (port.SetMember, port.ReplaceContract, port.SetRule)
_ID = re.compile(r"[!-~]{1,31}")
_NAME = re.compile(r"[ -~]{1,128}")
_BYTES32 = re.compile(r"0x[0-9a-fA-F]{64}")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_PLACES = ("anchor", "publisher", "voter", "current", "next")


class ActionInvalid(Malformed):
    """Not an action of a proposal; ``place`` says where."""

    code = "agency.action"


def gravity_of(actions: Sequence[port.Action]) -> port.Gravity:
    """The gravest action's, as the contract weighs them."""
    if any(isinstance(one, _CONSTITUTIONAL) for one in actions):
        return port.Gravity.CONSTITUTIONAL
    if any(isinstance(one, _GRAVE) for one in actions):
        return port.Gravity.GRAVE
    return port.Gravity.ORDINARY


def read_actions(data: bytes) -> tuple[port.Action, ...]:
    """A JSON list of actions, or one action. Raises ActionInvalid."""
    try:
        document = parse(data)
    except JsonInvalid as error:
        raise ActionInvalid("The actions are not JSON.", place="$") from error
    listed = document if isinstance(document, list) else [document]
    return tuple(read_action(one, f"$[{number}]") for number, one in enumerate(listed))


def read_action(value: Json, place: str = "$") -> port.Action:
    """Raises ActionInvalid."""
    if not isinstance(value, dict) or value.get("action") not in KINDS:
        raise _wrong(f"{place}.action")
    kind = KINDS[str(value["action"])]
    known = {field.name: field for field in fields(kind)}
    for name in value.keys() - {"action"} - known.keys():
        raise _wrong(f"{place}.{name}")
    given: dict[str, Any] = {}
    for name, field in known.items():
        if name in value:
            given[name] = _read(field, value[name], f"{place}.{name}")
        elif field.default is MISSING:
            raise _wrong(f"{place}.{name}")
    return kind(**given)


def action_shown(action: port.Action) -> dict[str, Json]:
    """The action as `read_action` takes it."""
    shown = {field.name: _shown(getattr(action, field.name)) for field in fields(action)}
    return {"action": NAMES[type(action)], **shown}


def _read(field: Field[Any], value: Json, place: str) -> Any:
    good: Callable[[Any], Any] = _READERS[str(field.type)]
    if value is None and field.default is None:
        return None
    if field.type == "str":
        good = _text_of(field)
    found = good(value)
    if found is None:
        raise _wrong(place)
    return found


def _text_of(field: Field[Any]) -> Callable[[Json], str | None]:
    """Ids, names, addresses and sorts; what may be left out may be empty."""
    optional = field.default == ""

    def read(value: Json) -> str | None:
        if not isinstance(value, str) or (optional and not value):
            return value if isinstance(value, str) else None
        match field.name:
            case "name":
                return value if _writable(value) else None
            case "sort":
                return value if value in tuple(BasisSort) else None
            case "item" | "kind":
                return value if _NAME.fullmatch(value) else None
            case name if name in _PLACES:
                return value if _ADDRESS.fullmatch(value) else None
            case _:
                return value if _ID.fullmatch(value) else None

    return read


def _writable(value: str) -> bool:
    try:
        return len(value.encode()) <= 1024
    except UnicodeEncodeError:
        return False


def _number(value: Json) -> int | None:
    return value if type(value) is int and 0 <= value < 1 << 53 else None


def _truth(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None


def _bytes32(value: Json) -> bytes | None:
    good = isinstance(value, str) and _BYTES32.fullmatch(value)
    return bytes.fromhex(str(value)[2:]) if good else None


def _time(value: Json) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = moment_of(datetime.fromisoformat(value))
    except (ValueError, MomentOutOfRange):
        return None
    return None if found.microsecond else found


def _addresses(value: Json) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not all(
        isinstance(one, str) and _ADDRESS.fullmatch(one) for one in value
    ):
        return None
    return tuple(str(one) for one in value)


def _gravity(value: Json) -> port.Gravity | None:
    known = {str(one): one for one in port.Gravity}
    return known.get(value) if isinstance(value, str) else None


def _rule(value: Json) -> port.Rule | None:
    names = [field.name for field in fields(port.Rule)]
    if not isinstance(value, dict) or set(value) != set(names):
        return None
    numbers = [_number(value[name]) for name in names]
    return None if None in numbers else port.Rule(*(one or 0 for one in numbers))


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "str": lambda value: value,
    "int": _number,
    "bool": _truth,
    "bytes": _bytes32,
    "datetime": _time,
    "datetime | None": _time,
    "tuple[str, ...]": _addresses,
    "Gravity": _gravity,
    "Rule": _rule,
}


def _shown(value: Any) -> Json:
    match value:
        case bytes():
            return "0x" + value.hex()
        case datetime():
            return format_time(value)
        case tuple():
            return list(value)
        case port.Rule():
            return {field.name: getattr(value, field.name) for field in fields(value)}
        case port.Gravity():
            return str(value)
    found: Json = value
    return found


def _wrong(place: str) -> ActionInvalid:
    return ActionInvalid(f"An action has not the required form at {place}.", place=place)
