"""X.509 paths for signing documents, judged at a given time (RFC 5280 §6), nothing fetched.

    1 chain       leaf → issuers → a pinned root, each link signed (names: §7.1; key rules ours)
    2 form        version 3, no critical extension that is not understood
    3 validity    notBefore ≤ at ≤ notAfter for every certificate, the root included
    4 authority   every issuer is a CA with keyCertSign; path length constraints hold
    5 names       name constraints of every issuer hold for every certificate below it
    6 policies    certificate policies, mappings and constraints; acceptable ones if asked for
    7 usage       the leaf may sign documents, and no intermediate says otherwise
    8 revocation  if lists are given, every certificate below the root is covered and not revoked

If several chains are possible one that holds suffices; if none does, the error of the first
complete chain is raised, else of the best broken one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, ObjectIdentifier

from certs.certificate import (
    POLICY_MAPPINGS,
    Parsed,
    PathError,
    PathExpired,
    PathLength,
    PathMalformed,
    PathNameConstraints,
    PathNotCa,
    PathNotYetValid,
    PathPolicy,
    PathRevocationUnknown,
    PathSignature,
    PathUntrusted,
    PathUsage,
    load_certificate,
    parse,
    verify_link,
)
from certs.names import NameSpace, OutsideNameSpace
from certs.policies import PolicyFacts, PolicyGraph, PolicyRefused
from certs.revocation import RevocationList, load_crl

MAX_PATH = 8  # certificates, leaf and root included
MAX_POOL = 64  # intermediates, roots or lists offered
MAX_LINKS = 64  # signatures checked while looking for a chain
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

Certificate = x509.Certificate | bytes
Crl = x509.CertificateRevocationList | bytes
Item = TypeVar("Item")


def validate_path(
    leaf: Certificate,
    intermediates: Iterable[Certificate],
    roots: Iterable[Certificate],
    at: datetime,
    crls: Iterable[Crl] = (),
    *,
    policies: Collection[str] | None = None,
) -> tuple[x509.Certificate, ...]:
    """The chain, leaf first, root last. Certificates and lists as objects or DER; `at` aware.

    `policies`: OIDs of which one must hold along the whole path (None: not asked). No `crls`:
    revocation is not checked. Raises a PathError; ValueError for a time without zone.
    """
    if at.tzinfo is None:
        raise ValueError("the time must carry its zone")
    search = _Search(
        [parse(root) for root in _bounded(roots)],
        [load_certificate(certificate) for certificate in _bounded(intermediates)],
        [load_crl(crl) for crl in _bounded(crls)],
        at.replace(microsecond=0),  # certificate times are whole seconds, both ends inclusive
        policies,
    )
    return tuple(link.certificate for link in search.first_good(parse(leaf), signer=True))


def _bounded(items: Iterable[Item]) -> list[Item]:
    found = list(items)
    if len(found) > MAX_POOL:
        raise PathLength("too many certificates offered", count=len(found), limit=MAX_POOL)
    return found


class _Search:
    def __init__(
        self,
        roots: list[Parsed],
        pool: list[x509.Certificate],
        crls: list[RevocationList],
        at: datetime,
        policies: Collection[str] | None,
    ) -> None:
        self._roots = {root.der: root for root in roots}
        self._broken: PathError | None = None  # why a chain could not be completed
        self._issuers = list(self._roots.values())
        for certificate in pool:
            try:
                candidate = parse(certificate)
            except PathError as error:  # another candidate may do; remembered as the reason if not
                self._broken = self._broken or error
                continue
            if candidate.der not in self._roots:
                self._issuers.append(candidate)
        self._crls, self._at, self._policies = crls, at, policies
        self._links = MAX_LINKS
        self._asking: list[bytes] = []  # signers of lists being checked, against circles

    def first_good(self, target: Parsed, *, signer: bool) -> tuple[Parsed, ...]:
        """The first chain that holds; `signer`: the target signs documents (else only lists)."""
        refused: PathError | None = None
        for chain in self._chains((target,)):
            try:
                _check_chain(chain[::-1], self._at, self._policies if signer else None, signer)
                if self._crls:
                    for child, issuer in pairwise(chain):
                        self._check_revocation(child, issuer)
                return chain
            except PathError as error:
                refused = refused or error
        raise (
            refused
            or self._broken
            or PathUntrusted("no chain of issuers leads to a pinned root", subject=target.label)
        )

    def _chains(self, chain: tuple[Parsed, ...]) -> Iterator[tuple[Parsed, ...]]:
        child = chain[-1]
        for issuer in self._issuers:
            if issuer.subject != child.issuer or issuer.der in [link.der for link in chain]:
                continue
            if self._links == 0:
                raise PathLength("too many possible chains", limit=MAX_LINKS)
            self._links -= 1
            try:
                verify_link(child, issuer.public_key)
            except (PathSignature, PathMalformed) as error:
                self._broken = self._broken or error
                continue
            if issuer.der in self._roots:
                yield (*chain, issuer)
            elif len(chain) + 2 > MAX_PATH:
                self._broken = PathLength("the chain is too long", limit=MAX_PATH)
            else:
                yield from self._chains((*chain, issuer))

    def _check_revocation(self, child: Parsed, issuer: Parsed) -> None:
        authority = _is_ca(child)
        covered = False
        for crl in self._crls:
            if crl.issuer == child.issuer and self._signed_by_issuer(crl, issuer):
                crl.refuse_revoked(child, self._at)  # even a stale or partial list, if it says so
                covered |= crl.covers(authority=authority) and crl.in_time(
                    self._at, child.not_after
                )
        if not covered:
            raise PathRevocationUnknown(
                "no usable revocation list covers this certificate", subject=child.label
            )

    def _signed_by_issuer(self, crl: RevocationList, issuer: Parsed) -> bool:
        """By the issuer's own key, or by another key certified to the same name (§6.3.3 f)."""
        if _may_sign_lists(issuer) and crl.signed_by(issuer.public_key):
            return True
        for other in self._issuers:
            if (
                other.subject != issuer.subject
                or other.der in (issuer.der, *self._asking)
                or not _may_sign_lists(other)
                or not crl.signed_by(other.public_key)
            ):
                continue
            self._asking.append(other.der)
            try:
                if other.der not in self._roots:
                    self.first_good(other, signer=False)
                return True
            except PathError:
                continue
            finally:
                self._asking.pop()
        return False


def _check_chain(
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
    if not _is_ca(certificate):
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
    if not _is_ca(issuer):
        raise PathNotCa("an issuer is not a certification authority", subject=issuer.label)
    if is_root and not issuer.critical(x509.BasicConstraints):
        raise PathNotCa("a root must mark its basic constraints critical", subject=issuer.label)
    usage = issuer.extension(x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        raise PathNotCa("an issuer's key may not sign certificates", subject=issuer.label)
    if not issuer.subject:
        raise PathMalformed("an issuer has no name (§4.1.2.6)")
    purposes = issuer.extension(x509.ExtendedKeyUsage)
    if not is_root and purposes is not None and SIGNING_PURPOSES.isdisjoint(purposes):
        raise PathUsage("an issuer may not issue for signing documents", subject=issuer.label)


def _check_signer(leaf: Parsed) -> None:
    usage = leaf.extension(x509.KeyUsage)
    if usage is not None:
        if not (usage.digital_signature or usage.content_commitment):
            raise PathUsage("the key may not sign documents", subject=leaf.label)
        if usage.key_cert_sign and not _is_ca(leaf):
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


def _is_ca(certificate: Parsed) -> bool:
    constraints = certificate.extension(x509.BasicConstraints)
    return constraints is not None and constraints.ca


def _may_sign_lists(certificate: Parsed) -> bool:
    usage = certificate.extension(x509.KeyUsage)
    return usage is None or usage.crl_sign
