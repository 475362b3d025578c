"""Reading JSON member by member."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from certs.shapes import Misshapen, Shape, numeric_date, written_time

AT = datetime(2026, 3, 1, 8, 30, 1, tzinfo=UTC)


def test_what_is_as_expected() -> None:
    shape = Shape({"n": 1, "t": "a", "l": ["x"], "at": "2026-03-01T08:30:01Z", "b": "AQ"}, "top")
    shape.members("n", "t", "l", "at", "b")
    assert (shape["n"].integer(1, 1), shape["t"].text("a|b"), shape["at"].time()) == (1, "a", AT)
    assert [item.text() for item in shape["l"].items(1, 1)] == ["x"]
    assert shape["b"].data() == b"\x01" and "n" in shape and "z" not in shape
    assert [(name, s.text()) for name, s in Shape({"k": "v"}, "o").entries("[a-z]")] == [("k", "v")]


@pytest.mark.parametrize(
    "read",
    [
        lambda: Shape([], "top").members("a"),
        lambda: Shape({"a": 1}, "top").members(),
        lambda: Shape({}, "top").members("a"),
        lambda: Shape({}, "top")["a"],
        lambda: "a" in Shape([], "top"),
        lambda: list(Shape({"A": 1}, "top").entries("[a-z]")),
        lambda: Shape({}, "top").items(),
        lambda: Shape([1], "top").items(2),
        lambda: Shape([1, 2], "top").items(0, 1),
        lambda: Shape("", "top").text(),
        lambda: Shape("x" * 1025, "top").text(),
        lambda: Shape("ab", "top").text("a"),
        lambda: Shape("a\n", "top").text("a"),
        lambda: Shape(1, "top").text(),
        lambda: Shape(True, "top").integer(),
        lambda: Shape(1.0, "top").integer(),
        lambda: Shape(-1, "top").integer(),
        lambda: Shape(1 << 53, "top").integer(),
        lambda: Shape("AQ==", "top").data(),
        lambda: Shape(1, "top").data(),
        lambda: Shape("2026-02-30T00:00:00Z", "top").time(),
        lambda: Shape("2026-03-01T00:00:00+00:00", "top").time(),
        lambda: Shape("2026-03-01T24:00:00Z", "top").time(),
        lambda: Shape("２026-03-01T00:00:00Z", "top").time(),
        lambda: Shape(0, "top").time(),
        lambda: Shape(253402300800, "top").moment(),
    ],
)
def test_what_is_not(read) -> None:
    with pytest.raises(Misshapen) as refused:
        read()
    assert str(refused.value).startswith("top")


def test_times_are_written_as_they_are_read() -> None:
    local = AT.astimezone(timezone(timedelta(hours=8)))
    assert written_time(local) == "2026-03-01T08:30:01Z"
    assert Shape(written_time(local), "t").time() == AT
    assert Shape(numeric_date(local), "t").moment() == AT
    for naive in (written_time, numeric_date):
        with pytest.raises(ValueError, match="aware"):
            naive(datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="whole"):
        written_time(AT + timedelta(microseconds=1))
