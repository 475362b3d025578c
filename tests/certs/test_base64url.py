import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs import base64url
from certs.errors import Base64Invalid


@given(st.binary())
def test_equals_the_standard_library_without_padding(data):
    text = base64url.encode(data)
    assert text == base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    assert base64url.decode(text) == data


@given(st.text("ABcd01-_+/=. \n\x00é", max_size=12))
def test_one_text_per_byte_string(text):
    try:
        data = base64url.decode(text)
    except Base64Invalid:
        return
    assert base64url.encode(data) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("QQ==", id="padded"),
        pytest.param("QUI=", id="padded once"),
        pytest.param("=", id="padding alone"),
        pytest.param("A", id="impossible length"),
        pytest.param("AAAAA", id="impossible length, longer"),
        pytest.param("QR", id="spare bits of one byte"),
        pytest.param("QUJ", id="spare bits of two bytes"),
        pytest.param("+/+/", id="standard alphabet"),
        pytest.param("QU JD", id="space"),
        pytest.param("QUJD\n", id="newline"),
        pytest.param("QU.D", id="point"),
        pytest.param("QUJDé", id="beyond ASCII"),
        pytest.param("ＱＵＪＤ", id="full width"),
        pytest.param("QU\x00JD", id="null byte"),
    ],
)
def test_refused(text):
    with pytest.raises(Base64Invalid) as caught:
        base64url.decode(text)
    assert caught.value.code == "base64url.invalid"
