"""A holder's key: bound to a subject by an identity agency, never by the operator."""

from __future__ import annotations

from typing import Any, cast

from certs import keys
from certs.canonical import Json
from certs.envelope import Envelope
from certs.jwk import public_from_jwk
from ledger.errors import Malformed, NotFound, Refused
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.statements import accept_from_agency, own_statement
from ledger.index import names_of, rows_of
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.tlog import Draft, Sequenced, sequence

ALGORITHMS = ("es256", "webauthn-es256")


class NotIdentityAgency(Refused):
    """Only an agency that the trust list names as identity agency binds holder keys."""

    code = "identity.not_agency"


class HolderKeyUnfit(Malformed):
    """A key of another kind than the algorithms of consents need."""

    code = "holder.key"


def bind_holder_key(
    platform: Platform,
    agency: str,
    subject: str,
    jwk: dict[str, Any],
    alg: str,
    method: str,
    once: Once | None = None,
) -> Sequenced:
    """Bind a key through the identity agency's own signing service; ``method`` says how the
    person was identified. Raises NotIdentityAgency, NotFound, Malformed, Conflict."""
    body: dict[str, Json] = {"subject": subject, "jwk": jwk, "alg": alg, "method": method}
    envelope, statement = own_statement(platform, agency, "holderkey.bound", body)
    return _bind(platform, agency, envelope, statement, once)


def bind_signed(platform: Platform, agency: str, data: bytes) -> Sequenced:
    """Take a binding that the identity agency signed itself."""
    envelope, statement = accept_from_agency(platform, data, "holderkey.bound", agency)
    return _bind(platform, agency, envelope, statement)


def _bind(
    platform: Platform,
    agency: str,
    envelope: Envelope,
    statement: Statement,
    once: Once | None = None,
) -> Sequenced:
    if agency not in platform.trust.identity_agencies:
        raise NotIdentityAgency("Only an identity agency binds a holder's key.", agency=agency)
    public = public_from_jwk(statement.body["jwk"])
    if not isinstance(public, keys.P256Public):
        raise HolderKeyUnfit("A holder signs with a P-256 key.")
    subject = cast(str, statement.body["subject"])
    if not platform.store.rows("subjects", {"id": subject}):
        raise NotFound("There is no such subject.")
    rows = rows_of(statement) + remembered(platform, once, statement, {"subject": subject})
    draft = Draft(envelope, statement, names_of(statement), rows)
    (done,) = sequence(platform, [draft])
    return done
