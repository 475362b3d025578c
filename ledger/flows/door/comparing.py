"""Comparisons: does a paper state what the base register says? Answered without keeping a value.

For each field a digest is kept under a key that stays in the key store and differs by subject:
equal values of one subject show as equal, and nothing else shows. The digests are written in the
commit of the paper's own entry and never change, so that a plan can be made again from them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import cast

from certs.sdjwt.credential import parse_credential
from ledger.errors import Malformed
from ledger.flows.door.edge_rows import with_seal
from ledger.platform import Platform
from ledger.ports import Row

MOST_FIELDS = 64
LONGEST_VALUE = 2000


class StatedWrong(Malformed):
    """What a paper is said to state is no list of named, written values."""

    code = "material.stated"


def comparable(value: str) -> bytes:
    """A value as it is compared: the same text however it was typed (full and half width, spaces,
    capitals)."""
    text = unicodedata.normalize("NFKC", value).casefold()
    return unicodedata.normalize("NFKC", "".join(text.split())).encode()


def comparable_digest(platform: Platform, subject: str, value: str) -> bytes:
    """What stands for a value that a paper of ``subject`` states."""
    return platform.keys.lookup(f"compare/{subject}", comparable(value))


def compared(
    platform: Platform, subject: str, object: str, values: Mapping[str, str]
) -> tuple[Row, ...]:
    """The rows that stand for the fields of a paper of ``subject``, for its entry's commit."""
    return tuple(
        with_seal(
            platform,
            Row(
                "comparisons",
                {
                    "object": object,
                    "field": name,
                    "digest": comparable_digest(platform, subject, value),
                },
            ),
        )
        for name, value in sorted(values.items())
    )


def compared_fields(
    platform: Platform, subject: str, licence: str, credential: str
) -> tuple[Row, ...]:
    """`compared` for all that a licence's credential says of its holder."""
    claims = {name: str(value) for name, value in parse_credential(credential).claims.items()}
    return compared(platform, subject, f"licence:{licence}", claims)


def check_stated(values: Mapping[str, str]) -> None:
    """Raises StatedWrong where a value is empty or too long, or there are too many."""
    if len(values) > MOST_FIELDS:
        raise StatedWrong("That is more than a paper states.", limit=MOST_FIELDS)
    for name, value in values.items():
        if not name.isidentifier() or not comparable(value) or len(value) > LONGEST_VALUE:
            raise StatedWrong("A field that a paper states has a name and a value.", field=name)


def digests_of(platform: Platform, object: str) -> dict[str, bytes]:
    """Keyed digests of what ``object`` (``licence:…``, ``material:…``) states, by field."""
    rows = platform.store.rows("comparisons", {"object": object})
    return {str(row["field"]): cast(bytes, row["digest"]) for row in rows}
