"""From what a user typed to the actions of a proposal, one function for each form."""

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
_HOUR = 3600


def admit(platform: Platform, given: Given) -> Sequence[Action]:
    social = bool(given["social"])
    return _made(
        "admit",
        agency=given["which"],
        name=given["called"],
        region=_region(platform, given),
        legal_code=given["legal_code"],
        social=social,
    )


def rename(platform: Platform, given: Given) -> Sequence[Action]:
    return _made("rename", agency=given["which"], name=given["called"])


def scope(platform: Platform, given: Given) -> Sequence[Action]:
    return _made("add-scope", **_scope(platform, given), **_period(given))


def end_scope(platform: Platform, given: Given) -> Sequence[Action]:
    named = _scope(platform, given)
    rows = [
        one
        for one in platform.chain.scope_rows(given["which"], given["licence_type"])
        if one.region == named["region"]
    ]
    return _made("end-scope", **named, row=_row(platform, given, rows), end=_when(given))


def basis(platform: Platform, given: Given) -> Sequence[Action]:
    return _made("grant-basis", **_basis(given), **_period(given))


def end_basis(platform: Platform, given: Given) -> Sequence[Action]:
    named = _basis(given)
    asked = (_on_chain(named["item"]), _on_chain(named["kind"]), named["sort"])
    rows = [
        one
        for one in platform.chain.basis_rows(given["which"])
        if (one.item, one.kind, one.sort) == asked
    ]
    return _made("end-basis", **named, row=_row(platform, given, rows), end=_when(given))


def key(platform: Platform, given: Given) -> Sequence[Action]:
    key_id, certificate = _certificate(given["certificate"])
    return _made(
        "add-key",
        agency=given["which"],
        key_id=key_id,
        certificate=certificate,
        **_period(given),
    )


def end_key(platform: Platform, given: Given) -> Sequence[Action]:
    rows = [
        one
        for one in platform.chain.key_rows(given["which"])
        if "0x" + one.key_id.hex() == given["key_id"]
    ]
    return _made(
        "end-key",
        agency=given["which"],
        key_id=given["key_id"],
        row=_row(platform, given, rows),
        end=_when(given),
    )


def rotate_key(platform: Platform, given: Given) -> Sequence[Action]:
    """The old key is the one that is named, else the only one that runs."""
    key_id, certificate = _certificate(given["certificate"])
    rows = platform.chain.key_rows(given["which"])
    now = platform.now()
    running = sorted(
        {
            "0x" + one.key_id.hex()
            for one in rows
            if (one.valid_to is None or now < one.valid_to) and one.compromised_at is None
        }
    )
    old = given["old"] or (running[0] if len(running) == 1 else None)
    if old is None:
        raise UsageWrong(f"Say which key ends: --old ({', '.join(running) or 'none runs'}).")
    own = [one for one in rows if "0x" + one.key_id.hex() == old]
    return _made(
        "rotate-key",
        agency=given["which"],
        old_key_id=old,
        row=_row(platform, {**given, "row": None}, own),
        key_id=key_id,
        certificate=certificate,
        at=_when(given),
        valid_to=_time(given["until_when"], "--to"),
    )


def compromise_key(platform: Platform, given: Given) -> Sequence[Action]:
    named = {"agency": given["which"], "key_id": given["key_id"], "at": _when(given)}
    return _made("compromise-key", **named)


def suspend(platform: Platform, given: Given) -> Sequence[Action]:
    return _made("suspend", agency=given["which"], until=_time(given["until_when"], "--to"))


def reinstate(platform: Platform, given: Given) -> Sequence[Action]:
    return _made("reinstate", agency=given["which"])


def expel(platform: Platform, given: Given) -> Sequence[Action]:
    return _made("expel", agency=given["which"])


def dissolve(platform: Platform, given: Given) -> Sequence[Action]:
    return _made("dissolve", agency=given["which"])


def merge(platform: Platform, given: Given) -> Sequence[Action]:
    return _made("dissolve", agency=given["which"], successor=given["into"])


def transfer(platform: Platform, given: Given) -> Sequence[Action]:
    named = {"agency": given["which"], "licence_type": given["licence_type"]}
    return _made("transfer-duty", **named, body=given["into"])


def open_log(platform: Platform, given: Given) -> Sequence[Action]:
    return _made(
        "open-log",
        log_id=_log(given["which_log"]),
        anchor=given["anchor"],
        attesters=list(given["attester"]),
        threshold=given["threshold"],
    )


def freeze_log(platform: Platform, given: Given) -> Sequence[Action]:
    return _made(
        "freeze-log",
        log_id=_log(given["which_log"]),
        last_good=given["last_good"],
        successor=_log(given["continued_by"]),
    )


def attesters(platform: Platform, given: Given) -> Sequence[Action]:
    return _made(
        "set-attesters",
        log_id=_log(given["which_log"]),
        attesters=list(given["attester"]),
        threshold=given["threshold"],
    )


def anchor(platform: Platform, given: Given) -> Sequence[Action]:
    return _made("change-anchor", log_id=_log(given["which_log"]), anchor=given["anchor"])


def status_list(platform: Platform, given: Given) -> Sequence[Action]:
    return _made(
        "assign-status-list",
        list_id=_log(given["list_uri"]),
        agency=given["which"],
        publisher=given["publisher"],
    )


def member(platform: Platform, given: Given) -> Sequence[Action]:
    named = {"member": given["which"], "voter": given["voter"], "weight": given["weight"]}
    return _made("set-member", **named)


def rule(platform: Platform, given: Given) -> Sequence[Action]:
    """Shares in whole percent of basis points: 5001 is 50.01 %."""
    wanted = {
        "quorum": given["quorum"],
        "passing": given["passing"],
        "voting_period": given["voting_hours"] * _HOUR,
        "delay": given["delay_hours"] * _HOUR,
    }
    return _made("set-rule", gravity=given["gravity"], rule=wanted)


def replace_contract(platform: Platform, given: Given) -> Sequence[Action]:
    known = platform.chain.identity().contracts
    if given["contract"] not in known:
        raise UsageWrong(f"A contract is one of {', '.join(known)}.")
    return _made("replace-contract", current=known[given["contract"]], next=given["by"])


def _made(kind: str, /, **members: Any) -> Sequence[Action]:
    """The one action, by the strict reader. Raises ActionInvalid."""
    from ledger.agencies.changes import read_action

    return (read_action({"action": kind, **members}),)


def _scope(platform: Platform, given: Given) -> dict[str, Any]:
    region = _region(platform, given)
    named = {"agency": given["which"], "licence_type": given["licence_type"]}
    return {**named, "region": region}


def _basis(given: Given) -> dict[str, Any]:
    return {
        "agency": given["which"],
        "item": given["item"],
        "kind": given["paper_kind"],
        "sort": given["basis_sort"],
    }


def _region(platform: Platform, given: Given) -> int:
    """As given, else the platform's own."""
    return platform.region if given["region"] is None else int(given["region"])


def _period(given: Given) -> dict[str, str | None]:
    return {
        "valid_from": _time(given["begin"], "--from"),
        "valid_to": _time(given["until_when"], "--to"),
    }


def _when(given: Given) -> str | None:
    return _time(given["when"], "--at")


def _time(text: str | None, option: str) -> str | None:
    """In the one form that actions take. Raises UsageWrong."""
    from ledger.log.statement import format_time

    found: datetime | None = moment(text, option)
    return None if found is None else format_time(found)


def _row(platform: Platform, given: Given, rows: Sequence[Any]) -> int:
    """As given, else the row that runs. Raises UsageWrong where none does."""
    from ledger.flows.consortium.agencies import running_row

    if given["row"] is not None:
        return int(given["row"])
    found = running_row(rows, platform.now())
    if found is None:
        raise UsageWrong("No such row runs now; say which one: --row.")
    return found


def _log(text: str) -> str:
    """An id of 32 bytes as it is, else that of an origin or a URI: its SHA-256."""
    if text.startswith("0x") and len(text) == 66:
        return text
    return "0x" + hashlib.sha256(text.encode()).hexdigest()


def _on_chain(name: str) -> str:
    """An item or a kind as the registry answers it."""
    return name if len(name) < 32 else "0x" + hashlib.sha256(name.encode()).hexdigest()


def _certificate(path: Path) -> tuple[str, str]:
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
