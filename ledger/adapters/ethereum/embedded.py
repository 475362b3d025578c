"""The chain of one machine: an anvil node that is started, watched and healed here.

The journal is the chain; the node is a cache of it that answers questions. Every answer is taken
together with the node's newest block, which must be the journal's newest one. A node that is
gone, behind, rolled back or reorganised is brought back to the journal, in a new process where
need be, and the question asked again. So block hashes and block times survive kill -9 of the
node, a torn or missing cache, and whatever anybody does to the node over its own interface.

Several processes may hold one folder open: they share the node, and its starter's end makes the
next one start it anew. Writers take turns through a lock file, which the kernel releases when
its holder dies.
"""

from __future__ import annotations

import fcntl
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger.adapters.ethereum import answers, replay
from ledger.adapters.ethereum.anvil import Anvil, new_genesis
from ledger.adapters.ethereum.errors import ChainDiverged, ChainForeign
from ledger.adapters.ethereum.journal import Journal
from ledger.adapters.ethereum.rpc import Patience, Question, Rpc, RpcRefused
from ledger.adapters.ethereum.snapshot import Snapshot
from ledger.errors import ChainAway

_LATEST: Question = ("eth_getBlockByNumber", ["latest", False])
_CACHE_AFTER = 256
_CACHE_AT_CLOSE = 64


class EmbeddedNode:
    """The chain in ``folder``. Safe for use from several threads and processes."""

    def __init__(self, folder: Path, binary: Path, now: Callable[[], datetime]) -> None:
        """Opens a founded chain; the node starts with the first question.

        Raises ChainMissing, JournalBroken."""
        self._folder = folder
        self._binary = binary
        self._now = now
        self._journal = Journal(folder / "journal")
        self._snapshot = Snapshot(folder / "state")
        self._own: Anvil | None = None
        self._rpc: Rpc | None = None
        self._turn = threading.RLock()
        self._depth = 0

    @classmethod
    def found(
        cls,
        folder: Path,
        binary: Path,
        now: Callable[[], datetime],
        *,
        chain_id: int,
        randomness: Callable[[int], bytes],
    ) -> EmbeddedNode:
        """Make a chain of no transactions, unless there is one, and open it."""
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            if not (folder / "journal").exists():
                genesis = new_genesis(binary, folder, chain_id, now(), randomness(20))
                Journal.create(folder / "journal", genesis)
        return cls(folder, binary, now)

    @property
    def pid(self) -> int | None:
        """Process id of the node, where this object started it."""
        return None if self._own is None else self._own.pid

    @property
    def url(self) -> str | None:
        """Where the node answers, once it was asked something."""
        return None if self._rpc is None else self._rpc.url

    def ask(self, *questions: Question) -> list[Any]:
        rpc = self._rpc
        if rpc is not None:
            try:
                found = self._checked(rpc, questions)
            except RpcRefused:
                raise
            except ChainAway:
                found = None
            if found is not None:
                return found
        with self.writing():
            found = self._checked(self._healed(), questions)
            if found is None:
                raise ChainAway("The anvil node's chain changes while it is read.")
            return found

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._turn:
            self._depth += 1
            try:
                if self._depth > 1:
                    yield
                    return
                with _locked(self._folder):
                    self._journal.repair()
                    yield
            finally:
                self._depth -= 1

    def submit(self, raw: bytes) -> None:
        """Journal the transaction, then send it: in that order, each on disk before the next."""
        with self.writing():
            rpc = self._healed()
            head = answers.block(rpc.ask(_LATEST)[0])
            before = len(self._journal.hashes)
            self._journal.sent(max(int(self._now().timestamp()), head.time), raw)
            try:
                replay.settle(rpc, self._journal)
            except RpcRefused:
                raise
            except ChainAway as away:
                # It is journalled, so healing sends it, unless it has arrived already.
                rpc = self._healed()
                if len(self._journal.hashes) == before:
                    raise ChainAway("The anvil node did not take the transaction.") from away
            grown = len(self._journal.hashes) - self._snapshot.blocks
            if grown >= max(_CACHE_AFTER, self._snapshot.blocks // 4):
                self._store(rpc)

    def now_overrides(self) -> list[Any]:
        # No block is made without a transaction, so the newest one may be days old.
        head = answers.block(self.ask(_LATEST)[0])
        return [{}, {"time": hex(max(int(self._now().timestamp()), head.time))}]

    def finality(self) -> tuple[int, float]:
        return 0, 0.0

    def close(self) -> None:
        """Ends the node where this object started it."""
        with self._turn:
            own, self._own = self._own, None
            if own is not None:
                if len(self._journal.hashes) - self._snapshot.blocks >= _CACHE_AT_CLOSE:
                    with suppress(ChainAway), self.writing():
                        self._store(own.rpc)
                own.stop()
            if self._rpc is not None:
                self._rpc.close()
            self._rpc = None

    def _store(self, rpc: Rpc) -> None:
        # The cache may always be absent, so failing to write it is no failure.
        with suppress(ChainAway, OSError):
            if replay.follows(rpc, self._journal):
                self._snapshot.store(rpc, self._journal)

    def _checked(self, rpc: Rpc, questions: Sequence[Question]) -> list[Any] | None:
        """The answers; None where the node does not stand at the journal's last block."""
        try:
            found = rpc.ask(_LATEST, *questions)
        except RpcRefused:
            if self._trusted(answers.block(rpc.ask(_LATEST)[0])):
                raise
            return None
        return found[1:] if self._trusted(answers.block(found[0])) else None

    def _trusted(self, head: answers.Block) -> bool:
        if replay.stands_at(head, self._journal):
            return True
        with self._turn:
            # Another process may have written since.
            self._journal.refresh()
            return replay.stands_at(head, self._journal)

    def _healed(self) -> Rpc:
        """A node at the journal's last block. Only inside :meth:`writing`."""
        for rpc in (self._rpc, self._shared()):
            if rpc is None:
                continue
            # Whatever is wrong with a running node, a new one is made from the journal.
            with suppress(ChainAway, ChainForeign):
                if replay.catch_up(rpc, self._journal):
                    self._use(rpc)
                    return rpc
        return self._restarted()

    def _restarted(self) -> Rpc:
        self._drop()
        try:
            node = self._started(cached=True)
        except ChainDiverged:
            # The cache led astray, or the journal itself does: only the journal can tell.
            self._snapshot.discard()
            node = self._started(cached=False)
        self._own = node
        self._rpc = node.rpc
        with suppress(OSError):
            (self._folder / "node.json").write_text(json.dumps({"url": node.rpc.url}))
        return node.rpc

    def _started(self, *, cached: bool) -> Anvil:
        node = Anvil.start(self._binary, self._folder, self._journal.genesis)
        try:
            if cached and not self._snapshot.load(node.rpc, self._journal):
                node.stop()
                node = Anvil.start(self._binary, self._folder, self._journal.genesis)
            if not replay.catch_up(node.rpc, self._journal):
                raise ChainDiverged("Replaying the journal did not lead to its last block.")
        except BaseException:
            node.stop()
            raise
        return node

    def _drop(self) -> None:
        own, self._own, self._rpc = self._own, None, None
        if own is not None:
            own.stop()

    def _use(self, rpc: Rpc) -> None:
        if self._own is not None and self._own.rpc is not rpc:
            own, self._own = self._own, None
            own.stop()
        self._rpc = rpc

    def _shared(self) -> Rpc | None:
        """The node that another process started, if it is not the one in use."""
        try:
            url = json.loads((self._folder / "node.json").read_text())["url"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if not isinstance(url, str) or not url.startswith("http://127.0.0.1:"):
            return None
        if self._rpc is not None and self._rpc.url == url:
            return None
        return Rpc(url, Patience(tries=1))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with ExitStack() as held:
        try:
            lock = held.enter_context((folder / "lock").open("a"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            raise ChainAway("The chain's folder cannot be used.", reason=str(error)) from error
        yield
