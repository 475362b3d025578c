"""Reuse as the parties live it: an agency asks, the holder's wallet signs, the agency receives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from api.datafolder import DataFolder
from api.wallets import Wallet
from certs import keys
from ledger.consent.parties import (
    Asking,
    Signer,
    consent_grant,
    consent_request,
    read_statement,
    release_order,
)
from ledger.consent.receiving import opened_fields, opened_file, unwrapped
from ledger.flows.library.files import ciphertext
from ledger.flows.reading.consent import grant_consent, request_consent
from ledger.flows.reading.release import Released, release
from ledger.platform import Platform
from ledger.reuse.exemption import Plan

OFFICER = "officer-7"


@dataclass(frozen=True, slots=True)
class Agreed:
    """A request of one holder, and the consent to it; envelopes, as their signers keep them."""

    request: bytes
    consent: bytes

    @property
    def consent_id(self) -> str:
        return str(read_statement(self.consent)[1].body["consent"])


def signer(platform: Platform, agency: str) -> Signer:
    """The agency's own hand; in the demo its key lies in the same data folder."""
    return Signer(agency, platform.signing.key(agency), platform.signing.chain(agency))


def ask(platform: Platform, plan: Plan, holder: str, uses: int = 1) -> bytes:
    """The agency's request to one holder, logged; answers its envelope."""
    case, item = (
        plan.case,
        platform.catalogue.item_version(plan.case.item, plan.item_version),
    )
    asking = Asking(
        case=case.id,
        service_item=case.item,
        purpose=item.purpose_zh,
        subject=holder,
        items=plan.consent_items(holder),
        until=platform.now() + timedelta(days=30),
        uses=uses,
        officer=OFFICER,
        reason="窗口受理",
        channel="counter",
    )
    data = consent_request(
        signer(platform, case.agency),
        platform.log.origin,
        asking,
        platform.now(),
        platform.randomness,
    )
    request_consent(platform, case.agency, data)
    return data


def agree(platform: Platform, plan: Plan, wallet: Wallet, uses: int = 1) -> Agreed:
    """Request, and consent by the holder's own key."""
    request = ask(platform, plan, wallet.subject, uses)
    consent, thread_key = consent_grant(wallet.signer, request, platform.now(), platform.randomness)
    grant_consent(platform, consent, thread_key)
    return Agreed(request, consent)


def order(
    platform: Platform, folder: DataFolder, agency: str, consent: bytes, use: int = 1
) -> tuple[bytes, keys.X25519Private]:
    """An agency's signed release order, and the private key that what it gets is wrapped to."""
    pem = folder.hpke_key(agency).read_bytes()
    private = cast(keys.X25519Private, keys.from_encrypted_pem(pem, folder.passphrase()))
    data = release_order(
        signer(platform, agency),
        consent,
        use,
        private.public_key().public_bytes_raw(),
        OFFICER,
        "办件需要",
        "counter",
        platform.now(),
        platform.randomness,
        log=platform.log.origin,
    )
    return data, private


def receive(
    platform: Platform, folder: DataFolder, agency: str, consent: bytes, use: int = 1
) -> dict[str, bytes | str]:
    """Order, then open what was handed over: object → file bytes, or an SD-JWT of the fields."""
    data, private = order(platform, folder, agency, consent, use)
    done = release(platform, agency, data, private.public_key().public_bytes_raw())
    return opened(platform, done, private, str(read_statement(consent)[1].body["consent"]))


def opened(
    platform: Platform, done: Released, private: keys.X25519Private, consent: str
) -> dict[str, bytes | str]:
    """What the requester does on its own machine with keys and ciphertext."""
    known: dict[str, dict[str | None, bytes]] = {}
    for one in done.handed.keys:
        key = unwrapped(one, private, platform.log.origin, consent, done.release)
        known.setdefault(one.file_id, {})[one.field] = key
    found: dict[str, bytes | str] = {}
    for item in done.wanted:
        stored, mine = ciphertext(platform, item.file), known[item.file]
        if item.fields:
            named = {name or "": key for name, key in mine.items()}
            found[item.object] = opened_fields(b"".join(stored), named, item.file)
        else:
            chunks = opened_file(stored, mine[None], item.file, item.sha256)
            found[item.object] = b"".join(chunks)
    return found
