"""The contracts' ABI and bytecode; encoding of calls and decoding of answers.

Read from the generated ``ledger/adapters/abi/*.json`` (Solidity contract ABI specification,
JSON form). An answer that does not decode is :class:`ledger.errors.ChainAway`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from ledger.adapters.ethereum.answers import Event
from ledger.errors import ChainAway

GOVERNANCE = "Governance"
AGENCIES = "AgencyRegistry"
CHECKPOINTS = "CheckpointRegistry"
STATUS = "StatusRegistry"
CONTRACTS = (GOVERNANCE, AGENCIES, CHECKPOINTS, STATUS)
"""In the order of deployment: the three registries obey the first."""


@dataclass(frozen=True, slots=True)
class Function:
    """``selector`` is the first four bytes of Keccak-256 of the signature."""

    selector: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    answers: tuple[Mapping[str, Any], ...]

    def encode(self, *arguments: Any) -> bytes:
        return self.selector + encode(self.inputs, arguments)

    def decode(self, answer: bytes) -> tuple[Any, ...]:
        """The values in order; a struct is a mapping by its members' names."""
        found = decoded(self.outputs, answer)
        return tuple(_named(one, value) for one, value in zip(self.answers, found, strict=True))


@dataclass(frozen=True, slots=True)
class EventKind:
    """``topic`` is Keccak-256 of the signature; indexed values stand among the topics."""

    topic: bytes
    names: tuple[str, ...]
    types: tuple[str, ...]
    indexed: tuple[bool, ...]

    def values(self, event: Event) -> dict[str, Any] | None:
        """The event's values by name; None where it is another event."""
        marked = [t for t, i in zip(self.types, self.indexed, strict=True) if i]
        if not event.topics or event.topics[0] != self.topic:
            return None
        if len(event.topics) != len(marked) + 1:
            return None
        plain = [t for t, i in zip(self.types, self.indexed, strict=True) if not i]
        topics = iter(decoded(marked, b"".join(event.topics[1:])))
        data = iter(decoded(plain, event.data))
        return {
            name: next(topics) if indexed else next(data)
            for name, indexed in zip(self.names, self.indexed, strict=True)
        }


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """A custom error; ``selector`` as for functions."""

    name: str
    selector: bytes
    names: tuple[str, ...]
    types: tuple[str, ...]

    def values(self, data: bytes) -> dict[str, Any]:
        return dict(zip(self.names, decoded(self.types, data), strict=True))


@dataclass(frozen=True, slots=True)
class Contract:
    """``bytecode`` is what deploys it, ``code_hash`` Keccak-256 of what then stands there."""

    name: str
    functions: Mapping[str, Function]
    events: Mapping[str, EventKind]
    errors: tuple[ErrorKind, ...]
    constructor: tuple[str, ...]
    bytecode: bytes
    code_hash: str

    def creation(self, *arguments: Any) -> bytes:
        return self.bytecode + encode(self.constructor, arguments)


@cache
def contract(name: str) -> Contract:
    """One of CONTRACTS. Overloaded functions do not occur in them."""
    text = files("ledger.adapters").joinpath("abi", f"{name}.json").read_text("utf-8")
    document = json.loads(text)
    entries: dict[str, list[dict[str, Any]]] = {}
    for entry in document["abi"]:
        entries.setdefault(entry["type"], []).append(entry)
    return Contract(
        name=name,
        functions={e["name"]: _function(e) for e in entries.get("function", [])},
        events={e["name"]: _event_kind(e) for e in entries.get("event", [])},
        errors=tuple(_error_kind(e) for e in entries.get("error", [])),
        constructor=tuple(t for e in entries.get("constructor", []) for t in _types(e["inputs"])),
        bytecode=bytes.fromhex(document["bytecode"].removeprefix("0x")),
        code_hash=document["codeHash"],
    )


def bytes32(text: str) -> bytes:
    """An ASCII id as the contracts hold it: padded with zeros on the right to 32 bytes."""
    if not text or not text.isascii() or not text.isprintable() or len(text) > 31:
        raise ValueError("an id has 1 to 31 printable ASCII characters")
    return text.encode("ascii").ljust(32, b"\0")


def name32(text: str) -> bytes:
    """Service items and kinds of papers as the contracts hold them: as :func:`bytes32` where they
    are short enough, else the SHA-256 of the text."""
    return bytes32(text) if len(text) < 32 else hashlib.sha256(text.encode()).digest()


def text_of(value: bytes) -> str:
    """The id of :func:`bytes32`; 0x-hex where the bytes hold no such id."""
    text = value.rstrip(b"\0")
    if text and len(value) == 32 and len(text) < 32 and all(32 < byte < 127 for byte in text):
        return text.decode("ascii")
    return "0x" + value.hex()


def _function(entry: Mapping[str, Any]) -> Function:
    inputs = _types(entry["inputs"])
    outputs = entry["outputs"]
    return Function(_topic(entry["name"], inputs)[:4], inputs, _types(outputs), tuple(outputs))


def _event_kind(entry: Mapping[str, Any]) -> EventKind:
    types = _types(entry["inputs"])
    return EventKind(
        topic=_topic(entry["name"], types),
        names=tuple(i["name"] for i in entry["inputs"]),
        types=types,
        indexed=tuple(i["indexed"] for i in entry["inputs"]),
    )


def _error_kind(entry: Mapping[str, Any]) -> ErrorKind:
    types = _types(entry["inputs"])
    names = tuple(i["name"] for i in entry["inputs"])
    return ErrorKind(entry["name"], _topic(entry["name"], types)[:4], names, types)


def _topic(name: str, types: Sequence[str]) -> bytes:
    return keccak(text=f"{name}({','.join(types)})")


def _types(parameters: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(_type(parameter) for parameter in parameters)


def _type(parameter: Mapping[str, Any]) -> str:
    kind = str(parameter["type"])
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_types(parameter['components']))}){kind.removeprefix('tuple')}"


def _named(parameter: Mapping[str, Any], value: Any) -> Any:
    """Structs, also those in lists, as mappings by name."""
    kind = str(parameter["type"])
    if not kind.startswith("tuple"):
        return value
    if kind.endswith("[]"):
        return [_named({**parameter, "type": kind[:-2]}, one) for one in value]
    members = parameter["components"]
    return {m["name"]: _named(m, one) for m, one in zip(members, value, strict=True)}


def decoded(types: Sequence[str], data: bytes) -> tuple[Any, ...]:
    """ABI-encoded values. Raises ChainAway where they do not decode."""
    try:
        return tuple(decode(types, data))
    except (DecodingError, ValueError, OverflowError) as error:
        raise ChainAway("The chain's node answered values of another form.") from error
