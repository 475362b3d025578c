"""The catalogue for processes that outlive a publication, or the midnight that brings one in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from ledger.catalogue.catalogue import Catalogue
from ledger.errors import Pushback
from ledger.flows.matters.catalogue import catalogue_in_force
from ledger.flows.matters.catalogue_proof import CatalogueProof
from ledger.platform import Platform
from ledger.ports import LedgerStore
from ledger.reuse.documents import day

EVERY = timedelta(seconds=2)
"""How long what was found is believed."""


class InForce:
    """The published catalogue that is in force now; None where none is. Raises Tampered, Pushback.

    The same catalogue is the same object, so that a change shows.
    """

    def __init__(
        self,
        store: LedgerStore,
        now: Callable[[], datetime],
        proof: CatalogueProof,
        every: timedelta = EVERY,
    ) -> None:
        self._store, self._now, self._proof, self._every = store, now, proof, every
        self._looked: datetime | None = None
        self._found: Catalogue | None = None

    def __call__(self) -> Catalogue | None:
        now = self._now()
        if self._looked is None or not timedelta() <= now - self._looked < self._every:
            found = catalogue_in_force(self._store, day(now), self._proof, self._found)
            self._found, self._looked = found, now
        return self._found


class PlatformNow:
    """A platform whose catalogue changes when another comes into force after it was opened."""

    def __init__(self, platform: Platform, every: timedelta = EVERY) -> None:
        proof = CatalogueProof(platform.log.origin, platform.record_key, lambda: platform.trust)
        self._in_force = InForce(platform.store, platform.now, proof, every)
        self._platform = platform

    def __call__(self) -> Platform:
        try:
            found = self._in_force()
        except (
            Pushback
        ):  # what is asked of the store next meets it too; health is told all the same
            return self._platform
        if found is not None and found.sha256 != self._platform.catalogue.sha256:
            self._platform = replace(self._platform, catalogue=found)
        return self._platform
