"""A cached state of the embedded chain, so that a start replays only what came after.

One file: a line of JSON ``{"blocks", "hash", "sha256"}``, then the node's own dump. It is only a
cache: whatever is wrong with it, it is thrown away and the journal replayed from the beginning.
It is believed when the bytes have their digest, the head is the journal's block of that number,
the genesis block is ours, and the accounts hash to the state root in the head's header.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from eth_utils.crypto import keccak

from ledger.adapters.ethereum import answers
from ledger.adapters.ethereum.anvil import genesis_hash
from ledger.adapters.ethereum.errors import JournalBehind
from ledger.adapters.ethereum.journal import Journal
from ledger.adapters.ethereum.rpc import Rpc
from ledger.errors import ChainAway

_NOBODY = "0x" + "00" * 20


class Snapshot:
    """The cache at ``path``; ``blocks`` is the height that it holds, 0 where there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        found = self._read()
        self.blocks = 0 if found is None else found[0]

    def load(self, rpc: Rpc, journal: Journal) -> bool:
        """Put the cached state into a fresh node, or leave the node as it is where there is none.

        False, and the cache is gone, where it did not fit: the node must then be started anew.
        Raises JournalBehind where the cache is whole but has more blocks than the journal."""
        self.blocks = 0
        found = self._read()
        if found is None:
            self.discard()
            return True
        blocks, block_hash, dump = found
        if blocks > len(journal.hashes) + (journal.pending is not None):
            raise JournalBehind(
                "The cached chain has more blocks than the journal, which has lost lines; "
                "restore the journal, or remove the cache to go on without those blocks.",
                path=str(journal.path),
                journalled=len(journal.hashes),
                cached=blocks,
            )
        try:
            good = journal.hashes[blocks - 1 : blocks] == [block_hash] and self._fits(
                rpc, journal, block_hash, dump
            )
        except ChainAway:
            good = False
        if not good:
            self.discard()
            return False
        self.blocks = blocks
        return True

    def store(self, rpc: Rpc, journal: Journal) -> None:
        """Cache the node's state, which must be that of the journal's last block."""
        blocks, block_hash = len(journal.hashes), journal.hashes[-1]
        dump = answers.data(rpc.ask(("anvil_dumpState", []))[0])
        head = {"blocks": blocks, "hash": block_hash, "sha256": hashlib.sha256(dump).hexdigest()}
        made = self._path.with_name(self._path.name + ".new")
        with made.open("wb") as file:
            file.write(json.dumps(head).encode("ascii") + b"\n" + dump)
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, self._path)
        self.blocks = blocks

    def discard(self) -> None:
        self._path.unlink(missing_ok=True)
        self.blocks = 0

    def _read(self) -> tuple[int, str, bytes] | None:
        try:
            line, _, dump = self._path.read_bytes().partition(b"\n")
            head = json.loads(line)
            if hashlib.sha256(dump).hexdigest() != head["sha256"] or int(head["blocks"]) < 1:
                return None
            return int(head["blocks"]), str(head["hash"]), dump
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _fits(self, rpc: Rpc, journal: Journal, block_hash: str, dump: bytes) -> bool:
        rpc.ask(("anvil_loadState", ["0x" + dump.hex()]))
        latest, proof = rpc.ask(
            ("eth_getBlockByNumber", ["latest", False]), ("eth_getProof", [_NOBODY, [], "latest"])
        )
        head = answers.block(latest)
        # The first node of any account's path is the root of the state (EIP-1186).
        nodes = proof.get("accountProof") if isinstance(proof, dict) else None
        root = keccak(answers.data(nodes[0])) if isinstance(nodes, list) and nodes else b""
        return (
            head.hash == block_hash
            and head.state_root == "0x" + root.hex()
            and genesis_hash(rpc) == journal.genesis.hash
        )
