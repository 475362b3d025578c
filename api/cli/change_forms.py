"""From what a user typed to the actions of a proposal, one function for each form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from api.cli.change_values import (
    Given,
    basis_named,
    certificate_of,
    chain_id_of,
    made,
    on_chain,
    period_of,
    region_of,
    row_of,
    scope_named,
    time_of,
    when_of,
)
from api.cli.outcome import UsageWrong

if TYPE_CHECKING:
    from ledger.platform import Platform
    from ledger.ports.governance import Action

_HOUR = 3600


def admit(platform: Platform, given: Given) -> Sequence[Action]:
    social = bool(given["social"])
    return made(
        "admit",
        agency=given["which"],
        name=given["called"],
        region=region_of(platform, given),
        legal_code=given["legal_code"],
        social=social,
    )


def rename(platform: Platform, given: Given) -> Sequence[Action]:
    return made("rename", agency=given["which"], name=given["called"])


def scope(platform: Platform, given: Given) -> Sequence[Action]:
    return made("add-scope", **scope_named(platform, given), **period_of(given))


def end_scope(platform: Platform, given: Given) -> Sequence[Action]:
    named = scope_named(platform, given)
    rows = [
        one
        for one in platform.chain.scope_rows(given["which"], given["licence_type"])
        if one.region == named["region"]
    ]
    return made("end-scope", **named, row=row_of(platform, given, rows), end=when_of(given))


def basis(platform: Platform, given: Given) -> Sequence[Action]:
    return made("grant-basis", **basis_named(given), **period_of(given))


def end_basis(platform: Platform, given: Given) -> Sequence[Action]:
    named = basis_named(given)
    asked = (on_chain(named["item"]), on_chain(named["kind"]), named["sort"])
    rows = [
        one
        for one in platform.chain.basis_rows(given["which"])
        if (one.item, one.kind, one.sort) == asked
    ]
    return made("end-basis", **named, row=row_of(platform, given, rows), end=when_of(given))


def key(platform: Platform, given: Given) -> Sequence[Action]:
    key_id, certificate = certificate_of(given["certificate"])
    return made(
        "add-key",
        agency=given["which"],
        key_id=key_id,
        certificate=certificate,
        **period_of(given),
    )


def end_key(platform: Platform, given: Given) -> Sequence[Action]:
    rows = [
        one
        for one in platform.chain.key_rows(given["which"])
        if "0x" + one.key_id.hex() == given["key_id"]
    ]
    return made(
        "end-key",
        agency=given["which"],
        key_id=given["key_id"],
        row=row_of(platform, given, rows),
        end=when_of(given),
    )


def rotate_key(platform: Platform, given: Given) -> Sequence[Action]:
    """The old key is the one that is named, else the only one that runs."""
    key_id, certificate = certificate_of(given["certificate"])
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
    return made(
        "rotate-key",
        agency=given["which"],
        old_key_id=old,
        row=row_of(platform, {**given, "row": None}, own),
        key_id=key_id,
        certificate=certificate,
        at=when_of(given),
        valid_to=time_of(given["until_when"], "--to"),
    )


def compromise_key(platform: Platform, given: Given) -> Sequence[Action]:
    named = {"agency": given["which"], "key_id": given["key_id"], "at": when_of(given)}
    return made("compromise-key", **named)


def suspend(platform: Platform, given: Given) -> Sequence[Action]:
    return made("suspend", agency=given["which"], until=time_of(given["until_when"], "--to"))


def reinstate(platform: Platform, given: Given) -> Sequence[Action]:
    return made("reinstate", agency=given["which"])


def expel(platform: Platform, given: Given) -> Sequence[Action]:
    return made("expel", agency=given["which"])


def dissolve(platform: Platform, given: Given) -> Sequence[Action]:
    return made("dissolve", agency=given["which"])


def merge(platform: Platform, given: Given) -> Sequence[Action]:
    return made("dissolve", agency=given["which"], successor=given["into"])


def transfer(platform: Platform, given: Given) -> Sequence[Action]:
    named = {"agency": given["which"], "licence_type": given["licence_type"]}
    return made("transfer-duty", **named, body=given["into"])


def open_log(platform: Platform, given: Given) -> Sequence[Action]:
    return made(
        "open-log",
        log_id=chain_id_of(given["which_log"]),
        anchor=given["anchor"],
        attesters=list(given["attester"]),
        threshold=given["threshold"],
    )


def freeze_log(platform: Platform, given: Given) -> Sequence[Action]:
    return made(
        "freeze-log",
        log_id=chain_id_of(given["which_log"]),
        last_good=given["last_good"],
        successor=chain_id_of(given["continued_by"]),
    )


def attesters(platform: Platform, given: Given) -> Sequence[Action]:
    return made(
        "set-attesters",
        log_id=chain_id_of(given["which_log"]),
        attesters=list(given["attester"]),
        threshold=given["threshold"],
    )


def anchor(platform: Platform, given: Given) -> Sequence[Action]:
    return made("change-anchor", log_id=chain_id_of(given["which_log"]), anchor=given["anchor"])


def status_list(platform: Platform, given: Given) -> Sequence[Action]:
    return made(
        "assign-status-list",
        list_id=chain_id_of(given["list_uri"]),
        agency=given["which"],
        publisher=given["publisher"],
    )


def member(platform: Platform, given: Given) -> Sequence[Action]:
    named = {"member": given["which"], "voter": given["voter"], "weight": given["weight"]}
    return made("set-member", **named)


def rule(platform: Platform, given: Given) -> Sequence[Action]:
    """Shares in whole percent of basis points: 5001 is 50.01 %."""
    wanted = {
        "quorum": given["quorum"],
        "passing": given["passing"],
        "voting_period": given["voting_hours"] * _HOUR,
        "delay": given["delay_hours"] * _HOUR,
    }
    return made("set-rule", gravity=given["gravity"], rule=wanted)


def replace_contract(platform: Platform, given: Given) -> Sequence[Action]:
    known = platform.chain.identity().contracts
    if given["contract"] not in known:
        raise UsageWrong(f"A contract is one of {', '.join(known)}.")
    return made("replace-contract", current=known[given["contract"]], next=given["by"])
