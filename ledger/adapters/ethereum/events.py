"""The events port on the consortium's contracts: event logs, held against the blocks that they
name, with their values in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from certs.canonical import MAX_INTEGER, Json
from ledger.adapters.ethereum import answers
from ledger.adapters.ethereum.believing import Believed
from ledger.adapters.ethereum.contracts import EventKind, contract, text_of
from ledger.adapters.ethereum.errors import ReceiptFalse
from ledger.adapters.ethereum.logs import logs_between
from ledger.adapters.ethereum.node import newest
from ledger.adapters.ethereum.rpc import Question
from ledger.ports import ChainBlock, ChainEvent

_BATCH = 128
"""Questions in one request."""
_ZERO = "0x" + "00" * 32


class EthereumEvents:
    """:class:`ledger.ports.ChainEvents` of the contracts in an address book."""

    def __init__(self, believed: Believed) -> None:
        self._believed = believed
        self._names = {place.lower(): name for name, place in believed.book.contracts.items()}

    def newest(self) -> ChainBlock:
        with self._believed.usable() as node:
            return _plain(newest(node))

    def blocks(self, numbers: Sequence[int]) -> list[ChainBlock]:
        return [_plain(block) for block in self._headers(numbers)]

    def events(self, first: int, last: int) -> list[ChainEvent]:
        contracts = list(self._believed.book.contracts.values())
        with self._believed.usable() as node:
            found = logs_between(node, contracts, [], first, last)
        places = [(event.block_number, event.index) for event in found]
        if places != sorted(set(places)):
            raise ReceiptFalse("The chain's node answers events out of order, or twice.")
        if any(not first <= event.block_number <= last for event in found):
            raise ReceiptFalse("The chain's node answers events of blocks that were not asked for.")
        numbers = sorted({event.block_number for event in found})
        headers = {block.number: block for block in self._headers(numbers)}
        return [self._event(event, headers) for event in found]

    def _event(self, event: answers.Event, headers: Mapping[int, answers.Block]) -> ChainEvent:
        block, name = headers.get(event.block_number), self._names.get(event.address)
        if block is None or name is None or event.block_hash != block.hash:
            raise ReceiptFalse("The chain's node has events that its blocks do not bear out.")
        if event.transaction not in block.transactions:
            raise ReceiptFalse(
                "The chain's node has an event of a transaction that is in no block."
            )
        for kind_name, kind in contract(name).events.items():
            values = kind.values(event)
            if values is not None:
                return ChainEvent(
                    block=_plain(block),
                    index=event.index,
                    transaction=event.transaction,
                    contract=name,
                    name=kind_name,
                    values={key: _json(value) for key, value in values.items()},
                    subjects=_subjects(kind, values),
                )
        raise ReceiptFalse("The chain's node answers an event that the contract cannot give.")

    def _headers(self, numbers: Sequence[int]) -> list[answers.Block]:
        found: list[answers.Block] = []
        for start in range(0, len(numbers), _BATCH):
            wanted = numbers[start : start + _BATCH]
            questions: list[Question] = [
                ("eth_getBlockByNumber", [hex(number), False]) for number in wanted
            ]
            with self._believed.usable() as node:
                answered = node.ask(*questions)
            for number, answer in zip(wanted, answered, strict=True):
                if answer is None:
                    continue
                block = answers.block(answer)
                if block.number != number:
                    raise ReceiptFalse("The chain's node answers another block than was asked for.")
                found.append(block)
        return found


def _plain(block: answers.Block) -> ChainBlock:
    return ChainBlock(block.number, block.hash, block.parent, block.time)


def _subjects(kind: EventKind, values: Mapping[str, Any]) -> tuple[str, ...]:
    found: list[str] = []
    for name, type_, indexed in zip(kind.names, kind.types, kind.indexed, strict=True):
        value = values[name]
        if type_ == "bytes32":
            text = text_of(value)
            if text != _ZERO and (indexed or not text.startswith("0x")):
                found.append(text)
        elif indexed:
            found.append(value if type_ == "address" else f"{name}:{_json(value)}")
    return tuple(dict.fromkeys(found))


def _json(value: Any) -> Json:
    """A decoded value; see :class:`ledger.ports.ChainEvent`."""
    if isinstance(value, bytes):
        return text_of(value) if len(value) == 32 else "0x" + value.hex()
    if isinstance(value, tuple | list):
        return [_json(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > MAX_INTEGER:
        return str(value)
    assert isinstance(value, bool | int | str), "the contracts' events hold nothing else"
    return value
