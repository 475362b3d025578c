"""The test authority's certificates and lists, judged by the path rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs import keys
from certs.x509 import authority
from certs.x509.path import validate_path
from certs.x509.path_errors import PathExpired, PathLength, PathRevoked, PathUntrusted
from tests.pki.build import Pki, private_key

AT = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
ROOT_KEY, AGENCY_KEY = private_key("authority root"), private_key("authority agency")
ROOT = authority.new_root("示例市", AT, ROOT_KEY, 1)


def signing(**changed) -> x509.Certificate:
    arguments = {
        "root_key": ROOT_KEY,
        "root_cert": ROOT,
        "agency_id": "scjg",
        "agency_name": "示例区市场监管局",
        "public_key": AGENCY_KEY.public_key(),
        "valid_from": AT,
        "valid_to": AT + YEAR,
        "serial": 2,
    }
    return authority.new_signing_certificate(**{**arguments, **changed})


def test_a_signing_certificate_is_good_under_our_policy() -> None:
    chain = validate_path(signing(), [], [ROOT], AT, policies={authority.POLICY_OID})
    assert chain == (signing(), ROOT)
    assert authority.agency_of(chain[0]) == "scjg"


def test_an_ed25519_key_may_be_certified() -> None:
    public = private_key("ed25519:agency").public_key()
    assert len(validate_path(signing(public_key=public), [], [ROOT], AT)) == 2


def test_all_of_it_says_test_authority() -> None:
    for name in (ROOT.subject, ROOT.issuer, signing().issuer, signing().subject):
        common = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
        assert "TEST AUTHORITY" in common and "测试" in common


def test_a_long_name_still_fits_and_is_still_marked() -> None:
    subject = signing(agency_name="很" * 64).subject
    common = subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    assert len(common.encode()) <= 64 and common == "很" * 12 + " " + authority.TEST_MARK


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert signing().public_bytes(Encoding.DER) == signing().public_bytes(Encoding.DER)
    again = authority.new_root("示例市", AT, ROOT_KEY, 1)
    assert again.public_bytes(Encoding.DER) == ROOT.public_bytes(Encoding.DER)


def test_validity_is_what_was_asked() -> None:
    with pytest.raises(PathExpired):
        validate_path(signing(), [], [ROOT], AT + YEAR + timedelta(seconds=1))
    assert AT + timedelta(days=7300) < ROOT.not_valid_after_utc


def test_the_root_lets_nobody_else_issue() -> None:
    sub_key = keys.generate_p256()
    sub = authority.new_root("冒名", AT, sub_key, 9)
    below = signing(root_key=sub_key, root_cert=sub)
    with pytest.raises(PathUntrusted):
        validate_path(below, [sub], [ROOT], AT)
    assert ROOT.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    assert PathLength.code == "path.length"


def test_the_wrong_root_key_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="root"):
        signing(root_key=keys.generate_p256())


def test_revocation_bites_from_its_date() -> None:
    since = AT + timedelta(days=10)
    reason = x509.ReasonFlags.key_compromise
    lines = [authority.Revoked(2, since, reason), authority.Revoked(1000, AT)]
    crl = authority.new_crl(ROOT_KEY, ROOT, lines, since, since + YEAR, 2)
    assert [entry.serial_number for entry in crl] == [2, 1000]
    assert len(validate_path(signing(), [], [ROOT], since - timedelta(seconds=1), [crl])) == 2
    for moment in (since, since + timedelta(days=1)):
        with pytest.raises(PathRevoked) as refused:
            validate_path(signing(), [], [ROOT], moment, [crl])
        assert refused.value.revoked_at == since.isoformat()


def test_a_compromise_bites_from_when_the_key_was_suspect() -> None:
    since, suspect = AT + timedelta(days=10), AT + timedelta(days=5)
    line = authority.Revoked(2, since, x509.ReasonFlags.key_compromise, suspect)
    crl = authority.new_crl(ROOT_KEY, ROOT, [line], since, since + YEAR, 2)
    with pytest.raises(PathRevoked):
        validate_path(signing(), [], [ROOT], suspect, [crl])
    assert len(validate_path(signing(), [], [ROOT], suspect - timedelta(seconds=1), [crl])) == 2


@pytest.mark.parametrize("name", ["root", "names_good"])
def test_certificates_that_name_no_agency(name: str) -> None:
    certificate = x509.load_der_x509_certificate(Pki().certificates[name])
    with pytest.raises(authority.CertificateNotOurs):
        authority.agency_of(certificate)


def test_an_empty_agency_is_no_agency() -> None:
    with pytest.raises(authority.CertificateNotOurs):
        authority.agency_of(signing(agency_id=""))
