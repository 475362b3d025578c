import contextlib
import json
import sys
import time
from pathlib import Path

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from certs.canonical import MAX_DEPTH, MAX_INTEGER, Json, canonical, parse, parse_canonical
from certs.errors import (
    JsonDepth,
    JsonInvalid,
    JsonNotCanonical,
    JsonNumber,
    JsonSize,
    JsonSurrogate,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/canonical.json").read_text("utf-8"))

texts = st.text(st.characters(exclude_categories=["Cs"]))
integers = st.integers(-MAX_INTEGER, MAX_INTEGER)
scalars = st.none() | st.booleans() | integers | texts


def documents(leaves: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20
    )


def raw(case: dict[str, str]) -> bytes:
    return bytes.fromhex(case["input_hex"]) if "input_hex" in case else case["input"].encode()


@pytest.mark.parametrize("case", VECTORS["accepted"], ids=lambda case: case["name"])
def test_canonical_form(case):
    value = parse(raw(case), integers_only=case["integers_only"])
    assert canonical(value).decode() == case["output"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_refused_with_its_code(case):
    with pytest.raises(JsonInvalid) as caught:
        parse(raw(case), integers_only=case["integers_only"])
    assert caught.value.code == case["code"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_canonical_door_gives_the_same_reason(case):
    with pytest.raises(JsonInvalid) as caught:
        parse_canonical(raw(case))
    assert caught.value.code == case["code"]


@given(documents(scalars))
@example({"\ue000": 1, "\U00010000": 2})
@example({"\u007f\u0000\u001f": ["\u2028", '\\"/']})
def test_equals_the_reference_writer(value):
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(documents(scalars | st.floats(allow_nan=False, allow_infinity=False)))
def test_floats_equal_the_reference_writer(value):
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(documents(scalars))
def test_reads_back_what_it_wrote(value):
    data = canonical(value)
    assert parse(data) == value
    assert parse_canonical(data) == value


@given(documents(scalars), st.booleans(), st.sampled_from([None, 0, 2]))
def test_one_form_only(value, ascii_only, indent):
    other = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert parse(other) == value
    if other == canonical(value):
        assert parse_canonical(other) == value
    else:
        with pytest.raises(JsonNotCanonical):
            parse_canonical(other)


@given(st.binary() | st.text('[]{}",:\\u0123dDeE.-+ntfalsruINy ').map(str.encode))
def test_no_bytes_get_past_the_doors_unrefused_or_changed(data):
    """Nothing but JsonInvalid escapes, and what is accepted has the value json sees."""
    for integers_only in (True, False):
        try:
            value = parse(data, integers_only=integers_only)
        except JsonInvalid:
            continue
        assert value == json.loads(data)
    with contextlib.suppress(JsonInvalid):
        assert canonical(parse_canonical(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 1_000_000,
        b'{"a":' * 200_000,
        b"[]," * 300_000,
        b'"' + b'\\"' * 500_000,
        b'"\\' * 500_000,
        b"[" + b'"' * 1_000_000,
        b"[" * 65 + b"\\" * 1_000_000,
        b"9" * 1_000_000,
        b'"' * 999_999,
    ],
    ids=lambda data: data[:6].decode(),
)
def test_a_megabyte_of_nonsense_is_refused_in_linear_time(data):
    before = time.perf_counter()
    with pytest.raises(JsonInvalid):
        parse(b"[" * 65 + data if not data.startswith(b"[") else data)
    with pytest.raises(JsonInvalid):
        parse_canonical(data)
    assert time.perf_counter() - before < 2


def test_depth_is_refused_by_every_door_alike():
    deepest: Json = 1
    for _ in range(MAX_DEPTH):
        deepest = [deepest]
    assert parse(canonical(deepest)) == deepest
    for value in ([deepest], {"a": deepest}, [1.5, deepest]):
        with pytest.raises(JsonDepth):
            canonical(value)
    with pytest.raises(JsonDepth):
        parse_canonical(b"[" * 65 + b"]" * 65)


def test_depth_of_an_endless_value_is_bounded():
    endless: list[object] = []
    endless.append(endless)
    assert sys.getrecursionlimit() > MAX_DEPTH
    with pytest.raises(JsonDepth):
        canonical(endless)


def test_size_counts_bytes():
    assert parse('"中"'.encode(), max_bytes=5) == "中"
    with pytest.raises(JsonSize) as caught:
        parse('"中"'.encode(), max_bytes=4)
    assert (caught.value.size, caught.value.limit) == (5, 4)
    with pytest.raises(JsonSize):
        parse_canonical('"中"'.encode(), max_bytes=4)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (MAX_INTEGER + 1, JsonNumber),
        ({"a": [-MAX_INTEGER - 1]}, JsonNumber),
        (2**64, JsonNumber),
        (float("nan"), JsonNumber),
        ([float("inf")], JsonNumber),
        ("\ud800", JsonSurrogate),
        ({"\udfff": 1}, JsonSurrogate),
        ({"\U0001f600": "\ud800"}, JsonSurrogate),
        ({1: 2}, ValueError),
        (b"bytes", ValueError),
        ({"a": {1, 2}}, ValueError),
        ([...], ValueError),
    ],
    ids=repr,
)
def test_what_cannot_be_written(value, error):
    with pytest.raises(error):
        canonical(value)


def test_tuples_are_lists():
    assert canonical({"a": (1, ("x",), 0.5)}) == b'{"a":[1,["x"],0.5]}'


def test_duplicate_key_is_named():
    with pytest.raises(JsonInvalid) as caught:
        parse(b'{"a":1,"b":2,"b":3}')
    assert caught.value.key == "b"
