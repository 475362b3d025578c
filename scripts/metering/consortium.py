"""A consortium of five on a fresh local chain, whose transactions are metered."""

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_utils.crypto import keccak
from web3 import HTTPProvider, Web3
from web3.contract import Contract
from web3.types import Nonce
from web3.utils.address import get_create_address

from ledger.adapters.ethereum.actions import KINDS
from ledger.adapters.ethereum.anvil import anvil_binary
from ledger.adapters.ethereum.typed_data import signature
from scripts.metering.alike import consistency, root

ROOT = Path(__file__).resolve().parents[2]
START = 1_800_000_000
DAY = 86_400
LATER = START + 365 * DAY
MEMBERS, ATTESTERS, ATTESTING = 5, 3, 2
RULES = [
    (5_000, 5_001, 5 * DAY, 1 * DAY),
    (6_000, 6_600, 7 * DAY, 2 * DAY),
    (6_600, 7_500, 14 * DAY, 7 * DAY),
]
YES = 1
REASON = sha256(b"reason").digest()

Action = tuple[int, bytes]
"""Kind and data."""


@contextlib.contextmanager
def chain() -> Iterator[Web3]:
    """A fresh chain on a free port of this machine; ended on leaving."""
    binary = anvil_binary(ROOT)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [
        "--port",
        str(port),
        "--hardfork",
        "paris",
        "--timestamp",
        str(START),
        "--quiet",
    ]
    process = subprocess.Popen([str(binary), *options], stdin=subprocess.DEVNULL)
    try:
        web3 = Web3(HTTPProvider(f"http://127.0.0.1:{port}"))
        for _ in range(200):
            if web3.is_connected():
                break
            time.sleep(0.05)
        else:
            sys.exit("the local chain did not start within 10 s")
        yield web3
    finally:
        process.kill()
        process.wait()


def name32(name: str) -> bytes:
    """An identifier in 32 bytes, zeros on the right."""
    return name.encode("ascii").ljust(32, b"\0")


class Consortium:
    """Its contracts; each transaction's gas is kept under a name."""

    def __init__(self, web3: Web3) -> None:
        self.web3 = web3
        self.sender, self.anchor, self.publisher = list(web3.eth.accounts)[:3]
        self.gas: dict[str, int] = {}
        self._numbers = {name: number for number, (_, _, name) in enumerate(KINDS)}
        keys = {name32(f"member-{i}"): bytes(keccak(text=f"key {i}")) for i in range(MEMBERS)}
        voters = {member: str(Account.from_key(key).address) for member, key in keys.items()}
        # The first member sends its votes itself; the others only sign.
        first = next(iter(keys))
        self._ballot_keys = {member: key for member, key in keys.items() if member != first}
        seats = [(m, self.sender if m == first else voter, 1) for m, voter in voters.items()]
        ascending = sorted(keys, key=lambda member: int(voters[member], 16))[:ATTESTERS]
        self.attesters = [voters[member] for member in ascending]
        self._attesting_keys = [keys[member] for member in ascending[:ATTESTING]]
        nonce = web3.eth.get_transaction_count(self.sender)
        places = [get_create_address(self.sender, Nonce(nonce + 1 + place)) for place in range(3)]
        self.governance = self._deployed("Governance", seats, RULES, *places)
        governor = self.governance.address
        self.agencies = self._deployed("AgencyRegistry", governor)
        self.checkpoints = self._deployed("CheckpointRegistry", governor)
        self.statuses = self._deployed("StatusRegistry", governor)

    def _deployed(self, name: str, *arguments: object) -> Contract:
        built = json.loads((ROOT / f"ledger/adapters/abi/{name}.json").read_text("utf-8"))
        factory = self.web3.eth.contract(abi=built["abi"], bytecode=built["bytecode"])
        receipt = self.spend(f"deploy {name}", factory.constructor(*arguments))
        made: Contract = self.web3.eth.contract(receipt["contractAddress"], abi=built["abi"])
        return made

    def spend(self, name: str, call: Any, sender: str = "") -> Any:
        """The receipt of a call sent as a transaction; its gas is kept under the name."""
        sent = call.transact({"from": sender or self.sender, "gas": 20_000_000})
        receipt = self.web3.eth.wait_for_transaction_receipt(sent, poll_latency=0.01)
        if receipt["status"] != 1:
            sys.exit(f"refused: {name}")
        self.gas[name] = receipt["gasUsed"]
        return receipt

    def now(self) -> int:
        """Time of the newest block in Unix seconds."""
        return int(self.web3.eth.get_block("latest")["timestamp"])

    def action(self, contract: Contract, name: str, *arguments: object) -> Action:
        """An action of a proposal: the kind that calls this function, and its arguments."""
        return self._numbers[name], bytes.fromhex(contract.encode_abi(name, arguments)[10:])

    def agree(self, name: str, *actions: Action) -> None:
        """All members agree to actions: one proposes and votes, the ballots of the others are
        sent together. The proposal and its execution are kept under the name."""
        calls = self.governance.functions
        self.spend(f"{name}: propose", calls.propose(actions, REASON))
        number = calls.proposalCount().call()
        self.spend("vote", calls.vote(number, YES))
        ballots = []
        for member, key in self._ballot_keys.items():
            digest = calls.voteDigest(number, member, YES, LATER).call()
            ballots.append((member, YES, LATER, signature(digest, key)))
        self.spend(f"send {len(ballots)} signed ballots", calls.castSigned(number, ballots))
        self.spend(f"{name}: execute", calls.execute(number, actions))

    def publish(self, name: str, log: bytes, old: int, size: int) -> None:
        """Publishes a head that two attesters signed, of a log whose last head has the old size;
        0 is none."""
        calls = self.checkpoints.functions
        digest = calls.checkpointDigest(log, size, root(size)).call()
        signed = [signature(digest, key) for key in self._attesting_keys]
        proof = consistency(old, size) if old else []
        self.spend(name, calls.publish(log, size, root(size), proof, signed), self.anchor)
