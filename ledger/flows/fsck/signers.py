"""Who signed a published status list, and whether they answered for it then."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509

from certs import base64url
from certs.envelope import certificate_key_id
from certs.statuslist import chain_of
from certs.x509.authority import agency_of
from certs.x509.path import validate_path
from ledger.agencies.duty import answering
from ledger.errors import Tampered
from ledger.platform import Platform


def check_signer(platform: Platform, token: str, issuer: str, at: datetime) -> None:
    """The body that answered at ``at`` for all that the issuer issued signed the token, with a key
    of its own that counted then. Raises Tampered, errors of ``certs``, ChainAway."""
    chain, ders = platform.chain, chain_of(token)
    certificates = [x509.load_der_x509_certificate(der) for der in ders]
    roots = [x509.load_der_x509_certificate(der) for der in platform.trust.x509_roots]
    validate_path(certificates[0], certificates[1:], roots, at)
    signer = agency_of(certificates[0])
    body = answering(chain.duties(issuer, ""), chain.agency, issuer, "", at).body
    if signer != body:
        raise Tampered(f"{signer} signed it and did not answer for it")
    if not chain.key_valid(signer, base64url.decode(certificate_key_id(ders[0])), at):
        raise Tampered("it is signed with a key that did not count")
