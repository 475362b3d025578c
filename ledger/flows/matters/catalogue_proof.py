"""Whether a catalogue is what its owners said: by their signatures in the log, not by the index.

The key store looks up grants here, and rows can be changed by who writes to the database: each
file must stand in a ``catalogue.published`` of the agency that answers for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from certs import base64url
from certs.errors import Coded
from certs.trust.trustlist import TrustList
from ledger.catalogue.file import digest_of, owners_of
from ledger.consent.handover_proofs import check_agency, opened
from ledger.errors import NotFound, Tampered
from ledger.log.records import open_record
from ledger.ports import LedgerStore, Opening, Scalar

Row = Mapping[str, Scalar]
KIND = "catalogue.published"


@dataclass(frozen=True, slots=True)
class CatalogueProof:
    """``origin``: of the log; ``record_key`` opens its entries; ``trust``: whose keys count, and
    which logs it continues."""

    origin: str
    record_key: bytes
    trust: Callable[[], TrustList]

    def check(self, store: LedgerStore, row: Row, documents: Mapping[str, bytes]) -> None:
        """The documents are what the owners stated under the version, digest and day of ``row``
        (of ``catalogues``). Raises Tampered."""
        wanted = {
            "catalogue": row["version"],
            "sha256": base64url.encode(digest_of(documents)),
            "effective_from": row["effective_from"],
        }
        said: dict[str, tuple[str, str]] = {}
        try:
            for one in store.rows("catalogues", {"version": row["version"]}):
                actor, body = self._stated(store, cast(int, one["entry_index"]))
                if any(body[member] != value for member, value in wanted.items()):
                    raise Tampered("An owner published another catalogue.")
                said |= {each["name"]: (each["sha256"], actor) for each in body["documents"]}
            owners = owners_of(documents)
        except Coded as error:
            raise _tampered(row, error.code) from error
        for name, data in documents.items():
            digest = base64url.encode(hashlib.sha256(data).digest())
            if said.get(name) != (digest, owners[name]):
                raise _tampered(row, name)

    def _stated(self, store: LedgerStore, index: int) -> tuple[str, Mapping[str, Any]]:
        """Who published, and what; the signature holds at its own time."""
        stored = store.entry(index)
        if stored is None:
            raise NotFound("The log has no such entry.", index=index)
        salt, envelope = open_record(stored, self.record_key)
        trust = self.trust()
        origins = tuple(log.origin for log in trust.lineage(self.origin)) or (self.origin,)
        shown = opened(Opening(index, stored.leaf, salt, envelope, ()), (KIND,), origins)
        check_agency(shown, trust, shown.statement.at)
        return shown.statement.actor, shown.body


def _tampered(row: Row, why: str) -> Tampered:
    return Tampered(
        "The catalogue is not what its owners published.",
        where=f"catalogues {row['version']!s}",
        reason=why,
    )
