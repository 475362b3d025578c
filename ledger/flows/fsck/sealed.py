"""What lies sealed beside the log: subjects, thread keys, edge rows, and the key store itself."""

from __future__ import annotations

from typing import Any, cast

from cryptography import x509

from certs.errors import CertsError
from certs.x509.path import validate_path
from ledger.errors import LedgerError, NotFound, Tampered
from ledger.flows.door.edge_rows import check_row
from ledger.flows.door.subjects import identifier_digest, read_subject
from ledger.flows.fsck.reading import Reading
from ledger.flows.reading.basis_threads import basis_thread_key_of
from ledger.flows.reading.consent import thread_key_of
from ledger.log.entry import thread_commitment
from ledger.platform import Platform

SEALED = (
    "accounts", "benefit_candidates", "code_attempts", "comparisons", "idempotency", "same_files",
    "subscriptions", "sweeps",
)  # fmt: skip
"""Tables beside the log whose rows carry a seal of their own."""


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
    for table in SEALED:
        for row in reading.rows(table):
            if not check_row(platform, table, row):
                named = f"{table} {row.get('id', row.get('key', row.get('object')))!s}"
                reading.found("fsck.row", named, f"{named} 被改动", f"{named} was changed")
    _signing(platform, reading)
    heads = [head.size for head in platform.store.heads()]
    for where, said in platform.keys.audit(reading.leaves, *_remembered(platform, reading), heads):
        reading.found(
            "fsck.keystore", where, f"密钥库 {where}：{said}", f"Key store {where}: {said}"
        )


def _remembered(platform: Platform, reading: Reading) -> tuple[set[str], set[tuple[str, int, str]]]:
    """What the key store must not have forgotten: every withdrawal, and every release that it was
    shown and that no later refusal of the same consent explains (on another basis: of the case,
    since a refusal does not name the basis)."""
    withdrawn, used = set(), set()
    refused: dict[str, int] = {}
    for index, (_, statement) in reading.statements.items():
        body = cast(dict[str, Any], statement.body)
        if statement.kind == "consent.withdrawn":
            withdrawn.add(str(body["consent"]))
        elif statement.kind == "refused":
            refused[str(body["consent"] or f"case {body['case']}")] = index
    followed = platform.keys.size()
    for index, (_, statement) in reading.statements.items():
        body = cast(dict[str, Any], statement.body)
        ground = {"released": "consent", "basis.used": "basis"}.get(statement.kind)
        if ground is None or index >= followed:
            continue
        explained = str(body["consent"]) if ground == "consent" else f"case {body['case']}"
        if refused.get(explained, -1) < index:
            used.add((str(body[ground]), int(body["n"]), str(body["release"])))
    return withdrawn, used


def _signing(platform: Platform, reading: Reading) -> None:
    """Keys and certificates of the agencies that this platform signs for."""
    roots = [x509.load_der_x509_certificate(der) for der in platform.trust.x509_roots]
    for agency in platform.trust.agencies:
        try:
            chain = [x509.load_der_x509_certificate(c) for c in platform.signing.chain(agency.id)]
            validate_path(chain[0], chain[1:], roots, platform.now())
        except NotFound:
            continue
        except (LedgerError, CertsError, ValueError) as error:
            reading.found(
                "fsck.signing",
                f"keys {agency.id}",
                f"机构 {agency.id} 的签名密钥或证书：{error}",
                f"Signing key or certificate of {agency.id}: {error}",
            )


def _threads(platform: Platform, reading: Reading) -> None:
    for table, kept, name, key_of in (
        ("consents", "consent_threads", "consent", thread_key_of),
        ("bases", "basis_threads", "basis", basis_thread_key_of),
    ):
        committed = {str(row["id"]): row["thread"] for row in reading.rows(table)}
        threads = {str(row[name]) for row in reading.rows(kept)}
        for ground in sorted(committed.keys() | threads):
            try:
                if committed.get(ground) != thread_commitment(key_of(platform, ground)):
                    raise Tampered("the thread key is not the one that was committed to")
            except LedgerError as error:
                reading.found(
                    "fsck.thread",
                    f"{kept} {ground}",
                    f"{ground} 的线程密钥：{error}",
                    f"Thread key of {ground}: {error}",
                )
