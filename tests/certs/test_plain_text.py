"""Characters that hide or turn text are no plain text."""

from __future__ import annotations

import unicodedata

import pytest

from certs.plain_text import is_plain


def test_names_and_sentences_are_plain() -> None:
    assert is_plain("云上小馆餐饮有限公司 Café №1（分店）·喆")
    assert is_plain("")


def test_no_control_or_line_character_is_plain() -> None:
    for code in range(0x110000):
        letter = chr(code)
        if unicodedata.category(letter) in ("Cc", "Zl", "Zp"):
            assert not is_plain(f"a{letter}b"), hex(code)


@pytest.mark.parametrize(
    "letter", "\u00ad\u200b\u200d\u200f\u202a\u202e\u2066\u2069\ufeff\U000e0041"
)
def test_no_hiding_or_turning_character_is_plain(letter: str) -> None:
    assert not is_plain(f"a{letter}b")
