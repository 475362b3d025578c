"""What one run has read so far, shared by its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from certs.envelope import Envelope
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.ports import Scalar

ALL = 1 << 40
"""A limit that no table reaches."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``where`` names row, entry, file or checkpoint; a sentence in both languages."""

    code: str
    where: str
    zh: str
    en: str


class Reading:
    """Statements in log order as far as they could be opened, and what was found wrong."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.findings: list[Finding] = []
        self.counts: Counter[str] = Counter()
        self.statements: dict[int, tuple[Envelope, Statement]] = {}
        self.erased: set[int] = set()
        self.announced: set[int] = set()  # named by ``erased``, whether gone already or not
        self.erased_objects: set[str] = set()
        self.erased_files: set[str] = set()
        self.leaves: list[bytes] = []
        self.origin: str | None = None  # of the log that goes on at the entry last read

    def found(self, code: str, where: str, zh: str, en: str) -> None:
        self.findings.append(Finding(code, where, zh, en))

    def rows(self, table: str) -> Iterator[dict[str, Scalar]]:
        """Every row of a table."""
        yield from self._platform.store.rows(table, limit=ALL)
