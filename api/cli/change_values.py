"""What the forms of proposals have in common: ids, periods, rows, certificates, as typed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.moments import moment
from api.cli.outcome import UsageWrong
from api.cli.session import read_file

if TYPE_CHECKING:
    from ledger.platform import Platform
    from ledger.ports.governance import Action

Given = Mapping[str, Any]


def made(kind: str, /, **members: Any) -> Sequence[Action]:
    """The one action, by the strict reader. Raises ActionInvalid."""
    from ledger.agencies.changes import read_action

    return (read_action({"action": kind, **members}),)


def scope_named(platform: Platform, given: Given) -> dict[str, Any]:
    region = region_of(platform, given)
    named = {"agency": given["which"], "licence_type": given["licence_type"]}
    return {**named, "region": region}


def basis_named(given: Given) -> dict[str, Any]:
    return {
        "agency": given["which"],
        "item": given["item"],
        "kind": given["paper_kind"],
        "sort": given["basis_sort"],
    }


def region_of(platform: Platform, given: Given) -> int:
    """As given, else the platform's own."""
    return platform.region if given["region"] is None else int(given["region"])


def period_of(given: Given) -> dict[str, str | None]:
    return {
        "valid_from": time_of(given["begin"], "--from"),
        "valid_to": time_of(given["until_when"], "--to"),
    }


def when_of(given: Given) -> str | None:
    return time_of(given["when"], "--at")


def time_of(text: str | None, option: str) -> str | None:
    """In the one form that actions take. Raises UsageWrong."""
    from ledger.log.statement import format_time

    found: datetime | None = moment(text, option)
    return None if found is None else format_time(found)


def row_of(platform: Platform, given: Given, rows: Sequence[Any]) -> int:
    """As given, else the row that runs. Raises UsageWrong where none does."""
    from ledger.flows.consortium.agencies import running_row

    if given["row"] is not None:
        return int(given["row"])
    found = running_row(rows, platform.now())
    if found is None:
        raise UsageWrong("No such row runs now; say which one: --row.")
    return found


def chain_id_of(text: str) -> str:
    """An id of 32 bytes as it is, else that of an origin or a URI: its SHA-256."""
    if text.startswith("0x") and len(text) == 66:
        return text
    return "0x" + hashlib.sha256(text.encode()).hexdigest()


def on_chain(name: str) -> str:
    """An item or a kind as the registry answers it."""
    return name if len(name) < 32 else "0x" + hashlib.sha256(name.encode()).hexdigest()


def certificate_of(path: Path) -> tuple[str, str]:
    """Key id and digest of a certificate in PEM or DER. Raises UsageWrong, FileUnreadable."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    from certs import base64url, keys

    data = read_file(path)
    try:
        load = x509.load_pem_x509_certificate if b"-----BEGIN" in data else None
        found = load(data) if load else x509.load_der_x509_certificate(data)
        public = found.public_key()
    except ValueError as error:
        raise UsageWrong(f"{path} is no certificate.") from error
    if not isinstance(public, keys.P256Public):
        raise UsageWrong(f"{path} is no certificate of a P-256 key.")
    digest = hashlib.sha256(found.public_bytes(Encoding.DER)).hexdigest()
    return "0x" + base64url.decode(keys.key_id(public)).hex(), "0x" + digest
