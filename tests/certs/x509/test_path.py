"""Paths: every case of tests/pki/pki.toml, spoilt bytes, and bounds on an attacker's cost."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.x509.path import MAX_CRLS, MAX_POOL, validate_path
from certs.x509.path_errors import (
    PathError,
    PathLength,
    PathMalformed,
    PathSignature,
    PathUntrusted,
)
from tests.pki.build import HERE, Case, Pki

PKI = Pki()
ROOT = PKI.certificates["root"]
AT = datetime(2026, 6, 1, tzinfo=UTC)


def outcome(case: Case) -> str:
    try:
        chain = validate_path(
            case.leaf,
            case.intermediates,
            case.roots,
            case.at,
            case.crls,
            policies=case.policies,
        )
    except PathError as error:
        return error.code
    assert chain[0].public_bytes(Encoding.DER) == case.leaf
    assert chain[-1].public_bytes(Encoding.DER) in case.roots
    return "ok"


@pytest.mark.parametrize("name", PKI.cases)
def test_case(name: str) -> None:
    assert outcome(PKI.cases[name]) == PKI.cases[name].code


@pytest.mark.parametrize("name", [n for n, c in PKI.cases.items() if c.code != "ok"])
def test_no_refusal_depends_on_the_order_of_what_is_offered(name: str) -> None:
    case = PKI.cases[name]
    turned = Case(
        case.leaf,
        case.intermediates[::-1],
        case.roots[::-1],
        case.at,
        case.crls[::-1],
        case.policies,
        case.code,
    )
    assert outcome(turned) != "ok"


def test_pki_is_built_the_same_on_each_run() -> None:
    assert (HERE / "pki.sha256").read_text("utf-8") == Pki().digests()


def test_a_time_needs_its_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        validate_path(PKI.certificates["good"], [], [ROOT], datetime(2026, 6, 1))


def test_objects_serve_as_well_as_bytes() -> None:
    leaf, root = (x509.load_der_x509_certificate(PKI.certificates[n]) for n in ("good", "root"))
    crl = x509.load_der_x509_crl(PKI.crls["empty"])
    assert validate_path(leaf, [], [root], AT, [crl]) == (leaf, root)


@pytest.mark.parametrize(
    "junk", [b"", b"\x30", b"\x30\x80\x00\x00", b"junk" * 100, b"\0" * (1 << 19)]
)
def test_bytes_that_are_no_certificate_or_list(junk: bytes) -> None:
    good, root = PKI.certificates["good"], PKI.certificates["root"]
    for arguments in ((junk, [], [root]), (good, [junk], [root]), (good, [], [junk])):
        with pytest.raises(PathMalformed):
            validate_path(*arguments, AT)
    with pytest.raises(PathMalformed):
        validate_path(good, [], [root], AT, [junk])


def test_signature_algorithms_inside_and_outside_must_agree() -> None:
    der = PKI.certificates["good"]
    sha256 = bytes.fromhex("06082a8648ce3d040302")  # ecdsa-with-SHA256
    sha384 = bytes.fromhex("06082a8648ce3d040303")
    assert der.count(sha256) == 2
    cut = der.rindex(sha256)
    spoilt = der[:cut] + sha384 + der[cut + len(sha384) :]
    with pytest.raises(PathMalformed):
        validate_path(spoilt, [], [ROOT], AT)


def made(subject: str, issuer: str, key, signer, *, ca: bool, digest=None) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string(subject))
        .issuer_name(x509.Name.from_rfc4514_string(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=1))
        .not_valid_after(AT + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
    )
    return builder.sign(signer, digest or hashes.SHA256()).public_bytes(Encoding.DER)


def test_rsa_of_2048_bits_is_accepted_and_of_1024_is_not() -> None:
    strong = rsa.generate_private_key(65537, 2048)
    weak = rsa.generate_private_key(65537, 1024)
    root = made("CN=R", "CN=R", strong, strong, ca=True)
    assert len(validate_path(made("CN=L", "CN=R", strong, strong, ca=False), [], [root], AT)) == 2
    with pytest.raises(PathSignature):
        validate_path(made("CN=L", "CN=R", weak, strong, ca=False), [], [root], AT)
    weak_root = made("CN=R", "CN=R", weak, weak, ca=True)
    with pytest.raises(PathSignature):
        validate_path(made("CN=L", "CN=R", strong, weak, ca=False), [], [weak_root], AT)


def test_an_rsa_key_with_a_huge_exponent_is_refused() -> None:
    """Each check with such a key would cost what a private operation costs, or more."""
    good = rsa.generate_private_key(65537, 2048)
    modulus = good.public_key().public_numbers().n
    huge = rsa.RSAPublicNumbers((1 << 2000) + 1, modulus).public_key()

    class Holder:
        def public_key(self) -> rsa.RSAPublicKey:
            return huge

    with pytest.raises(PathSignature):
        validate_path(
            made("CN=L", "CN=R", good, good, ca=False),
            [],
            [made("CN=R", "CN=R", Holder(), good, ca=True)],
            AT,
        )


def test_a_short_hash_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    root = made("CN=R", "CN=R", key, key, ca=True)
    short = made("CN=L", "CN=R", key, key, ca=False, digest=hashes.SHA224())
    with pytest.raises(PathSignature):
        validate_path(short, [], [root], AT)


def test_two_authorities_that_certify_each_other_end_the_search() -> None:
    a, b = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    loop = [made("CN=A", "CN=B", a, b, ca=True), made("CN=B", "CN=A", b, a, ca=True)]
    with pytest.raises(PathUntrusted):
        validate_path(made("CN=L", "CN=A", a, a, ca=False), loop, [ROOT], AT)


def test_a_maze_of_equal_names_is_left_in_time() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    maze = [made("CN=A", "CN=A", key, key, ca=True) for _ in range(MAX_POOL)]
    begun = time.perf_counter()
    with pytest.raises(PathLength):
        validate_path(made("CN=L", "CN=A", key, key, ca=False), maze, [ROOT], AT)
    assert time.perf_counter() - begun < 2
    with pytest.raises(PathLength):
        validate_path(maze[0], [*maze, maze[0]], [ROOT], AT)


def test_lists_of_too_many_bytes_are_not_even_decoded() -> None:
    with pytest.raises(PathMalformed, match="too many bytes"):
        validate_path(PKI.certificates["good"], [], [ROOT], AT, [bytes(MAX_CRLS // 2 + 1)] * 2)


def test_a_chain_that_is_too_long() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    chain = [made("CN=0", "CN=0", key, key, ca=True)]
    chain += [made(f"CN={n}", f"CN={n - 1}", key, key, ca=True) for n in range(1, 9)]
    assert len(validate_path(chain[7], chain[1:7], chain[:1], AT)) == 8
    with pytest.raises(PathLength):
        validate_path(chain[8], chain[1:8], chain[:1], AT)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["good_below_sub", "sub", "crl", "names_good", "sub_mapping"]),
    st.integers(0, 2000),
    st.integers(1, 255),
)
def test_no_flipped_byte_is_accepted_or_breaks_the_checker(
    which: str, position: int, mask: int
) -> None:
    objects = {**PKI.certificates, "crl": PKI.crls["empty"]}
    original = objects[which]
    spoilt = bytearray(original)
    spoilt[position % len(original)] ^= mask
    objects[which] = bytes(spoilt)
    leaf = {"names_good": "names_good", "sub_mapping": "policy_below_mapping"}.get(
        which, "good_below_sub"
    )
    above = {"names_good": "sub_names", "policy_below_mapping": "sub_mapping"}.get(leaf, "sub")
    crls = [objects["crl"], PKI.crls["sub_empty"]] if which == "crl" else []
    with pytest.raises(PathError):
        validate_path(objects[leaf], [objects[above]], [ROOT], AT, crls)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["sub", "sub_names", "sub_explicit"]), st.integers(0, 900))
def test_cut_certificates_are_refused(which: str, length: int) -> None:
    whole = PKI.certificates[which]
    with pytest.raises(PathMalformed):
        validate_path(whole[: length % len(whole)], [], [ROOT], AT)
