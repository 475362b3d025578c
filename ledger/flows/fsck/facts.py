"""Signed answers to facts: each that the log names is kept, and says what was signed."""

from __future__ import annotations

from typing import cast

from certs.errors import CertsError
from ledger.errors import LedgerError, Tampered
from ledger.flows.fsck.reading import Reading
from ledger.flows.reading.facts import token_of
from ledger.platform import Platform
from ledger.use.fact_answer import read_answer


def check(platform: Platform, reading: Reading) -> None:
    """An answer may be gone where its licence was erased."""
    tokens = {cast(bytes, row["sha256"]) for row in reading.rows("fact_tokens")}
    for row in reading.rows("fact_answers"):
        digest = cast(bytes, row["sha256"])
        if digest not in tokens and _erased(platform, str(row["object"])):
            continue
        tokens.discard(digest)
        try:
            said, _ = read_answer(token_of(platform, digest))
            if (said.release, said.object) != (row["release_id"], row["object"]):
                raise Tampered("it answers another release")
        except (CertsError, LedgerError) as error:
            _found(reading, digest, str(error))
    for digest in sorted(tokens):
        _found(reading, digest, "no entry names it")


def _erased(platform: Platform, name: str) -> bool:
    licences = platform.store.rows("licences", {"id": name.partition(":")[2]})
    return not licences or licences[0]["state"] == "erased"


def _found(reading: Reading, digest: bytes, why: str) -> None:
    named = digest.hex()[:16]
    reading.found(
        "fsck.fact", f"fact_tokens {named}", f"核查答复 {named}：{why}", f"Answer {named}: {why}"
    )
