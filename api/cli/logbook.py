"""The log itself: head, proofs, static tiles; and fsck over everything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli import continuing
from api.cli.outcome import DONE, FAILED, UsageWrong
from api.cli.session import session_of, write_file
from api.counted import counted


def register(app: typer.Typer) -> None:
    log = typer.Typer()
    log.command("head")(head)
    log.command("proof")(proof)
    log.command("tiles")(tiles)
    continuing.register(log)
    app.add_typer(log, name="log")
    app.command("fsck")(fsck)


def head(context: typer.Context) -> int:
    from ledger.errors import NotFound
    from ledger.log.statement import format_time
    from ledger.tlog import newest_head

    session = session_of(context)
    with session.platform() as platform:
        newest, anchors = newest_head(platform), platform.store.anchors()
        size, vkey = platform.store.size(), platform.log.vkey
    if newest is None:
        raise NotFound("The log is empty.")
    checkpoint = newest.note.decode("utf-8")
    facts = {
        "origin": platform.log.origin,
        "vkey": vkey,
        "sequenced": size,
        "integrated": newest.size,
        "root": newest.root.hex(),
        "checkpoint": checkpoint,
        "anchored": anchors[-1].size if anchors else 0,
        "block_time": format_time(anchors[-1].block_time) if anchors else None,
    }
    session.out(facts, checkpoint.rstrip("\n"), "", session.say("log.head", **facts))
    return DONE


def proof(
    context: typer.Context,
    index: Annotated[int, typer.Argument(metavar="INDEX", min=0)],
    size: Annotated[int | None, typer.Option(min=1)] = None,
    since: Annotated[int | None, typer.Option(min=1)] = None,
) -> int:
    from ledger import tlog
    from ledger.log.rfc6962 import leaf_hash
    from ledger.log.subtrees import consistency_at, inclusion_at, root_at

    session = session_of(context)
    with session.platform() as platform:
        stored = tlog.stored_entry(platform, index)
        newest = tlog.integrate(platform)
        at = size if size is not None else newest.size
        if not index < at <= newest.size or (since is not None and since > at):
            raise UsageWrong(f"The sizes that a proof may have go to {newest.size}.")
        nodes = platform.store.nodes
        proofs = [one.hex() for one in inclusion_at(nodes, index, at)]
        facts: dict[str, object] = {
            "index": index,
            "size": at,
            "leaf": stored.leaf.decode("utf-8"),
            "leaf_hash": leaf_hash(stored.leaf).hex(),
            "root": root_at(nodes, at).hex(),
            "proof": list(proofs),
        }
        if since is not None:
            grown = [one.hex() for one in consistency_at(nodes, since, at)]
            facts["consistency"] = grown
            proofs += grown
    session.out(facts, session.say("log.proof", **facts), *(f"  {one}" for one in proofs))
    return DONE


def tiles(context: typer.Context, out: Annotated[Path, typer.Option("--out")]) -> int:
    from ledger import tlog
    from ledger.log.tiles import WIDTH, entry_bundle, tile_bytes, tile_path
    from ledger.log.tiles import tiles as tiles_of

    session = session_of(context)
    with session.platform() as platform:
        newest = tlog.integrate(platform)
        wanted = list(tiles_of(newest.size))
        with session.progress(len(wanted), "progress.tiles") as step:
            for tile in wanted:
                if tile.level is None:
                    first = tile.index * WIDTH
                    stored = platform.store.entries(first, first + tile.width)
                    data = entry_bundle([one.leaf for one in stored])
                else:
                    data = tile_bytes(platform.store.nodes, tile)
                write_file(out / tile_path(tile.level, tile.index, tile.width), data)
                step(1)
        write_file(out / "log.vkey", f"{platform.log.vkey}\n".encode())
    # last: whoever finds the checkpoint finds every tile that it speaks of
    write_file(out / "checkpoint", newest.note)
    facts = {"size": newest.size, "tiles": len(wanted), "out": str(out)}
    session.out(facts, session.say("log.tiles", **facts))
    return DONE


def fsck(context: typer.Context) -> int:
    from api.datafolder import DataFolder
    from api.folder_keys import damaged_keys
    from ledger.flows.fsck import fsck as recompute

    session = session_of(context)
    with session.platform() as platform:

        def progress(part: str, done: int, of: int) -> None:
            session.note(f"… {done}/{of} {part}")

        report = recompute(platform, progress)
    found = [
        {"code": one.code, "where": one.where, "zh": one.zh, "en": one.en}
        for one in (*report.findings, *damaged_keys(DataFolder(session.data)))
    ]
    summary = "fsck.clean" if not found else "fsck.found"
    counts = counted(session.language, report.counts)
    session.out(
        {"ok": not found, "findings": found, "counts": report.counts},
        *(
            f"✗ {one['code']} [{one['where']}] {session.pick(one['zh'], one['en'])}"
            for one in found
        ),
        session.say(summary, findings=len(found), counts=counts),
    )
    return FAILED if found else DONE
