"""What things are called: by the catalogue, and for papers by the index."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.catalogue.catalogue import Unknown
from ledger.platform import Platform
from ledger.telling.telling import Pair, tell

__all__ = ["PlatformNames", "tell"]
FILE = ("全文", "the whole file")


@dataclass(slots=True)
class PlatformNames:
    """Names of one platform; each paper is looked up once."""

    platform: Platform
    _objects: dict[str, Pair] = field(default_factory=dict)

    def agency(self, id: str) -> Pair:
        known = self.platform.catalogue.agencies.get(id)
        return (
            (known.zh, known.en)
            if known
            else (("当事人", "the holder") if _person(id) else _as(id))
        )

    def item(self, slug: str) -> Pair:
        known = self.platform.catalogue.items.get(slug)
        return (known.zh, known.en) if known else _as(slug)

    def kind(self, kind: str) -> Pair:
        try:
            return self.platform.catalogue.name_of(kind)
        except Unknown:
            return _as(kind)

    def object(self, name: str) -> Pair:
        if name not in self._objects:
            self._objects[name] = self._paper(name)
        return self._objects[name]

    def field(self, name: str) -> Pair:
        if name == "file":
            return FILE
        catalogue = self.platform.catalogue
        if name in catalogue.facts:
            return catalogue.facts[name].zh, catalogue.facts[name].en
        for kind in catalogue.licence_types.values():
            if name in kind.attributes:
                return kind.attributes[name].zh, kind.attributes[name].en
        return _as(name)

    def _paper(self, name: str) -> Pair:
        sort, _, identity = name.partition(":")
        table, column = {
            "licence": ("licences", "type"),
            "material": ("materials", "kind"),
        }.get(sort, ("", ""))
        rows = self.platform.store.rows(table, {"id": identity}) if table else []
        return self.kind(f"{sort}:{rows[0][column]!s}") if rows else _as(name)


def _person(id: str) -> bool:
    return id.startswith("sub_")


def _as(text: str) -> Pair:
    return text, text
