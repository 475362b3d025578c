"""Keyed digests of what licences say, against the sealed credentials, all of them and no more; the
digests by which a file is known again; and that each row of papers and files that are compared is
the one that was written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import cast

from ledger.errors import LedgerError, Pushback
from ledger.flows.door.comparing import comparable_digest
from ledger.flows.fsck.reading import Reading
from ledger.flows.library.files import ciphertext, claims_in
from ledger.flows.library.same_file import same_file_rows
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.stored.disclosure import count_fields

ERASED = "erased"


def check(platform: Platform, reading: Reading) -> None:
    """A digest of a material has no value to compare with: its seal alone speaks for it."""
    kept: dict[str, dict[str, bytes]] = defaultdict(dict)
    for row in reading.rows("comparisons"):
        kept[str(row["object"])][str(row["field"])] = cast(bytes, row["digest"])
    for row in reading.rows("licences"):
        name = f"licence:{row['id']!s}"
        if row["state"] == ERASED:
            continue
        digests = kept.pop(name, {})
        for field in _wrong(platform, row, digests):
            reading.found(
                "fsck.comparison",
                f"comparisons {name} {field}",
                f"证照 {name} 的字段 {field} 的比对摘要与密封的证照不符",
                f"The digest of {field} of {name} is not that of the sealed licence",
            )
        reading.counts["comparisons"] += len(digests)
    _same_files(platform, reading)


def _wrong(
    platform: Platform, row: Mapping[str, Scalar], digests: Mapping[str, bytes]
) -> list[str]:
    """Fields whose digest is not that of the licence; ``*`` where some have none."""
    file = str(row["fields_file"])
    try:
        sealed = b"".join(ciphertext(platform, file))
        said = claims_in(platform, sealed, file, digests)
        wrong = [
            field
            for field, digest in digests.items()
            if comparable_digest(platform, str(row["subject"]), said[field]) != digest
        ]
        return wrong if count_fields(sealed) == len(digests) else [*wrong, "*"]
    except Pushback:
        raise
    except (LedgerError, KeyError):
        return list(digests) or ["*"]


def _same_files(platform: Platform, reading: Reading) -> None:
    """Each material's file is found again under its two digests, and nothing else is."""
    stored = {(row["digest"], row["object"]) for row in reading.rows("same_files")}
    digests = {row["id"]: cast(bytes, row["sha256"]) for row in reading.rows("files")}
    wanted = set()
    for row in reading.rows("materials"):
        brought = reading.statements.get(cast(int, row["entry_index"]))
        if row["state"] == ERASED or brought is None or row["file"] not in digests:
            continue
        agency, subject, name = brought[1].actor, str(row["subject"]), f"material:{row['id']!s}"
        made = same_file_rows(platform, agency, subject, digests[row["file"]], name)
        wanted |= {(one.values["digest"], one.values["object"]) for one in made}
    for name in sorted({str(one) for _, one in wanted ^ stored} - reading.erased_objects):
        reading.found(
            "fsck.comparison",
            f"same_files {name}",
            f"{name} 的同件摘要与其文件不符",
            f"The digests by which the file of {name} is known again are not its own",
        )
