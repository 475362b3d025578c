"""Who plays: a restaurant firm and its legal representative, with wallets of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.datafolder import DataFolder
from api.wallets import Wallet, new_wallet
from certs.identifiers import mint_citizen_id, mint_credit_code
from ledger.flows.door.holder import bind_holder_key
from ledger.flows.door.subjects import register_subject
from ledger.platform import Platform

FIRM = "云上小馆餐饮有限公司"
PERSON = "林晓舟"
PARTNER = "周予安"
ADDRESS = "虚拟市示范区梧桐路88号1层"
IDENTITY_AGENCY = "gafj"
PIN = b"demo-pin"
"""The wallets' PIN in the demo; a holder's application asks its holder."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Subjects and wallets. ``partner`` becomes a shareholder later."""

    firm: Wallet
    person: Wallet
    partner: str
    premises: str
    firm_code: str
    person_code: str

    def wallet(self, subject: str) -> Wallet:
        return next(one for one in (self.firm, self.person) if one.subject == subject)


def gather(platform: Platform, folder: DataFolder) -> Cast:
    """Register the subjects; the identity agency binds the keys that the wallets made."""
    firm_code = mint_credit_code("91319999MA1DEMQ1").value
    person_code = mint_citizen_id(date(1988, 5, 17), 127).value
    partner_code = mint_citizen_id(date(1991, 9, 2), 216).value
    firm = register_subject(platform, "organisation", FIRM, (("credit-code", firm_code),))
    person = register_subject(platform, "person", PERSON, (("citizen-id", person_code),))
    partner = register_subject(platform, "person", PARTNER, (("citizen-id", partner_code),))
    premises = register_subject(
        platform, "premises", ADDRESS, (("premises-code", "310101-DEMO-0088-1"),)
    )
    wallets = []
    for subject, name, file in ((firm, FIRM, "firm"), (person, PERSON, "person")):
        wallet = new_wallet(subject, name)
        wallet.write(folder.wallets / f"{file}.json", PIN)
        bind_holder_key(
            platform, IDENTITY_AGENCY, subject, wallet.jwk, "es256", "counter, document seen"
        )
        wallets.append(wallet)
    return Cast(wallets[0], wallets[1], partner, premises, firm_code, person_code)
