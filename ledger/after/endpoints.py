"""Where events may be sent: addresses that an agency names, held to what the operator allows.

An address is ``https``, or ``http`` to this machine where the profile is the embedded one. Which
host it really is, is decided by the address that it resolves to, so that a name cannot lead into
the operator's own network.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from ledger.errors import Malformed

LONGEST = 500
_LOOPBACK = frozenset(("127.0.0.1", "::1"))
_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out; the rest is local, translates into IPv4, or is nobody's."""
_NOWHERE = tuple(
    map(ipaddress.ip_network, ("3fff::/20", "192.0.0.0/24", "192.88.99.0/24"))
)  # documentation, protocols' own, relays of 6to4
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class EndpointRefused(Malformed):
    """Nothing is sent there; ``reason``: form, scheme, host or address."""

    code = "webhook.url"


@dataclass(frozen=True, slots=True)
class EndpointPolicy:
    """``loopback``: whether this machine may be named, over http; ``hosts``: the only names allowed
    (``.example.org`` stands for all under it), empty: any that resolves to a public address."""

    loopback: bool
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A URL in its parts. ``host`` is lower-case, without brackets."""

    url: str
    secure: bool
    host: str
    port: int


def read_endpoint(url: str, policy: EndpointPolicy) -> Endpoint:
    """The endpoint of a URL that the policy allows by its name. Raises EndpointRefused."""
    if not 0 < len(url) <= LONGEST or not all("!" <= one <= "~" for one in url):
        raise EndpointRefused("An address is visible ASCII, not too long.", reason="form")
    if "\\" in url:  # read as a slash by some, as part of a name by others
        raise EndpointRefused("This is no address.", reason="form")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise EndpointRefused("This is no address.", reason="form") from error
    if parts.username is not None or parts.password is not None or parts.fragment or not host:
        raise EndpointRefused("An address names a host, no user, no fragment.", reason="form")
    here = host in _LOOPBACK
    if here and not policy.loopback:
        raise EndpointRefused("This machine is no address for events.", reason="host")
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        raise EndpointRefused("Events go over https.", reason="scheme")
    if not here and policy.hosts and not any(_under(host, one) for one in policy.hosts):
        raise EndpointRefused("This host is not among those allowed.", reason="host")
    secure = parts.scheme == "https"
    return Endpoint(url, secure, host, port or (443 if secure else 80))


def check_address(text: str, endpoint: Endpoint, policy: EndpointPolicy) -> None:
    """Refuse an address that the endpoint's host resolved to, where it is not a public one (or,
    where the policy has it, this machine's own, named as such). Raises EndpointRefused."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError as error:
        raise EndpointRefused("The host resolves to no address.", reason="address") from error
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if policy.loopback and endpoint.host in _LOOPBACK and address.is_loopback:
        return
    if not _public(address):
        raise EndpointRefused("The host is not on the public network.", reason="address")


def _public(address: Address) -> bool:
    if not address.is_global or address.is_multicast or any(address in one for one in _NOWHERE):
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    tunnelled = address.sixtofour is not None or address.teredo is not None
    return not tunnelled and address in _UNICAST


def _under(host: str, allowed: str) -> bool:
    allowed = allowed.lower()
    return host.endswith(allowed) if allowed.startswith(".") else host == allowed
