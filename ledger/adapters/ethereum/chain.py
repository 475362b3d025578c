"""The Chain port on the consortium's contracts.

Reads check on first use that chain id, genesis block and code are those of the address book, and
again after an answer that could not be used; writes check it every time. An anchor is believed
when the contract's state, its event log, and the block that has both agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from certs.trust.payload import Chain as PinnedChain
from ledger.adapters.ethereum import answers
from ledger.adapters.ethereum.address_book import AddressBook, successors
from ledger.adapters.ethereum.agencies import AgencyRegister
from ledger.adapters.ethereum.believing import Believed
from ledger.adapters.ethereum.contracts import CHECKPOINTS, STATUS, contract
from ledger.adapters.ethereum.errors import ReceiptFalse
from ledger.adapters.ethereum.logs import logs_between
from ledger.adapters.ethereum.moments import moment, seconds
from ledger.adapters.ethereum.node import Node, newest, receipt_of
from ledger.adapters.ethereum.registers import Registers
from ledger.adapters.ethereum.sending import transact
from ledger.adapters.ethereum.typed_data import checkpoint_message, digest_of
from ledger.errors import ChainAway, LedgerError
from ledger.ports import (
    AgencyRecord,
    Anchor,
    BasisRow,
    ChainHead,
    ChainIdentity,
    DutyRow,
    KeyRow,
    LogEnding,
    ScopeRow,
    StatusHead,
)

_REMEMBERED = 4096


class _NotThere(Exception):
    """Keeps an absent anchor out of the cache: it may come."""


class EthereumChain:
    """:class:`ledger.ports.Chain` over a node and an address book.

    ``anchoring_key`` signs checkpoints, ``status_keys`` (by list id) the status lists; 32 raw
    bytes each. A chain that only reads needs neither. ``pinned`` is what the trust list says of the
    chain. Beside the port's errors, methods raise
    :class:`ledger.adapters.ethereum.errors.ChainForeign` where the chain is another one.
    """

    def __init__(
        self,
        node: Node,
        book: AddressBook,
        *,
        anchoring_key: bytes | None = None,
        status_keys: Mapping[bytes, bytes] | None = None,
        pinned: PinnedChain | None = None,
    ) -> None:
        self._node = node
        self._book = book
        self._anchoring_key = anchoring_key
        self._status_keys = dict(status_keys or {})
        self._registers = Registers(node, book)
        self._agencies = AgencyRegister(node, book)
        self._believed = Believed(node, book, pinned)
        self._anchor = lru_cache(maxsize=_REMEMBERED)(self._read_anchor)

    def identity(self) -> ChainIdentity:
        return self._believed.identity()

    def faults(self) -> list[LedgerError]:
        return [*self._believed.faults()]

    def successors(self) -> dict[str, str]:
        with self._believed.usable() as node:
            return successors(node, self._book)

    def now(self) -> datetime:
        with self._believed.usable():
            return moment(newest(self._node).time)

    def head(self, log_id: bytes) -> ChainHead:
        with self._believed.usable():
            return self._registers.head(log_id)

    def root_at(self, log_id: bytes, size: int) -> Anchor | None:
        with self._believed.usable():
            try:
                return self._anchor(log_id, size)
            except _NotThere:
                return None

    def anchored_sizes(self, log_id: bytes) -> list[int]:
        place = self._book.contracts[CHECKPOINTS]
        kind = contract(CHECKPOINTS).events["CheckpointAnchored"]
        topics = ["0x" + kind.topic.hex(), "0x" + log_id.hex()]
        with self._believed.usable() as node:
            found = logs_between(node, [place], topics, 0, newest(node).number)
        values = (kind.values(event) for event in found if event.address == place.lower())
        return sorted(int(one["size"]) for one in values if one is not None)

    def checkpoint_digest(self, log_id: bytes, size: int, root: bytes) -> bytes:
        _check_head(log_id, size, root)
        place = self._book.contracts[CHECKPOINTS]
        return digest_of(checkpoint_message(self._book.chain_id, place, log_id, size, root))

    def log_ending(self, log_id: bytes) -> LogEnding | None:
        with self._believed.usable():
            return self._registers.ending(log_id)

    def predecessor(self, log_id: bytes) -> tuple[bytes, int] | None:
        with self._believed.usable():
            return self._registers.predecessor(log_id)

    def attesters(self, log_id: bytes) -> tuple[list[str], int]:
        """Who may attest the log's heads, and how many of them must."""
        with self._believed.usable():
            return self._registers.attesters(log_id)

    def publish(
        self,
        log_id: bytes,
        size: int,
        root: bytes,
        proof: Sequence[bytes],
        attestations: Sequence[bytes],
    ) -> Anchor:
        if self._anchoring_key is None:
            raise ValueError("this chain was opened without an anchoring key")
        _check_head(log_id, size, root, *proof)
        self.identity()
        standing = self.root_at(log_id, size)
        if standing is not None and standing.root == root:
            return standing
        publish = contract(CHECKPOINTS).functions["publish"]
        data = publish.encode(log_id, size, root, list(proof), list(attestations))
        place = self._book.contracts[CHECKPOINTS]
        receipt = transact(self._node, self._anchoring_key, place, data)
        anchor = self.root_at(log_id, size)
        if anchor is None or anchor.root != root:
            raise ReceiptFalse(
                "The node says that the checkpoint was published, but the contract has it not.",
                transaction=receipt.transaction,
            )
        # Where another sender was faster the anchor is theirs, and our transaction did nothing.
        if anchor.transaction == receipt.transaction and not any(
            _anchored(event, place, log_id, size) == root for event in receipt.events
        ):
            raise ReceiptFalse(
                "The receipt of a checkpoint does not show the checkpoint.",
                transaction=receipt.transaction,
            )
        return anchor

    def gas_used(self, transaction: str) -> int:
        with self._believed.usable():
            receipt = receipt_of(self._node, transaction)
            if receipt is None:
                raise ChainAway("The chain does not know this transaction.")
            return receipt.gas_used

    def entitled(self, agency: str, licence_type: str, region: int, at: datetime) -> bool:
        with self._believed.usable():
            return self._agencies.entitled(agency, licence_type, region, at)

    def scope_rows(self, agency: str, licence_type: str) -> list[ScopeRow]:
        with self._believed.usable():
            return self._agencies.scope_rows(agency, licence_type)

    def all_scope_rows(self, agency: str) -> list[ScopeRow]:
        with self._believed.usable():
            return self._agencies.all_scope_rows(agency)

    def basis_rows(self, agency: str) -> list[BasisRow]:
        with self._believed.usable():
            return self._agencies.basis_rows(agency)

    def key_rows(self, agency: str) -> list[KeyRow]:
        with self._believed.usable():
            return self._agencies.key_rows(agency)

    def key_valid(self, agency: str, key_id: bytes, at: datetime) -> bool:
        with self._believed.usable():
            return self._agencies.key_valid(agency, key_id, at)

    def agency(self, agency: str) -> AgencyRecord | None:
        with self._believed.usable():
            return self._agencies.agency(agency)

    def agency_ids(self) -> list[str]:
        with self._believed.usable():
            return self._agencies.ids()

    def duties(self, issuer: str, licence_type: str) -> list[DutyRow]:
        with self._believed.usable():
            return self._agencies.duties(issuer, licence_type)

    def basis_granted(self, agency: str, item: str, kind: str, sort: str, at: datetime) -> bool:
        with self._believed.usable():
            return self._agencies.basis_granted(agency, item, kind, sort, at)

    def status_head(self, list_id: bytes) -> StatusHead:
        with self._believed.usable():
            return self._registers.status_head(list_id)

    def publish_status(
        self, list_id: bytes, version: int, digest: bytes, valid_until: datetime
    ) -> StatusHead:
        key = self._status_keys.get(list_id)
        if key is None:
            raise ValueError("this chain was opened without a publisher's key for the list")
        if not 0 <= version < 1 << 64 or len(digest) != 32:
            raise ValueError("versions are uint64; digests have 32 bytes")
        self.identity()
        wanted = (version, digest, moment(seconds(valid_until)))
        if _said(standing := self.status_head(list_id)) == wanted:
            return standing
        data = (
            contract(STATUS)
            .functions["publish"]
            .encode(list_id, version, digest, seconds(valid_until))
        )
        receipt = transact(self._node, key, self._book.contracts[STATUS], data)
        found = self.status_head(list_id)
        if found.version < version or (found.version == version and _said(found) != wanted):
            raise ReceiptFalse(
                "The node says that the status list was published, but the contract has it not.",
                transaction=receipt.transaction,
            )
        return found

    def close(self) -> None:
        self._node.close()

    def _read_anchor(self, log_id: bytes, size: int) -> Anchor:
        found = self._registers.root_at(log_id, size)
        confirmations, _ = self._node.finality()
        if found is None:
            raise _NotThere
        root, number, time = found
        if confirmations and newest(self._node).number < number + confirmations:
            raise _NotThere
        place = self._book.contracts[CHECKPOINTS]
        kind = contract(CHECKPOINTS).events["CheckpointAnchored"]
        topics = ["0x" + t.hex() for t in (kind.topic, log_id, size.to_bytes(32, "big"))]
        where = {"fromBlock": hex(number), "toBlock": hex(number)}
        header, logs = self._node.ask(
            ("eth_getBlockByNumber", [hex(number), False]),
            ("eth_getLogs", [{**where, "address": place, "topics": topics}]),
        )
        block = answers.block(header)
        for event in answers.events(logs):
            shown = _anchored(event, place, log_id, size) == root
            placed = event.block_hash == block.hash and event.transaction in block.transactions
            if shown and placed and (block.number, block.time) == (number, time):
                return Anchor(
                    size=size,
                    root=root,
                    chain_id=self._book.chain_id,
                    contract=place,
                    transaction=event.transaction,
                    block_number=number,
                    block_hash=block.hash,
                    block_time=moment(time),
                )
        raise ReceiptFalse("The chain's node has a checkpoint that its blocks do not bear out.")


def _said(head: StatusHead) -> tuple[int, bytes, datetime | None]:
    """What was published, without when."""
    return head.version, head.digest, head.valid_until


def _check_head(log_id: bytes, size: int, *hashes: bytes) -> None:
    if not 0 <= size < 1 << 64 or any(len(item) != 32 for item in (log_id, *hashes)):
        raise ValueError("sizes are uint64; ids, roots and proof hashes have 32 bytes")


def _anchored(event: answers.Event, place: str, log_id: bytes, size: int) -> bytes | None:
    """The root that this event shows as published for the log and size, if it does."""
    if event.address != place.lower():
        return None
    values = contract(CHECKPOINTS).events["CheckpointAnchored"].values(event)
    if values is None or (values["logId"], values["size"]) != (log_id, size):
        return None
    return bytes(values["root"])
