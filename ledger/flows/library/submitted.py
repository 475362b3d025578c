"""What somebody hands over to be verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ledger.verify.items import BareEntry, GivenFile, Item, Presentation, SealedLicence

Sort = Literal["licence", "material", "credential", "entry"]


@dataclass(frozen=True, slots=True)
class Submitted:
    """Something to verify. ``index``: its entry, where the caller knows it; else it is found by
    the digest of the file or of the credential."""

    sort: Sort
    data: bytes = b""
    index: int | None = None


def item_of(one: Submitted) -> Item:
    """As the verifier takes it."""
    if one.sort == "licence":
        return SealedLicence(one.data)
    if one.sort == "material":
        return GivenFile.of(one.data)
    if one.sort == "credential":
        return Presentation(one.data.decode("ascii", "replace"))
    return BareEntry()
