"""NIST's Public Key Interoperability Test Suite (PKITS, 2011): all 223 end-entity certificates.

tests/pki/pkits.zip holds its certificates and lists as published (works of the United States
government, public domain). The expectation stands in each file's name; what we answer otherwise
is listed here with its reason. All questions are asked with the suite's default settings.
"""

from __future__ import annotations

import warnings
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from certs.x509.names import name_key
from certs.x509.path import validate_path
from certs.x509.path_errors import PathError

AT = datetime(2012, 1, 1, tzinfo=UTC)
ROOT = "TrustAnchorRootCertificate"

# Tests whose name does not tell, from the suite's text (sections 4.8 and 4.12).
UNNAMED = {
    **dict.fromkeys(
        (
            "AllCertificatesNoPoliciesTest2EE",
            "AllCertificatesSamePoliciesTest10EE",
            "AllCertificatesSamePoliciesTest13EE",
            "AllCertificatesanyPolicyTest11EE",
            "AnyPolicyTest14EE",
            "CPSPointerQualifierTest20EE",
            "DifferentPoliciesTest3EE",
            "OverlappingPoliciesTest6EE",
            "UserNoticeQualifierTest15EE",
            "UserNoticeQualifierTest16EE",
            "UserNoticeQualifierTest17EE",
            "UserNoticeQualifierTest18EE",
            "UserNoticeQualifierTest19EE",
            "inhibitAnyPolicyTest3EE",
        ),
        True,
    ),
    **dict.fromkeys((f"DifferentPoliciesTest{n}EE" for n in (4, 5, 7, 8, 9, 12)), False),
}
# Valid for the suite, refused by us; never the other way round.
REFUSED = {
    "path.signature": {"ValidDSASignaturesTest4EE"},  # DSA is not offered
    "path.malformed": {"ValidDSAParameterInheritanceTest5EE"},
    "path.revoked": {"ValiddeltaCRLTest5EE"},  # the base list names it, the delta takes it back
    "path.revocation_unknown": {
        # partitioned, indirect and by-reason lists are not followed
        *(f"ValiddistributionPointTest{n}EE" for n in (1, 4, 5, 7)),
        *(f"ValidIDPwithindirectCRLTest{n}EE" for n in (22, 24, 25)),
        *(f"ValidcRLIssuerTest{n}EE" for n in (28, 29, 30, 33)),
        *(f"ValidonlySomeReasonsTest{n}EE" for n in (18, 19)),
        # a list whose signer only that same list vouches for
        "ValidBasicSelfIssuedCRLSigningKeyTest6EE",
        *(f"ValidBasicSelfIssuedNewWithOldTest{n}EE" for n in (3, 4)),
    },
}


class Suite:
    def __init__(self) -> None:
        self.certificates: dict[str, bytes] = {}
        self.by_subject: dict[object, list[str]] = {}
        self.lists: dict[object, list[bytes]] = {}
        self.issuer: dict[str, object] = {}
        with zipfile.ZipFile(Path(__file__).parents[1] / "pki" / "pkits.zip") as files:
            for name in files.namelist():
                self._take(name, files.read(name))

    def _take(self, name: str, data: bytes) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if name.endswith(".crl"):
                issuer = name_key(x509.load_der_x509_crl(data).issuer)
                self.lists.setdefault(issuer, []).append(data)
                return
            stem = Path(name).stem
            self.certificates[stem] = data
            try:
                certificate = x509.load_der_x509_certificate(data)
            except ValueError:  # the DSA keys with inherited parameters
                return
            self.issuer[stem] = name_key(certificate.issuer)
            if not stem.endswith("EE") and stem != ROOT:
                self.by_subject.setdefault(name_key(certificate.subject), []).append(stem)

    def answer(self, leaf: str, *, with_lists: bool = True) -> str:
        """Offer all issuers that could matter, and all their lists."""
        pool, issuers, waiting = set[str](), set[object](), [leaf]
        while waiting:
            issuer = self.issuer.get(waiting.pop())
            issuers.add(issuer)
            for name in self.by_subject.get(issuer, []):
                if name not in pool:
                    pool.add(name)
                    waiting.append(name)
        lists = [crl for issuer in issuers for crl in self.lists.get(issuer, [])]
        try:
            validate_path(
                self.certificates[leaf],
                [self.certificates[name] for name in sorted(pool)],
                [self.certificates[ROOT]],
                AT,
                lists if with_lists else (),
            )
        except PathError as error:
            return error.code
        return "ok"


SUITE = Suite()
LEAVES = sorted(name for name in SUITE.certificates if name.endswith("EE"))


def test_the_suite_is_whole() -> None:
    assert len(SUITE.certificates) == 405
    assert len(LEAVES) == 223


@pytest.mark.parametrize("leaf", LEAVES)
def test_pkits(leaf: str) -> None:
    valid = UNNAMED.get(leaf, leaf.startswith("Valid"))
    ours = next((code for code, leaves in REFUSED.items() if leaf in leaves), None)
    answer = SUITE.answer(leaf)
    assert answer == ours if ours else (answer == "ok") == valid


@pytest.mark.parametrize("leaf", sorted(REFUSED["path.revocation_unknown"]))
def test_what_is_unknown_with_lists_is_a_good_path_without(leaf: str) -> None:
    assert SUITE.answer(leaf, with_lists=False) == "ok"
