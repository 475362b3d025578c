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
from cryptography.hazmat.primitives.serialization import Encoding

from certs.x509.certificate import Parsed, load_certificate, parse, verify_link
from certs.x509.chain import MAX_PATH, check_chain, is_ca, may_sign_lists
from certs.x509.path_errors import (
    PathError,
    PathLength,
    PathMalformed,
    PathRevocationUnknown,
    PathSignature,
    PathUntrusted,
)
from certs.x509.revocation import RevocationList, load_crl

MAX_POOL = 64  # intermediates, roots or lists offered
MAX_CRLS = 1 << 22  # bytes of all lists together: about 200,000 entries, half a second
MAX_LINKS = 64  # signatures checked while looking for a chain
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
        _loaded(_bounded(crls)),
        at.replace(microsecond=0),  # certificate times are whole seconds, both ends inclusive
        policies,
    )
    return tuple(link.certificate for link in search.first_good(parse(leaf), signer=True))


def _bounded(items: Iterable[Item]) -> list[Item]:
    found = list(items)
    if len(found) > MAX_POOL:
        raise PathLength("too many certificates offered", count=len(found), limit=MAX_POOL)
    return found


def _loaded(crls: list[Crl]) -> list[RevocationList]:
    size = sum(
        len(crl if isinstance(crl, bytes) else crl.public_bytes(Encoding.DER)) for crl in crls
    )
    if size > MAX_CRLS:
        raise PathMalformed("too many bytes of revocation lists", size=size, limit=MAX_CRLS)
    return [load_crl(crl) for crl in crls]


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
                check_chain(chain[::-1], self._at, self._policies if signer else None, signer)
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
        authority = is_ca(child)
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
        if may_sign_lists(issuer) and crl.signed_by(issuer.public_key):
            return True
        for other in self._issuers:
            if (
                other.subject != issuer.subject
                or other.der in (issuer.der, *self._asking)
                or not may_sign_lists(other)
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
