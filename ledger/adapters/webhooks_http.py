"""Webhooks over HTTPS: the host is resolved here, its address checked, and that very address
connected to, so that a second look-up cannot lead elsewhere.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Mapping

import httpx

from ledger.after.endpoints import (
    Endpoint,
    EndpointPolicy,
    EndpointRefused,
    check_address,
    read_endpoint,
)
from ledger.errors import WebhookAway

STEP_S = 5.0
"""How long each step of a call may take (seconds): connecting, sending, waiting for a status."""
WHOLE_S = 15.0
"""How long a call may take in all, however slowly the other side goes on."""

Resolve = Callable[[str, int], list[str]]
Ports = Callable[[], Collection[int]]


def resolved(host: str, port: int) -> list[str]:
    """Addresses of a host, as text. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class HttpWebhooks:
    """Adapter of :class:`ledger.ports.Webhooks`. ``context``: certificates to trust (None: the
    usual ones); ``engines``: ports of this machine that obey whoever reaches them, the platform's
    own engines'."""

    def __init__(
        self,
        policy: EndpointPolicy,
        *,
        resolve: Resolve = resolved,
        context: ssl.SSLContext | None = None,
        engines: Ports = tuple,
        step_s: float = STEP_S,
        whole_s: float = WHOLE_S,
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._verify: ssl.SSLContext | bool = True if context is None else context
        self._engines = engines
        self._step_s = step_s
        self._whole_s = whole_s

    def check(self, url: str) -> None:
        self._address(read_endpoint(url, self._policy))

    def deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        endpoint = read_endpoint(url, self._policy)
        address = self._address(endpoint)
        client = httpx.Client(
            timeout=self._step_s, trust_env=False, follow_redirects=False, verify=self._verify
        )
        late = threading.Timer(self._whole_s, client.close)
        late.daemon = True
        late.start()
        try:
            with client.stream(
                "POST",
                httpx.URL(url).copy_with(host=address),
                content=body,
                headers=_headers(url, headers),
                extensions={"sni_hostname": endpoint.host},
            ) as answer:
                status = answer.status_code  # whatever follows is not read
        except (httpx.HTTPError, httpx.InvalidURL, OSError, RuntimeError) as error:
            raise WebhookAway(
                f"The subscriber did not answer: {type(error).__name__}", retry_after=60
            ) from error
        finally:
            late.cancel()
            client.close()
        if not 200 <= status < 300:
            raise WebhookAway("The subscriber did not take it.", retry_after=60, status=status)

    def _address(self, endpoint: Endpoint) -> str:
        try:
            addresses = self._resolve(endpoint.host, endpoint.port)
        except (OSError, UnicodeError) as error:
            raise WebhookAway("The subscriber's host cannot be found.", retry_after=60) from error
        for address in addresses:
            check_address(address, endpoint, self._policy)
            if ipaddress.ip_address(address).is_loopback and endpoint.port in self._engines():
                raise EndpointRefused("This is an engine of the platform's.", reason="address")
        if not addresses:
            raise WebhookAway("The subscriber's host has no address.", retry_after=60)
        return addresses[0]


def _headers(url: str, headers: Mapping[str, str]) -> dict[str, str]:
    """HTTP, as TLS does, speaks to the host that was asked for."""
    host = httpx.URL(url).netloc.decode("ascii")
    return {**headers, "Content-Type": "application/json", "Host": host}
