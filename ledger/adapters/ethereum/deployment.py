"""Deploying the contracts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from ledger.adapters.ethereum.address_book import AddressBook, chain_identity
from ledger.adapters.ethereum.contracts import CONTRACTS, GOVERNANCE, bytes32, contract
from ledger.adapters.ethereum.errors import AccountUsed, OtherCode
from ledger.adapters.ethereum.node import Node, code_at, transaction_count
from ledger.adapters.ethereum.sending import address_of, transact, try_transaction
from ledger.errors import ChainAway
from ledger.ports.governance import Gravity, Rule, Seat


@dataclass(frozen=True, slots=True)
class Survey:
    """What a deployment would do: where each contract will stand, and which do already."""

    chain_id: int
    genesis: str
    deployer: str
    contracts: Mapping[str, str]
    standing: tuple[str, ...]


def survey(node: Node, key: bytes, seats: Sequence[Seat], rules: Mapping[Gravity, Rule]) -> Survey:
    """Look before a deployment; nothing is sent. Raises what :func:`deploy` raises, as far as it
    can be known."""
    deployer = address_of(key)
    places = places_of(deployer)
    found = chain_identity(node, places)
    codes = code_at(node, list(places.values()))
    standing = tuple(name for name, code in zip(CONTRACTS, codes, strict=True) if code)
    for name in standing:
        _check_code(name, found.code_hashes[name])
    if standing != CONTRACTS:
        _check_nonce(node, deployer, len(standing), CONTRACTS[len(standing)])
    if not standing:
        creation = contract(GOVERNANCE).creation(*_founding(places, seats, rules))
        try_transaction(node, deployer, None, creation)
    return Survey(found.chain_id, found.genesis, deployer, places, standing)


def deploy(
    node: Node,
    key: bytes,
    seats: Sequence[Seat],
    rules: Mapping[Gravity, Rule],
    progress: Callable[[str, str], None] = lambda name, place: None,
) -> AddressBook:
    """Deploy the contracts with a fresh account's key; the founding ``seats`` decide from then on,
    by ``rules``, and the account that paid the way has no say. ``progress`` is called with each
    contract's name and address as it stands.

    Safe to repeat: what an earlier run deployed is taken. Raises Conflict where the account was
    used for something else before; ChainRefused subclasses for seats or rules that cannot be.
    """
    places = places_of(address_of(key))
    founding = _founding(places, seats, rules)
    for nonce, name in enumerate(CONTRACTS):
        arguments = founding if name == GOVERNANCE else (places[GOVERNANCE],)
        _deploy_one(node, key, nonce, name, contract(name).creation(*arguments))
        progress(name, places[name])
    found = chain_identity(node, places)
    return AddressBook(found.chain_id, found.genesis, found.contracts, found.code_hashes)


def places_of(deployer: str) -> dict[str, str]:
    """Where each contract stands that this account, fresh, deploys."""
    return {name: _created(deployer, nonce) for nonce, name in enumerate(CONTRACTS)}


def _founding(
    places: Mapping[str, str], seats: Sequence[Seat], rules: Mapping[Gravity, Rule]
) -> tuple[Any, ...]:
    return (
        [(bytes32(seat.member), seat.voter, seat.weight) for seat in seats],
        [astuple(rules[gravity]) for gravity in Gravity],
        *(places[name] for name in CONTRACTS[1:]),
    )


def _deploy_one(node: Node, key: bytes, nonce: int, name: str, creation: bytes) -> None:
    place = _created(address_of(key), nonce)
    (standing,) = code_at(node, [place])
    if not standing:
        _check_nonce(node, address_of(key), nonce, name)
        receipt = transact(node, key, None, creation)
        (standing,) = code_at(node, [place])
        if receipt.created != place.lower() or not standing:
            raise ChainAway(f"The node did not create {name} where it must stand.")
    _check_code(name, "0x" + keccak(standing).hex())


def _check_nonce(node: Node, deployer: str, nonce: int, name: str) -> None:
    if transaction_count(node, deployer) != nonce:
        raise AccountUsed(
            "The account was used before the contracts were deployed; take a fresh key.",
            contract=name,
        )


def _check_code(name: str, found: str) -> None:
    if found != contract(name).code_hash:
        raise OtherCode(
            f"Other code than that of {name} stands at its address.",
            contract=name,
            expected=contract(name).code_hash,
            found=found,
        )


def _created(sender: str, nonce: int) -> str:
    """Address of the contract that an account's transaction of this nonce (below 128) creates:
    from Keccak-256 of RLP [sender, nonce] (Ethereum Yellow Paper, section 7)."""
    encoded = b"\xd6\x94" + bytes.fromhex(sender[2:]) + bytes([nonce or 0x80])
    return str(to_checksum_address(keccak(encoded)[12:]))
