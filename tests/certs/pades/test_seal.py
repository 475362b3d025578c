"""Seals: named bad files, every kind of flipped byte, and an independent verifier as the judge."""

import contextlib
import hashlib
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certs.errors import CertsError
from certs.layout.errors import PdfLimits, PdfMalformed, PdfRevisions
from certs.layout.render import render_licence
from certs.pades.errors import CredentialAbsent, SealAbsent, SealPresent, SealUntrusted
from certs.pades.seal import (
    check_signer,
    extract_credential,
    read_seal,
    seal_layout,
    verify_seal,
)
from tests.certs.layout.test_render import CREDENTIAL, FACE, URL
from tests.vectors.pdf.build import files
from tests.vectors.pdf.forge import (
    CERTIFICATE,
    KEY,
    ROOT,
    SEALED_AT,
    container,
    hole,
    unsealed,
)

FOLDER = Path(__file__).parents[2] / "vectors" / "pdf"
INDEX = json.loads((FOLDER / "index.json").read_text("utf-8"))
ROOTS = [x509.load_der_x509_certificate(bytes.fromhex(r)) for r in INDEX["roots"]]
AT = datetime.fromisoformat(INDEX["at"])
GOOD = (FOLDER / "sealed.pdf").read_bytes()


def code_of(pdf: bytes, limits: PdfLimits | None = None) -> str:
    try:
        verify_seal(pdf, ROOTS, AT, limits=limits)
    except CertsError as error:
        return error.code
    return "ok"


@pytest.fixture(scope="module")
def licence() -> bytes:
    layout = render_licence(FACE, CREDENTIAL, URL, SEALED_AT)
    return seal_layout(layout, KEY, CERTIFICATE, [ROOT], "签发", FACE.issuer_name, SEALED_AT)


@pytest.mark.parametrize("name", sorted(INDEX["files"]))
def test_named_files(name: str) -> None:
    assert code_of((FOLDER / name).read_bytes()) == INDEX["files"][name]


def test_the_named_files_are_the_built_ones() -> None:
    assert {n: (FOLDER / n).read_bytes() for n in files()} == files()


def test_the_facts_of_a_seal(licence: bytes) -> None:
    facts = verify_seal(licence, [ROOT], AT)
    assert (facts.field, facts.name, facts.reason) == ("Seal", FACE.issuer_name, "签发")
    assert facts.claimed_at == SEALED_AT and facts.digest_name == "sha256"
    assert facts.sha256 == hashlib.sha256(licence).digest()
    assert (facts.signer, facts.others, facts.path) == (CERTIFICATE, (ROOT,), (CERTIFICATE, ROOT))
    assert extract_credential(licence) == CREDENTIAL


def test_sealing_is_deterministic_and_takes_its_time_from_the_caller(licence: bytes) -> None:
    layout = render_licence(FACE, CREDENTIAL, URL, SEALED_AT)
    again = seal_layout(layout, KEY, CERTIFICATE, [ROOT], "签发", FACE.issuer_name, SEALED_AT)
    assert again == licence
    later = SEALED_AT + timedelta(days=1)
    other = seal_layout(layout, KEY, CERTIFICATE, [ROOT], "签发", FACE.issuer_name, later)
    assert other != licence and read_seal(other).claimed_at == later


def test_pyhanko_agrees(licence: bytes) -> None:
    reader = PdfFileReader(io.BytesIO(licence), strict=True)
    assert reader.xrefs.total_revisions == 1
    (signature,) = reader.embedded_signatures
    trusted = asn1_x509.Certificate.load(ROOT.public_bytes(Encoding.DER))
    context = ValidationContext(
        trust_roots=[trusted], allow_fetching=False, moment=SEALED_AT + timedelta(days=1)
    )
    status = validate_pdf_signature(signature, context)
    assert status.bottom_line and status.intact and status.valid and status.trusted
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.signer_reported_dt == SEALED_AT
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


def signed_by_pyhanko(*, streams: bool, incremental: bool) -> bytes:
    store = SimpleCertificateStore()
    store.register(asn1_x509.Certificate.load(ROOT.public_bytes(Encoding.DER)))
    raw = KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        asn1_x509.Certificate.load(CERTIFICATE.public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(raw),
        store,
    )
    source = io.BytesIO(unsealed())
    writer = (
        IncrementalPdfFileWriter(source)
        if incremental
        else copy_into_new_writer(PdfFileReader(source), {"stream_xrefs": streams})
    )
    meta = signers.PdfSignatureMetadata(
        field_name="Other", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha384", reason="r"
    )
    out = signers.PdfSigner(meta, signer).sign_pdf(writer, bytes_reserved=8192)
    return bytes(out.getbuffer())


@pytest.mark.parametrize("streams", [False, True], ids=["table", "stream"])
def test_seals_made_by_others(streams: bool) -> None:
    facts = verify_seal(signed_by_pyhanko(streams=streams, incremental=False), ROOTS, AT)
    assert (facts.field, facts.digest_name, facts.reason) == ("Other", "sha384", "r")


def test_the_usual_incremental_signature_has_two_revisions() -> None:
    assert code_of(signed_by_pyhanko(streams=False, incremental=True)) == "seal.revisions"


def test_every_bit_of_the_container_counts() -> None:
    start, end = hole(GOOD)
    used = start + 2 * len(container(GOOD)) + 2
    accepted, body = [], bytearray(GOOD)
    for place in [*range(start, used + 40), *range(used + 40, end, 97)]:
        for bit in (place % 8, (place + 3) % 8):
            body[place] ^= 1 << bit
            try:
                read_seal(bytes(body))
                accepted.append((place, bit))
            except CertsError:
                pass
            body[place] ^= 1 << bit
    assert accepted == []


def test_every_covered_byte_counts() -> None:
    start, end = hole(GOOD)
    body = bytearray(GOOD)
    for place in [*range(start), *range(end, len(GOOD))]:
        body[place] ^= 1 << place % 8
        with pytest.raises(CertsError):
            read_seal(bytes(body))
        body[place] ^= 1 << place % 8


def test_every_cut_is_refused() -> None:
    codes = {n: code_of(GOOD[:n]) for n in range(len(GOOD))}
    inside = GOOD.index(b"/ByteRange"), GOOD.index(b"]", GOOD.index(b"/ByteRange"))
    odd = {n for n, c in codes.items() if c not in ("pdf.empty", "pdf.not_pdf", "pdf.truncated")}
    assert all(inside[0] < n <= inside[1] and codes[n] == "seal.coverage" for n in odd)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_splice_is_accepted_or_crashes(data: st.DataObject) -> None:
    at, until = sorted(data.draw(st.tuples(*[st.integers(0, len(GOOD))] * 2)))
    piece = data.draw(
        st.binary(max_size=40)
        | st.sampled_from([b"startxref\n0\n%%EOF\n", b"<< /Prev 0 >>", b"/ByteRange [0 1 2 3]"])
    )
    spliced = GOOD[:at] + piece + GOOD[until:]
    if spliced != GOOD:
        assert code_of(spliced) != "ok"
    with contextlib.suppress(CertsError):
        extract_credential(spliced)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reader(body: bytes) -> None:
    ending = b"\nstartxref\n9\n%%EOF\n"
    for pdf in (body, b"%PDF-1.7\n" + body + ending, b"%PDF-1.7\nxref\n" + body + ending):
        assert code_of(pdf) != "ok"
        with pytest.raises(CertsError):
            extract_credential(pdf)


def test_mathematics_and_path_are_separate() -> None:
    stranger = (FOLDER / "other-root_fail.pdf").read_bytes()
    facts = read_seal(stranger)
    assert facts.path == ()
    with pytest.raises(SealUntrusted) as caught:
        check_signer(facts, ROOTS, AT)
    assert caught.value.values["cause"] in ("path.untrusted", "path.signature")


@pytest.mark.parametrize(
    ("at", "cause"),
    [(datetime(2025, 1, 1, tzinfo=UTC), "path.not_yet_valid"),
     (datetime(2029, 1, 1, tzinfo=UTC), "path.expired")],
)  # fmt: skip
def test_the_certificate_is_judged_at_the_time_given(at: datetime, cause: str) -> None:
    with pytest.raises(SealUntrusted) as caught:
        verify_seal(GOOD, ROOTS, at)
    assert caught.value.values["cause"] == cause


def test_what_is_not_sealed() -> None:
    with pytest.raises(SealPresent):
        seal_layout(GOOD, KEY, CERTIFICATE, [ROOT], "", "", SEALED_AT)
    for foreign in (
        unsealed().replace(b"(Seal)", b"(Sale)"),
        unsealed().replace(b"/Kids", b"/Kid"),
    ):
        with pytest.raises(PdfMalformed):
            seal_layout(foreign, KEY, CERTIFICATE, [ROOT], "", "", SEALED_AT)
    with pytest.raises(ValueError):
        other = ec.derive_private_key(5, ec.SECP256R1())
        seal_layout(unsealed(), other, CERTIFICATE, [ROOT], "", "", SEALED_AT)
    with pytest.raises(ValueError):
        seal_layout(unsealed(), KEY, CERTIFICATE, [ROOT] * 9, "", "", SEALED_AT)


def test_a_file_without_credential() -> None:
    with pytest.raises(CredentialAbsent):
        extract_credential(unsealed().replace(b"[(credential", b"[(credentiaL"))
    with pytest.raises(PdfMalformed):
        extract_credential(unsealed(), PdfLimits(attachment=10))
    assert extract_credential(unsealed()) == b"header.payload.signature~"
    with pytest.raises(SealAbsent):
        read_seal(unsealed())


def test_a_file_of_two_revisions_is_not_read() -> None:
    for pdf in ((FOLDER / "appended-revision_fail.pdf").read_bytes(), unsealed() * 2):
        with pytest.raises(PdfRevisions):
            extract_credential(pdf)


def test_a_file_above_the_limit_is_not_read() -> None:
    assert code_of(GOOD, PdfLimits(file=len(GOOD) - 1)) == "pdf.too_large"
    assert code_of(GOOD, PdfLimits(file=len(GOOD))) == "ok"
