"""The address book: which chain, and where on it the contracts stand with which code."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from certs.canonical import canonical, parse
from certs.errors import JsonInvalid
from ledger.adapters.ethereum import answers
from ledger.adapters.ethereum.contracts import CONTRACTS, contract
from ledger.adapters.ethereum.errors import (
    BookInvalid,
    ChainForeign,
    OtherChain,
    OtherCode,
    OtherGenesis,
)
from ledger.adapters.ethereum.node import Node, code_at
from ledger.adapters.ethereum.sending import call
from ledger.ports import ChainIdentity

_HASH = re.compile(r"0x[0-9a-f]{64}")
_NOBODY = "0x" + "00" * 20


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Chain id, genesis hash, and per contract name its checksummed address and the
    Keccak-256 of its deployed code, hashes as 0x-hex."""

    chain_id: int
    genesis: str
    contracts: Mapping[str, str]
    code_hashes: Mapping[str, str]

    def encode(self) -> bytes:
        """Canonical JSON (RFC 8785)."""
        return canonical(asdict(self))


def parse_book(data: bytes) -> AddressBook:
    """Raises BookInvalid."""
    try:
        members = parse(data)
    except JsonInvalid as error:
        raise BookInvalid("The address book is not JSON.") from error
    match members:
        case {
            "chain_id": int(chain_id),
            "genesis": str(genesis),
            "contracts": dict(contracts),
            "code_hashes": dict(code_hashes),
            **others,
        } if (
            not others
            and type(chain_id) is int
            and _HASH.fullmatch(genesis)
            and set(contracts) == set(code_hashes) == set(CONTRACTS)
            and all(_is_checksummed(value) for value in contracts.values())
            and all(isinstance(h, str) and _HASH.fullmatch(h) for h in code_hashes.values())
        ):
            return AddressBook(
                chain_id,
                genesis,
                {name: str(contracts[name]) for name in CONTRACTS},
                {name: str(code_hashes[name]) for name in CONTRACTS},
            )
    raise BookInvalid("The address book has not the required form.")


def read_book(path: Path) -> AddressBook:
    """The address book in a file. Raises BookInvalid; OSError where it cannot be read."""
    return parse_book(path.read_bytes())


def write_book(path: Path, book: AddressBook) -> None:
    """All of it or nothing, on disk when this returns."""
    made = path.with_name(path.name + ".new")
    with made.open("wb") as file:
        file.write(book.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(made, path)


def chain_identity(node: Node, contracts: Mapping[str, str]) -> ChainIdentity:
    """What stands on the chain at these addresses now."""
    chain_id, block = node.ask(("eth_chainId", []), ("eth_getBlockByNumber", ["0x0", False]))
    codes = code_at(node, list(contracts.values()))
    return ChainIdentity(
        chain_id=answers.quantity(chain_id),
        genesis=answers.block(block).hash,
        contracts=dict(contracts),
        code_hashes={
            name: "0x" + keccak(code).hex() for name, code in zip(contracts, codes, strict=True)
        },
    )


def check_book(node: Node, book: AddressBook) -> ChainIdentity:
    """Whether the chain is the one of the address book.

    Raises OtherChain, OtherGenesis or OtherCode, which wait for an operator; ChainAway.
    """
    found = chain_identity(node, book.contracts)
    for fault in differences(book, found):
        raise fault
    return found


def differences(book: AddressBook, found: ChainIdentity) -> list[ChainForeign]:
    """All in which a chain is not the one of the address book. On another chain nothing is said of
    its code."""
    faults: list[ChainForeign] = []
    if found.chain_id != book.chain_id:
        faults.append(
            OtherChain(
                f"The node serves chain {found.chain_id}, not chain {book.chain_id}.",
                expected=book.chain_id,
                found=found.chain_id,
            )
        )
    if found.genesis != book.genesis:
        faults.append(
            OtherGenesis(
                "The chain begins with another block than the address book says.",
                expected=book.genesis,
                found=found.genesis,
            )
        )
    return faults or [
        OtherCode(
            f"The code of {name} is not the code that the address book names.",
            contract=name,
            expected=expected,
            found=found.code_hashes[name],
        )
        for name, expected in book.code_hashes.items()
        if found.code_hashes[name] != expected
    ]


def successors(node: Node, book: AddressBook) -> dict[str, str]:
    """Contract → address of the one that a vote put in its place, for those that were replaced."""
    found = {}
    for name, place in book.contracts.items():
        (successor,) = call(node, place, contract(name).functions["successor"])
        if successor != _NOBODY:
            found[name] = str(to_checksum_address(successor))
    return found


def _is_checksummed(value: object) -> bool:
    shaped = isinstance(value, str) and re.fullmatch(r"0x[0-9a-fA-F]{40}", value)
    return bool(shaped) and to_checksum_address(str(value)) == value
