"""A Kubo node of our own: on loopback, in a private swarm, with its repository in a folder.

Made for one machine and for tests; a city runs its own nodes and gives their API address.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from ledger.errors import StoreAway

_LOOPBACK: Final = "/ip4/127.0.0.1/tcp/"
_KEY_BYTES: Final = 32


class KuboDaemon:
    """Starts, watches and stops one node; use from one thread.

    ``binary`` is Kubo's ``ipfs``; ``folder`` keeps repository and log (``daemon.log``).
    ``swarm_key`` is the 32-byte secret of the private swarm: only nodes that have it can connect.
    ``peers`` are full multiaddrs (``/ip4/…/tcp/…/p2p/…``) to stay connected with. Port 0 takes a
    free one, and keeps it when the node is started again.

    A node that already runs on ``folder`` is used and not stopped: the process that started it
    (or an operator) does that.
    """

    def __init__(
        self,
        binary: Path,
        folder: Path,
        swarm_key: bytes,
        *,
        peers: Sequence[str] = (),
        api_port: int = 0,
        swarm_port: int = 0,
        ready_seconds: float = 30.0,
    ) -> None:
        if len(swarm_key) != _KEY_BYTES:
            raise ValueError(f"a swarm key of {len(swarm_key)} bytes, not {_KEY_BYTES}")
        self._binary = binary
        self._folder = folder
        self._repository = folder / "repository"
        self._swarm_key = swarm_key
        self._peers = tuple(peers)
        self._ports = (api_port, swarm_port)
        self._ready_seconds = ready_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._address = ""
        self._identity: Mapping[str, Any] = {}

    @property
    def address(self) -> str:
        """Multiaddr of the API, after ``start``."""
        return self._address

    @property
    def peer_addresses(self) -> tuple[str, ...]:
        """Multiaddrs by which peers of the same swarm reach the node, after ``start``."""
        return tuple(self._identity["Addresses"] or ())

    @property
    def pid(self) -> int | None:
        """Of the node that this object started; None where it started none."""
        return None if self._process is None else self._process.pid

    def start(self) -> str:
        """The API's multiaddr, once the node answers. Raises StoreAway where it does not come up
        (the end of its log in ``log``)."""
        if not self.alive():
            self.stop()
            with _alone(self._folder):
                self._initialise()
                if self._running() is None:
                    self._configure()
                    self._spawn()
                    self._await_ready()
        return self._address

    def alive(self) -> bool:
        """Whether the node answers on the address that ``start`` gave."""
        if self._process is not None and self._process.poll() is not None:
            return False
        return bool(self._address) and self._running() is not None

    def stop(self, seconds: float = 10.0) -> None:
        """End the node that this object started, by its own process id."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _initialise(self) -> None:
        if (self._repository / "config").exists():
            return
        self._repository.mkdir(parents=True, exist_ok=True, mode=0o700)
        command: list[str | Path] = [self._binary, "init", "--profile=server", "--empty-repo"]
        try:
            subprocess.run(
                command, env=self._environment(), capture_output=True, timeout=60, check=True
            )
        except subprocess.CalledProcessError as error:
            log = error.stderr.decode(errors="replace")
            raise StoreAway("no repository could be made for the IPFS node", log=log) from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise StoreAway("the IPFS node's program does not run", log=str(error)) from error

    def _configure(self) -> None:
        key = self._repository / "swarm.key"
        _write_private(key, f"/key/swarm/psk/1.0.0/\n/base16/\n{self._swarm_key.hex()}\n")
        path = self._repository / "config"
        config = json.loads(path.read_text(encoding="utf-8"))
        api, swarm = self._ports
        config["Addresses"] |= {
            "API": f"{_LOOPBACK}{api}",
            "Gateway": [],
            "Swarm": [f"{_LOOPBACK}{swarm}"],
            "Announce": [],
            "AppendAnnounce": [],
            "NoAnnounce": [],
        }
        config["AutoConf"] = {"Enabled": False}
        config["AutoTLS"] = {"Enabled": False}
        config["Bootstrap"] = []
        config["DNS"] = {"Resolvers": {}}
        config["Discovery"] = {"MDNS": {"Enabled": False}}
        config["Ipns"] = {"DelegatedPublishers": []}
        config["Peering"] = {"Peers": [_peer(address) for address in self._peers]}
        config["Plugins"] = {"Plugins": {"telemetry": {"Config": {"Mode": "off"}}}}
        config["Routing"] = {"Type": "dht", "DelegatedRouters": []}
        config["Swarm"] |= {"AddrFilters": [], "DisableNatPortMap": True}
        _write_private(path, json.dumps(config, indent=2))

    def _spawn(self) -> None:
        (self._repository / "api").unlink(missing_ok=True)
        try:
            with (self._folder / "daemon.log").open("ab") as log:
                self._process = subprocess.Popen(
                    [self._binary, "daemon", "--migrate=false"],
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # an interrupt at the terminal is for us to pass on
                )
        except OSError as error:
            raise StoreAway("the IPFS node's program does not run", log=str(error)) from error

    def _await_ready(self) -> None:
        deadline = time.monotonic() + self._ready_seconds
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            identity = self._running()
            if identity is not None:
                own = (int(a.rsplit("/p2p/")[0].rsplit("/", 1)[1]) for a in self.peer_addresses)
                self._ports = (int(self._address.rsplit("/", 1)[1]), next(own, self._ports[1]))
                return
            time.sleep(0.05)
        self.stop()
        log = (self._folder / "daemon.log").read_bytes()[-2000:]
        raise StoreAway("the IPFS node did not come up", log=log.decode(errors="replace"))

    def _running(self) -> Mapping[str, Any] | None:
        """What the node on this repository says of itself; None where none answers."""
        try:
            address = (self._repository / "api").read_text(encoding="ascii").strip()
            config = json.loads((self._repository / "config").read_text(encoding="utf-8"))
            _, _, host, _, port, *_ = address.split("/")
            answer = httpx.post(f"http://{host}:{port}/api/v0/id", timeout=5.0, trust_env=False)
            identity = answer.raise_for_status().json()
        except (OSError, ValueError, httpx.HTTPError):
            return None
        if identity.get("ID") != config["Identity"]["PeerID"]:
            return None  # another node has taken the port since
        self._address, self._identity = address, identity
        return self._identity

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "IPFS_PATH": str(self._repository),
            "LIBP2P_FORCE_PNET": "1",  # refuses to run outside a private swarm
            "IPFS_TELEMETRY": "off",
        }


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Of several processes that start a node on one folder, the later ones find it running."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "start.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _peer(address: str) -> dict[str, Any]:
    reached, _, peer = address.rpartition("/p2p/")
    if not reached or not peer:
        raise ValueError(f"{address!r} does not end with /p2p/ and a peer's id")
    return {"ID": peer, "Addrs": [reached]}


def _write_private(path: Path, text: str) -> None:
    unfinished = path.with_name(path.name + ".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)


def api_port(folder: Path) -> int | None:
    """The port of the API of the node that runs on a folder, whoever started it; None: none."""
    try:
        address = (folder / "repository" / "api").read_text(encoding="ascii")
        return int(address.strip().rsplit("/", 1)[1])
    except (OSError, ValueError, IndexError):
        return None
