"""What founding members agree on together at the beginning: all vote yes, so nothing waits.

All is safe to repeat: what stands on chain already is left out, so that an interrupted founding
is completed by running it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from ledger.adapters.ethereum.address_book import AddressBook, check_book
from ledger.adapters.ethereum.agencies import AgencyRegister
from ledger.adapters.ethereum.contracts import name32
from ledger.adapters.ethereum.governing import EthereumGovernance
from ledger.adapters.ethereum.moments import moment
from ledger.adapters.ethereum.node import Node, newest
from ledger.adapters.ethereum.registers import Registers
from ledger.ports import governance as port

BATCH = 32
"""Actions in one proposal: as many as the contract takes."""
_VOTING = timedelta(hours=1)


def found(
    node: Node,
    book: AddressBook,
    voters: Mapping[str, bytes],
    actions: Sequence[port.Action],
    reason: bytes,
) -> int:
    """Make the chain hold the outcome of all actions; answers how many were still to be done.

    ``voters``: the keys of all members, by member. Only what is granted or opened can be founded
    (Admit, AddKey, AddScope, GrantBasis, OpenLog, AssignStatusList). Raises ChainRefused
    subclasses (all of a proposal or nothing), ChainForeign, ChainAway.
    """
    check_book(node, book)
    standing = _Standing(node, book)
    missing = [action for action in actions if not standing.has(action)]
    for start in range(0, len(missing), BATCH):
        decide(node, book, voters, missing[start : start + BATCH], reason)
    return len(missing)


def decide(
    node: Node,
    book: AddressBook,
    voters: Mapping[str, bytes],
    actions: Sequence[port.Action],
    reason: bytes,
) -> int:
    """Propose, vote yes with every member's key, carry out at once; answers the number."""
    governance = EthereumGovernance(node, book)
    sender = next(iter(voters.values()))
    number = governance.propose(sender, actions, reason)
    deadline = moment(newest(node).time) + _VOTING
    ballots = [
        governance.ballot(key, number, member, port.Choice.YES, deadline)
        for member, key in voters.items()
    ]
    governance.cast(sender, ballots)
    governance.execute(sender, number)
    return number


class _Standing:
    """Whether the outcome of an action stands on chain. What was ended counts too: founding again
    must not undo an ending."""

    def __init__(self, node: Node, book: AddressBook) -> None:
        self._agencies = AgencyRegister(node, book)
        self._registers = Registers(node, book)

    def has(self, action: port.Action) -> bool:
        match action:
            case port.Admit(agency=agency):
                return self._agencies.agency(agency) is not None
            case port.AddKey(agency=agency, key_id=key_id):
                return any(row.key_id == key_id for row in self._agencies.key_rows(agency))
            case port.AddScope(agency=agency, licence_type=licence_type, region=region):
                return (licence_type, region) in self._agencies.scopes(agency)
            case port.GrantBasis(agency=agency, item=item, kind=kind, sort=sort):
                granted = self._agencies.bases(agency)
                return any(one[:3] == (name32(item), name32(kind), sort) for one in granted)
            case port.OpenLog(log_id=log_id):
                return self._registers.is_open(log_id)
            case port.AssignStatusList(list_id=list_id):
                return self._registers.status_owner(list_id) is not None
            case _:
                raise ValueError(f"{type(action).__name__} cannot be founded")
