"""What an exporter puts into a bundle, properly sealed, is believed no more for that."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certs.canonical import canonical, parse
from certs.verdict import Outcome
from ledger.bundle.bundle import build_bundle
from ledger.log.note import sign_note
from tests.ledger.sealed_bundles import (
    BUNDLE,
    CASE,
    CONTENTS,
    WORLD,
    check,
    resealed,
)
from tests.ledger.world import World
from tests.ledger.world_case import (
    case_bundle,
    case_world,
    exported,
    heading,
    sealer,
)
from tests.ledger.world_names import ANCHORED_AT, AS_OF, ed


def entry_of(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, bytes]], None]:
    def made(members: dict[str, bytes]) -> None:
        name = f"entries/{CASE.release}.json"
        entry: Any = parse(members[name])
        change(entry)
        members[name] = canonical(entry)

    return made


def renamed(old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.__setitem__(new, members.pop(old))


def put(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.__setitem__(name, data)


RESEALED: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "another page": (put("README.txt", b"All is well.\n"), "bundle.page"),
    "no page": (lambda members: members.pop("README.txt") and None, "bundle.page"),
    "an unknown member": (put("more.txt", b"x"), "bundle.malformed"),
    "no trust list": (lambda m: m.pop("trust-list.json") and None, "bundle.malformed"),
    "no checkpoint": (lambda m: m.pop("checkpoint") and None, "bundle.malformed"),
    "a file that nothing names": (
        put(f"files/{hashlib.sha256(b'x').hexdigest()}", b"x"), "bundle.page",
    ),
    "a file under another digest": (put(f"files/{'0' * 64}", b"x"), "bundle.malformed"),
    "an entry under another number": (
        renamed(f"entries/{CASE.release}.json", "entries/99.json"), "bundle.malformed",
    ),
    "an entry with one more member": (entry_of(lambda e: e.update(more=1)), "bundle.malformed"),
    "an entry without salt": (entry_of(lambda e: e.pop("salt")), "bundle.malformed"),
    "an entry with another salt": (
        entry_of(lambda e: e.update(salt="A" * 43)), "entry.commit",
    ),
    "an anchor under another size": (renamed("anchors/8", "anchors/7"), "bundle.anchor_name"),
    "a list with white space": (
        lambda m: m.update({"threads.json": b'{"con_' + b"a" * 26 + b'": "AA"}'}),
        "bundle.malformed",
    ),
    "a status list that is no token": (put("status/0.jwt", b"x.y"), "bundle.malformed"),
    "status lists that skip a number": (put("status/1.jwt", b"e30.e30.e30"), "bundle.malformed"),
    "a leading zero": (renamed("anchors/8", "anchors/08"), "bundle.malformed"),
}  # fmt: skip


@pytest.mark.parametrize("name", RESEALED)
def test_what_an_exporter_cannot_put_in(name: str) -> None:
    change, code = RESEALED[name]
    verdict = check(resealed(change))
    assert (verdict.outcome, verdict.code) == (Outcome.FAILED, code)


def test_resealing_alone_changes_nothing() -> None:
    assert resealed(lambda members: None) == BUNDLE


def test_a_file_that_no_statement_names_is_refused() -> None:
    data = exported(WORLD, replace(CONTENTS, files=(b"x",)))
    assert check(data).code == "bundle.file_unnamed"


EVIL, EVIL_CASE = case_world(name="evil")

LIES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "an exporter with a root of its own": (
        lambda: build_bundle(heading(), CONTENTS, sealer(EVIL)), "failed", "path.untrusted",
    ),
    "an exporter that claims another agency": (
        lambda: build_bundle(heading(exporter="scjg"), CONTENTS, sealer(WORLD)),
        "failed", "signer.agency",
    ),
    "exported before its own anchor": (
        lambda: exported(WORLD, CONTENTS, at=ANCHORED_AT - timedelta(minutes=6)),
        "failed", "exporter.earlier",
    ),
    "exported in the future": (
        lambda: exported(WORLD, CONTENTS, at=AS_OF + timedelta(minutes=6)),
        "indeterminate", "exporter.later",
    ),
    "an exporter whose key was not registered": (
        lambda: exported(WORLD, replace(CONTENTS, snapshot=without_exporter())),
        "failed", "entitlement.key",
    ),
    "a needless certificate beside the signature": (
        lambda: build_bundle(
            heading(), CONTENTS,
            lambda payload: replace(
                sealer(WORLD)(payload), x5c=(*WORLD.chain("sjj"), *WORLD.chain("wjw"))
            ),
        ),
        "failed", "bundle.certificates",
    ),
    "another list of trust inside": (
        lambda: exported(WORLD, replace(CONTENTS, trust_list=EVIL.trust_bytes)),
        "indeterminate", "trust.unpinned",
    ),
    "a whole world of an attacker": (
        lambda: case_bundle(EVIL, EVIL_CASE), "indeterminate", "trust.unpinned",
    ),
    "a whole world of an attacker under the true list": (
        lambda: case_bundle(EVIL, EVIL_CASE, trust_list=WORLD.trust_bytes),
        "failed", "note.unknown_signature",
    ),
    "no anchor": (
        lambda: exported(WORLD, replace(CONTENTS, anchors={})), "indeterminate", "anchor.absent",
    ),
    "a line by an unknown key under the checkpoint": (
        lambda: exported(WORLD, replace(CONTENTS, checkpoint=CONTENTS.checkpoint + stray_line())),
        "failed", "note.unknown_signature",
    ),
    "an anchor that the log did not sign": (
        lambda: exported(WORLD, replace(CONTENTS, anchors={8: EVIL.anchor()})),
        "failed", "note.unknown_signature",
    ),
    "not all leaves": (
        lambda: exported(WORLD, replace(CONTENTS, leaves=tuple(WORLD.leaves[:-1]))),
        "failed", "history.leaves",
    ),
    "one leaf of another log": (
        lambda: exported(
            WORLD, replace(CONTENTS, leaves=(*WORLD.leaves[:-1], EVIL.leaves[-1]))
        ),
        "failed", "history.leaves",
    ),
    "an earlier checkpoint of another history": (
        lambda: exported(WORLD, replace(CONTENTS, earlier_checkpoint=forked_note())),
        "failed", "merkle.root_mismatch",
    ),
    "no snapshot": (
        lambda: exported(WORLD, replace(CONTENTS, snapshot=None)),
        "indeterminate", "entitlement.absent",
    ),
    "the proof of another entry": (
        lambda: exported(WORLD, replace(CONTENTS, entries=transplanted())),
        "failed", "merkle.root_mismatch",
    ),
}  # fmt: skip


def without_exporter() -> bytes:
    rows = WORLD.snapshot_value().agency_keys
    return WORLD.snapshot(agency_keys={**rows, "sjj": ()})


def stray_line() -> bytes:
    return sign_note("x\n", "stray.example", ed("stray")).partition(b"\n\n")[2]


def forked_note() -> bytes:
    forked = World(leaves=[*WORLD.leaves[:5], *EVIL.leaves[5:8]])
    return forked.checkpoint()


def transplanted() -> tuple[Any, ...]:
    *others, last = CONTENTS.entries
    return (*others, replace(last, proof=WORLD.opening(CASE.consent).proof))


@pytest.mark.parametrize("name", LIES)
def test_what_a_bundle_cannot_make_us_believe(name: str) -> None:
    make, outcome, code = LIES[name]
    verdict = check(make())
    assert (verdict.outcome.value, verdict.code) == (outcome, code)
