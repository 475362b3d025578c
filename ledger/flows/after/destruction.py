"""Destruction: first the log says what goes, in the same commit that approves it; then it goes.

``erased`` names every entry and file. A note of it (``destructions``) stands until all is done, so
that a crash at any point leaves work for the worker, never content that went without an entry.
Each step may be repeated: file keys, stored bytes, side rows, records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from certs.canonical import Json
from ledger import tlog
from ledger.erasure.contents import goes
from ledger.errors import NotFound
from ledger.flows.after.holding import ALL, Paper, entries_of
from ledger.flows.door.statements import own_statement
from ledger.index import names_of, rows_of
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.ports import Row, Scalar
from ledger.tlog import Draft

BESIDE = ("comparisons", "same_files", "licence_numbers", "collected_sources")
"""Tables of keyed digests that no entry brings along."""
PURPOSE = "erased-file"


@dataclass(frozen=True, slots=True)
class Prospect:
    """What an erasure would destroy: entries as (index, kind), file ids, and in how many
    places beside the log it leaves a trace."""

    entries: tuple[tuple[int, str], ...]
    files: tuple[str, ...]
    beside: int


def prospect_of(platform: Platform, paper: Paper) -> Prospect:
    """All that speaks of a paper itself, as far as it is still there."""
    entries = tuple(
        (index, kind)
        for index, kind in entries_of(platform, paper.object)
        if goes(kind, index, paper.filed_at)
        and tlog.stored_entry(platform, index).record_key is not None
    )
    columns = ("layout_file", "fields_file") if paper.licence else ("file",)
    files = tuple(str(paper.row[one]) for one in columns if paper.row[one] is not None)
    return Prospect(entries, files, len(rows_beside(platform, paper.object)))


def announcement(platform: Platform, erasure: str, paper: Paper, prev: int) -> Draft:
    """The platform's ``erased`` statement with its rows: what goes, who held it, and the work
    that is left. The file's plain digest gives way to a keyed one, by which it is still told that
    the file was erased."""
    prospect = prospect_of(platform, paper)
    indexes = [index for index, _ in prospect.entries]
    body: dict[str, Json] = {
        "erasure": erasure,
        "object": paper.object,
        "subject": str(paper.row["subject"]),
        "entries": list[Json](indexes),
        "files": list[Json](prospect.files),
    }
    envelope, statement = own_statement(
        platform, platform.operator, "erased", body, prev=prev, refs=indexes
    )
    keyed = [
        Row("files", {"id": one, "sha256": erased_digest(platform, digest)}, mode="update")
        for one in prospect.files
        for digest in _digests(platform, one)
    ]
    work = Row("destructions", {"erasure": erasure, "announced_at": format_time(platform.now())})
    rows = (*rows_of(statement), *keyed, work)
    return Draft(envelope, statement, names_of(statement), rows)


def erased_digest(platform: Platform, sha256: bytes) -> bytes:
    """What stands in the index for the SHA-256 of a file that was erased."""
    return platform.keys.lookup(PURPOSE, sha256)


def destroy(platform: Platform, erasure: str) -> None:
    """Carry out what ``erased`` announced; harmless to repeat. Raises NotFound where nothing was
    announced, Pushback where an engine is away: the work then stands."""
    rows = platform.store.rows("erasures", {"id": erasure, "state": "erased"})
    if not rows:
        raise NotFound("There is no such erasure.")
    said = tlog.read(platform, cast(int, rows[0]["closed_index"]))
    body = cast(dict[str, Any], said.body)
    # 1 the keys: from here on nobody opens the files, wherever copies of them lie
    for file in body["files"]:
        platform.keys.destroy(file)
    # 2 the stored bytes, unless another file is the same
    for file in body["files"]:
        for row in platform.store.rows("files", {"id": file}):
            if not _shared(platform, row["cid"], body["files"]):
                platform.blobs.delete(str(row["cid"]))
    # 3 what lies beside the log
    for table, key in rows_beside(platform, body["object"]):
        platform.store.delete(table, key)
    # 4 what the entries said
    for index in body["entries"]:
        platform.store.erase(index)
    # 5 done
    platform.store.delete("destructions", {"erasure": erasure})


def finish_destructions(platform: Platform) -> int:
    """Carry on with every destruction that was announced and not finished; how many there were."""
    waiting = platform.store.rows("destructions", limit=ALL)
    for row in waiting:
        destroy(platform, str(row["erasure"]))
    return len(waiting)


def rows_beside(platform: Platform, object: str) -> list[tuple[str, dict[str, Scalar]]]:
    """What tells of a paper beside the log, as (table, key): keyed digests, reminders, and the
    signed answers to facts about it."""
    store = platform.store
    found: list[tuple[str, dict[str, Scalar]]] = [
        (table, {"object": object})
        for table in BESIDE
        if store.rows(table, {"object": object}, limit=1)
    ]
    for row in store.rows("fact_answers", {"object": object}, limit=ALL):
        if store.rows("fact_tokens", {"sha256": row["sha256"]}):
            found.append(("fact_tokens", {"sha256": row["sha256"]}))
    return found


def _digests(platform: Platform, file: str) -> list[bytes]:
    return [cast(bytes, row["sha256"]) for row in platform.store.rows("files", {"id": file})]


def _shared(platform: Platform, cid: Scalar, going: list[str]) -> bool:
    return any(row["id"] not in going for row in platform.store.rows("files", {"cid": cid}))
