"""Where events may be sent, and when what failed is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.after.delivery import LONGEST, PAUSED_AFTER, wait_after
from ledger.after.endpoints import (
    EndpointPolicy,
    EndpointRefused,
    check_address,
    read_endpoint,
)

OPEN = EndpointPolicy(loopback=False)
EMBEDDED = EndpointPolicy(loopback=True)
LISTED = EndpointPolicy(loopback=False, hosts=("hooks.wjw.example", ".sw.example"))


@pytest.mark.parametrize(
    ("url", "policy", "secure", "host", "port"),
    [
        ("https://hooks.example/a?b=c", OPEN, True, "hooks.example", 443),
        ("https://HOOKS.example:8443", OPEN, True, "hooks.example", 8443),
        ("https://[2606:4700::1]/", OPEN, True, "2606:4700::1", 443),
        ("http://127.0.0.1:8080/x", EMBEDDED, False, "127.0.0.1", 8080),
        ("http://[::1]/x", EMBEDDED, False, "::1", 80),
        ("https://127.0.0.1/x", EMBEDDED, True, "127.0.0.1", 443),
        ("https://hooks.wjw.example/", LISTED, True, "hooks.wjw.example", 443),
        ("https://a.b.sw.example/", LISTED, True, "a.b.sw.example", 443),
    ],
)
def test_good_addresses(
    url: str, policy: EndpointPolicy, secure: bool, host: str, port: int
) -> None:
    found = read_endpoint(url, policy)
    assert (found.secure, found.host, found.port) == (secure, host, port)


@pytest.mark.parametrize(
    ("url", "policy", "reason"),
    [
        ("", OPEN, "form"),
        ("https://", OPEN, "form"),
        ("https://a b.example/", OPEN, "form"),
        ("https://例.example/", OPEN, "form"),
        ("https://hooks.example/" + "a" * 500, OPEN, "form"),
        ("https://user:secret@hooks.example/", OPEN, "form"),
        ("https://hooks.example/#part", OPEN, "form"),
        ("https://hooks.example:99999/", OPEN, "form"),
        ("https://[::1/", OPEN, "form"),
        ("https://good.example\\@evil.example/", OPEN, "form"),
        ("http://hooks.example/", OPEN, "scheme"),
        ("http://hooks.example/", EMBEDDED, "scheme"),
        ("http://localhost/", EMBEDDED, "scheme"),
        ("http://127.0.0.2/", EMBEDDED, "scheme"),
        ("ftp://hooks.example/", OPEN, "scheme"),
        ("file:///etc/passwd", OPEN, "form"),
        ("http://127.0.0.1/", OPEN, "host"),
        ("https://[::1]/", OPEN, "host"),
        ("https://hooks.example/", LISTED, "host"),
        ("https://xhooks.wjw.example/", LISTED, "host"),
        ("https://sw.example.evil.example/", LISTED, "host"),
    ],
)
def test_addresses_that_nothing_is_sent_to(url: str, policy: EndpointPolicy, reason: str) -> None:
    with pytest.raises(EndpointRefused) as caught:
        read_endpoint(url, policy)
    assert (caught.value.code, caught.value.values["reason"]) == ("webhook.url", reason)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.5.4", "192.168.1.1", "127.0.0.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::",
        "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "2002:7f00:1::", "64:ff9b::7f00:1", "2001:0:53aa:64c:0:0:0:1", "2001:db8::1", "nonsense",
        "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::a00:1", "fec0::1", "3fff::1", "5f00::1",
        "192.0.0.8", "192.88.99.1",
    ],
)  # fmt: skip
def test_no_name_leads_into_a_network_that_is_not_public(address: str) -> None:
    for policy in (OPEN, EMBEDDED):
        with pytest.raises(EndpointRefused) as caught:
            check_address(address, read_endpoint("https://hooks.example/", policy), policy)
        assert caught.value.values["reason"] == "address"


def test_public_addresses_and_this_machine_where_it_is_named() -> None:
    for address in ("1.1.1.1", "203.119.25.1", "2606:4700:4700::1111"):
        check_address(address, read_endpoint("https://hooks.example/", OPEN), OPEN)
    here = read_endpoint("http://127.0.0.1:1/", EMBEDDED)
    check_address("127.0.0.1", here, EMBEDDED)
    with pytest.raises(EndpointRefused):
        check_address("10.0.0.1", here, EMBEDDED)


@given(st.text(max_size=60))
def test_whatever_is_named_is_read_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"http://127.0.0.1{text}"):
        try:
            found = read_endpoint(url, EMBEDDED)
        except EndpointRefused:
            continue
        assert found.secure or found.host in ("127.0.0.1", "::1")


def test_failures_wait_longer_and_longer_up_to_six_hours() -> None:
    waits = [wait_after(failures) for failures in range(1, 30)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits == sorted(waits) and waits[-1] == LONGEST == timedelta(hours=6)
    assert timedelta(hours=12) < sum(waits[: PAUSED_AFTER - 1], timedelta()) < timedelta(days=2)
    with pytest.raises(ValueError):
        wait_after(0)
