"""A platform founded for this run alone, on its own chain, with licences issued through it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.founding import found
from api.wiring import open_platform
from certs.identifiers import mint_credit_code
from ledger.flows.door.subjects import register_subject
from ledger.flows.evidence.anchor import anchor
from ledger.flows.library.issue import Issued, LicenceDraft, issue_licence
from ledger.platform import Platform
from scripts.benchmarks.timing import Effort, say

AGENCY, AUDITOR = "scjg", "sjj"
FIRM = "云上小馆餐饮有限公司"


@dataclass(frozen=True, slots=True)
class Founded:
    """``secret``: the auditor's demo secret. All ``licences`` are anchored."""

    root: Path
    platform: Platform
    licences: tuple[Issued, ...]
    secret: str


@contextmanager
def founded(effort: Effort) -> Iterator[Founded]:
    """Ends with everything that it started, and leaves nothing behind."""
    say(f"founding a platform, issuing {effort.licences} licences")
    with tempfile.TemporaryDirectory(prefix="mianti-bench-") as folder:
        root = Path(folder) / "data"
        accounts = found(root, store="directory").accounts
        with open_platform(root) as platform:
            code = mint_credit_code("91319999MA1DEMQ1").value
            subject = register_subject(platform, "organisation", FIRM, (("credit-code", code),))
            licences = tuple(
                issue_licence(platform, AGENCY, _draft(subject, number))
                for number in range(effort.licences)
            )
            anchor(platform)
            yield Founded(root, platform, licences, accounts[AUDITOR])


def _draft(subject: str, number: int) -> LicenceDraft:
    fields = {
        "legal_representative": "林晓舟",
        "address": "虚拟市示范区梧桐路88号1层",
        "category": "餐饮服务经营者",
        "items": "热食类食品制售；冷食类食品制售",
    }
    return LicenceDraft(
        type="food-operation-permit",
        subject=subject,
        number=f"JY1310101{number:07d}",
        fields=fields,
        valid_from=date(2026, 3, 2),
        valid_to=date(2031, 3, 1),
    )
