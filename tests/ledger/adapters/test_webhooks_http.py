"""Webhooks against a real server of this machine: what it answers, and all the ways it may fail."""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from certs import keys
from ledger.adapters.webhooks_http import HttpWebhooks
from ledger.after.endpoints import EndpointPolicy, EndpointRefused
from ledger.errors import WebhookAway
from tests.ledger.adapters.listening import Subscriber, listening

POLICY = EndpointPolicy(loopback=True)
HOOKS = HttpWebhooks(POLICY, step_s=1.0, whole_s=1.5)


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with listening() as one:
        yield one


def test_a_message_arrives_as_it_was_given(subscriber: Subscriber) -> None:
    HOOKS.check(subscriber.url)
    HOOKS.deliver(f"{subscriber.url}/in?x=1", b'{"a":1}', {"Mianti-Signature": "s"})
    ((headers, body),) = subscriber.took
    assert body == b'{"a":1}' and subscriber.saw == ["/in?x=1"]
    assert headers["Mianti-Signature"] == "s" and headers["Content-Type"] == "application/json"
    assert f"http://{headers['Host']}" == subscriber.url


def test_the_platforms_own_engines_are_no_subscribers(subscriber: Subscriber) -> None:
    """They do what a POST to them says, such as ``/api/v0/shutdown``."""
    port = int(subscriber.url.rsplit(":", 1)[1])
    hooks = HttpWebhooks(POLICY, engines=lambda: {port})
    url = f"{subscriber.url}/api/v0/shutdown"
    for act in (lambda: hooks.check(url), lambda: hooks.deliver(url, b"{}", {})):
        with pytest.raises(EndpointRefused):
            act()
    assert subscriber.saw == []


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 410, 500, 503])
def test_anything_but_a_yes_is_a_failure_and_no_redirect_is_followed(
    subscriber: Subscriber, status: int
) -> None:
    subscriber.answers = [status]
    with pytest.raises(WebhookAway) as caught:
        HOOKS.deliver(subscriber.url, b"{}", {})
    assert caught.value.values["status"] == status
    assert len(subscriber.saw) == 1


def test_the_body_of_an_answer_is_not_read(subscriber: Subscriber) -> None:
    subscriber.flood = 1 << 30
    begun = time.monotonic()
    HOOKS.deliver(subscriber.url, b"{}", {})
    assert time.monotonic() - begun < 5


def test_a_server_that_never_comes_to_the_point_is_left(subscriber: Subscriber) -> None:
    subscriber.drip = 0.2  # each step is quick enough, the whole would take minutes
    begun = time.monotonic()
    with pytest.raises(WebhookAway):
        HOOKS.deliver(subscriber.url, b"{}", {})
    assert time.monotonic() - begun < 5


def test_nobody_there() -> None:
    with listening() as gone:
        url = gone.url
    with pytest.raises(WebhookAway):
        HOOKS.deliver(url, b"{}", {})


def test_a_name_that_leads_inside_or_nowhere() -> None:
    def leads(*addresses: str) -> HttpWebhooks:
        return HttpWebhooks(POLICY, resolve=lambda host, port: list(addresses))

    for inside in (["10.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["169.254.169.254"]):
        with pytest.raises(EndpointRefused):
            leads(*inside).check("https://hooks.example/")
        with pytest.raises(EndpointRefused):
            leads(*inside).deliver("https://hooks.example/", b"{}", {})
    leads("1.1.1.1").check("https://hooks.example/")
    with pytest.raises(WebhookAway):
        leads().check("https://hooks.example/")

    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(WebhookAway):
        HttpWebhooks(POLICY, resolve=unknown).check("https://hooks.example/")
    with pytest.raises(EndpointRefused):
        HttpWebhooks(EndpointPolicy(loopback=False)).check("http://127.0.0.1/")


def test_a_certificate_counts(tmp_path: Path) -> None:
    server, client = _contexts(tmp_path)
    with listening(server) as secure:
        HttpWebhooks(POLICY, context=client).deliver(secure.url, b"{}", {})
        with pytest.raises(WebhookAway):  # nobody whom this machine trusts vouches for it
            HOOKS.deliver(secure.url, b"{}", {})
        assert len(secure.took) == 1


def _contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    private, now = keys.generate_p256(), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "subscriber")])
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "subscriber.pem"
    path.write_bytes(secret + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    client = ssl.create_default_context(cadata=pem.decode())
    return server, client
