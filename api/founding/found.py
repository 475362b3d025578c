"""Founding: an empty folder becomes a platform with a test authority, a chain and a consortium.

Everything is made in a folder beside and moved into place at the end, so that an interrupted
``mianti init`` leaves nothing that looks like a platform.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from api.accounts import new_account
from api.datafolder import DataFolder, Settings, write_private
from api.founding.authority import (
    Roots,
    certificate_digest,
    issuing_agencies,
    key_digest,
    make_authority,
    make_secrets,
)
from api.founding.consortium import WHY, Consortium, make_consortium
from api.founding.trust import LIFETIME, write_trust
from api.wiring import kubo_there, open_platform, utc_now
from certs import base64url
from ledger.catalogue.data import built_in_catalogue, catalogue_documents
from ledger.errors import Conflict
from ledger.flows.consortium.proposals import keep_reason
from ledger.flows.door.edge_rows import with_seal
from ledger.flows.door.statements import own_statement
from ledger.flows.evidence.anchor import anchor
from ledger.flows.evidence.chain_index import index_chain
from ledger.flows.library.status import publish_list
from ledger.flows.matters.catalogue import publish_catalogue
from ledger.index import names_of
from ledger.platform import Platform
from ledger.tlog import Draft, sequence

REGION = 310101
OPERATOR = "cyzx"
VERIFY_URL = "https://mianti.example"
Progress = Callable[[str, str], None]
"""Called with one sentence in Chinese and in English as each part is done."""


class FolderTaken(Conflict):
    """Something stands already where the platform was to be founded."""

    code = "data.taken"


@dataclass(frozen=True, slots=True)
class Founded:
    """``accounts``: id → secret, also written to ``clients/accounts.json``."""

    folder: DataFolder
    settings: Settings
    accounts: Mapping[str, str]


def found(
    root: Path,
    *,
    store: str = "auto",
    passphrase: bytes | None = None,
    progress: Progress = lambda zh, en: None,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
    now: Callable[[], datetime] = utc_now,
    lifetime: timedelta = LIFETIME,
    consortium: Consortium | None = None,
) -> Founded:
    """Found a platform in ``root``. ``store``: auto, directory or kubo; ``lifetime``: of its first
    trust list; ``consortium``: where not all of the catalogue takes part from the first day.
    Raises FolderTaken."""
    if root.exists() and any(root.iterdir()):
        raise FolderTaken(f"{root} is not empty; choose another folder.", path=str(root))
    made = DataFolder(root.with_name(root.name + ".founding"))
    if made.root.exists():
        shutil.rmtree(made.root)
    made.root.mkdir(parents=True, mode=0o700)
    kind = ("kubo" if kubo_there() else "directory") if store == "auto" else store
    settings = Settings(
        profile="embedded",
        origin=f"mianti.example/{randomness(4).hex()}",
        region=REGION,
        operator=OPERATOR,
        verify_url=VERIFY_URL,
        store=kind,
    )
    catalogue = built_in_catalogue()
    phrase = passphrase or base64url.encode(randomness(24)).encode()
    made.write_settings(settings)
    if passphrase is None:
        made.write_passphrase(phrase)

    progress("建立测试根证书和各机构签名密钥", "making a test authority and the agencies' keys")
    roots = make_authority(made, catalogue, phrase, randomness, now())
    wanted = consortium or Consortium()
    kept = make_secrets(settings, catalogue, wanted.members, wanted.attesters, randomness)
    made.seal_secrets(kept, phrase, randomness)

    progress("启动链，部署合约", "starting the chain, deploying the contracts")
    book = make_consortium(made, settings, catalogue, wanted, kept, roots, now, randomness)

    progress("签署信任清单", "signing the trust list")
    period = (now(), now() + lifetime)
    write_trust(made, settings, catalogue, kept, book, roots.root, period, randomness, phrase)
    progress("写入首批条目并上链", "logging and anchoring the first entries")
    with open_platform(made.root, now, randomness) as platform:
        accounts = _accounts(made, platform)
        keep_reason(platform, WHY)
        _admit(platform, roots, wanted)
        publish_catalogue(platform, catalogue_documents())
        for agency in filter(wanted.admits, issuing_agencies(catalogue)):
            publish_list(platform, agency)
        anchor(platform)
        index_chain(platform)
    if root.exists():
        root.rmdir()
    made.root.rename(root)
    return Founded(DataFolder(root), settings, accounts)


def _accounts(folder: DataFolder, platform: Platform) -> dict[str, str]:
    made = []
    for agency in platform.catalogue.agencies.values():
        role = {"identity": "identity", "auditor": "auditor", "operator": "operator"}.get(
            agency.roles[0] if agency.roles else "", "agency"
        )
        made.append(new_account(agency.id, role, platform.randomness, agency=agency.id))
    platform.store.write([with_seal(platform, account.row) for account in made])
    known = {account.id: account.secret for account in made}
    text = json.dumps(
        {"warning": "DEMO ACCOUNTS: refused outside the embedded profile", "accounts": known},
        ensure_ascii=False,
        indent=2,
    )
    write_private(folder.accounts, text.encode() + b"\n")
    return known


def _admit(platform: Platform, roots: Roots, wanted: Consortium) -> None:
    drafts = []
    for agency in platform.catalogue.agencies.values():
        if not wanted.admits(agency.id):
            continue
        certificate = roots.agencies[agency.id]
        body = {
            "agency": agency.id,
            "name": agency.zh,
            "credit_code": agency.credit_code,
            "key": base64url.encode(key_digest(certificate)),
            "certificate_sha256": base64url.encode(certificate_digest(certificate)),
        }
        envelope, statement = own_statement(platform, platform.operator, "agency.admitted", body)
        drafts.append(Draft(envelope, statement, names_of(statement)))
    sequence(platform, drafts)
