"""Keyed digests of what licences say, against the sealed credentials; and that each row of papers
and files that are compared is the one that was written."""

from __future__ import annotations

from collections import defaultdict
from typing import cast

from ledger.errors import LedgerError, Pushback
from ledger.flows.door.comparing import comparable_digest
from ledger.flows.fsck.reading import Reading
from ledger.flows.library.files import opened_claims
from ledger.platform import Platform

ERASED = "erased"


def check(platform: Platform, reading: Reading) -> None:
    """A digest of a material has no value to compare with: its seal alone speaks for it."""
    kept: dict[str, dict[str, bytes]] = defaultdict(dict)
    for row in reading.rows("comparisons"):
        kept[str(row["object"])][str(row["field"])] = cast(bytes, row["digest"])
    for row in reading.rows("licences"):
        name = f"licence:{row['id']!s}"
        digests = kept.pop(name, {})
        if not digests or row["state"] == ERASED:
            continue
        try:
            said = opened_claims(platform, str(row["fields_file"]), digests)
            wrong = [
                field
                for field, digest in digests.items()
                if comparable_digest(platform, str(row["subject"]), said[field]) != digest
            ]
        except Pushback:
            raise
        except (LedgerError, KeyError):
            wrong = list(digests)
        for field in wrong:
            reading.found(
                "fsck.comparison",
                f"comparisons {name} {field}",
                f"证照 {name} 的字段 {field} 的比对摘要与密封的证照不符",
                f"The digest of {field} of {name} is not that of the sealed licence",
            )
        reading.counts["comparisons"] += len(digests)
