"""A chain that the consortium's members run: deploying the contracts there, taking a deployment
into a data folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from api.datafolder import DataFolder
from api.founding.charter import Charter
from api.wiring import node_url, open_node, read_trust, utc_now
from ledger.adapters.ethereum.address_book import AddressBook, check_book, parse_book, write_book
from ledger.adapters.ethereum.believing import unpinned
from ledger.adapters.ethereum.contracts import CHECKPOINTS, contract
from ledger.adapters.ethereum.deployment import Survey, deploy, survey
from ledger.adapters.ethereum.errors import AnchoredElsewhere, BookInvalid, ChainForeign, OtherCode
from ledger.adapters.ethereum.remote import RemoteNode
from ledger.adapters.sql.sqlite import SqliteStore
from ledger.errors import Conflict
from ledger.index.chain import BLOCKS
from ledger.ports import Row


class BookTaken(Conflict):
    """Something else stands where the address book was to be written; ``path``."""

    code = "chain.book_taken"


@contextmanager
def _node(url: str) -> Iterator[RemoteNode]:
    node = RemoteNode(node_url(url))
    try:
        yield node
    finally:
        node.close()


def survey_remote(url: str, key: bytes, charter: Charter) -> Survey:
    """What `deploy_remote` would do; nothing is sent."""
    with _node(url) as node:
        return survey(node, key, charter.seats, charter.rules)


def deploy_remote(
    url: str, key: bytes, charter: Charter, progress: Callable[[str, str], None]
) -> AddressBook:
    """Deploy the contracts to the chain of a member's node. Safe to repeat."""
    with _node(url) as node:
        return deploy(node, key, charter.seats, charter.rules, progress)


def keep_book(path: Path, book: AddressBook) -> None:
    """Write the address book where the user wants it; another file there is left as it is. Raises
    BookTaken, OSError."""
    try:
        if parse_book(path.read_bytes()) != book:
            raise BookTaken(f"{path} is another address book.", path=str(path))
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_book(path, book)
    except BookInvalid as error:
        raise BookTaken(f"{path} is another file.", path=str(path)) from error


def adopt(
    folder: DataFolder, data: bytes, url: str | None, environment: Mapping[str, str], *, anew: bool
) -> list[ChainForeign]:
    """Take the deployment of an address book into the folder; answers in what the trust list does
    not pin it yet.

    Compared first: the book's code hashes with those of our ABI files, then book and chain. The
    index of events begins anew. Unless ``anew``, a log that is anchored elsewhere is left where
    it is. Raises BookInvalid, OtherCode and the other ChainForeign, AnchoredElsewhere, ChainAway.
    """
    book = parse_book(data)
    for name, found in book.code_hashes.items():
        expected = contract(name).code_hash
        if found != expected:
            raise OtherCode(
                f"The address book names other code of {name} than this release has.",
                contract=name,
                expected=expected,
                found=found,
            )
    settings = folder.settings()
    if url is not None:
        settings = replace(settings, chain_node=node_url(url))
    node = open_node(folder, settings, environment, utc_now)
    try:
        check_book(node, book)
    finally:
        node.close()
    store = SqliteStore(folder.ledger_db)
    try:
        place = book.contracts[CHECKPOINTS]
        for done in store.anchors():
            if (done.chain_id, done.contract) != (book.chain_id, place) and not anew:
                raise AnchoredElsewhere(
                    f"The log is anchored in {done.contract} on chain {done.chain_id}.",
                    contract=done.contract,
                    chain_id=done.chain_id,
                )
        kept = store.rows(BLOCKS)
        store.write([Row(BLOCKS, {"number": row["number"]}, "delete") for row in kept])
    finally:
        store.close()
    write_book(folder.address_book, book)
    folder.write_settings(settings)
    return list(unpinned(book, read_trust(folder).chain))
