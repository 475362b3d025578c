"""Names in comparable form, and name spaces beyond what the PKI's cases show."""

from __future__ import annotations

import ipaddress

import pytest
from cryptography import x509

from certs.x509.names import MAX_COMPARISONS, NameSpace, OutsideNameSpace, name_key
from tests.pki.build import Pki

PLAIN = x509.load_der_x509_certificate(Pki().certificates["good"])


def name(text: str) -> x509.Name:
    return x509.Name.from_rfc4514_string(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("CN=a b", "CN=A   B", True),
        ("CN=ＡＢ", "CN=ab", True),  # full width
        ("CN=Straße", "CN=STRASSE", True),
        ("CN=a,O=b", "O=b,CN=a", False),  # order distinguishes
        ("CN=a+O=b", "O=b+CN=a", True),  # but not inside one relative name
        ("CN=a", "O=a", False),
        ("CN=ab", "CN=a b", False),
    ],
)
def test_comparison(one: str, other: str, same: bool) -> None:
    assert (name_key(name(one)) == name_key(name(other))) is same


def space(permitted=(), excluded=()) -> NameSpace:
    made = x509.NameConstraints([x509.DNSName("placeholder.example")], None)
    made._permitted_subtrees = list(permitted) or None
    made._excluded_subtrees = list(excluded) or None
    return NameSpace().narrowed(made)


def admits(where: NameSpace, *names: x509.GeneralName) -> bool:
    try:
        where.admit(PLAIN, names)
    except OutsideNameSpace:
        return False
    return True


DNS, MAIL, URI = (
    x509.DNSName,
    x509.RFC822Name._init_without_validation,
    (x509.UniformResourceIdentifier),
)


def address(text: str) -> x509.IPAddress:
    made = ipaddress.ip_network(text) if "/" in text else ipaddress.ip_address(text)
    return x509.IPAddress(made)


@pytest.mark.parametrize(
    ("constraint", "inside", "outside"),
    [
        (DNS("a.example"), ["a.example", "B.A.EXAMPLE", "*.a.example"], ["ba.example", "example"]),
        (DNS(""), ["anything.example"], [""]),
        (MAIL("a.example"), ["x@a.example", "x@A.EXAMPLE"], ["x@b.a.example", "x@example"]),
        (MAIL(".a.example"), ["x@b.a.example"], ["x@a.example", "x@ba.example"]),
        (MAIL("x@a.example"), ["x@a.example"], ["X@a.example", "y@a.example", "a.example"]),
        (
            URI("a.example"),
            ["https://a.example/b", "ftp://u@A.EXAMPLE:21"],
            ["https://b.a.example"],
        ),
        (URI(".a.example"), ["https://b.a.example"], ["https://a.example", "https://1.2.3.4"]),
        (address("10.0.0.0/8"), ["10.1.2.3"], ["11.0.0.1", "::1", "10.0.0.0/9"]),
        (address("2001:db8::/32"), ["2001:db8::1"], ["2001:db9::1", "10.0.0.1"]),
    ],
)
def test_subtrees(constraint: x509.GeneralName, inside: list[str], outside: list[str]) -> None:
    def made(text: str) -> x509.GeneralName:
        if isinstance(constraint, x509.IPAddress):
            return address(text)
        kind = MAIL if isinstance(constraint, x509.RFC822Name) else type(constraint)
        return kind(text)

    permitted, excluded = space([constraint]), space((), [constraint])
    for text in inside:
        assert admits(permitted, made(text)), text
        assert not admits(excluded, made(text)), text
    for text in outside:
        assert not admits(permitted, made(text)), text


def test_names_of_other_forms_are_not_touched() -> None:
    assert admits(space([DNS("a.example")]), MAIL("x@elsewhere.example"))
    assert admits(space((), [DNS("a.example")]), MAIL("x@a.example"))


def test_each_issuer_narrows() -> None:
    wide, narrow = DNS("example"), DNS("a.example")
    for first, second in ((wide, narrow), (narrow, wide)):
        made = space([first])
        both = made.narrowed(x509.NameConstraints([second], None))
        assert admits(both, DNS("x.a.example")) and not admits(both, DNS("b.example"))


@pytest.mark.parametrize(
    "constraint",
    [
        DNS(".a.example"),
        DNS("*.a.example"),
        DNS("a b"),
        MAIL("a@b@c.example"),
        MAIL("@a.example"),
        MAIL(""),
        URI(""),
        URI("https://a.example"),
        address("10.0.0.1"),
    ],
)
def test_malformed_constraints(constraint: x509.GeneralName) -> None:
    with pytest.raises(OutsideNameSpace):
        space([constraint])
    with pytest.raises(OutsideNameSpace):
        space((), [constraint])


@pytest.mark.parametrize(
    "judged",
    [DNS(".a.example"), DNS("a..example"), MAIL("a.example"), MAIL("a@b@a.example"), URI("urn:x"),
     URI("https://[::1]/"), URI("https://[")],
)  # fmt: skip
def test_names_that_cannot_be_judged_are_refused_where_their_form_is_excluded(
    judged: x509.GeneralName,
) -> None:
    constraint = {x509.DNSName: DNS("z.example"), x509.RFC822Name: MAIL("z.example")}.get(
        type(judged), URI("z.example")
    )
    assert not admits(space((), [constraint]), judged)


def test_forms_that_are_not_understood_refuse() -> None:
    other = x509.RegisteredID(x509.ObjectIdentifier("1.2.3"))
    assert not admits(space([other]), other)
    assert not admits(space((), [other]), other)
    assert admits(space([other]), DNS("a.example"))


def test_too_much_to_compare_is_refused() -> None:
    many = [DNS(f"h{n}.example") for n in range(300)]
    assert MAX_COMPARISONS < 300 * 300
    assert not admits(space(many), *many)
    assert admits(space(many[:10]), *many[:10])
