"""``mianti demo``: found a platform in a folder, tell the story, prove it, say where all lies."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from api.datafolder import DataFolder
from api.demo.acts import chunks_of
from api.demo.cast import PIN
from api.demo.proof import Proven, prove
from api.demo.report import failing, insist, write_report
from api.demo.story import Story, Told
from api.demo.telling import Teller
from api.founding import found
from api.wiring import open_platform
from ledger.errors import Malformed
from ledger.flows.evidence.anchor import gas_per_document
from ledger.flows.evidence.receipt import receipt_of
from ledger.flows.worker import work
from ledger.platform import Platform
from ledger.stored.media import DocumentInvalid, FileProbe


class MaterialUnfit(Malformed):
    """A file given with --material that cannot be handed in; ``reason``: the inner code."""

    code = "demo.material"


@dataclass(frozen=True, slots=True)
class Choices:
    """``store``: auto, kubo or directory; ``materials``: the user's own files."""

    folder: Path
    language: str
    store: str = "auto"
    materials: Sequence[Path] = ()
    report: Path | None = None


def run_demo(choices: Choices, tell: Teller | None = None) -> dict[str, object]:
    """Run everything; answers (and writes) the measured report. Raises FolderTaken, Malformed."""
    begun = time.monotonic()
    tell = tell or Teller(choices.language)
    for path in choices.materials:  # before anything is made
        _look_at(path)
    tell.chapter("零、建立平台", "0. Founding the platform")
    found(choices.folder, store=choices.store, progress=tell.step)
    folder = DataFolder(choices.folder)
    with open_platform(choices.folder) as platform:
        name = platform.blobs.name
        tell.step(f"文件存储：{name}", f"file store: {name}")
        story = Story(platform, folder, tell, choices.materials)
        told = story.run()
        proven = prove(platform, folder, tell, told.hygiene_case, choices.folder)
        work(platform)
        report = _report(platform, folder, told, proven, begun)
    _insist(report, proven)
    write_report(report, choices.report)
    _farewell(tell, choices, report)
    return report


def _look_at(path: Path) -> None:
    """Refuse a material that the deposit would refuse, by its name. Raises MaterialUnfit."""
    if not path.is_file():
        what = "is a folder, not a file" if path.is_dir() else "is not there"
        raise MaterialUnfit(f"{path} {what}.", path=str(path))
    probe, size = FileProbe(), 0
    try:
        for chunk in chunks_of(path):
            probe.update(chunk)
            size += len(chunk)
        probe.conclude(size)
    except DocumentInvalid as error:
        raise MaterialUnfit(f"{path}: {error}", path=str(path), reason=error.code) from error


def _report(
    platform: Platform, folder: DataFolder, told: Told, proven: Proven, begun: float
) -> dict[str, object]:
    assert told.licence is not None and told.verdict is not None
    licence = folder.root / "food-operation-permit.pdf"
    licence.write_bytes(told.licence.layout)
    receipt = folder.root / "food-operation-permit.tlog-proof"
    receipt.write_bytes(receipt_of(platform, told.licence.entry.index))
    anchored = platform.store.anchors()[-1]
    return {
        "data": str(folder.root.resolve()),
        "licence": str(licence.resolve()),
        "receipt": str(receipt.resolve()),
        "bundle": str(proven.bundle.resolve()),
        "trust_list": str(folder.trust_list.resolve()),
        "wallets": str(folder.wallets.resolve()),
        "case": told.hygiene_case,
        "entries": platform.store.size(),
        "anchored_size": anchored.size,
        "papers": {
            "required": told.required,
            "handed_in": sum(told.handed_in.values()),
            "reused": told.reused,
            "sent_twice": told.sent_twice,
        },
        "refused": told.refused,
        "tampering_found": list(proven.tampering_found),
        "rewrite_refused": proven.rewrite_refused,
        "gas_per_document": gas_per_document(platform),
        "store": platform.blobs.name,
        "verdict": proven.verdict,
        "seconds": round(time.monotonic() - begun, 1),
    }


def _insist(report: Mapping[str, object], proven: Proven) -> None:
    """The demo ends well only if everything that it shows is true."""
    claims = {
        "verdict": proven.verdict == "passed",
        "tampering": len(proven.tampering_found) == 2,
        "rewrite": proven.rewrite_refused,
        "fsck": proven.clean,
        "papers": cast(dict[str, int], report["papers"])["sent_twice"] == 0,
    }
    insist(failing(claims))


def _farewell(tell: Teller, choices: Choices, report: dict[str, object]) -> None:
    tell.chapter("结束：东西在哪里，下一步试什么", "The end: where things lie, what to try next")
    rows = (
        ("数据", "data", report["data"]),
        ("证照", "licence", report["licence"]),
        ("凭证", "receipt", report["receipt"]),
        ("证据包", "bundle", report["bundle"]),
        ("信任清单", "trust list", report["trust_list"]),
        ("钱包", "wallets", f"{report['wallets']}  MIANTI_PIN={PIN.decode()}"),
    )
    tell.lines(f"  {tell.pick(zh, en)}: {where}" for zh, en, where in rows)
    tell.lines(
        (
            f"  mianti verify {report['bundle']} --offline --trust {report['trust_list']}",
            f"  mianti verify {report['licence']} --receipt {report['receipt']} --offline"
            f" --trust {report['trust_list']}",
            f"  mianti --data {choices.folder} plan {report['case']} --explain",
            f"  mianti --data {choices.folder} fsck",
            f"  mianti --data {choices.folder} serve",
        )
    )
