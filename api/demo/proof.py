"""The last chapter: what an auditor, a thief and a forger find."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.counted import counted
from api.datafolder import DataFolder
from api.demo.telling import Teller
from api.founding.chain_keys import attestations
from ledger import tlog
from ledger.flows.evidence.anchor import anchor
from ledger.flows.evidence.trace import export_bundle, related
from ledger.flows.fsck import fsck
from ledger.log.merkle import consistency_proof, leaf_hashes, root
from ledger.platform import Platform

AUDITOR = "sjj"
OUTCOMES = {"passed": "通过", "failed": "不通过", "indeterminate": "无法判定"}


@dataclass(frozen=True, slots=True)
class Proven:
    """Files that were written, and what was found or refused."""

    bundle: Path
    verdict: str
    tampering_found: tuple[str, ...]
    rewrite_refused: bool
    clean: bool


def prove(platform: Platform, folder: DataFolder, tell: Teller, case: str, out: Path) -> Proven:
    """Trace, export, verify elsewhere; tamper and look; rewrite history and be refused."""
    tell.chapter("六、审计：不必相信任何人", "6. The audit: trust nobody")
    anchor(platform)
    indexes = related(platform, f"case:{case}")
    bundle = out / "hygiene-permit.mianti"
    bundle.write_bytes(export_bundle(platform, AUDITOR, f"case:{case}", indexes))
    tell.step(
        f"审计局追溯该办件：{len(indexes)} 条，导出 {bundle.name}",
        f"the auditor traced the case: {len(indexes)} entries, exported {bundle.name}",
    )
    verdict = _verified_elsewhere(bundle, folder.trust_list)
    tell.step(
        f"另一个进程离线核验，只用证据包和信任清单：{OUTCOMES.get(verdict, verdict)}",
        f"verified offline in another process, with bundle and trust list alone: {verdict}",
    )
    found = _tampering(platform, folder, tell)
    refused = _rewriting(platform, folder, tell)
    report = fsck(platform)
    tell.step(
        f"全部复原后 fsck 干净：{counted('zh', report.counts)}",
        f"after repair fsck is clean: {counted('en', report.counts)}",
    )
    return Proven(bundle, verdict, found, refused, not report.findings)


def _verified_elsewhere(bundle: Path, trust: Path) -> str:
    """The verdict of ``mianti verify --offline`` in a process that has nothing else."""
    shown = [str(bundle.resolve()), "--offline", "--trust", str(trust.resolve())]
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "--json", "verify", *shown],
        capture_output=True,
        text=True,
        check=False,
        cwd=bundle.parent,
        env={"PATH": "", "MIANTI_DATA": "/nothing-here", "LANG": "C.UTF-8"},
    )
    try:
        return str(json.loads(done.stdout)[0]["outcome"]) if done.returncode == 0 else "failed"
    except (ValueError, KeyError, IndexError):
        return "failed"


def _tampering(platform: Platform, folder: DataFolder, tell: Teller) -> tuple[str, ...]:
    found = []
    material = platform.store.rows("materials", limit=1)[0]
    cid = str(platform.store.rows("files", {"id": material["file"]})[0]["cid"])
    with _flipped_byte(platform, folder, cid):
        seen = [one for one in fsck(platform).findings if cid in one.where]
        if seen:
            found.append(f"store: {seen[0].code} {seen[0].where}")
            tell.found("存储里被翻转一个字节：fsck 指出", "a byte flipped in the store", found[-1])
    with _changed_row(folder, str(material["id"])):
        seen = [one for one in fsck(platform).findings if str(material["id"]) in one.where]
        if seen:
            found.append(f"database: {seen[0].code} {seen[0].where}")
            tell.found("数据库里被改一行：fsck 指出", "a row changed in the database", found[-1])
    return tuple(found)


@contextmanager
def _flipped_byte(platform: Platform, folder: DataFolder, cid: str) -> Iterator[None]:
    """Flip one byte of a stored file on the disk, as a thief of the disk would."""
    block = next(_stored_copies(platform, folder, cid))
    before = block.read_bytes()
    block.chmod(0o600)
    middle = len(before) // 2
    block.write_bytes(before[:middle] + bytes([before[middle] ^ 1]) + before[middle + 1 :])
    try:
        yield
    finally:
        block.write_bytes(before)


def _stored_copies(platform: Platform, folder: DataFolder, cid: str) -> Iterator[Path]:
    """The file on disk that holds the beginning of a stored file."""
    first = next(iter(platform.blobs.get(cid)))[:4096]
    base = folder.blobs if folder.blobs.exists() else folder.ipfs
    for path in sorted(base.rglob("*")):
        if path.is_file() and path.stat().st_size >= len(first):
            with path.open("rb") as file:
                if first in file.read(len(first) + 64):
                    yield path


@contextmanager
def _changed_row(folder: DataFolder, material: str) -> Iterator[None]:
    """Change one row behind the platform's back, as a database administrator could."""
    with sqlite3.connect(folder.ledger_db) as db:
        (before,) = db.execute(
            "SELECT decision FROM materials WHERE id = ?", (material,)
        ).fetchone()
        db.execute(
            "UPDATE materials SET decision = 'equity-change/2026-1' WHERE id = ?", (material,)
        )
    db.close()
    try:
        yield
    finally:
        with sqlite3.connect(folder.ledger_db) as db:
            db.execute("UPDATE materials SET decision = ? WHERE id = ?", (before, material))
        db.close()


def _rewriting(platform: Platform, folder: DataFolder, tell: Teller) -> bool:
    """Publish another history with the real anchoring key, then with every attester's key too: the
    contract must refuse both."""
    head = tlog.integrate(platform)
    leaves = [stored.leaf for stored in platform.store.entries(0, head.size)]
    forged = leaf_hashes([b"forged", *leaves[1:], b"one more"])
    proof, false_head = consistency_proof(head.size, forged), root(forged)
    log, size = platform.log.log_id, head.size + 1
    kept = folder.secrets(folder.passphrase())
    stolen = [key for name, key in kept.items() if name.startswith("eth/attest/")][:2]
    digest = platform.chain.checkpoint_digest(log, size, false_head)
    signed = attestations(digest, stolen)
    unattested = tell.refusal(
        "盗用上链密钥：缺少见证机构签名，合约拒绝",
        "a stolen anchoring key, without the attesters: the contract refused",
        lambda: platform.chain.publish(log, size, false_head, proof, ()),
    )
    attested = tell.refusal(
        "改写历史再上链：合约拒绝",
        "a rewritten history, attested with stolen keys: the contract refused",
        lambda: platform.chain.publish(log, size, false_head, proof, signed),
    )
    return unattested is not None and attested is not None
