"""Who plays in the year: a firm, its founder, the partner who takes over, a pharmacist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import cast

from api.datafolder import DataFolder
from api.demo.papers import paper
from api.wallets import Wallet, new_wallet
from certs import keys
from certs.identifiers import mint_citizen_id, mint_credit_code
from ledger.consent.parties import Signer
from ledger.flows.door.holder import bind_holder_key
from ledger.flows.door.subjects import register_subject
from ledger.flows.library.collect import CollectedLicence, collect_licence
from ledger.platform import Platform

FIRM, FOUNDER, PARTNER, PHARMACIST = "云上小馆有限公司", "林晓舟", "周予安", "许知夏"
SHOP, BRANCH = "虚拟市示范区梧桐路88号1层", "虚拟市示范区梧桐路90号1层"
HOME = "虚拟市示范区桂花路12号301室"
PLACES = {
    SHOP: "310101-DEMO-0088-1",
    BRANCH: "310101-DEMO-0090-1",
    HOME: "310101-DEMO-0012-301",
}
FIRM_CODE = mint_credit_code("91319999MA1DEMY1").value
MARKET, IDENTITY = "scjg", "gafj"
PIN = b"demo-pin"
BORN = {FOUNDER: date(1988, 5, 17), PARTNER: date(1991, 9, 2), PHARMACIST: date(1985, 3, 8)}


@dataclass(frozen=True, slots=True)
class YearCast:
    """Subject ids, and the wallets by subject."""

    firm: str
    founder: str
    partner: str
    pharmacist: str
    shop: str
    branch: str
    home: str
    wallets: dict[str, Wallet]

    @property
    def signers(self) -> dict[str, Signer]:
        return {subject: wallet.signer for subject, wallet in self.wallets.items()}


def gather_year(platform: Platform, folder: DataFolder) -> YearCast:
    """Register all; the identity agency binds the keys that the wallets made."""
    subjects = {
        FIRM: register_subject(platform, "organisation", FIRM, (("credit-code", FIRM_CODE),))
    }
    for number, (name, born) in enumerate(BORN.items()):
        code = mint_citizen_id(born, 100 + number).value
        subjects[name] = register_subject(platform, "person", name, (("citizen-id", code),))
    for address, place in PLACES.items():
        subjects[address] = register_subject(
            platform, "premises", address, (("premises-code", place),)
        )
    wallets = {}
    for number, name in enumerate((FIRM, *BORN)):
        subject = subjects[name]
        wallets[subject] = wallet = new_wallet(subject, name)
        wallet.write(folder.wallets / f"{number}.json", PIN)
        bind_holder_key(platform, IDENTITY, subject, wallet.jwk, "es256", "counter, document seen")
    return YearCast(
        firm=subjects[FIRM],
        founder=subjects[FOUNDER],
        partner=subjects[PARTNER],
        pharmacist=subjects[PHARMACIST],
        shop=subjects[SHOP],
        branch=subjects[BRANCH],
        home=subjects[HOME],
        wallets=wallets,
    )


def collect_business_licence(platform: Platform, firm: str, representative: str, scope: str) -> str:
    """The national system's licence as it stands now; another face is a new version of it."""
    found = CollectedLicence(
        type="business-licence",
        subject=firm,
        number=FIRM_CODE,
        source="全国市场监管电子营业执照系统",
        issuer_name="区市场监管局",
        fields={
            "legal_representative": representative,
            "company_type": "有限责任公司",
            "registered_capital": "50万元",
            "founded_on": "2024-03-18",
            "address": SHOP,
            "business_scope": scope,
        },
        valid_from=date(2024, 3, 18),
    )
    face = paper("营业执照", (FIRM, FIRM_CODE, representative, scope))
    return collect_licence(platform, MARKET, found, (face,))[0]


def collect_id_card(platform: Platform, subject: str, name: str) -> str:
    """A resident identity card that its holder presented from the phone."""
    born = BORN[name]
    found = CollectedLicence(
        type="resident-id-card",
        subject=subject,
        number=mint_citizen_id(born, 100 + list(BORN).index(name)).value,
        source="持证人出示",
        issuer_name="区公安分局",
        fields={"sex": "女", "birth_date": born.isoformat(), "domicile": "虚拟市示范区"},
        valid_from=date(2020, 1, 1),
        valid_to=date(2040, 1, 1),
    )
    return collect_licence(platform, IDENTITY, found, (paper("居民身份证", (name,)),))[0]


def recipients(folder: DataFolder) -> Callable[[str], keys.X25519Private]:
    """Each agency's own key for what it receives, opened once."""
    phrase, opened = folder.passphrase(), dict[str, keys.X25519Private]()

    def recipient(agency: str) -> keys.X25519Private:
        if agency not in opened:
            pem = folder.hpke_key(agency).read_bytes()
            opened[agency] = cast(keys.X25519Private, keys.from_encrypted_pem(pem, phrase))
        return opened[agency]

    return recipient
