"""What an issued and a collected licence have in common: claims, credential, sealed fields."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from certs import base64url
from certs.canonical import parse
from certs.sdjwt.credential import issue_credential, parse_credential
from ledger.catalogue.catalogue import LicenceType
from ledger.errors import Malformed
from ledger.flows.door.subjects import Subject
from ledger.flows.library.files import Kept, keep_sealed
from ledger.platform import Platform
from ledger.reuse.documents import CHINA
from ledger.stored.disclosure import seal_fields

DRAWS = 8
"""How often another place in the status list is drawn where two licences drew the same."""


class FieldsWrong(Malformed):
    """A field that the licence type does not have, or one that it needs is missing."""

    code = "licence.fields"


@dataclass(frozen=True, slots=True)
class LicenceDraft:
    """``fields``: the type's own attributes (names of the catalogue); ``number`` the licence
    number; ``valid_to`` None = long-term; ``supersedes`` the licence that this version follows;
    ``decision``: where that one has ended, what court or review restores it by."""

    type: str
    subject: str
    number: str
    fields: Mapping[str, str]
    valid_from: date
    valid_to: date | None = None
    premises: str | None = None
    project: str | None = None
    supersedes: str | None = None
    decision: str | None = None


def claims_of(
    kind: LicenceType, draft: LicenceDraft, subject: Subject, issuer: str, now: datetime
) -> dict[str, str]:
    """Every attribute of the licence type with its value. Raises FieldsWrong."""
    common = {
        "number": draft.number,
        "holder_name": subject.name,
        "holder_code": subject.identifiers[0][1] if subject.identifiers else "—",
        "issuer_name": issuer,
        "issued_on": now.astimezone(CHINA).date().isoformat(),
        "valid_from": draft.valid_from.isoformat(),
        "valid_to": draft.valid_to.isoformat() if draft.valid_to else "长期",
    }
    own = set(kind.attributes) - set(common)
    unknown, absent = set(draft.fields) - own, own - set(draft.fields)
    if unknown or absent:
        raise FieldsWrong(
            f"{kind.slug}: unknown {sorted(unknown)}, missing {sorted(absent)}",
            unknown=sorted(unknown),
            missing=sorted(absent),
        )
    if draft.valid_to is not None and draft.valid_to < draft.valid_from:
        raise FieldsWrong("The licence would end before it begins.", unknown=[], missing=[])
    return common | dict(draft.fields)


def holder_key(platform: Platform, subject: str) -> tuple[str | None, dict[str, Any] | None]:
    """(key id, JWK) of the subject's bound key that has not ended, or (None, None)."""
    for row in platform.store.rows("holder_keys", {"subject": subject}):
        if row["ended_index"] is None:
            return str(row["kid"]), cast(dict[str, Any], parse(str(row["jwk"]).encode()))
    return None, None


def signed_credential(
    platform: Platform,
    agency: str,
    claims: Mapping[str, str],
    draft: LicenceDraft,
    uri: str,
    index: int,
    now: datetime,
) -> str:
    """The licence credential (SD-JWT VC) with all its disclosures."""
    ends = draft.valid_to
    return issue_credential(
        claims,
        agency=agency,
        issued=now,
        status_uri=uri,
        status_index=index,
        private=platform.signing.key(agency),
        chain=platform.signing.chain(agency),
        randomness=platform.randomness,
        holder_jwk=holder_key(platform, draft.subject)[1],
        valid_from=datetime.combine(draft.valid_from, time.min, CHINA),
        valid_to=datetime.combine(ends, time(23, 59, 59), CHINA) if ends else None,
    )


def keep_fields(platform: Platform, credential: str) -> Kept:
    """Store the credential, each field under a key of its own."""
    parts = parse_credential(credential)

    def seal(key: bytes, file_id: str) -> bytes:
        return seal_fields(parts.jwt, parts.disclosures, key, file_id, platform.randomness)

    return keep_sealed(platform, seal)


def credential_digest(credential: str) -> str:
    """base64url SHA-256 of the issuer-signed part, the same for every presentation of it."""
    return base64url.encode(hashlib.sha256(credential.split("~")[0].encode()).digest())


def masked(code: str) -> str:
    """A holder's code as it may stand on a face: first four and last two characters."""
    return code if len(code) < 10 else f"{code[:4]}{'*' * (len(code) - 6)}{code[-2:]}"
