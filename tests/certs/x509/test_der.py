"""The small DER reader, against bytes that are not DER."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from certs.x509.der import children, object_identifier
from tests.pki.build import private_key


def test_children_of_a_public_key() -> None:
    spki = (
        private_key("x").public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    algorithm, bits = children(spki)
    assert list(map(object_identifier, children(algorithm))) == [
        "1.2.840.10045.2.1",
        "1.2.840.10045.3.1.7",
    ]
    assert bits[0] == 0x03 and algorithm + bits == spki[2:]


@pytest.mark.parametrize(
    ("hexadecimal", "dotted"),
    [
        ("06052b81040022", "1.3.132.0.34"),
        ("0603813403", "2.100.3"),  # X.690 §8.19.5
        ("06012a", "1.2"),
        ("0604551d2000", "2.5.29.32.0"),
    ],
)
def test_object_identifiers(hexadecimal: str, dotted: str) -> None:
    assert object_identifier(bytes.fromhex(hexadecimal)) == dotted
    assert x509.ObjectIdentifier(dotted).dotted_string == dotted


NOT_IDENTIFIERS = [
    "",
    "06",
    "0600",
    "0503551d20",
    "0603551d",
    "0602558f",
    "0603558001",
    "06022a0300",
]


@pytest.mark.parametrize("hexadecimal", NOT_IDENTIFIERS)
def test_what_is_no_object_identifier(hexadecimal: str) -> None:
    with pytest.raises(ValueError, match=r"DER|arc"):
        object_identifier(bytes.fromhex(hexadecimal))


NOT_SEQUENCES = {
    "empty": "",
    "a tag alone": "30",
    "another tag": "3100",
    "indefinite length": "30800000",
    "length not shortest": "3081020500",
    "length with leading zero": "308200020500",
    "length points outside": "30030500",
    "something behind": "300205000500",
    "child reaches out": "3002050105",
    "length of five bytes": "3085000000000205 00",
}


@pytest.mark.parametrize("defect", NOT_SEQUENCES)
def test_what_is_no_sequence(defect: str) -> None:
    with pytest.raises(ValueError, match="DER"):
        children(bytes.fromhex(NOT_SEQUENCES[defect]))


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_children_are_what_was_put_in(contents: list[bytes]) -> None:
    def element(tag: int, content: bytes) -> bytes:
        size = len(content)
        if size < 0x80:
            return bytes((tag, size)) + content
        length = size.to_bytes((size.bit_length() + 7) // 8, "big")
        return bytes((tag, 0x80 | len(length))) + length + content

    elements = [element(0x04, content) for content in contents]
    assert children(element(0x30, b"".join(elements))) == elements


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for reader in (children, object_identifier):
        try:
            reader(data)
        except ValueError:
            continue
        assert len(data) >= 2
