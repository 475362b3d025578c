"""The chain, the contracts on it, and the consortium that two founders admit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from api.datafolder import DataFolder, Settings
from api.founding.authority import Roots, issuing_agencies, key_digest
from api.wiring import PROJECT
from ledger.adapters.ethereum import founding
from ledger.adapters.ethereum.anvil import anvil_binary
from ledger.adapters.ethereum.deployment import AddressBook, deploy, write_book
from ledger.adapters.ethereum.embedded import EmbeddedNode
from ledger.adapters.ethereum.sending import address_of
from ledger.catalogue.catalogue import Catalogue
from ledger.flows.library.status import list_id
from ledger.platform import log_id


def make_consortium(
    folder: DataFolder,
    settings: Settings,
    catalogue: Catalogue,
    kept: Mapping[str, bytes],
    roots: Roots,
    now: Callable[[], datetime],
    randomness: Callable[[int], bytes],
) -> AddressBook:
    """Start a chain in the folder, deploy, admit the catalogue's agencies with keys and scopes."""
    chain_id = 0x4D69_0000 + int.from_bytes(randomness(2), "big")
    node = EmbeddedNode.found(
        folder.chain, anvil_binary(PROJECT), now, chain_id=chain_id, randomness=randomness
    )
    try:
        founders = (kept["eth/founder/1"], kept["eth/founder/2"])
        book = deploy(node, founders)
        write_book(folder.address_book, book)
        wanted = founding.Founding(
            agencies=[
                founding.AgencyAdmission(one.id, one.zh, settings.region)
                for one in catalogue.agencies.values()
            ],
            keys=[
                founding.KeyGrant(agency, key_digest(certificate))
                for agency, certificate in roots.agencies.items()
            ],
            scopes=[
                founding.ScopeGrant(agency, kind.slug, settings.region)
                for kind in catalogue.licence_types.values()
                for agency in kind.issued_by
            ],
            logs=[founding.LogOpening(log_id(settings.origin), address_of(kept["eth/anchor"]))],
            status_lists=[
                founding.StatusAssignment(
                    (place := list_id(f"{settings.verify_url}/v1/status-lists/{agency}")),
                    agency,
                    address_of(kept[f"eth/status/{place.hex()}"]),
                )
                for agency in issuing_agencies(catalogue)
            ],
        )
        founding.found(node, book, founders, wanted)
        return book
    finally:
        node.close()
