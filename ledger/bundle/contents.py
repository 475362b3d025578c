"""What a ``*.mianti`` bundle holds, and the one way in which its members are written.

manifest.json            signed envelope: SHA-256 of every other member (`ledger.bundle.bundle`)
README.txt               a page for people, made from the rest (`ledger.bundle.page`)
trust-list.json          signed trust list of the exporter
checkpoint               signed note; all proofs lead to it
earlier-checkpoint       one that the reader is known to hold
anchors/<size>           anchor notes, by anchored size
consistency/<size>.json  {from, proof, to}: from that size to the checkpoint's
snapshot                 snapshot note
status/<n>.jwt           status list tokens
entries/<index>.json     {envelope, index, leaf, proof, salt}
files/<sha256 hex>       disclosed files, in clear
leaves                   all leaves of the log in order, a line each
threads.json             {consent or basis id: thread key}
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from certs import base64url
from certs.canonical import canonical, parse_canonical
from certs.errors import JsonInvalid
from certs.shapes import Misshapen, Shape
from ledger.errors import Malformed
from ledger.log.checkpoint import CheckpointMalformed, parse_checkpoint
from ledger.log.entry import THREAD_KEY_BYTES
from ledger.log.evidence import ChainAnchor
from ledger.log.opening_json import read_opening, read_proof, written_opening, written_proof
from ledger.ports import Opening

MANIFEST, PAGE = "manifest.json", "README.txt"
KINDS = ("items", "trace")
_NUMBER = r"0|[1-9][0-9]{0,15}"
_GROUND = r"(con|bas)_[a-z2-7]{26}"
_FILE = re.compile(r"files/([0-9a-f]{64})")


class BundleError(Malformed):
    """A bundle that is refused."""

    code = "bundle"


class BundleMalformed(BundleError):
    """Members that are missing, unknown or not in their one form; ``member`` says which."""

    code = "bundle.malformed"


@dataclass(frozen=True, slots=True)
class Heading:
    """What the manifest says of the whole. ``kind``: ``items`` (do these stand?) or ``trace``
    (what happened?); ``about``: such as ``case:case_…``; ``exporter``: an agency's id."""

    kind: str
    about: str
    exporter: str
    exported_at: datetime


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything but manifest and page. ``entries`` ascend by index; their proofs, and
    ``consistency`` by the size it starts from, lead to ``checkpoint``. ``anchors`` by size."""

    trust_list: bytes
    checkpoint: bytes
    entries: tuple[Opening, ...]
    anchors: Mapping[int, bytes] = field(default_factory=dict)
    consistency: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict)
    earlier_checkpoint: bytes | None = None
    snapshot: bytes | None = None
    status_lists: tuple[str, ...] = ()
    files: tuple[bytes, ...] = ()
    leaves: tuple[bytes, ...] | None = None
    threads: Mapping[str, bytes] = field(default_factory=dict)


def anchors_of(*known: tuple[ChainAnchor, bytes]) -> dict[int, bytes]:
    """``Contents.anchors`` of opened anchors with their notes."""
    return {opened.anchor.size: note for opened, note in known}


def written_members(contents: Contents) -> dict[str, bytes]:
    """Members by name, without manifest and page; `read_members` is the inverse."""
    members = {"trust-list.json": contents.trust_list, "checkpoint": contents.checkpoint}
    if contents.earlier_checkpoint is not None:
        members["earlier-checkpoint"] = contents.earlier_checkpoint
    if contents.snapshot is not None:
        members["snapshot"] = contents.snapshot
    members |= {f"anchors/{size}": note for size, note in contents.anchors.items()}
    to = _size_of(contents.checkpoint)
    members |= {
        f"consistency/{size}.json": canonical(
            {"from": size, "proof": written_proof(proof), "to": to}
        )
        for size, proof in contents.consistency.items()
    }
    members |= {f"status/{n}.jwt": t.encode() for n, t in enumerate(contents.status_lists)}
    members |= {
        f"entries/{entry.index}.json": canonical(written_opening(entry))
        for entry in contents.entries
    }
    members |= {f"files/{hashlib.sha256(data).hexdigest()}": data for data in contents.files}
    if contents.leaves is not None:
        members["leaves"] = b"".join(leaf + b"\n" for leaf in contents.leaves)
    if contents.threads:
        threads = {name: base64url.encode(key) for name, key in contents.threads.items()}
        members["threads.json"] = canonical(threads)
    return members


def read_members(members: Mapping[str, bytes]) -> Contents:
    """What the members hold. Raises BundleMalformed for any that is not as written above."""
    try:
        contents = _read(members)
        written = written_members(contents)
    except (Misshapen, JsonInvalid, CheckpointMalformed, UnicodeDecodeError) as error:
        raise BundleMalformed(f"a member is not in its form: {error}") from error
    for name in sorted(members.keys() | written.keys()):
        if members.get(name) != written.get(name):
            raise BundleMalformed("a member that is not known, or not in its form", member=name)
    return contents


def _read(members: Mapping[str, bytes]) -> Contents:
    for name in ("trust-list.json", "checkpoint"):
        if name not in members:
            raise BundleMalformed("a member is missing", member=name)
    entries = [
        read_opening(_json(members[name])) for _, name in _numbered(members, "entries/*.json")
    ]
    leaves = members.get("leaves")
    return Contents(
        trust_list=members["trust-list.json"],
        checkpoint=members["checkpoint"],
        entries=tuple(entries),
        anchors={number: members[name] for number, name in _numbered(members, "anchors/*")},
        consistency={
            number: read_proof(_json(members[name])["proof"])
            for number, name in _numbered(members, "consistency/*.json")
        },
        earlier_checkpoint=members.get("earlier-checkpoint"),
        snapshot=members.get("snapshot"),
        status_lists=tuple(
            members[name].decode("ascii") for _, name in _numbered(members, "status/*.jwt")
        ),
        files=tuple(data for name, data in sorted(members.items()) if _FILE.fullmatch(name)),
        leaves=None if leaves is None else tuple(leaves.split(b"\n")[:-1]),
        threads=_threads(members),
    )


def _numbered(members: Mapping[str, bytes], form: str) -> list[tuple[int, str]]:
    """Members whose name has a number where the form has a star, in order of the numbers."""
    pattern = re.compile(re.escape(form).replace(r"\*", f"({_NUMBER})"))
    found = [(int(match[1]), name) for name in members if (match := pattern.fullmatch(name))]
    return sorted(found)


def _json(data: bytes) -> Shape:
    return Shape(parse_canonical(data), "member")


def _threads(members: Mapping[str, bytes]) -> dict[str, bytes]:
    if "threads.json" not in members:
        return {}
    threads = {name: key.data() for name, key in _json(members["threads.json"]).entries(_GROUND)}
    if any(len(key) != THREAD_KEY_BYTES for key in threads.values()):
        raise Misshapen("a thread key has 32 bytes")
    return threads


def _size_of(note: bytes) -> int:
    """Size that a checkpoint note says, unverified."""
    return parse_checkpoint(note.decode("utf-8").rpartition("\n\n")[0] + "\n").size
