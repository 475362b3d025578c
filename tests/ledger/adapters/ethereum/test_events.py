"""The contracts' events, from blocks that bear them out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.adapters.ethereum.believing import Believed
from ledger.adapters.ethereum.contracts import CONTRACTS, contract
from ledger.adapters.ethereum.errors import OtherChain, ReceiptFalse
from ledger.adapters.ethereum.events import EthereumEvents
from ledger.adapters.ethereum.remote import RemoteNode
from ledger.agencies.telling import table, told_event
from ledger.errors import ChainAway
from ledger.flows.evidence.chain_index import ReorgTooDeep, forget, index_chain, index_whole_chain
from ledger.index.chain import DEPTH
from ledger.platform import Platform
from tests.ledger.adapters.ethereum.conftest import QUICK
from tests.ledger.adapters.ethereum.proxy import Proxy
from tests.ledger.adapters.ethereum.world import (
    AGENCY_KEY,
    LOG,
    PERMIT,
    REGION,
    ForeignWorld,
    Log,
    World,
    publish,
)
from tests.ledger.agencies.test_changes import Plain
from tests.ledger.flows.chains import expected, indexing, shown


def events_of(place: World | ForeignWorld) -> EthereumEvents:
    return EthereumEvents(Believed(place.node, place.book))


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[ForeignWorld]:
    """A chain of the test's own on a node without a journal, which can be reorganised."""
    made = ForeignWorld(tmp_path)
    yield made
    made.close()


@pytest.fixture
def bare_index(bare: ForeignWorld, tmp_path: Path) -> Iterator[Platform]:
    with indexing(tmp_path / "ledger.db", events_of(bare)) as platform:
        yield platform


def test_each_change_is_told_with_its_values_and_what_it_is_about(
    place: World | ForeignWorld,
) -> None:
    events = events_of(place)
    found = events.events(0, events.newest().number)
    (scope,) = [
        one for one in found if one.name == "AgencyScopeAdded" and one.subjects[0] == "scjg"
    ]
    assert scope.contract == "AgencyRegistry"
    assert {name: scope.values[name] for name in ("agency", "licenceType", "region")} == {
        "agency": "scjg",
        "licenceType": PERMIT,
        "region": REGION,
    }
    assert scope.subjects[:2] == ("scjg", PERMIT)
    (key,) = [one for one in found if one.name == "AgencyKeyAdded"]
    assert key.subjects[:2] == ("scjg", "0x" + AGENCY_KEY.hex())
    assert [(one.block.number, one.index) for one in found] == sorted(
        {(one.block.number, one.index) for one in found}
    )
    assert events.blocks([one.block.number for one in found]) == [one.block for one in found]
    assert events.events(scope.block.number, scope.block.number)[scope.index] == scope


def test_blocks_that_there_are_not_are_left_out(place: World | ForeignWorld) -> None:
    events = events_of(place)
    head = events.newest()
    assert events.blocks([head.number, head.number + 1, 0]) == [head, *events.blocks([0])]
    assert events.blocks([]) == []


LIES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "another block's hash": (
        "eth_getLogs",
        lambda logs: [{**log, "blockHash": "0x" + "11" * 32} for log in logs],
    ),
    "another block's number": (
        "eth_getLogs",
        lambda logs: [{**log, "blockNumber": "0x7fffff"} for log in logs],
    ),
    "a transaction of no block": (
        "eth_getLogs",
        lambda logs: [{**log, "transactionHash": "0x" + "22" * 32} for log in logs],
    ),
    "events of others": (
        "eth_getLogs",
        lambda logs: [{**log, "address": "0x" + "33" * 20} for log in logs],
    ),
    "events out of order": ("eth_getLogs", lambda logs: list(reversed(logs))),
    "an event twice": ("eth_getLogs", lambda logs: [*logs, logs[-1]]),
    "an event that there is not": (
        "eth_getLogs",
        lambda logs: [{**log, "topics": ["0x" + "44" * 32]} for log in logs],
    ),
    "values of another form": (
        "eth_getLogs",
        lambda logs: [{**log, "data": "0x00"} for log in logs],
    ),
    "no place": ("eth_getLogs", lambda logs: [{**log, "logIndex": None} for log in logs]),
    "another block than asked": (
        "eth_getBlockByNumber",
        lambda block: {**block, "number": "0x1"} if block["number"] != "0x0" else block,
    ),
    "no list": ("eth_getLogs", lambda logs: {"logs": logs}),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=list(LIES))
def test_what_the_blocks_do_not_bear_out_is_no_answer(
    foreign: ForeignWorld, proxy: Proxy, lie: tuple[str, Callable[[Any], Any]]
) -> None:
    method, change = lie
    events = EthereumEvents(Believed(RemoteNode(proxy.url, patience=QUICK), foreign.book))
    head = events.newest().number
    whole = events.events(0, head)
    proxy.change = lambda asked, result: change(result) if asked == method else result
    with pytest.raises(ChainAway):
        events.events(2, head)
    proxy.heal()
    assert events.events(0, head) == whole


def test_events_of_another_chain_are_not_believed(foreign: ForeignWorld) -> None:
    events = EthereumEvents(Believed(foreign.node, replace(foreign.book, chain_id=1)))
    for ask in (events.newest, lambda: events.blocks([0]), lambda: events.events(0, 1)):
        with pytest.raises(OtherChain):
            ask()


def test_a_block_without_the_transaction_is_false(foreign: ForeignWorld, proxy: Proxy) -> None:
    events = EthereumEvents(Believed(RemoteNode(proxy.url, patience=QUICK), foreign.book))
    events.newest()
    proxy.change = lambda asked, result: (
        {**result, "transactions": []} if asked == "eth_getBlockByNumber" else result
    )
    with pytest.raises(ReceiptFalse):
        events.events(0, 5)


@pytest.mark.parametrize("depth", [1, 5, DEPTH])
def test_a_reorganised_chain_is_followed(
    bare: ForeignWorld, bare_index: Platform, depth: int
) -> None:
    log = Log()
    for _ in range(DEPTH + 2):
        before = log.size
        log.grow(1)
        publish(bare.chain, LOG, log.size, log.root, log.proof_from(before))
    index_chain(bare_index)
    whole = shown(bare_index)
    assert whole == expected(bare_index.chain_events)
    bare.node.ask(("anvil_reorg", [depth, []]))
    done = index_chain(bare_index)
    assert done.undone == depth
    assert shown(bare_index) == expected(bare_index.chain_events) != whole
    assert len(shown(bare_index)) < len(whole)


def test_a_chain_reorganised_too_deep_waits_and_can_be_read_anew(
    bare: ForeignWorld, bare_index: Platform
) -> None:
    log = Log()
    for _ in range(DEPTH + 3):
        before = log.size
        log.grow(1)
        publish(bare.chain, LOG, log.size, log.root, log.proof_from(before))
    index_chain(bare_index)
    bare.node.ask(("anvil_reorg", [DEPTH + 1, []]))
    with pytest.raises(ReorgTooDeep):
        index_chain(bare_index)
    forget(bare_index)
    list(index_whole_chain(bare_index))
    assert shown(bare_index) == expected(bare_index.chain_events)


def test_ids_that_fill_no_text_are_shown_in_hex(place: World | ForeignWorld) -> None:
    found = events_of(place).events(0, 10)
    opened = [one for one in found if one.name == "LogOpened" and LOG.hex() in one.subjects[0]]
    assert [one.values["logId"] for one in opened] == ["0x" + LOG.hex()]


def test_every_event_of_the_contracts_is_told_in_a_sentence() -> None:
    told = {name.partition(".")[0] for name in table("events")}
    known = {name for one in CONTRACTS for name in contract(one).events}
    assert told == known
    for one in CONTRACTS:
        for name, kind in contract(one).events.items():
            values = {
                field: _SAMPLES[abi.partition("(")[0]]
                for field, abi in zip(kind.names, kind.types, strict=True)
            }
            zh, en = told_event(name, values, Plain())
            assert zh != name != en and "{" not in zh + en


_SAMPLES: dict[str, Any] = {
    "bytes32": "scjg",
    "address": "0x" + "ab" * 20,
    "address[]": [],
    "string": "名",
    "": [],
    "uint8": 1,
    "uint32": 310_101,
    "uint40": 1_772_442_000,
    "uint64": 7,
    "uint256": 7,
}
