"""What must agree before a node's answer is believed: chain, address book, trust list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from certs.trust.payload import Chain as PinnedChain
from certs.trust.payload import ContractRef
from ledger.adapters.ethereum.address_book import AddressBook
from ledger.adapters.ethereum.believing import LOOK_AGAIN_S, Believed
from ledger.adapters.ethereum.contracts import CONTRACTS
from ledger.adapters.ethereum.errors import (
    ChainForeign,
    OtherAddress,
    OtherChain,
    OtherCode,
    OtherGenesis,
)
from ledger.adapters.ethereum.governing import EthereumGovernance
from ledger.adapters.ethereum.remote import RemoteNode
from ledger.errors import ChainAway
from ledger.ports.governance import Action, Choice, Gravity, Rename
from tests.ledger.adapters.ethereum.conftest import QUICK
from tests.ledger.adapters.ethereum.proxy import Proxy
from tests.ledger.adapters.ethereum.world import (
    LOG,
    VOTERS,
    ForeignWorld,
    World,
    chain_on,
    secret,
)

OTHER = "0x" + "11" * 32


def pins(book: AddressBook) -> PinnedChain:
    return PinnedChain(
        book.chain_id,
        book.genesis,
        {
            name: ContractRef(place.lower(), book.code_hashes[name])
            for name, place in book.contracts.items()
        },
    )


def without(pinned: PinnedChain, name: str) -> PinnedChain:
    rest = {one: ref for one, ref in pinned.contracts.items() if one != name}
    return replace(pinned, contracts=rest)


def changed(pinned: PinnedChain, name: str, **values: str) -> PinnedChain:
    contracts = {**pinned.contracts, name: replace(pinned.contracts[name], **values)}
    return replace(pinned, contracts=contracts)


PINNED: dict[str, tuple[Callable[[PinnedChain], PinnedChain], type[ChainForeign], str | None]] = {
    "another chain": (lambda p: replace(p, chain_id=5), OtherChain, None),
    "another first block": (lambda p: replace(p, genesis=OTHER), OtherGenesis, None),
    **{
        f"{name} elsewhere": (
            lambda p, name=name: changed(p, name, address="0x" + "22" * 20),  # type: ignore[misc]
            OtherAddress,
            name,
        )
        for name in CONTRACTS
    },
    **{
        f"other code of {name}": (
            lambda p, name=name: changed(p, name, code_hash=OTHER),  # type: ignore[misc]
            OtherCode,
            name,
        )
        for name in CONTRACTS
    },
    "a contract unpinned": (lambda p: without(p, "Governance"), OtherAddress, "Governance"),
}


@pytest.mark.parametrize("case", PINNED.values(), ids=list(PINNED))
def test_what_the_trust_list_does_not_pin_is_not_believed(
    standing: World,
    case: tuple[Callable[[PinnedChain], PinnedChain], type[ChainForeign], str | None],
) -> None:
    change, kind, named = case
    pinned = change(pins(standing.book))
    believed = Believed(standing.node, standing.book, pinned)
    with pytest.raises(kind) as foreign, believed.usable():
        pytest.fail("it was believed")
    assert foreign.value.values.get("contract") == named
    (fault,) = believed.faults()
    assert (fault.code, fault.values) == (kind.code, foreign.value.values)
    with pytest.raises(kind):
        EthereumGovernance(standing.node, standing.book, pinned).seats()


def test_what_agrees_is_believed(place: World | ForeignWorld) -> None:
    believed = Believed(place.node, place.book, pins(place.book))
    assert believed.faults() == []
    with believed.usable() as node:
        assert node is place.node
    assert believed.identity().contracts == place.book.contracts
    assert place.chain.successors() == {}


def test_every_difference_is_told(standing: World) -> None:
    """Of two changed contracts both; of another chain no code."""
    hashes = {**standing.book.code_hashes, "Governance": OTHER, "StatusRegistry": OTHER}
    two = chain_on(standing.node, replace(standing.book, code_hashes=hashes)).faults()
    assert [(one.code, one.values["contract"]) for one in two] == [
        ("chain.other_code", "Governance"),
        ("chain.other_code", "StatusRegistry"),
    ]
    far = replace(standing.book, chain_id=1, genesis=OTHER, code_hashes=hashes)
    assert [one.code for one in chain_on(standing.node, far).faults()] == [
        "chain.other_chain",
        "chain.other_genesis",
    ]


def test_one_look_serves_for_a_while(standing: World) -> None:
    clock = [0.0]
    book = standing.book
    believed = Believed(standing.node, book, pins(book), monotonic=lambda: clock[0])
    with believed.usable():
        pass
    believed.book = replace(book, chain_id=1)
    clock[0] = LOOK_AGAIN_S
    with believed.usable():
        pass
    clock[0] = LOOK_AGAIN_S + 1
    with pytest.raises(OtherChain), believed.usable():
        pass


def test_an_answer_that_cannot_be_used_makes_it_look_again(standing: World) -> None:
    believed = Believed(standing.node, standing.book)
    with pytest.raises(ChainAway), believed.usable():
        raise ChainAway("no")
    believed.book = replace(standing.book, chain_id=1)
    with pytest.raises(OtherChain), believed.usable():
        pass


def test_no_vote_is_read_from_another_chain(foreign: ForeignWorld, proxy: Proxy) -> None:
    """Whatever governance is asked, an exchanged node is noticed first."""
    proxy.change = lambda method, result: "0x1" if method == "eth_chainId" else result
    governance = EthereumGovernance(RemoteNode(proxy.url, patience=QUICK), foreign.book)
    key, action = next(iter(VOTERS.values())), Rename("scjg", "区市监局")
    actions: list[Action] = [action]
    for ask in (
        governance.seats,
        governance.proposals,
        lambda: governance.proposal(0),
        lambda: governance.member_of(key),
        lambda: governance.rule(Gravity.GRAVE),
        lambda: governance.choice_of(0, "scjg"),
        lambda: governance.rehearse(actions),
        lambda: governance.propose(key, actions, secret("reason")),
        lambda: governance.vote(key, 0, Choice.YES),
        lambda: governance.execute(key, 0),
    ):
        with pytest.raises(OtherChain):
            ask()
    assert foreign.chain.head(LOG).size >= 0
