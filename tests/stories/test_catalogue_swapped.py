"""Who writes to the database gives itself a grant: the key store goes by what the owners signed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import cast

import pytest

from api.wiring import open_platform
from ledger.catalogue.data import catalogue_documents
from ledger.catalogue.file import digest_of
from ledger.errors import Tampered
from ledger.flows.matters.catalogue import catalogue_in_force, documents_of
from ledger.flows.matters.catalogue_now import InForce
from ledger.flows.matters.catalogue_proof import CatalogueProof
from tests.ledger.catalogue.spoiling import spoil
from tests.stories.house import House
from tests.stories.test_catalogue import today

Swap = Callable[[sqlite3.Connection, bytes], object]


def forged() -> Mapping[str, bytes]:
    """The catalogue with a wider grant."""
    return spoil("grants.json", lambda v: v["grants"]["duty-hygiene-licence"].update(uses=90))


def swapped(house: House, swap: Swap) -> None:
    """The documents of the forged catalogue beside the log, and rows that name them."""
    files = forged()
    digest = digest_of(files)
    db = sqlite3.connect(house.folder.ledger_db)
    with db:
        db.executemany(
            "INSERT INTO catalogue_documents VALUES (?, ?, ?)",
            [(digest, name, data) for name, data in files.items()],
        )
        swap(db, digest)
    db.close()


def _in_place(db: sqlite3.Connection, digest: bytes) -> None:
    db.execute("UPDATE catalogues SET sha256 = ?", (digest,))


def _newer(db: sqlite3.Connection, digest: bytes) -> None:
    db.execute(
        "INSERT INTO catalogues SELECT '2026.12', owner, ?, effective_from, version, entry_index "
        "FROM catalogues",
        (digest,),
    )


def _tables_alone(db: sqlite3.Connection, digest: bytes) -> None:
    db.execute(
        "INSERT INTO catalogues SELECT '2026.12', owner, ?, effective_from, version, entry_index "
        "FROM catalogues WHERE owner = 'zwb'",
        (digest,),
    )


def _sooner(db: sqlite3.Connection, digest: bytes) -> None:
    db.execute("UPDATE catalogues SET effective_from = '2026-01-01'")


@pytest.mark.parametrize("swap", [_in_place, _newer, _tables_alone, _sooner])
def test_a_catalogue_that_nobody_signed_is_not_worked_with(house: House, swap: Swap) -> None:
    platform = house.platform
    proof = CatalogueProof(platform.log.origin, platform.record_key, lambda: platform.trust)
    found = catalogue_in_force(platform.store, today(house), proof)
    assert found is not None and found.sha256 == platform.catalogue.sha256
    swapped(house, swap)
    with pytest.raises(Tampered):
        InForce(platform.store, platform.now, proof)()
    with pytest.raises(Tampered), open_platform(house.folder.root):
        raise AssertionError("it was opened")


def test_documents_of_another_owner_are_not_taken(house: House) -> None:
    """Each file is stated by the agency that answers for it, under its own signature."""
    platform = house.platform
    proof = CatalogueProof(platform.log.origin, platform.record_key, lambda: platform.trust)
    row = platform.store.rows("catalogues", {"owner": "zwb"})[0]
    documents = documents_of(platform.store, cast(bytes, row["sha256"]))
    proof.check(platform.store, row, documents)
    moved = spoil(
        "item-public-place-hygiene-permit.json",
        lambda v: v.update(agencies=["scjg"]),
        catalogue_documents(),
    )
    with pytest.raises(Tampered):
        proof.check(platform.store, row, moved)
