"""Collect many licences from elsewhere: a result for each, in their order, safe to run again.

A row that cannot be taken in stops no other. What is held already, byte for byte, is recognised by
its source before anything is stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from certs.errors import Coded
from ledger.errors import Pushback
from ledger.flows.door.once import Once
from ledger.flows.library.collect import (
    CollectedLicence,
    check_collected,
    result_for,
    take_in,
)
from ledger.platform import Platform
from ledger.stored.media import DocumentEmpty


@dataclass(frozen=True, slots=True)
class Found:
    """One row: what is said of the licence, and how to read its file (more than once)."""

    licence: CollectedLicence
    read: Callable[[], Iterable[bytes]]
    once: Once | None = None


@dataclass(frozen=True, slots=True)
class RowTaken:
    """``result``: collected, new_version, standing, refused, or waiting (try again); ``warnings``:
    codes of what is odd and was taken all the same."""

    result: str
    licence: str | None = None
    warnings: tuple[str, ...] = ()
    error: Coded | None = None


def collect_many(
    platform: Platform, agency: str, rows: Iterable[Found], *, dry: bool = False
) -> Iterator[RowTaken]:
    """Take all rows in for one agency; ``dry``: only say what would become of each, write nothing.

    Raises nothing for a row. Status lists of replaced versions are left to the worker.
    """
    for row in rows:
        try:
            yield _row(platform, agency, row, dry)
        except Coded as error:
            yield failed(error)


def failed(error: Coded) -> RowTaken:
    """The result of a row that raised ``error``."""
    return RowTaken("waiting" if isinstance(error, Pushback) else "refused", error=error)


def _row(platform: Platform, agency: str, row: Found, dry: bool) -> RowTaken:
    known = row.once.earlier(platform) if row.once is not None else None
    if known is not None:
        return RowTaken("standing", str(known["licence"]))
    checked = check_collected(platform, agency, row.licence)
    result = result_for(platform, checked, sha256_of(row.read()), row.licence.decision)
    if result == "standing" or dry:
        held = checked.earlier if result == "standing" else None
        return RowTaken(result, str(held["id"]) if held is not None else None, checked.warnings)
    done = take_in(platform, agency, row.licence, row.read(), row.once)
    return RowTaken(done.result, done.licence, checked.warnings)


def sha256_of(chunks: Iterable[bytes]) -> bytes:
    """SHA-256 of a file. Raises DocumentEmpty."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    if size == 0:
        raise DocumentEmpty("The file is empty.")
    return digest.digest()
