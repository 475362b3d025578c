"""Characters that hide or turn text are no plain text."""

from __future__ import annotations

import unicodedata

import pytest

from certs.plain_text import is_plain, same_name


def test_names_and_sentences_are_plain() -> None:
    assert is_plain("云上小馆餐饮有限公司 Café №1（分店）·喆")
    assert is_plain("")


def test_no_control_or_line_character_is_plain() -> None:
    for code in range(0x110000):
        letter = chr(code)
        if unicodedata.category(letter) in ("Cc", "Zl", "Zp"):
            assert not is_plain(f"a{letter}b"), hex(code)


@pytest.mark.parametrize(
    "letter",
    "\u034f\u115f\u2800\u3164\uffa0\u00ad\u200b\u200d\u200f\u202a\u202e\u2066\u2069\ufeff\U000e0041",
)
def test_no_hiding_or_turning_character_is_plain(letter: str) -> None:
    assert not is_plain(f"a{letter}b")


@pytest.mark.parametrize(
    "other", ["Officer-7", "officer 7", "ｏｆｆｉｃｅｒ－７", "OFFICER_7", " officer-⑦", "oﬃcer-7"]
)
def test_a_name_is_the_same_however_it_is_typed(other: str) -> None:
    assert same_name("officer-7", other)


def test_other_names_are_other_names() -> None:
    assert not same_name("officer-7", "officer-8")
    assert not same_name("沈一", "沈二")
    assert not same_name("--", "++")
