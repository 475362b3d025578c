"""The items of a release, each with its entry and file, fit to be handed over at this moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ledger.errors import NotFound, Refused
from ledger.platform import Platform
from ledger.ports import Expect, Scalar
from ledger.use.facts import facts_and_fields

WHOLE_FILE = "file"


class ItemNotActive(Refused):
    """The licence or material is suspended, revoked, superseded or disputed: ``state`` says."""

    code = "item.not_active"


class ItemDisputed(Refused):
    """The subject says that the paper is wrong; it is held until that is settled."""

    code = "item.disputed"


class ItemIncomplete(Refused):
    """The stored bytes of an item are not there at the moment."""

    code = "item.incomplete"


class FactForeign(Refused):
    """A fact that the catalogue does not have for this kind of licence; ``fact`` says which."""

    code = "fact.foreign"


@dataclass(frozen=True, slots=True)
class Wanted:
    """``fields`` empty = the whole file; else the credential fields whose keys are handed over.
    ``fit``: guards the commit of a release against a paper that ends or is disputed meanwhile."""

    object: str
    entry_index: int
    file: str
    cid: str
    sha256: bytes
    size: int
    fields: tuple[str, ...]
    media_type: str
    fit: Expect


def wanted_items(
    platform: Platform, items: Iterable[Mapping[str, Any]], subject: str
) -> tuple[Wanted, ...]:
    """Each item of a release with its file; facts have none, for them no key is handed over, and
    they are answered of a licence that is not in force too. Raises NotFound for what the subject
    does not hold, FactForeign, ItemNotActive, ItemDisputed, ItemIncomplete."""
    found: list[Wanted] = []
    for item in items:
        sort, _, identity = str(item["object"]).partition(":")
        facts, fields = facts_and_fields(str(name) for name in item["fields"])
        row = _held(platform, sort, identity, subject)
        if facts:
            _check_facts(platform, str(item["object"]), row, facts)
        if fields and row["state"] != "active":
            raise ItemNotActive("The item is not in force now.", state=row["state"])
        if fields and row["dispute"] is not None:
            raise ItemDisputed("The item is disputed by its holder and held for now.")
        names = tuple(name for name in fields if name != WHOLE_FILE)
        if WHOLE_FILE in fields:
            column = "layout_file" if sort == "licence" else "file"
            found.append(_wanted(platform, item["object"], row, str(row[column]), ()))
        if names:
            if row.get("fields_file") is None:
                raise NotFound("This item has no single fields.")
            found.append(_wanted(platform, item["object"], row, str(row["fields_file"]), names))
    return tuple(found)


def _held(platform: Platform, sort: str, identity: str, subject: str) -> dict[str, Scalar]:
    table = _TABLE_OF.get(sort)
    rows = platform.store.rows(table, {"id": identity}) if table is not None else []
    if not rows or rows[0]["subject"] != subject:
        raise NotFound("There is no such item.")
    return rows[0]


def _check_facts(
    platform: Platform, name: str, row: Mapping[str, Scalar], facts: tuple[str, ...]
) -> None:
    for one in facts:
        fact = platform.catalogue.facts.get(one)
        if fact is None or fact.type != row.get("type"):
            raise FactForeign(f"{one} is no fact of this kind of licence.", fact=one, object=name)
        if fact.field is not None and row["state"] == "active" and row["fields_file"] is not None:
            _wanted(platform, name, row, str(row["fields_file"]), ())


_TABLE_OF = {"licence": "licences", "material": "materials"}


def _wanted(
    platform: Platform,
    name: str,
    row: Mapping[str, Scalar],
    file_id: str,
    fields: tuple[str, ...],
) -> Wanted:
    files = platform.store.rows("files", {"id": file_id})
    if not files or not platform.blobs.has(str(files[0]["cid"])):
        raise ItemIncomplete("The stored file of this item cannot be found now.", object=name)
    kept = files[0]
    return Wanted(
        object=name,
        entry_index=cast(int, row["entry_index"]),
        file=file_id,
        cid=str(kept["cid"]),
        sha256=cast(bytes, kept["sha256"]),
        size=cast(int, kept["size"]),
        fields=fields,
        media_type=str(row.get("media_type") or "application/pdf"),
        fit=Expect(
            _TABLE_OF[name.partition(":")[0]],
            {"id": row["id"]},
            {"state": "active", "dispute": None},
        ),
    )
