"""What lies sealed beside the log: subjects, thread keys, edge rows, and the key store itself."""

from __future__ import annotations

from typing import cast

from ledger.errors import LedgerError, Tampered
from ledger.flows.consent import thread_key_of
from ledger.flows.edge_rows import check_row
from ledger.flows.fsck.reading import Reading
from ledger.flows.subjects import identifier_digest, read_subject
from ledger.log.entry import thread_commitment
from ledger.platform import Platform


def check(platform: Platform, reading: Reading) -> None:
    known: dict[tuple[str, bytes], str] = {}
    for row in reading.rows("subjects"):
        subject = str(row["id"])
        try:
            found = read_subject(platform, subject)
            for scheme, value in found.identifiers:
                place = (f"subject/{scheme}", identifier_digest(platform, scheme, value))
                known[place] = subject
        except LedgerError as error:
            reading.found(
                "fsck.subject",
                f"subjects {subject}",
                f"主体 {subject}：{error}",
                f"{subject}: {error}",
            )
    stored = {
        (str(row["purpose"]), cast(bytes, row["digest"])): str(row["subject"])
        for row in reading.rows("subject_ids")
    }
    for place in known.keys() | stored.keys():
        if known.get(place) != stored.get(place):
            reading.found(
                "fsck.subject",
                f"subject_ids {place[0]} {place[1].hex()[:16]}",
                "标识检索行与密封的主体资料不符",
                "A row that finds a subject is not what its sealed data give",
            )
    _threads(platform, reading)
    for table in ("accounts", "idempotency"):
        for row in reading.rows(table):
            if not check_row(platform, table, row):
                named = f"{table} {row.get('id', row.get('key'))!s}"
                reading.found("fsck.row", named, f"{named} 被改动", f"{named} was changed")
    for where, said in platform.keys.audit(reading.leaves):
        reading.found(
            "fsck.keystore", where, f"密钥库 {where}：{said}", f"Key store {where}: {said}"
        )


def _threads(platform: Platform, reading: Reading) -> None:
    consents = {str(row["id"]): row["thread"] for row in reading.rows("consents")}
    threads = {str(row["consent"]) for row in reading.rows("consent_threads")}
    for consent in sorted(consents.keys() | threads):
        try:
            key = thread_key_of(platform, consent)
            if consents.get(consent) != thread_commitment(key):
                raise Tampered("the thread key is not the one the consent commits to")
        except LedgerError as error:
            reading.found(
                "fsck.thread",
                f"consent_threads {consent}",
                f"同意 {consent} 的线程密钥：{error}",
                f"Thread key of {consent}: {error}",
            )
