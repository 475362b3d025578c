"""The anvil process: start it on a free loopback port, end it by its own pid.

The node dies with the process that started it, even with one that is killed: a shell holds the
reading end of a pipe of which we hold the other, and ends the node when the pipe closes. A
session of its own keeps a terminal's Ctrl-C from the node while we still write.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from ledger.adapters.ethereum import answers
from ledger.adapters.ethereum.errors import EngineMissing
from ledger.adapters.ethereum.journal import Genesis
from ledger.adapters.ethereum.rpc import Patience, Rpc
from ledger.errors import ChainAway

_SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
_PROCESSORS = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_WATCH = '"$@" </dev/null >/dev/null & node=$!; echo $node; read _; kill $node; wait $node'
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
    """A running node of ours. Its chain starts at ``genesis`` and is kept in memory only."""

    def __init__(self, watcher: subprocess.Popen[bytes], pid: int, rpc: Rpc) -> None:
        self._watcher = watcher
        self.pid = pid
        self.rpc = rpc

    @classmethod
    def start(cls, binary: Path, folder: Path, genesis: Genesis) -> Anvil:
        """Start a node whose files lie under ``folder``; returns when it answers.

        No account is funded: gas is free. Raises ChainAway.
        """
        port = _free_port()
        with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".json") as file:
            json.dump(_genesis_file(genesis), file)
            file.flush()
            node = cls(*_spawn(binary, folder, file.name, genesis, port))
            try:
                node._wait()
            except ChainAway:
                node.stop()
                raise
        return node

    def stop(self) -> None:
        """End the node; it keeps nothing that would have to be written."""
        self.rpc.close()
        assert self._watcher.stdin is not None
        with suppress(BrokenPipeError):
            self._watcher.stdin.close()
        try:
            self._watcher.wait(timeout=5)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self._watcher.wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.rpc.ask_once(("eth_chainId", []))
                return
            except ChainAway as error:
                if time.monotonic() > deadline or not self._alive():
                    raise ChainAway("The anvil node does not start.") from error
                time.sleep(0.01)

    def _alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True


def genesis_hash(rpc: Rpc) -> str:
    """Hash of block 0."""
    return answers.block(rpc.ask(("eth_getBlockByNumber", ["0x0", False]))[0]).hash


def _spawn(
    binary: Path, folder: Path, genesis_file: str, genesis: Genesis, port: int
) -> tuple[subprocess.Popen[bytes], int, Rpc]:
    command = [
        *(str(binary), "--host", "127.0.0.1", "--port", str(port), "--quiet", "--no-cors"),
        *("--init", genesis_file, "--chain-id", str(genesis.chain_id), "--hardfork", "paris"),
        *("--gas-price", "0", "--block-base-fee-per-gas", "0", "--accounts", "0"),
        *("--disable-default-create2-deployer", "--no-request-size-limit"),
        *("--order", "fifo", "--prune-history", _KEPT_STATES),
        *("--cache-path", str(folder / "cache")),
    ]
    try:
        watcher = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "anvil-watch", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise ChainAway("The anvil node cannot be started.", reason=str(error)) from error
    assert watcher.stdout is not None
    pid = int(watcher.stdout.readline())
    watcher.stdout.close()
    # One try: a node on this machine that does not answer is looked after, not asked again.
    return watcher, pid, Rpc(f"http://127.0.0.1:{port}", Patience(tries=1))


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
