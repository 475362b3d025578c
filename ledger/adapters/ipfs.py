"""A Kubo node behind :class:`ledger.ports.BlobStore`.

Files are added by the node itself, which answers its CID; ours must be the same. They are read
block by block, each checked against its CID before any byte of it is given out.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import ipfshttpclient
import ipfshttpclient.exceptions as failures
import requests

from ledger.errors import NotFound, StoreAway
from ledger.stored.cid import (
    CHUNK_BYTES,
    MAX_LINKS,
    CidHasher,
    CidInvalid,
    CidMismatch,
    children,
    cid_text,
    parse_cid,
)

# The client still passes an argument that urllib3 has given up; the lock file keeps urllib3 < 3.
warnings.filterwarnings("ignore", "The 'strict' parameter", FutureWarning)


_ADD: Final = {
    # Named one by one: a node's own Import configuration may differ.
    "cid-version": "1",
    "raw-leaves": "true",
    "chunker": "size-262144",
    "hash": "sha2-256",
    "max-file-links": str(MAX_LINKS),
    "trickle": "false",
    "inline": "false",
    "wrap-with-directory": "false",
    "pin": "true",
    "progress": "false",
}
_ABSENT: Final = ("could not find", "not found", "context deadline exceeded")
_NOT_PINNED: Final = "not pinned"


class IpfsStore:
    """Ciphertext in a Kubo node, pinned there.

    ``address`` is the multiaddr of its API, or answers it when a connection is wanted (so that a
    node is started on first use, and again when it died). ``answer_seconds`` bounds the wait for
    each answer, ``search_seconds`` the search for a block among the node's peers: after it, the
    block counts as absent. A node that does not answer is StoreAway. Threads may share one store.
    """

    name = "ipfs"

    def __init__(
        self,
        address: str | Callable[[], str],
        *,
        answer_seconds: float = 30.0,
        search_seconds: float = 5.0,
    ) -> None:
        self._address = address
        self._seconds = answer_seconds
        self._search_seconds = search_seconds
        self._lock = threading.Lock()
        self._free: list[Any] = []

    def put(self, chunks: Iterable[bytes]) -> str:
        hasher = CidHasher()

        def passed_on() -> Iterator[bytes]:
            for chunk in chunks:
                hasher.update(chunk)
                yield chunk

        with self._client() as client:
            answered = client.add_bytes(passed_on(), opts=_ADD)
        if answered != hasher.cid():
            raise CidMismatch("the node stored other bytes", cid=hasher.cid(), answered=answered)
        return hasher.cid()

    def get(self, cid: str) -> Iterator[bytes]:
        root = bytes(parse_cid(cid))
        return self._leaves(root, self._block(root))

    def has(self, cid: str) -> bool:
        parse_cid(cid)
        try:
            with self._client() as client:
                client.pin.ls(cid, type="recursive")
        except NotFound:
            return False
        return True

    def delete(self, cid: str) -> None:
        """Unpin; the node's next garbage collection takes the blocks."""
        parse_cid(cid)
        try:
            with self._client() as client:
                client.pin.rm(cid)
        except NotFound:
            return

    def cids(self) -> Iterator[str]:
        with (
            self._client() as client,
            client.pin.ls(type="recursive", opts={"stream": "true"}, stream=True) as pins,
        ):
            for pin in pins:
                try:
                    yield str(parse_cid(pin["Cid"]))
                except CidInvalid:  # pinned by somebody else, in another form
                    continue

    def close(self) -> None:
        with self._lock:
            free, self._free = self._free, []
        for client in free:
            client.close()

    def _leaves(self, root: bytes, block: bytes) -> Iterator[bytes]:
        # Depth first: what is still to come is at most 174 CIDs for each level.
        to_come = [root]
        while to_come:
            cid = to_come.pop()
            if cid != root:
                block = self._block(cid)
            try:
                below = children(cid, block)
            except CidInvalid as error:
                raise CidMismatch("a node of another layout", cid=cid_text(cid)) from error
            if below:
                to_come += reversed(below)
            elif block:
                yield block

    def _block(self, cid: bytes) -> bytes:
        """The block from the node itself, else from its peers; not checked yet."""
        with self._client() as client:
            try:
                return _read(client, cid, {"offline": "true"})
            except failures.ErrorResponse as error:
                if not isinstance(_answered(error), NotFound) or not _has_peers(client):
                    raise
            return _read(client, cid, {"timeout": f"{int(self._search_seconds * 1000)}ms"})

    @contextmanager
    def _client(self) -> Iterator[Any]:
        """A client that no other thread uses, with its connection kept open."""
        with self._lock:
            client = self._free.pop() if self._free else None
        if client is None:
            # Client, not connect(): the latter warns of every version newer than itself.
            address = self._address if isinstance(self._address, str) else self._address()
            client = ipfshttpclient.Client(address, session=True, timeout=self._seconds)
        reusable = False
        try:
            yield client
            reusable = True
        except failures.ErrorResponse as error:
            reusable = True
            raise _answered(error) from error
        except (failures.Error, requests.RequestException) as error:
            raise StoreAway("the IPFS node does not answer", reason=str(error)) from error
        finally:
            if reusable:
                with self._lock:
                    self._free.append(client)
            else:
                client.close()


def _read(client: Any, cid: bytes, opts: dict[str, str]) -> bytes:
    block = bytearray()
    with client.block.get(cid_text(cid), opts=opts, stream=True) as pieces:
        for piece in pieces:
            block += piece
            if len(block) > CHUNK_BYTES:
                raise CidMismatch("a block longer than any of ours", cid=cid_text(cid))
    return bytes(block)


def _has_peers(client: Any) -> bool:
    return bool(client.swarm.peers()["Peers"])


def _answered(error: failures.ErrorResponse) -> Exception:
    message = str(error)
    if _NOT_PINNED in message or any(text in message for text in _ABSENT):
        return NotFound("the node has no such file", answer=message)
    return StoreAway("the IPFS node refused", answer=message)
