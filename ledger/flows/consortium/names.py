"""What the consortium's sentences call things: by the catalogue, by the registry for agencies that
the catalogue has not, and by digest for names that are too long for the chain."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ledger.flows.door.names import PlatformNames
from ledger.platform import Platform
from ledger.telling.telling import Pair


@dataclass(slots=True)
class ConsortiumNames:
    """Names of one platform; the registry is asked once for each agency."""

    platform: Platform
    _asked: dict[str, Pair] = field(default_factory=dict)

    def agency(self, id: str) -> Pair:
        known = self.platform.catalogue.agencies.get(id)
        if known is not None:
            return known.zh, known.en
        if id not in self._asked:
            record = self.platform.chain.agency(id)
            name = record.names[-1].name if record is not None else id
            self._asked[id] = (name, name)
        return self._asked[id]

    def item(self, slug: str) -> Pair:
        return self._named(slug, self.platform.catalogue.items, PlatformNames(self.platform).item)

    def kind(self, kind: str) -> Pair:
        catalogue = self.platform.catalogue
        kinds = [f"licence:{one}" for one in catalogue.licence_types]
        kinds += [f"material:{one}" for one in catalogue.material_kinds]
        return self._named(kind, kinds, PlatformNames(self.platform).kind)

    def _named(self, name: str, known: Iterable[str], call: Callable[[str], Pair]) -> Pair:
        if name.startswith("0x"):
            for one in known:
                if "0x" + hashlib.sha256(one.encode()).hexdigest() == name:
                    return call(one)
        return call(name)
