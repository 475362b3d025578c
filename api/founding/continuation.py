"""Going on with a frozen log: keys for another one, a trust list that pins both, its first entry,
another origin in the settings.

`prepare` makes the keys; their addresses go into the proposal that opens the new log and freezes
the old one. `go_on` does the rest once the consortium has decided. Each step leaves alone what
stands, so that a crash between two of them is met by the same call again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api import log_keys
from api.datafolder import DataFolder, write_private
from api.wiring import log_identity
from certs.errors import CertsError
from certs.keys import Ed25519Private, from_encrypted_pem
from certs.trust.payload import Continued, TrustedLog, TrustList
from certs.trust.trustlist import open_trust_list, sign_trust_list
from ledger.adapters.ethereum.sending import address_of
from ledger.errors import Malformed, NotFound, Refused
from ledger.flows.evidence.continuing import Ended, begin, beginning, ended
from ledger.log.note import NoteKey
from ledger.platform import Platform, log_id

_ORIGIN = re.compile(r"[!-*,-~]{1,255}")  # as statements, notes and trust lists all take it


class NotPrepared(Refused):
    """No keys were made for a log of this origin: ``mianti log prepare``."""

    code = "log.not_prepared"


class OriginTaken(Refused):
    """A log of this origin is pinned already."""

    code = "log.origin_taken"


class OriginInvalid(Malformed):
    """No name that a log can have (C2SP tlog-checkpoint: a line without spaces and plus signs)."""

    code = "log.origin"


class TrustOther(Refused):
    """The trust list that was given does not pin both logs, or pins something else anew."""

    code = "log.trust_other"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the proposal to open the log names; addresses are checksummed hex."""

    origin: str
    log_id: bytes
    vkey: str
    anchor: str
    attesters: dict[str, str]


@dataclass(frozen=True, slots=True)
class GoneOn:
    """``entry``: index of the first entry; None where nothing was carried out. ``trust``: the list
    that pins both logs."""

    before: Ended
    trust: TrustList
    entry: int | None


def prepare(
    folder: DataFolder,
    origin: str,
    randomness: Callable[[int], bytes],
    *,
    fresh_attesters: bool = False,
) -> Prepared:
    """Keys for a log of this origin, or those that are there already. ``fresh_attesters``: other
    keys for the attesters of this machine too, where the old ones may be known to a thief.

    Raises OriginInvalid, OriginTaken, PassphraseWrong.
    """
    settings, phrase = folder.settings(), folder.passphrase()
    kept = folder.secrets(phrase)
    if not _ORIGIN.fullmatch(origin):
        raise OriginInvalid("No log can have this name.", origin=origin[:128])
    if origin == settings.origin:
        raise OriginTaken("This log has that name already.", origin=origin)
    made = dict(kept)
    attesters = tuple(log_keys.attester_keys(kept, settings.origin)) if fresh_attesters else ()
    for name in log_keys.names_for(origin, attesters):
        made.setdefault(name, randomness(32))
    shown = _prepared(made, origin)
    if made != kept:
        folder.seal_secrets(made, phrase, randomness)
    return shown


def _prepared(kept: dict[str, bytes], origin: str) -> Prepared:
    private = Ed25519PrivateKey.from_private_bytes(log_keys.log_key(kept, origin))
    attesters = log_keys.attester_keys(kept, origin)
    return Prepared(
        origin,
        log_id(origin),
        NoteKey.of(origin, private).vkey,
        address_of(log_keys.anchor_key(kept, origin)),
        {name: address_of(key) for name, key in sorted(attesters.items())},
    )


def go_on(
    folder: DataFolder,
    platform: Platform,
    origin: str,
    *,
    signed: bytes | None = None,
    carry_out: bool = True,
) -> GoneOn:
    """Go on as the log of this origin; ``platform`` is the folder's, opened as it stands. Whatever
    else runs on the folder must start anew.

    ``signed``: the trust list that pins both, where its roots are kept elsewhere; else the roots of
    this folder sign one. Without ``carry_out`` nothing is changed. Raises NotPrepared, LogGoesOn,
    SuccessorOther, ChainAhead, TrustOther, NotFound (too few root keys here), TrustError.
    """
    settings, phrase = folder.settings(), folder.passphrase()
    kept = folder.secrets(phrase)
    if not log_keys.prepared(kept, origin):
        raise NotPrepared("Make its keys first: mianti log prepare", origin=origin)
    if settings.origin == origin:
        return GoneOn(_before(platform), platform.trust, _entry(platform))
    before = ended(platform, origin)
    wanted = replace(settings, origin=origin)
    log = log_identity(wanted, kept)
    own = TrustedLog(
        origin, log.vkey, "0x" + log.log_id.hex(), Continued(before.origin, before.size)
    )
    now = platform.now().replace(microsecond=0)
    trust = next_list(platform.trust, own, now)
    if not carry_out:
        return GoneOn(before, trust, None)
    if trust is not platform.trust:  # 1 whom to believe
        data = signed or sign_trust_list(trust, _root_keys(folder, trust, phrase))
        trust = _agreed(data, platform.trust, trust, now)
        write_private(folder.trust_list, data)
    else:
        data = platform.trust_data
    speaking = replace(platform, log=log, trust=trust, trust_data=data)
    entry = begin(speaking, before)  # 2 from here on nobody writes under the old name
    folder.write_settings(wanted)  # 3 who opens the folder speaks for the new one
    return GoneOn(before, trust, entry)


def next_list(trust: TrustList, own: TrustedLog, now: datetime) -> TrustList:
    """The list with the log that goes on; the same where it stands there. Raises OriginTaken."""
    known = trust.log(own.origin)
    if known is None:
        logs = (*trust.logs, own)
        return replace(trust, version=trust.version + 1, issued=max(now, trust.issued), logs=logs)
    if known != own:
        raise OriginTaken("The trust list pins another log of that name.", origin=own.origin)
    return trust


def _agreed(data: bytes, old: TrustList, wanted: TrustList, now: datetime) -> TrustList:
    found = open_trust_list(data, old.roots, now, highest_seen=old.version)
    same = replace(wanted, version=found.version, issued=found.issued, expires=found.expires)
    if found != same or found.version <= old.version:
        raise TrustOther("This trust list is not the present one with the new log alone.")
    return found


def _root_keys(folder: DataFolder, trust: TrustList, phrase: bytes) -> list[Ed25519Private]:
    found = []
    for path in sorted((folder.root / "trust" / "roots").glob("*.pem")):
        found.append(_root_key(path, phrase))
    if len(found) < trust.roots.threshold:
        raise NotFound("Too few trust roots are kept here; give a signed list: --trust FILE")
    return found[: trust.roots.threshold]


def _root_key(path: Path, phrase: bytes) -> Ed25519Private:
    try:
        return cast(Ed25519Private, from_encrypted_pem(path.read_bytes(), phrase))
    except CertsError as error:
        raise NotFound(f"A root key cannot be read: {path.name}") from error


def _before(platform: Platform) -> Ended:
    """How the log ended that this one continues, as the trust list has it."""
    own = platform.trust.log(platform.log.origin)
    if own is None or own.continues is None:
        raise OriginTaken("This log has that name already.", origin=platform.log.origin)
    return Ended(own.continues.origin, own.continues.size, None, None)


def _entry(platform: Platform) -> int | None:
    return beginning(platform, _before(platform).origin)
