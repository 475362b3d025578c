"""The consortium of a story decides together: every member that still sits votes yes."""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta

from ledger.adapters.ethereum.chain import EthereumChain
from ledger.adapters.ethereum.founding import decide
from ledger.adapters.ethereum.governing import EthereumGovernance
from ledger.ports.governance import Action
from tests.stories.house import House

REASON = hashlib.sha256("因机构改革".encode()).digest()


def decided(house: House, *actions: Action) -> int:
    """Carried out at once, in a later second than all that is anchored; answers the proposal's
    number."""
    chain = house.platform.chain
    while house.platform.now() < chain.now() + timedelta(seconds=1):
        time.sleep(0.02)
    assert isinstance(chain, EthereumChain)
    node, book = chain._node, chain._book
    kept = house.folder.secrets(house.folder.passphrase())
    sitting = {seat.member for seat in EthereumGovernance(node, book).seats()}
    voters = {
        member: key
        for name, key in kept.items()
        if name.startswith("eth/vote/") and (member := name.rpartition("/")[2]) in sitting
    }
    return decide(node, book, voters, actions, REASON)
