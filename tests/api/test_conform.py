"""The conformance driver as a foreign program sees it: our own vectors, in one process."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from certs import base64url, jws, keys
from certs.jwk import public_jwk

VECTORS = Path(__file__).parents[1] / "vectors"
PROGRAM = (
    "import sys; from api.conform.driver import run; from api.conform.limits import bound_memory;"
    "bound_memory(); run(sys.stdin.buffer, sys.stdout.buffer)"
)
Line = dict[str, Any]


def asked(lines: list[Line | bytes]) -> list[Line]:
    """Replies of one fresh driver process to these lines."""
    given = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=b"".join(line + b"\n" for line in given),
        capture_output=True,
        timeout=120,
        check=True,
    )
    assert done.stderr == b""
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(replies) == len(given)
    return replies


def loaded(name: str) -> Any:
    return json.loads((VECTORS / name).read_text("utf-8"))


def merkle_lines() -> Iterator[tuple[Line, bool]]:
    for op, name in (("merkle_incl", "inclusion"), ("merkle_cons", "consistency")):
        for case in loaded(f"merkle/{name}.json")["cases"]:
            yield {"op": op, **case}, case["ok"]


def canonical_lines() -> Iterator[tuple[Line, str]]:
    for case in loaded("canonical.json")["refused"]:
        if case["integers_only"]:  # the driver's door takes finite fractions too
            continue
        data = case["input"].encode() if "input" in case else bytes.fromhex(case["input_hex"])
        yield {"op": "json_parse", "bytes_hex": data.hex()}, case["code"]
        yield {"op": "canon", "bytes_hex": data.hex()}, case["code"]


def checkpoint_lines() -> Iterator[tuple[Line, str]]:
    foreign = loaded("checkpoint/foreign.json")
    policy = {name: foreign[name] for name in ("vkey", "witnesses")}
    for made in foreign["checkpoints"]:
        line = {"op": "checkpoint_verify", "note": made["note"], **policy}
        yield {**line, "quorum": made["cosigned"]}, "ok"
        yield {**line, "quorum": made["cosigned"] + 1}, "checkpoint.quorum"
    for case in loaded("checkpoint/refused.json")["cases"]:
        yield {"op": "checkpoint_verify", **case}, case["code"]


def pdf_lines() -> Iterator[tuple[Line, str]]:
    index = loaded("pdf/index.json")
    for name, code in index["files"].items():
        data = (VECTORS / "pdf" / name).read_bytes()
        line = {"op": "pdf_verify", "pdf_hex": data.hex()}
        yield {**line, "roots": index["roots"], "at": index["at"]}, code


def test_every_vector_file_gets_its_own_answer() -> None:
    expected: list[tuple[Line, bool | str]] = [
        *merkle_lines(),
        *canonical_lines(),
        *checkpoint_lines(),
        *pdf_lines(),
    ]
    lines = [{"id": number, **line} for number, (line, _) in enumerate(expected)]
    replies = asked([*lines])
    assert len(replies) > 300
    for number, ((line, outcome), reply) in enumerate(zip(expected, replies, strict=True)):
        assert reply["id"] == number
        if isinstance(outcome, bool):
            assert reply["ok"] is outcome, line
        else:
            assert (reply["ok"], reply["code"]) == (outcome == "ok", outcome), line


def test_canonical_forms_come_back_in_hex() -> None:
    cases = loaded("canonical.json")["accepted"]
    lines = [{"op": "canon", "bytes_hex": case["input"].encode().hex()} for case in cases]
    for case, reply in zip(cases, asked([*lines]), strict=True):
        assert bytes.fromhex(reply["out_hex"]).decode() == case["output"]


def test_roots_of_every_size() -> None:
    tree = loaded("merkle/tree.json")
    leaves, roots = tree["leaves_hex"], tree["roots_hex"]
    assert len(roots) == len(leaves) + 1
    lines: list[Line | bytes] = [
        {"op": "merkle_root", "leaves_hex": leaves[:size]} for size in range(len(roots))
    ]
    replies = asked(lines)
    assert [reply["out_hex"] for reply in replies] == roots
    assert replies[0]["out_hex"] == hashlib.sha256(b"").hexdigest()


def test_cids_as_kubo_made_them() -> None:
    named = loaded("cid/kubo.json")
    cases = [case for case in named["cases"] if case["chunk"] == 262_144 and case["size"] < 1e7 + 1]
    lines: list[Line | bytes] = []
    for case in cases:
        data = made_bytes(named["seed"], case["size"]).hex()
        lines.append({"op": "cid_of", "bytes_hex": data})
        lines.append({"op": "cid_check", "bytes_hex": data, "cid": case["cid"]})
        lines.append({"op": "cid_check", "bytes_hex": data + "00", "cid": case["cid"]})
    replies = asked(lines)
    for number, case in enumerate(cases):
        made, same, other = replies[3 * number : 3 * number + 3]
        assert made["out"] == case["cid"]
        assert (same["ok"], other["code"]) == (True, "cid.mismatch")


def made_bytes(seed: str, size: int) -> bytes:
    return hashlib.shake_256(seed.encode()).digest(size)


def test_signatures_and_tokens() -> None:
    p256, ed25519 = keys.generate_p256(), keys.generate_ed25519()
    signed = {
        "op": "verify_sig",
        "alg": "ES256",
        "sigfmt": "p1363",
        "spki_der_hex": keys.spki(p256.public_key()).hex(),
        "msg_hex": b"message".hex(),
        "sig_hex": keys.sign_es256(p256, b"message").hex(),
    }
    edwards = {
        **signed,
        "alg": "EdDSA",
        "spki_der_hex": keys.spki(ed25519.public_key()).hex(),
        "sig_hex": keys.sign_ed25519(ed25519, b"message").hex(),
    }
    del edwards["sigfmt"]
    token = jws.sign({}, b'{"a":1}', p256)
    jwk = public_jwk(p256.public_key())
    signed_token = {"op": "jws_verify", "token": token, "jwk": jwk, "algs": ["ES256"]}
    none = base64url.encode(b'{"alg":"none"}') + token[token.index(".") :]
    cases: list[tuple[Line, str]] = [
        (signed, "ok"),
        ({**signed, "msg_hex": b"massage".hex()}, "signature.invalid"),
        ({**signed, "alg": "SM2"}, "UNSUPPORTED"),
        ({**signed, "sig_hex": ""}, "signature.malformed"),
        ({**signed, "spki_der_hex": "00"}, "key.invalid"),
        (edwards, "ok"),
        ({**edwards, "sigfmt": "der"}, "UNSUPPORTED"),
        (signed_token, "ok"),
        ({**signed_token, "algs": ["EdDSA"]}, "jws.alg"),
        ({**signed_token, "token": none, "algs": ["none"]}, "jws.alg"),
        ({**signed_token, "jwk": "key"}, "MALFORMED"),
        ({**signed_token, "jwk": {"kty": "oct", "k": "AA"}}, "key.invalid"),
    ]
    replies = asked([line for line, _ in cases])
    assert [reply["code"] for reply in replies] == [code for _, code in cases]
    assert bytes.fromhex(replies[7]["out_hex"]) == b'{"a":1}'


@pytest.mark.parametrize(("alg", "size"), [("A128GCM", 16), ("A192GCM", 24), ("A256GCM", 32)])
def test_aead(alg: str, size: int) -> None:
    key, nonce = bytes(range(size)), bytes(12)
    sealed = AESGCM(key).encrypt(nonce, b"plain", b"aad")
    line = {
        "op": "aead_open",
        "alg": alg,
        "key_hex": key.hex(),
        "nonce_hex": nonce.hex(),
        "aad_hex": b"aad".hex(),
        "ct_hex": sealed[:-16].hex(),
        "tag_hex": sealed[-16:].hex(),
    }
    replies = asked(
        [
            line,
            {**line, "aad_hex": ""},
            {**line, "tag_hex": sealed[-16:-1].hex()},
            {**line, "key_hex": "00"},
            {**line, "nonce_hex": ""},
            {**line, "alg": "SM4GCM"},
        ]
    )
    codes = ["ok", "aead.open", "aead.open", "aead.key", "UNSUPPORTED", "UNSUPPORTED"]
    assert [reply["code"] for reply in replies] == codes
    assert replies[0]["out_hex"] == b"plain".hex()


def test_paths_at_a_time() -> None:
    index = loaded("pdf/index.json")
    (root, *_) = index["roots"]
    line = {"op": "x509_path", "leaf_der_hex": root, "roots": [root], "at": index["at"]}
    replies = asked(
        [
            {**line, "leaf_der_hex": "30"},
            {**line, "at": "2026-06-01 00:00:00"},
            {**line, "at": "2026-13-01T00:00:00Z"},
            {**line, "roots": root},
            {**line, "crls": [""]},
        ]
    )
    codes = [reply["code"] for reply in replies]
    assert codes == ["path.malformed", "MALFORMED", "MALFORMED", "MALFORMED", codes[4]]
    assert codes[4].startswith("path.")


def test_spoilt_lines_are_answered_in_order() -> None:
    wide = 5 << 20
    lines: list[tuple[Line | bytes, Any, str]] = [
        (b"", None, "MALFORMED"),
        (b"[]", None, "MALFORMED"),
        (b"{", None, "MALFORMED"),
        (b"\xff\xfe", None, "MALFORMED"),
        (b'"text"', None, "MALFORMED"),
        (b"[" * 100_000, None, "MALFORMED"),
        (b'{"id":3,"op":"canon","bytes_hex":"' + b"[" * 600_000 + b'"}', 3, "LIMIT"),
        (b'{"id":"w","a":"' + "面".encode() * (wide // 3) + b'"}', "w", "LIMIT"),
        (b'{"id":"big","bytes_hex":"' + b"0" * (33 << 20) + b'"}', "big", "LIMIT"),
        (b'{"id":4,"op":"canon","op":"canon","bytes_hex":"31"}', 4, "MALFORMED"),
        (b'{"id":5,"op":"jws_verify","token":"\\ud800","jwk":{},"algs":[]}', 5, "MALFORMED"),
        (b'{"id":6,"op":"merkle_incl","index":9007199254740992}', 6, "MALFORMED"),
        ({"id": 7}, 7, "MALFORMED"),
        ({"id": 8, "op": 8}, 8, "MALFORMED"),
        ({"id": [9], "op": "sm2_sign"}, [9], "UNSUPPORTED"),
        ({"id": 10, "op": "canon"}, 10, "MALFORMED"),
        ({"id": 11, "op": "canon", "bytes_hex": "3A"}, 11, "MALFORMED"),
        ({"id": 12, "op": "canon", "bytes_hex": "3 1"}, 12, "MALFORMED"),
        ({"id": 13, "op": "canon", "bytes_hex": "313"}, 13, "MALFORMED"),
        ({"id": 14, "op": "merkle_root", "leaves_hex": ["00", 1]}, 14, "MALFORMED"),
        ({"id": 15, "op": "checkpoint_verify", "note": "", "vkey": ""}, 15, "note.vkey"),
        ({"id": 16, "op": "canon", "bytes_hex": "31"}, 16, "ok"),
    ]
    replies = asked([line for line, _, _ in lines])
    assert [(r["id"], r["code"]) for r in replies] == [(i, code) for _, i, code in lines]
    assert [reply["ok"] for reply in replies] == [False] * (len(lines) - 1) + [True]


def test_answers_are_flushed_one_by_one() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as driver:
        assert driver.stdin is not None and driver.stdout is not None
        for number in range(3):
            driver.stdin.write(b'{"id":%d,"op":"cid_of","bytes_hex":""}\n' % number)
            driver.stdin.flush()
            assert json.loads(driver.stdout.readline())["id"] == number
        driver.stdin.close()
        assert driver.wait(10) == 0
