"""Whatever a line holds, it gets exactly one well-formed answer, and soon."""

from __future__ import annotations

import io
import json
import time
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.conform.driver import answer, encoded, run
from api.conform.limits import TimeIsUp, deadline
from api.conform.ops import OPERATIONS

OPS = [*OPERATIONS, "bundle_verify", "receipt_verify", "consent_verify", "sm2"]
NAMES = [
    *("bytes_hex", "leaves_hex", "index", "size", "size1", "size2", "leaf_hash_hex", "proof_hex"),
    *("root_hex", "root1_hex", "root2_hex", "note", "vkey", "witnesses", "quorum", "alg", "sigfmt"),
    *(
        "spki_der_hex",
        "msg_hex",
        "sig_hex",
        "token",
        "jwk",
        "algs",
        "key_hex",
        "nonce_hex",
        "ct_hex",
    ),
    *(
        "aad_hex",
        "tag_hex",
        "leaf_der_hex",
        "intermediates",
        "roots",
        "at",
        "crls",
        "pdf_hex",
        "cid",
    ),
    *("bundle_hex", "trust_hex", "receipt_hex", "leaf_hex", "only_known", "origin"),
]
HEX = st.binary(max_size=80).map(bytes.hex)
HASHES = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), max_size=6)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["ES256", "EdDSA", "der", "p1363", "A256GCM", "2026-01-01T00:00:00Z", "none"]),
)
VALUES = st.one_of(HEX, HASHES, SCALARS, st.lists(SCALARS, max_size=3)) | st.dictionaries(
    st.sampled_from(["kty", "crv", "x", "y", "d"]), SCALARS
)
LINES = st.builds(
    lambda members, op, known: {**members, "op": op, "id": known},
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=10),
    st.sampled_from(OPS),
    SCALARS,
)


def check(reply: dict[str, Any]) -> None:
    back = json.loads(encoded(reply))
    assert {"id", "ok", "code"} <= back.keys() <= {"id", "ok", "code", "out", "out_hex"}
    assert type(back["ok"]) is bool and isinstance(back["code"], str)
    assert back["code"] not in ("INTERNAL", "LIMIT")


@settings(max_examples=600, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(LINES)
def test_any_fields_of_any_operation(members: dict[str, Any]) -> None:
    check(answer(json.dumps(members).encode()))


@settings(max_examples=200, deadline=5000)
@given(st.binary(max_size=200))
def test_any_bytes(line: bytes) -> None:
    sink = io.BytesIO()
    run(io.BytesIO(line.replace(b"\n", b"") + b"\n"), sink)
    (reply,) = [json.loads(one) for one in sink.getvalue().splitlines()]
    check(reply)


def test_a_last_line_without_its_end_is_answered() -> None:
    sink = io.BytesIO()
    run(io.BytesIO(b'{"id":1,"op":"cid_of","bytes_hex":""}\n{"id":2}'), sink)
    assert [json.loads(line)["id"] for line in sink.getvalue().splitlines()] == [1, 2]


def test_what_takes_too_long_is_stopped() -> None:
    started = time.monotonic()
    try:
        with deadline(0.05):
            while True:
                pass
    except TimeIsUp:
        assert time.monotonic() - started < 30
    else:
        raise AssertionError("nothing stopped the loop")


def test_nobody_reading_ends_the_driver() -> None:
    class Closed(io.RawIOBase):
        def write(self, _data: object) -> int:
            raise BrokenPipeError

    source = io.BytesIO(b"{}\n{}\n")
    run(source, Closed())  # type: ignore[arg-type]
    assert source.read() == b"{}\n"
