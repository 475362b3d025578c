"""A node of somebody else's that is away, silent, or talks rubbish."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from ledger.adapters.ethereum.chain import EthereumChain
from ledger.adapters.ethereum.node import transaction_count
from ledger.adapters.ethereum.remote import RemoteNode
from ledger.adapters.ethereum.rpc import RpcRefused
from ledger.adapters.ethereum.sending import address_of
from ledger.errors import ChainAway, Pushback
from ledger.ports import Anchor
from tests.ledger.adapters.ethereum.conftest import QUICK
from tests.ledger.adapters.ethereum.proxy import Lost, Proxy
from tests.ledger.adapters.ethereum.world import (
    ANCHORING,
    LIST,
    PERMIT,
    REGION,
    ForeignWorld,
    Log,
    chain_on,
    publish,
    secret,
)


def everything(proxied: EthereumChain, foreign_log: bytes) -> list[Any]:
    """Every method of the port, each to be refused while the node cannot be used."""
    when = proxied.now()
    return [
        proxied.identity,
        proxied.now,
        lambda: proxied.head(foreign_log),
        lambda: proxied.root_at(foreign_log, 1),
        lambda: publish(proxied, foreign_log, 1, Log().grow(1).root, ()),
        lambda: proxied.entitled("scjg", PERMIT, REGION, when),
        lambda: proxied.scope_rows("scjg", PERMIT),
        lambda: proxied.key_rows("scjg"),
        lambda: proxied.status_head(LIST),
        lambda: proxied.publish_status(LIST, 1 << 40, secret("d"), when + timedelta(days=1)),
    ]


RUBBISH: dict[str, tuple[int, bytes]] = {
    "nothing": (200, b""),
    "a page": (200, b"<html>maintenance</html>"),
    "an empty list": (200, b"[]"),
    "null": (200, b"null"),
    "a number": (200, b"7"),
    "neither result nor error": (200, b'{"jsonrpc":"2.0","id":1}'),
    "a null result": (200, b'{"jsonrpc":"2.0","id":1,"result":null}'),
    "a foreign result": (200, b'{"jsonrpc":"2.0","id":1,"result":{"number":[]}}'),
    "a torn answer": (200, b'{"jsonrpc":"2.0","id":1,"resu'),
    "a foreign error": (200, b'{"jsonrpc":"2.0","id":1,"error":"no"}'),
    "an error": (200, b'{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no"}}'),
    "no UTF-8": (200, b"\xff\xfe\x00"),
    "depth": (200, b"[" * 200_000),
    "a batch of nulls": (200, b"[null,null]"),
    "a server error": (500, b"{}"),
    "a redirect": (302, b""),
    "a hash of other letters": (200, b'{"jsonrpc":"2.0","id":1,"result":"0xZZ"}'),
}


@pytest.mark.parametrize("answer", RUBBISH.values(), ids=list(RUBBISH))
def test_rubbish_is_a_chain_that_is_away(
    proxied: EthereumChain, proxy: Proxy, foreign_log: bytes, answer: tuple[int, bytes]
) -> None:
    asked = everything(proxied, foreign_log)
    proxy.instead = lambda: answer
    for ask in asked:
        with pytest.raises(ChainAway) as away:
            ask()
        assert isinstance(away.value, Pushback) and away.value.retry_after > 0
    proxy.heal()
    assert proxied.head(foreign_log).size == 0
    assert proxy.followed == []


def test_a_refused_connection_is_a_chain_that_is_away(
    foreign: ForeignWorld, foreign_log: bytes
) -> None:
    gone = Proxy(foreign.anvil.rpc.url)
    proxied = chain_on(RemoteNode(gone.url, patience=QUICK), foreign.book)
    asked = everything(proxied, foreign_log)
    gone.close()
    proxied.close()  # The connection that is still open; the next question opens another.
    for ask in asked:
        with pytest.raises(ChainAway):
            ask()
    proxied.close()


def test_a_silent_node_is_given_up_in_time(proxied: EthereumChain, proxy: Proxy) -> None:
    proxied.now()
    proxy.before = lambda method: time.sleep(30.0)
    begin = time.monotonic()
    with pytest.raises(ChainAway):
        proxied.now()
    assert time.monotonic() - begin < 25


def test_lost_requests_and_replies_are_asked_again(
    proxied: EthereumChain, proxy: Proxy, foreign_log: bytes
) -> None:
    """Questions and answers are lost at random; what is asked twice is done once."""
    chance = random.Random(20260302)
    lost: list[str] = []

    def lossy(method: str) -> None:
        if chance.random() < 0.08:
            lost.append(method)
            raise Lost

    def deaf(method: str, result: Any) -> Any:
        lossy(method)
        return result

    proxy.before, proxy.change = lossy, deaf
    log = Log()
    anchors: list[Anchor] = []
    for _ in range(6):
        before = log.size
        log.grow(2)
        for _attempt in range(50):
            try:
                anchors.append(
                    publish(proxied, foreign_log, log.size, log.root, log.proof_from(before))
                )
                break
            except ChainAway:
                continue
    proxy.heal()
    assert len(lost) > 10
    assert [anchor.size for anchor in anchors] == [2, 4, 6, 8, 10, 12]
    assert len({anchor.transaction for anchor in anchors}) == 6
    assert proxied.head(foreign_log).size == 12


def test_a_lost_reply_to_the_transaction_itself_is_no_loss(
    proxied: EthereumChain, proxy: Proxy, foreign: ForeignWorld, foreign_log: bytes
) -> None:
    lost: list[str] = []

    def deaf(method: str, result: Any) -> Any:
        if method == "eth_sendRawTransaction" and not lost:
            lost.append(method)
            raise Lost
        return result

    before = transaction_count(foreign.node, address_of(ANCHORING))
    proxy.change = deaf
    log = Log().grow(3)
    anchor = publish(proxied, foreign_log, 3, log.root, ())
    assert lost and anchor == proxied.root_at(foreign_log, 3)
    assert transaction_count(foreign.node, address_of(ANCHORING)) == before + 1


def test_two_senders_of_one_key_do_not_lose_a_checkpoint(
    foreign: ForeignWorld, foreign_log: bytes
) -> None:
    logs = Log().grow(1), Log().grow(2)
    results: list[Anchor | BaseException] = []

    def send(log: Log) -> None:
        mine = chain_on(RemoteNode(foreign.anvil.rpc.url, seconds=2), foreign.book)
        try:
            results.append(publish(mine, foreign_log, log.size, log.root, ()))
        except BaseException as failure:
            results.append(failure)

    threads = [threading.Thread(target=send, args=(log,)) for log in (logs[0], logs[0])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results[0] == results[1] == foreign.chain.root_at(foreign_log, 1)


def test_a_refusal_of_the_node_tells_its_reason(foreign: ForeignWorld) -> None:
    with pytest.raises(RpcRefused) as refused:
        foreign.node.ask(("no_such_method", []))
    assert refused.value.code == "chain.away" and refused.value.reason == "Method not found"


def test_one_connection_is_kept_open(foreign: ForeignWorld, proxy: Proxy) -> None:
    opened: list[object] = []
    get_request = proxy._server.get_request

    def counting() -> Any:
        found = get_request()
        opened.append(found)
        return found

    proxy._server.get_request = counting  # type: ignore[method-assign]
    proxied = chain_on(RemoteNode(proxy.url), foreign.book)
    for _ in range(20):
        proxied.head(LIST)
    assert len(opened) == 1
    proxied.close()


def test_an_anchor_is_fetched_once(
    proxied: EthereumChain, proxy: Proxy, foreign_log: bytes
) -> None:
    log = Log().grow(1)
    anchor = publish(proxied, foreign_log, 1, log.root, ())
    seen = len(proxy.seen)
    assert [proxied.root_at(foreign_log, 1) for _ in range(5)] == [anchor] * 5
    assert len(proxy.seen) == seen
