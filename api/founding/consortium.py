"""The chain, the contracts on it, and the consortium that its founding members agree on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.datafolder import DataFolder, Settings
from api.founding.authority import Roots, certificate_digest, issuing_agencies, key_digest
from api.wiring import PROJECT
from ledger.adapters.ethereum import founding
from ledger.adapters.ethereum.address_book import AddressBook, write_book
from ledger.adapters.ethereum.anvil import anvil_binary
from ledger.adapters.ethereum.deployment import deploy
from ledger.adapters.ethereum.embedded import EmbeddedNode
from ledger.adapters.ethereum.sending import address_of
from ledger.catalogue.catalogue import Catalogue
from ledger.flows.library.status import list_id
from ledger.platform import log_id
from ledger.ports import governance as port

DAY_S = 86_400
RULES = {
    port.Gravity.ORDINARY: port.Rule(5000, 5001, 5 * DAY_S, DAY_S),
    port.Gravity.GRAVE: port.Rule(6000, 6000, 5 * DAY_S, 2 * DAY_S),
    port.Gravity.CONSTITUTIONAL: port.Rule(6667, 6667, 7 * DAY_S, 7 * DAY_S),
}
"""Quorum, majority, days to vote and days to wait; who is unanimous need not wait."""
WHY = "创立联盟 · founding the consortium"
REASON = hashlib.sha256(WHY.encode()).digest()
FOUNDERS = ("zwb", "scjg", "gafj", "sjj", "cyzx")


@dataclass(frozen=True, slots=True)
class Consortium:
    """Who founds it (one vote each), who attests heads (``needed`` of them must), and which of the
    catalogue's agencies are admitted from the first day; None: all of them."""

    members: Sequence[str] = FOUNDERS
    attesters: Sequence[str] = ("zwb", "gafj", "sjj")
    needed: int = 2
    admitted: Collection[str] | None = None

    def admits(self, agency: str) -> bool:
        return self.admitted is None or agency in self.admitted


def make_consortium(
    folder: DataFolder,
    settings: Settings,
    catalogue: Catalogue,
    wanted: Consortium,
    kept: Mapping[str, bytes],
    roots: Roots,
    now: Callable[[], datetime],
    randomness: Callable[[int], bytes],
) -> AddressBook:
    """Start a chain in the folder, deploy, admit agencies with keys, scopes and bases."""
    chain_id = 0x4D69_0000 + int.from_bytes(randomness(2), "big")
    node = EmbeddedNode.found(
        folder.chain, anvil_binary(PROJECT), now, chain_id=chain_id, randomness=randomness
    )
    try:
        voters = {member: kept[f"eth/vote/{member}"] for member in wanted.members}
        seats = [port.Seat(member, address_of(key), 1) for member, key in voters.items()]
        book = deploy(node, kept["eth/deploy"], seats, RULES)
        write_book(folder.address_book, book)
        actions = list(_actions(settings, catalogue, wanted, kept, roots))
        founding.found(node, book, voters, actions, REASON)
        return book
    finally:
        node.close()


def _actions(
    settings: Settings,
    catalogue: Catalogue,
    wanted: Consortium,
    kept: Mapping[str, bytes],
    roots: Roots,
) -> Iterator[port.Action]:
    agencies = [one for one in catalogue.agencies.values() if wanted.admits(one.id)]
    for one in agencies:
        yield port.Admit(one.id, one.zh, settings.region, one.credit_code, one.social)
    for one in agencies:
        certificate = roots.agencies[one.id]
        yield port.AddKey(one.id, key_digest(certificate), certificate_digest(certificate))
    for kind in catalogue.licence_types.values():
        for agency in filter(wanted.admits, kind.issued_by):
            yield port.AddScope(agency, kind.slug, settings.region)
    bases = {
        (grant.agency, grant.item, kind, grant.sort.value): None
        for grant in catalogue.grants.values()
        if wanted.admits(grant.agency)
        for kind in grant.kinds
    }
    for basis in bases:
        yield port.GrantBasis(*basis)
    attesters = tuple(address_of(kept[f"eth/attest/{one}"]) for one in wanted.attesters)
    anchor = address_of(kept["eth/anchor"])
    yield port.OpenLog(log_id(settings.origin), anchor, attesters, wanted.needed)
    for agency in filter(wanted.admits, issuing_agencies(catalogue)):
        place = list_id(f"{settings.verify_url}/v1/status-lists/{agency}")
        publisher = address_of(kept[f"eth/status/{place.hex()}"])
        yield port.AssignStatusList(place, agency, publisher)
