"""The `x5c` header."""

from __future__ import annotations

import pytest

from certs.x509.x5c import MAX_CERTIFICATES, X5cMalformed, read_x5c, written_x5c


def test_round_trip_in_standard_base64() -> None:
    chain = (b"\xfb\xff", b"root")
    assert written_x5c(chain) == ["+/8=", "cm9vdA=="]
    assert read_x5c({"x5c": written_x5c(chain)}) == chain


DEFECTS = [
    None,
    [],
    "cm9vdA==",
    [1],
    [""],
    ["cm9vdA"],
    ["cm9vdA== "],
    ["cm9vdB=="],
    ["-_8="],
    ["é"],
    ["AQ=="] * (MAX_CERTIFICATES + 1),
]


@pytest.mark.parametrize("value", DEFECTS)
def test_malformed(value: object) -> None:
    with pytest.raises(X5cMalformed):
        read_x5c({"x5c": value} if value is not None else {})
