"""Erasures: asked for by the holder, approved by two agencies and two officers, carried out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from ledger.errors import NotFound
from ledger.flows.after.destruction import rows_beside
from ledger.flows.fsck.reading import Reading
from ledger.log.statement import Statement
from ledger.platform import Platform

Body = Mapping[str, Any]
STEPS = ("first", "second")


def check(platform: Platform, reading: Reading) -> None:
    requested: dict[str, Statement] = {}
    approved: dict[str, dict[str, Body]] = {}
    for index, (_, statement) in sorted(reading.statements.items()):
        body = cast(Body, statement.body)
        if statement.kind == "erasure.requested":
            requested[body["erasure"]] = statement
        elif statement.kind == "erasure.approved":
            approved.setdefault(body["erasure"], {})[body["step"]] = body
        elif statement.kind == "erased":
            asked, voices = requested.get(body["erasure"]), approved.get(body["erasure"], {})
            for zh, en in (
                *_unlawful(statement, asked, voices),
                *_unfinished(platform, reading, statement),
            ):
                where = f"entry {index}"
                reading.found("fsck.erasure", where, f"第 {index} 条删除：{zh}", f"{where}: {en}")
            reading.counts["erasures"] += 1
    for row in reading.rows("destructions"):
        if not platform.store.rows("erasures", {"id": row["erasure"], "state": "erased"}):
            where = f"destructions {row['erasure']!s}"
            reading.found("fsck.row", where, f"{where} 没有依据", f"{where} has no ground")


def _unlawful(
    statement: Statement, asked: Statement | None, voices: Mapping[str, Body]
) -> Iterator[tuple[str, str]]:
    body = cast(Body, statement.body)
    if asked is None or (asked.actor, asked.body["object"]) != (body["subject"], body["object"]):
        yield "持有人没有提出", "its holder did not ask for it"
    two = [voices[step] for step in STEPS if step in voices]
    agencies = {one["agency"] for one in two if one["object"] == body["object"]}
    if len(agencies) < 2 or len({one["officer"] for one in two}) < 2:
        yield "没有两个机构、两名人员批准", "two agencies and two officers did not approve it"
    if list(statement.refs) != list(body["entries"]):
        yield "所列条目与引用不符", "the entries it names are not those it refers to"


def _unfinished(
    platform: Platform, reading: Reading, statement: Statement
) -> Iterator[tuple[str, str]]:
    body = cast(Body, statement.body)
    left = sorted(set(body["entries"]) - reading.erased)
    if left:
        yield f"第 {left[0]} 条的内容还在", f"what entry {left[0]} said is still there"
    for index in body["entries"]:
        if index not in platform.store.find(body["object"], after=index - 1, limit=1):
            yield f"第 {index} 条不再能查到", f"entry {index} is no longer found under its name"
    for file in body["files"]:
        if _openable(platform, file):
            yield f"文件 {file} 的密钥还在", f"the key of {file} is still there"
        for row in platform.store.rows("files", {"id": file}):
            others = platform.store.rows("files", {"cid": row["cid"]})
            shared = any(one["id"] not in body["files"] for one in others)
            if not shared and platform.blobs.has(str(row["cid"])):
                yield f"文件 {file} 的字节还在", f"the bytes of {file} are still there"
    if rows_beside(platform, body["object"]):
        yield "日志之外还有它的比对行", "rows beside the log still tell of it"


def _openable(platform: Platform, file: str) -> bool:
    try:
        platform.keys.open_file_key(file)
    except NotFound:
        return False
    return True
