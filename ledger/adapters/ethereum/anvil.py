"""The anvil process: start it on a free loopback port, end it by its own pid.

The node dies with the process that started it, even with one that is killed: a shell beside it
waits at the reading end of a pipe of which we hold the other, and kills the node when the pipe
closes. A session of its own keeps a terminal's Ctrl-C from the node while we still write. Its
chain lies in memory only, so nothing is lost by killing it.
"""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ledger.adapters.ethereum import answers
from ledger.adapters.ethereum.errors import EngineMissing
from ledger.adapters.ethereum.journal import Genesis
from ledger.adapters.ethereum.rpc import Patience, Rpc
from ledger.errors import ChainAway

GAS_LIMIT = 1_000_000_000

_SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
_PROCESSORS = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_WATCH = 'exec 3<&0; (read _ <&3; kill -9 $$) & exec "$@" 3<&- </dev/null'
_KEPT_STATES = "16"
_START_SECONDS = 20.0


def anvil_binary(root: Path) -> Path:
    """The program in ``root/node_modules``, the folder where ``npm ci`` ran.

    Raises EngineMissing.
    """
    system = _SYSTEMS.get(platform.system(), platform.system().lower())
    processor = _PROCESSORS.get(platform.machine(), platform.machine())
    name = f"anvil-{system}-{processor}"
    path = root / "node_modules" / "@foundry-rs" / name / "bin" / "anvil"
    if not os.access(path, os.X_OK):
        raise EngineMissing("The anvil node is not installed.", path=str(path))
    return path


class Anvil:
    """A running node of ours."""

    def __init__(self, process: subprocess.Popen[bytes], rpc: Rpc) -> None:
        self._process = process
        self.rpc = rpc

    @classmethod
    def start(cls, binary: Path, folder: Path, genesis: Genesis) -> Anvil:
        """Start a node at its genesis block; returns when it answers.

        Files that it makes lie under ``folder``. No account is funded: gas is free. Raises
        ChainAway.
        """
        port = _free_port()
        with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".json") as file:
            json.dump(_genesis_file(genesis), file)
            file.flush()
            # One try: a node of our own that does not answer is looked after, not asked again.
            rpc = Rpc(f"http://127.0.0.1:{port}", Patience(tries=1))
            node = cls(_spawn(binary, folder, file.name, genesis, port), rpc)
            try:
                node._wait()
            except ChainAway:
                node.stop()
                raise
        return node

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """End the node and wait for its end."""
        self.rpc.close()
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        # Also from here: the shell that waits at the pipe may have been killed itself.
        self._process.kill()
        self._process.wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.rpc.ask_once(("eth_chainId", []))
                return
            except ChainAway as error:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise ChainAway("The anvil node does not start.") from error
                time.sleep(0.01)


def new_genesis(
    binary: Path, folder: Path, chain_id: int, at: datetime, coinbase: bytes
) -> Genesis:
    """A genesis block that is the folder's own through its random coinbase (20 bytes)."""
    genesis = Genesis(chain_id, int(at.timestamp()), GAS_LIMIT, "0x" + coinbase.hex(), hash="")
    node = Anvil.start(binary, folder, genesis)
    try:
        return replace(genesis, hash=genesis_hash(node.rpc))
    finally:
        node.stop()


def genesis_hash(rpc: Rpc) -> str:
    """Hash of block 0."""
    return answers.block(rpc.ask(("eth_getBlockByNumber", ["0x0", False]))[0]).hash


def _spawn(
    binary: Path, folder: Path, genesis_file: str, genesis: Genesis, port: int
) -> subprocess.Popen[bytes]:
    command = [
        *(str(binary), "--host", "127.0.0.1", "--port", str(port), "--quiet", "--no-cors"),
        *("--init", genesis_file, "--chain-id", str(genesis.chain_id), "--hardfork", "paris"),
        *("--gas-price", "0", "--block-base-fee-per-gas", "0", "--accounts", "0"),
        *("--disable-default-create2-deployer", "--no-request-size-limit"),
        *("--order", "fifo", "--prune-history", _KEPT_STATES),
        *("--cache-path", str(folder / "cache")),
    ]
    try:
        return subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "anvil-watch", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise ChainAway("The anvil node cannot be started.", reason=str(error)) from error


def _genesis_file(genesis: Genesis) -> dict[str, object]:
    return {
        "config": {"chainId": genesis.chain_id},
        "timestamp": hex(genesis.time),
        "gasLimit": hex(genesis.gas_limit),
        "difficulty": "0x0",
        "coinbase": genesis.coinbase,
        "alloc": {},
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
