"""The one door for JSON: strict reading (RFC 8259, I-JSON RFC 7493) and RFC 8785 writing.

`Json` values are None, bool, int, float, str, list and dict with str keys. Every integer lies
within ±(2^53-1), so that any ECMAScript reader sees the same number.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn, TypeAlias, cast

import orjson
import rfc8785

from certs.errors import (
    JsonDepth,
    JsonDuplicateKey,
    JsonEncoding,
    JsonNotCanonical,
    JsonNumber,
    JsonSize,
    JsonSurrogate,
    JsonSyntax,
)

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_INTEGER = 2**53 - 1  # RFC 7493 §2.2

_OTHER = object()
_LONGEST_INTEGER = len(str(-MAX_INTEGER))
# The closing quote is optional so that an unterminated string is consumed too: every byte is
# looked at once, whatever stands there.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_ORJSON = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_SUBCLASS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
)


def parse(data: bytes, *, max_bytes: int = MAX_BYTES, integers_only: bool = True) -> Json:
    """Value of the JSON text `data` (UTF-8 without byte order mark, at most `max_bytes` bytes).

    With `integers_only` a number written with fraction or exponent is refused; without it any
    finite one becomes a float. An integer beyond ±(2^53-1) is refused either way.

    Raises JsonSize, JsonEncoding, JsonDepth (more than 64 containers inside each other),
    JsonSyntax, JsonDuplicateKey, JsonNumber or JsonSurrogate.
    """
    if len(data) > max_bytes:
        raise JsonSize("JSON text is too long", size=len(data), limit=max_bytes)
    if b'": ' not in data[:256]:  # else it is surely not canonical
        value = _read_canonical(data)
        if value is not _OTHER:
            return cast(Json, value)
    return _read_strictly(data, _INTEGERS if integers_only else _NUMBERS)


def parse_canonical(data: bytes, *, max_bytes: int = MAX_BYTES) -> Json:
    """Value of `data`, which must be exactly `canonical(value)`; integers only.

    Raises what `parse` raises, and JsonNotCanonical for valid JSON in any other form.
    """
    if len(data) > max_bytes:
        raise JsonSize("JSON text is too long", size=len(data), limit=max_bytes)
    found = _read_canonical(data)
    if found is not _OTHER:
        return cast(Json, found)
    value = _read_strictly(data, _INTEGERS)
    if canonical(value) != data:
        raise JsonNotCanonical("not the RFC 8785 form of its value")
    return value


def _read_canonical(data: bytes) -> object:
    """Value of `data` where it is canonical and plain, else `_OTHER`; never raises.

    Whatever a lenient reader overlooks (a duplicate key, white space, an escape) does not come
    back when the value is written again, so equality alone admits.
    """
    try:
        value: Json = orjson.loads(data)
        if _is_plain(value, MAX_DEPTH) and orjson.dumps(value, option=_ORJSON) == data:
            return value
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, JsonDepth):
        pass  # the strict reader finds the reason
    return _OTHER


def _read_strictly(data: bytes, decoder: json.JSONDecoder) -> Json:
    if data.startswith(b"\xef\xbb\xbf"):
        raise JsonEncoding("JSON text starts with a byte order mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonEncoding("JSON text is not UTF-8", position=error.start) from error
    _check_depth(data)
    try:
        value: Json = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise JsonSyntax(f"not JSON: {error.msg}", position=error.pos) from error
    if _SURROGATE_ESCAPE.search(data):
        _check_surrogates(value)
    return value


def canonical(value: object) -> bytes:
    """RFC 8785 bytes of a Json `value` (tuples count as lists, floats must be finite).

    Raises JsonNumber, JsonSurrogate or JsonDepth for what the strict door would not read back;
    ValueError for an object that is no JSON value at all.
    """
    if _is_plain(value, MAX_DEPTH):
        try:
            return orjson.dumps(value, option=_ORJSON)
        except orjson.JSONEncodeError:
            pass  # the careful path below names the reason
    _check_value(value)
    return rfc8785.dumps(value)  # type: ignore[arg-type]


def _is_plain(value: Any, depth: int) -> bool:
    """Whether orjson's sorted output is the RFC 8785 form of `value`.

    It is for strings, integers, truth values and null. Floats are written differently, and keys
    are sorted by code point, which differs from UTF-16 order only beyond U+FFFF (§3.2.3).
    """
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return True
    if kind is dict:
        if not depth:
            raise JsonDepth("JSON value is nested too deeply", limit=MAX_DEPTH)
        for key, member in value.items():
            if type(key) is not str or not (key.isascii() or max(key) <= "\uffff"):
                return False
            kind = type(member)
            if kind is str or kind is int:
                continue
            if not _is_plain(member, depth - 1):
                return False
        return True
    if kind is list or kind is tuple:
        if not depth:
            raise JsonDepth("JSON value is nested too deeply", limit=MAX_DEPTH)
        for item in value:
            kind = type(item)
            if kind is str or kind is int:
                continue
            if not _is_plain(item, depth - 1):
                return False
        return True
    return False


def _check_value(value: Any, depth: int = MAX_DEPTH) -> None:
    """Raise the reason why `value` cannot be written, if there is one."""
    kind = type(value)
    if kind is str:
        _check_string(value)
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise JsonNumber("integer beyond ±(2^53-1)")
    elif kind is float:
        if not math.isfinite(value):
            raise JsonNumber("number is not finite")
    elif kind in (dict, list, tuple):
        if not depth:
            raise JsonDepth("JSON value is nested too deeply", limit=MAX_DEPTH)
        if kind is dict:
            for key in value:
                if type(key) is not str:
                    raise ValueError(f"a JSON key must be str, not {type(key).__name__}")
                _check_string(key)
        for member in value.values() if kind is dict else value:
            _check_value(member, depth - 1)
    elif kind is not bool and value is not None:
        raise ValueError(f"{kind.__name__} is no JSON value")


def _check_string(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise JsonSurrogate("string holds a lone surrogate") from error


def _check_surrogates(value: Json) -> None:
    """Depth is bounded by the reader, so the recursion is too."""
    if type(value) is str:
        _check_string(value)
    elif type(value) is list:
        for item in value:
            _check_surrogates(item)
    elif type(value) is dict:
        for key, member in value.items():
            _check_string(key)
            _check_surrogates(member)


def _check_depth(data: bytes) -> None:
    """Refuse deep nesting before the recursive reader meets it; linear in the size."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _STRING.sub(b"", data).translate(None, delete=_NOT_BRACKETS):
        if bracket in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise JsonDepth("JSON text is nested too deeply", limit=MAX_DEPTH)
        else:
            depth -= 1


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise JsonDuplicateKey("object names a member twice", key=key)
            seen.add(key)
    return members


def _integer(text: str) -> int:
    # Length first: Python's own conversion is quadratic and stops at 4300 digits.
    if len(text) <= _LONGEST_INTEGER:
        number = int(text)
        if -MAX_INTEGER <= number <= MAX_INTEGER:
            return number
    raise JsonNumber("integer beyond ±(2^53-1)")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise JsonNumber("number is too large")
    return number


def _no_fraction(text: str) -> NoReturn:
    raise JsonNumber("only integers may stand here")


def _no_constant(name: str) -> NoReturn:
    raise JsonNumber(f"{name} is no JSON number")


_INTEGERS = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_int=_integer,
    parse_float=_no_fraction,
    parse_constant=_no_constant,
)
_NUMBERS = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_int=_integer,
    parse_float=_finite,
    parse_constant=_no_constant,
)

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_INTEGER",
    "Json",
    "canonical",
    "parse",
    "parse_canonical",
]
