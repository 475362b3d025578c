"""Steps 2 to 7 of `path` over one chain whose links are signed (RFC 5280 §6.1, key usages)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, ObjectIdentifier

from certs.x509.certificate import POLICY_MAPPINGS, Parsed
from certs.x509.names import NameSpace, OutsideNameSpace
from certs.x509.path_errors import (
    PathExpired,
    PathLength,
    PathMalformed,
    PathNameConstraints,
    PathNotCa,
    PathNotYetValid,
    PathPolicy,
    PathUsage,
)
from certs.x509.policies import PolicyFacts, PolicyGraph, PolicyRefused

MAX_PATH = 8  # certificates, leaf and root included
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
SIGNING_PURPOSES = frozenset(
    {
        DOCUMENT_SIGNING,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    }
)
_PROCESSED = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.CERTIFICATE_POLICIES,
        POLICY_MAPPINGS,
        ExtensionOID.POLICY_CONSTRAINTS,
        ExtensionOID.INHIBIT_ANY_POLICY,
    }
)


def check_chain(
    chain: tuple[Parsed, ...], at: datetime, policies: Collection[str] | None, signer: bool
) -> None:
    """Steps 2 to 7 over one chain, root first."""
    *issuers, leaf = chain
    for certificate in chain:
        _check_form(certificate)
        _check_validity(certificate, at)
    for issuer in issuers:
        _check_authority(issuer, is_root=issuer is chain[0])
    if signer:
        _check_signer(leaf)
    _check_lengths(issuers)
    _check_names(chain)
    _check_policies(chain[1:], policies)


def _check_form(certificate: Parsed) -> None:
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in _PROCESSED:
            raise PathMalformed(
                "a critical extension is not understood",
                subject=certificate.label,
                oid=extension.oid.dotted_string,
            )
    if certificate.extension(x509.NameConstraints) is None:
        return
    if not certificate.critical(x509.NameConstraints):
        raise PathMalformed("name constraints must be critical (§4.2.1.10)")
    if not is_ca(certificate):
        raise PathMalformed("name constraints belong in CA certificates (§4.2.1.10)")


def _check_validity(certificate: Parsed, at: datetime) -> None:
    if at < certificate.not_before:
        raise PathNotYetValid(
            "not yet valid", subject=certificate.label, since=certificate.not_before.isoformat()
        )
    if at > certificate.not_after:
        raise PathExpired(
            "expired", subject=certificate.label, until=certificate.not_after.isoformat()
        )


def _check_authority(issuer: Parsed, *, is_root: bool) -> None:
    if not is_ca(issuer):
        raise PathNotCa("an issuer is not a certification authority", subject=issuer.label)
    if is_root and not issuer.critical(x509.BasicConstraints):
        raise PathNotCa("a root must mark its basic constraints critical", subject=issuer.label)
    usage = issuer.extension(x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        raise PathNotCa("an issuer's key may not sign certificates", subject=issuer.label)
    purposes = issuer.extension(x509.ExtendedKeyUsage)
    if not is_root and purposes is not None and SIGNING_PURPOSES.isdisjoint(purposes):
        raise PathUsage("an issuer may not issue for signing documents", subject=issuer.label)


def _check_signer(leaf: Parsed) -> None:
    usage = leaf.extension(x509.KeyUsage)
    if usage is not None:
        if not (usage.digital_signature or usage.content_commitment):
            raise PathUsage("the key may not sign documents", subject=leaf.label)
        if usage.key_cert_sign and not is_ca(leaf):
            raise PathUsage("keyCertSign without being a CA (§4.2.1.9)", subject=leaf.label)
    purposes = leaf.extension(x509.ExtendedKeyUsage)
    if purposes is not None and SIGNING_PURPOSES.isdisjoint(purposes):
        raise PathUsage("the certificate is not for signing documents", subject=leaf.label)


def _check_lengths(issuers: list[Parsed]) -> None:
    remaining = MAX_PATH
    for index, issuer in enumerate(issuers):
        if index and not issuer.self_issued:  # §6.1.4 (l); self-issued ones do not count
            if remaining == 0:
                raise PathLength("more issuers than a path length allows", subject=issuer.label)
            remaining -= 1
        constraints = issuer.extension(x509.BasicConstraints)
        if constraints is not None and constraints.path_length is not None:
            remaining = min(remaining, constraints.path_length)


def _check_names(chain: tuple[Parsed, ...]) -> None:
    space = NameSpace()
    for index, certificate in enumerate(chain):
        last = index == len(chain) - 1
        try:
            if index and (last or not certificate.self_issued):  # §6.1.3 (b)
                alternative = certificate.extension(x509.SubjectAlternativeName)
                space.admit(certificate.certificate, alternative or ())
            constraints = certificate.extension(x509.NameConstraints)
            if constraints is not None:
                space = space.narrowed(constraints)
        except OutsideNameSpace as error:
            raise PathNameConstraints(str(error), subject=certificate.label) from error


def _check_policies(below_root: tuple[Parsed, ...], acceptable: Collection[str] | None) -> None:
    graph = PolicyGraph(len(below_root), explicit=acceptable is not None)
    try:
        for certificate in below_root:
            graph.step(_policy_facts(certificate), self_issued=certificate.self_issued)
        graph.finish(acceptable)
    except PolicyRefused as error:
        raise PathPolicy(str(error)) from error


def _policy_facts(certificate: Parsed) -> PolicyFacts:
    policies = certificate.extension(x509.CertificatePolicies)
    constraints = certificate.extension(x509.PolicyConstraints)
    inhibit = certificate.extension(x509.InhibitAnyPolicy)
    return PolicyFacts(
        policies=None
        if policies is None
        else frozenset(policy.policy_identifier.dotted_string for policy in policies),
        mappings=certificate.mappings,
        require_explicit=constraints.require_explicit_policy if constraints else None,
        inhibit_mapping=constraints.inhibit_policy_mapping if constraints else None,
        inhibit_any=inhibit.skip_certs if inhibit else None,
    )


def is_ca(certificate: Parsed) -> bool:
    constraints = certificate.extension(x509.BasicConstraints)
    return constraints is not None and constraints.ca


def may_sign_lists(certificate: Parsed) -> bool:
    usage = certificate.extension(x509.KeyUsage)
    return usage is None or usage.crl_sign
