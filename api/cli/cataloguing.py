"""The catalogue: what is in force, checking a new one, publishing it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from api.cli.outcome import DONE, FileUnreadable
from api.cli.session import read_file, session_of, settle, write_file

if TYPE_CHECKING:
    from ledger.catalogue.catalogue import Catalogue
    from ledger.platform import Platform

Folder = Annotated[Path, typer.Argument(metavar="DIR")]


def register(app: typer.Typer) -> None:
    catalogue = typer.Typer()
    catalogue.command("show")(show)
    catalogue.command("export")(export)
    catalogue.command("check")(check)
    catalogue.command("publish")(publish)
    app.add_typer(catalogue, name="catalogue")


def show(
    context: typer.Context,
    item: Annotated[str | None, typer.Argument(metavar="ITEM")] = None,
) -> int:
    from api.cli.item_told import explained
    from ledger.reuse.documents import day

    session = session_of(context)
    with session.platform() as platform:
        catalogue, today = platform.catalogue, day(platform.now())
        if item is not None:
            value, told = explained(session, catalogue, catalogue.item(item, today))
            session.out(value, *told)
            return DONE
        versions = _published(platform)
    items = [catalogue.item(slug, today) for slug in catalogue.items]
    facts: dict[str, Any] = {
        "version": catalogue.version,
        "effective_from": catalogue.effective_from.isoformat(),
        "sha256": catalogue.sha256,
        "published": versions,
        "bundles": sorted(catalogue.bundles),
        "items": [{"slug": one.slug, "version": one.version} for one in items],
    }
    lines = [
        session.say("catalogue.published", now="*" if _in_force(one, catalogue) else " ", **one)
        for one in versions
    ]
    lines += [
        session.say(
            "catalogue.item",
            slug=one.slug,
            version=one.version,
            name=session.pick(one.zh, one.en),
            agencies=", ".join(
                session.pick(known.zh, known.en) for known in map(catalogue.agency, one.agencies)
            ),
        )
        for one in items
    ]
    lines += [
        session.say(
            "catalogue.bundle",
            slug=one.slug,
            name=session.pick(one.zh, one.en),
            items=" ".join(dict.fromkeys(member.item for member in one.members)),
        )
        for one in catalogue.bundles.values()
    ]
    lines += [
        session.say("catalogue.agency", id=one.id, name=session.pick(one.zh, one.en))
        for one in catalogue.agencies.values()
    ]
    session.out(facts, session.say("catalogue.shown", count=len(items), **facts), *lines)
    return DONE


def export(
    context: typer.Context,
    folder: Folder,
    version: Annotated[str | None, typer.Option("--version")] = None,
) -> int:
    """The documents as they were published, to start a new version from."""
    from ledger.errors import NotFound
    from ledger.flows.matters.catalogue import documents_of, published

    session = session_of(context)
    with session.platform() as platform:
        rows = [
            row for row in published(platform.store) if version is None or row["version"] == version
        ]
        if not rows:
            raise NotFound("There is no such catalogue.")
        documents = documents_of(platform.store, cast(bytes, rows[0]["sha256"]))
    for name, data in documents.items():
        write_file(folder / name, data)
    facts = {"version": rows[0]["version"], "files": len(documents), "out": str(folder)}
    session.out(facts, session.say("catalogue.exported", **facts))
    return DONE


def check(context: typer.Context, folder: Folder) -> int:
    """Where a data folder is there, it is also held against what was published."""
    from api.datafolder import FolderMissing
    from ledger.catalogue.file import parse_catalogue
    from ledger.flows.matters.catalogue import check_catalogue

    session = session_of(context)
    documents = _documents(folder)
    try:
        with session.platform() as platform:
            made, compared = check_catalogue(platform, documents), True
    except FolderMissing:
        made, compared = parse_catalogue(documents), False
    facts = {
        "version": made.version,
        "effective_from": made.effective_from.isoformat(),
        "sha256": made.sha256,
        "items": len(made.items),
        "compared": compared,
    }
    said = "catalogue.fits" if compared else "catalogue.reads"
    session.out(facts, session.say(said, **facts))
    return DONE


def publish(context: typer.Context, folder: Folder) -> int:
    from ledger.flows.matters.catalogue import publish_catalogue

    session = session_of(context)
    documents = _documents(folder)
    with session.platform() as platform:
        made = publish_catalogue(platform, documents)
        code, settled = settle(platform)
    facts: dict[str, Any] = {
        "version": made.catalogue.version,
        "effective_from": made.catalogue.effective_from.isoformat(),
        "sha256": made.catalogue.sha256,
        "entries": [one.index for one in made.entries],
        **settled,
    }
    said = "catalogue.done" if made.entries else "catalogue.known"
    session.out(facts, session.say(said, owners=len(made.entries), **facts))
    return code


def _documents(folder: Path) -> dict[str, bytes]:
    """The JSON files of a folder. Raises FileUnreadable."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise FileUnreadable(f"{folder}: no catalogue here", path=str(folder))
    return {path.name: read_file(path) for path in paths}


def _published(platform: Platform) -> list[dict[str, Any]]:
    from ledger.flows.matters.catalogue import published

    return [
        {
            "version": row["version"],
            "effective_from": row["effective_from"],
            "follows": row["follows"],
            "sha256": row["sha256"].hex() if isinstance(row["sha256"], bytes) else None,
            "entry": row["entry_index"],
        }
        for row in published(platform.store)
    ]


def _in_force(one: dict[str, Any], catalogue: Catalogue) -> bool:
    return bool(one["sha256"] == catalogue.sha256)
