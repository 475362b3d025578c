"""Surrogate ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.ids import IdInvalid, check_id, new_id


@given(st.binary(min_size=16, max_size=16))
def test_a_new_id_is_accepted(random: bytes) -> None:
    made = new_id("lic", lambda n: random[:n])
    assert check_id(made) == check_id(made, "lic") == check_id(made, "mat", "lic") == made
    with pytest.raises(IdInvalid):
        check_id(made, "mat")


def test_the_text_of_an_id() -> None:
    assert new_id("sub", lambda n: bytes(range(n))) == "sub_aaaqeayeaudaocajbifqydiob4"


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "",
        "sub_",
        "aaaqeayeaudaocajbifqydiob4",
        "sub_aaaqeayeaudaocajbifqydiob",
        "sub_aaaqeayeaudaocajbifqydiob4a",
        "sub_aaaqeayeaudaocajbifqydiob5",
        "SUB_aaaqeayeaudaocajbifqydiob4",
        "sub_AAAQEAYEAUDAOCAJBIFQYDIOB4",
        "sub_aaaqeayeaudaocajbifqydiob4\n",
        "s_aaaqeayeaudaocajbifqydiob4",
        "sub_0aaqeayeaudaocajbifqydiob4",
        "../_aaaqeayeaudaocajbifqydiob4",
    ],
)
def test_other_texts_are_refused(text: object) -> None:
    with pytest.raises(IdInvalid):
        check_id(text)


@pytest.mark.parametrize("prefix", ["", "x", "Lic", "li_c", "toolongprefix"])
def test_other_prefixes_are_wrong_use(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        new_id(prefix, bytes)


def test_randomness_of_another_length_is_wrong_use() -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        new_id("lic", lambda n: b"\0" * (n - 1))
