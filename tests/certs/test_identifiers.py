"""Identifiers: published examples, every bad form by name, and what check characters promise."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.check_characters import ALPHABET_31, ALPHABET_36
from certs.identifiers import (
    IdentifierError,
    mint_citizen_id,
    mint_credit_code,
    mint_licence_identifier,
    parse_citizen_id,
    parse_credit_code,
    parse_licence_identifier,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/identifiers.json").read_text("utf-8"))
DOORS: dict[str, Callable[..., Any]] = {
    "licence": parse_licence_identifier,
    "credit_code": parse_credit_code,
    "citizen_id": parse_citizen_id,
}
CASES = [
    pytest.param(DOORS[kind], case, id=f"{kind}: {case['name']}")
    for kind in DOORS
    for case in VECTORS[kind]
]

stems = st.builds(
    "{}{}{}".format,
    st.text(ALPHABET_31, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET_31, min_size=8, max_size=8),
)
credit_codes = stems.map(lambda stem: mint_credit_code(stem).value)
citizen_ids = st.builds(
    mint_citizen_id, st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(0, 999)
)
licences = st.builds(
    mint_licence_identifier,
    st.builds("{}{:03}".format, credit_codes, st.integers(0, 999)),
    credit_codes,
    st.text(ALPHABET_36, min_size=7, max_size=32),
    st.integers(1, 999),
)


@pytest.mark.parametrize(("door", "case"), CASES)
def test_the_strict_door(door: Callable[..., Any], case: dict[str, Any]) -> None:
    if case["ok"]:
        found = door(case["text"])
        assert getattr(found, "value", str(found)) == case["text"]
        assert found.warnings == ()
        for name in ("birth", "male"):
            if name in case:
                assert str(getattr(found, name)) == str(case[name])
    else:
        with pytest.raises(IdentifierError) as caught:
            door(case["text"])
        assert caught.value.code == case["code"]


@pytest.mark.parametrize(("door", "case"), CASES)
def test_the_lenient_door_warns_or_still_refuses(
    door: Callable[..., Any], case: dict[str, Any]
) -> None:
    if case["ok"] or "warnings" in case:
        assert list(door(case["text"], lenient=True).warnings) == case.get("warnings", [])
    else:
        with pytest.raises(IdentifierError):
            door(case["text"], lenient=True)


def test_errors_do_not_quote_the_identifier() -> None:
    with pytest.raises(IdentifierError) as caught:
        parse_citizen_id("319999200002290022")
    assert "31999920000229" not in str(caught.value) + repr(caught.value.values)
    assert caught.value.values == {"part": "citizen_id", "expected": "0", "given": "2"}


@given(licences)
def test_a_minted_licence_identifier_reads_back(minted: Any) -> None:
    assert parse_licence_identifier(str(minted)) == minted


@given(licences, st.data())
def test_any_single_change_of_a_licence_identifier_is_refused(minted: Any, data: Any) -> None:
    _refused(str(minted), ALPHABET_36 + ".", parse_licence_identifier, data)


@given(credit_codes, st.data())
def test_any_single_change_of_a_credit_code_is_refused(code: str, data: Any) -> None:
    _refused(code, ALPHABET_36, parse_credit_code, data)


@given(citizen_ids, st.data())
def test_any_single_change_of_a_citizen_id_is_refused(minted: Any, data: Any) -> None:
    _refused(minted.value, "0123456789X", parse_citizen_id, data)


@given(citizen_ids, st.integers(0, 15))
def test_swapped_neighbours_in_a_citizen_id_are_refused(minted: Any, at: int) -> None:
    text = minted.value
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if swapped != text:
        with pytest.raises(IdentifierError):
            parse_citizen_id(swapped)


@given(st.text(max_size=90), st.sampled_from(sorted(DOORS)), st.booleans())
def test_no_text_breaks_a_door(text: str, kind: str, lenient: bool) -> None:
    try:
        DOORS[kind](text, lenient=lenient)
    except IdentifierError as error:
        assert error.code.startswith("identifier.")


def test_parts_and_masks() -> None:
    code = mint_credit_code("91310115MA1K4ABC")
    assert (code.region, code.organisation) == ("310115", code.value[8:17])
    assert code.masked == "9131" + "*" * 10 + code.value[-4:]
    person = mint_citizen_id(date(1990, 1, 1), 1)
    assert person.value == "31999919900101001X" and person.region == "319999"
    assert "1990" not in person.masked
    found = parse_licence_identifier(VECTORS["licence"][0]["text"])
    assert (found.type_code, found.issuer, found.serial, found.version, found.check) == (
        "11100000000013338W011", "11430000006122244L", "20230000403", 1, "U",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stem", "sequence", "serial", "version"),
    [("9131011", 1, "A" * 7, 1), ("91310115MA1K4ABC", 1000, "A" * 6, 1),
     ("91310115MA1K4ABI", -1, "a" * 7, 0), ("913101１5MA1K4ABC", 1000, "A" * 33, 1000)],
)  # fmt: skip
def test_minting_is_strict(stem: str, sequence: int, serial: str, version: int) -> None:
    good = VECTORS["licence"][0]["text"].split(".")
    if stem != "91310115MA1K4ABC":
        with pytest.raises(IdentifierError):
            mint_credit_code(stem)
    if not 0 <= sequence <= 999:
        with pytest.raises(IdentifierError):
            mint_citizen_id(date(1990, 1, 1), sequence)
    if serial != "A" * 7:
        with pytest.raises(IdentifierError):
            mint_licence_identifier(good[5], good[6], serial)
    if not 1 <= version <= 999:
        with pytest.raises(IdentifierError):
            mint_licence_identifier(good[5], good[6], "A" * 7, version)


def _refused(text: str, alphabet: str, door: Callable[[str], Any], data: Any) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([c for c in alphabet if c != text[at]]))
    with pytest.raises(IdentifierError):
        door(text[:at] + other + text[at + 1 :])
