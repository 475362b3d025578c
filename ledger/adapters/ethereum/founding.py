"""Changes that the two founding members make together: one proposes, the other confirms.

All is safe to repeat: what stands on chain already is left out, so that an interrupted founding
is completed by running it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.adapters.ethereum.contracts import (
    AGENCIES,
    CHECKPOINTS,
    STATUS,
    bytes32,
    contract,
)
from ledger.adapters.ethereum.deployment import AddressBook, check_book
from ledger.adapters.ethereum.errors import ReceiptFalse
from ledger.adapters.ethereum.node import Node
from ledger.adapters.ethereum.registers import Registers, seconds
from ledger.adapters.ethereum.sending import transact

Action = tuple[str, bytes]
"""Target address and call data."""

_BATCH = 32
"""Actions in one proposal; some three million gas."""


@dataclass(frozen=True, slots=True)
class AgencyAdmission:
    """``name`` in UTF-8, up to 256 bytes; ``region`` by GB/T 2260, 0 for none."""

    agency: str
    name: str
    region: int


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """``key_id`` is SHA-256 of the SPKI; ``valid_from`` None is the block's time."""

    agency: str
    key_id: bytes
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class ScopeGrant:
    """``region`` 0 is anywhere; ``valid_from`` None is the block's time."""

    agency: str
    licence_type: str
    region: int
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogOpening:
    """``anchor`` is the address of the anchoring key."""

    log_id: bytes
    anchor: str


@dataclass(frozen=True, slots=True)
class StatusAssignment:
    """``publisher`` is the address of the key that publishes the agency's list."""

    list_id: bytes
    agency: str
    publisher: str


@dataclass(frozen=True, slots=True)
class Founding:
    """All that shall stand on chain; carried out in the order of the members."""

    agencies: Sequence[AgencyAdmission] = ()
    keys: Sequence[KeyGrant] = ()
    scopes: Sequence[ScopeGrant] = ()
    logs: Sequence[LogOpening] = ()
    status_lists: Sequence[StatusAssignment] = ()


def found(node: Node, book: AddressBook, founders: tuple[bytes, bytes], founding: Founding) -> int:
    """Make the chain hold all of ``founding``; answers how many changes were still to be made.

    Raises ChainRefused subclasses (all of a proposal or nothing), ChainForeign, ChainAway.
    """
    check_book(node, book)
    actions = list(_missing(Registers(node, book), book, founding))
    for start in range(0, len(actions), _BATCH):
        carry_out(node, book, founders, actions[start : start + _BATCH])
    return len(actions)


def add_scope(book: AddressBook, scope: ScopeGrant) -> Action:
    """Add a row of entitlement, whatever rows there are."""
    ids = (bytes32(scope.agency), bytes32(scope.licence_type))
    period = (seconds(scope.valid_from), seconds(scope.valid_to))
    return _action(book, AGENCIES, "addScope", *ids, scope.region, *period)


def add_key(book: AddressBook, key: KeyGrant) -> Action:
    """Add a key row, whatever rows there are."""
    period = (seconds(key.valid_from), seconds(key.valid_to))
    return _action(book, AGENCIES, "addKey", bytes32(key.agency), key.key_id, *period)


def end_key(book: AddressBook, agency: str, row: int, end: datetime | None = None) -> Action:
    """End a key row, now or at ``end``."""
    return _action(book, AGENCIES, "endKey", bytes32(agency), row, seconds(end))


def end_scope(
    book: AddressBook, agency: str, licence_type: str, row: int, end: datetime | None = None
) -> Action:
    """End a row of entitlement, now or at ``end``."""
    ids = (bytes32(agency), bytes32(licence_type))
    return _action(book, AGENCIES, "endScope", *ids, row, seconds(end))


def change_anchor(book: AddressBook, log_id: bytes, anchor: str) -> Action:
    """Give a log another anchoring key's address."""
    return _action(book, CHECKPOINTS, "changeAnchor", log_id, anchor)


def carry_out(
    node: Node, book: AddressBook, founders: tuple[bytes, bytes], actions: Sequence[Action]
) -> None:
    """Propose with the first key, confirm with the second: all actions take effect or none."""
    agencies = contract(AGENCIES)
    place = book.contracts[AGENCIES]
    proposed = transact(
        node, founders[0], place, agencies.functions["propose"].encode(list(actions))
    )
    for event in proposed.events:
        values = agencies.events["ActionsProposed"].values(event)
        if values is not None and event.address == place.lower():
            confirm = agencies.functions["confirm"].encode(values["nonce"], list(actions))
            transact(node, founders[1], place, confirm)
            return
    raise ReceiptFalse(
        "The receipt of a proposal does not show the proposal.", transaction=proposed.transaction
    )


def _missing(registers: Registers, book: AddressBook, founding: Founding) -> Iterator[Action]:
    for admission in founding.agencies:
        if not registers.admitted(admission.agency):
            values = (bytes32(admission.agency), admission.name, admission.region)
            yield _action(book, AGENCIES, "admit", *values)
    for key in founding.keys:
        if all(row.key_id != key.key_id for row in registers.key_rows(key.agency)):
            yield add_key(book, key)
    for scope in founding.scopes:
        rows = registers.scope_rows(scope.agency, scope.licence_type)
        # Rows that were ended count too: founding again must not undo an ending.
        if all(row.region != scope.region for row in rows):
            yield add_scope(book, scope)
    for log in founding.logs:
        if not registers.is_open(log.log_id):
            yield _action(book, CHECKPOINTS, "open", log.log_id, log.anchor)
    for assignment in founding.status_lists:
        if not registers.is_assigned(assignment.list_id):
            ids32 = (assignment.list_id, bytes32(assignment.agency))
            yield _action(book, STATUS, "assign", *ids32, assignment.publisher)


def _action(book: AddressBook, name: str, function: str, *arguments: object) -> Action:
    return book.contracts[name], contract(name).functions[function].encode(*arguments)
