"""X.501 names in comparable form (RFC 5280 §7.1) and name constraints (RFC 5280 §4.2.1.10).

dNSName, rfc822Name, directoryName, uniformResourceIdentifier and iPAddress are understood; a
constraint on any other form refuses every certificate that carries such a name.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID

NameKey = tuple[frozenset[tuple[str, str | bytes]], ...]

MAX_COMPARISONS = 1 << 16  # names × constraints in one path; beyond, the path is refused


class OutsideNameSpace(ValueError):
    """A name is not permitted, is excluded, or cannot be judged; the message says which."""


def name_key(name: x509.Name) -> NameKey:
    """Relative distinguished names in order, each a set of (attribute OID, folded value)."""
    return tuple(
        frozenset((attribute.oid.dotted_string, _folded(attribute.value)) for attribute in rdn)
        for rdn in name.rdns
    )


def _folded(value: str | bytes) -> str | bytes:
    """Case, width and runs of spaces do not distinguish names (RFC 4518, insignificant spaces)."""
    if isinstance(value, bytes):
        return value
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


@dataclass(frozen=True, slots=True)
class NameSpace:
    """What the issuers so far allow: every set of `permitted` must be met, no `excluded` one.

    Keeping one permitted set per issuer is the intersection that RFC 5280 §6.1.4(g) asks for.
    """

    permitted: tuple[tuple[x509.GeneralName, ...], ...] = ()
    excluded: tuple[x509.GeneralName, ...] = ()

    def narrowed(self, constraints: x509.NameConstraints) -> NameSpace:
        """After an issuer with these constraints. Raises OutsideNameSpace for malformed ones."""
        permitted = tuple(constraints.permitted_subtrees or ())
        excluded = tuple(constraints.excluded_subtrees or ())
        for constraint in (*permitted, *excluded):
            _check_constraint(constraint)
        return NameSpace(
            (*self.permitted, permitted) if permitted else self.permitted,
            self.excluded + excluded,
        )

    def admit(self, certificate: x509.Certificate, alternative: Iterable[x509.GeneralName]) -> None:
        """All names of the certificate lie inside. Raises OutsideNameSpace."""
        if not self.permitted and not self.excluded:
            return
        names = _names_of(certificate, alternative)
        weight = len(self.excluded) + sum(len(level) for level in self.permitted)
        if len(names) * weight > MAX_COMPARISONS:
            raise OutsideNameSpace("too many names and constraints to compare")
        for name in names:
            for level in self.permitted:
                alike = [constraint for constraint in level if type(constraint) is type(name)]
                if alike and not any(_within(name, constraint, wide=False) for constraint in alike):
                    raise OutsideNameSpace("a name is outside the permitted space")
            for constraint in self.excluded:
                if type(constraint) is type(name) and _within(name, constraint, wide=True):
                    raise OutsideNameSpace("a name is in the excluded space")


def _names_of(
    certificate: x509.Certificate, alternative: Iterable[x509.GeneralName]
) -> list[x509.GeneralName]:
    names = list(alternative)
    if certificate.subject.rdns:
        names.append(x509.DirectoryName(certificate.subject))
    for attribute in certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS):
        if isinstance(attribute.value, str):
            names.append(_mailbox(attribute.value))
    return names


def _mailbox(text: str) -> x509.RFC822Name:
    try:
        return x509.RFC822Name(text)
    except ValueError as error:
        raise OutsideNameSpace("an e-mail address cannot be judged") from error


def _check_constraint(constraint: x509.GeneralName) -> None:
    if isinstance(constraint, x509.DNSName):
        if constraint.value and not _is_host(constraint.value):
            raise OutsideNameSpace("malformed dNSName constraint")
    elif isinstance(constraint, x509.RFC822Name):
        local, at, host = constraint.value.rpartition("@")
        if ("@" in local) or (at and not local) or not _is_host(host if at else host.lstrip(".")):
            raise OutsideNameSpace("malformed rfc822Name constraint")
    elif isinstance(constraint, x509.UniformResourceIdentifier):
        if not _is_host(constraint.value.removeprefix(".")):
            raise OutsideNameSpace("malformed URI constraint")
    elif isinstance(constraint, x509.IPAddress) and not isinstance(
        constraint.value, ipaddress.IPv4Network | ipaddress.IPv6Network
    ):
        raise OutsideNameSpace("malformed iPAddress constraint")


def _within(name: x509.GeneralName, constraint: x509.GeneralName, *, wide: bool) -> bool:
    """Whether the name lies in the subtree. `wide`: a wildcard counts if any of it may lie in."""
    match name, constraint:
        case x509.DNSName(), x509.DNSName():
            return _dns_within(name.value, constraint.value, wide)
        case x509.RFC822Name(), x509.RFC822Name():
            return _mail_within(name.value, constraint.value)
        case x509.UniformResourceIdentifier(), x509.UniformResourceIdentifier():
            return _host_within(_uri_host(name.value), constraint.value)
        case x509.DirectoryName(), x509.DirectoryName():
            space = name_key(constraint.value)
            return name_key(name.value)[: len(space)] == space
        case x509.IPAddress(), x509.IPAddress():
            return _address_within(name.value, constraint.value)
    raise OutsideNameSpace("a constrained form of name that is not understood")


def _is_host(text: str) -> bool:
    labels = text.removesuffix(".").split(".")
    return text.isascii() and all(
        label and all(c.isalnum() or c in "-_" for c in label) for label in labels
    )


def _dns_within(name: str, constraint: str, wide: bool) -> bool:
    host = name.removeprefix("*.")
    if not _is_host(host):
        raise OutsideNameSpace("a malformed dNSName cannot be judged")
    host, space = host.lower(), constraint.lower()
    inside = not space or host == space or host.endswith("." + space)
    if name.startswith("*.") and wide:
        return inside or space.endswith("." + host)
    return inside


def _mail_within(name: str, constraint: str) -> bool:
    local, at, host = name.rpartition("@")
    if not at or not local or "@" in local or not _is_host(host):
        raise OutsideNameSpace("a malformed rfc822Name cannot be judged")
    wanted_local, wanted_at, wanted_host = constraint.rpartition("@")
    if wanted_at:
        return local == wanted_local and host.lower() == wanted_host.lower()
    return _host_within(host, constraint)


def _host_within(host: str, constraint: str) -> bool:
    """A host constraint names one host; with a leading period, every host below it."""
    host, space = host.lower(), constraint.lower()
    return host.endswith(space) if space.startswith(".") else host == space


def _uri_host(uri: str) -> str:
    try:
        host = urlsplit(uri).hostname or ""
    except ValueError as error:
        raise OutsideNameSpace("a malformed URI cannot be judged") from error
    if not _is_host(host) or host.rpartition(".")[2].isdigit():
        raise OutsideNameSpace("a URI without a host name cannot be judged")
    return host


def _address_within(address: object, network: object) -> bool:
    if not isinstance(address, ipaddress.IPv4Address | ipaddress.IPv6Address):
        raise OutsideNameSpace("a malformed iPAddress cannot be judged")
    assert isinstance(network, ipaddress.IPv4Network | ipaddress.IPv6Network)
    return address in network
