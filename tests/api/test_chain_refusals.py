"""Each refusal of the contracts has its code, status and sentence, the same over HTTP and on the
command line."""

from __future__ import annotations

import io
import json
import re

import pytest
from eth_abi.abi import encode

from api.chain_statuses import CHAIN_STATUSES
from api.cli.outcome import exit_code_of, tell
from api.cli.words import table
from api.problems import problem_of, status_of
from ledger.adapters.ethereum.contracts import CONTRACTS, ErrorKind, bytes32, contract
from ledger.adapters.ethereum.refusals import REFUSALS, refusal
from ledger.adapters.ethereum.refused import ChainRefused

KINDS = {kind.name: kind for name in CONTRACTS for kind in contract(name).errors}
SAMPLES: dict[str, object] = {
    "address": "0x" + "ab" * 20,
    "bytes32": bytes32("scjg"),
    "bytes": b"\x01\x02",
    "uint256": 1 << 200,
    "uint64": 8,
    "uint40": 1_772_442_000,
    "uint32": 310_101,
    "uint16": 5000,
    "uint8": 1,
}


def sample(abi: str) -> object:
    if abi.startswith("("):
        return tuple(sample(one) for one in abi.strip("()").split(","))
    return SAMPLES[abi]


def refused(kind: ErrorKind) -> ChainRefused:
    return refusal(kind.selector + encode(kind.types, [sample(one) for one in kind.types]))


def test_the_table_of_statuses_has_each_refusal_once() -> None:
    assert set(CHAIN_STATUSES) == {kind.code for kind in REFUSALS.values()}
    assert set(CHAIN_STATUSES.values()) <= {403, 409, 422, 502}


def test_the_words_have_each_refusal_and_no_other_english_than_its_own() -> None:
    known = table("errors")
    for kind in REFUSALS.values():
        zh, en = known[kind.code]
        assert en == kind.sentence
        assert re.search("[一-鿿]", zh) and zh.endswith("。"), kind.code
        assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en)), kind.code


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_http_and_command_line_say_the_same(kind: ErrorKind) -> None:
    error = refused(kind)
    answer = problem_of(error, "r1")
    said = json.loads(answer.body)
    assert answer.status_code == status_of(error) == CHAIN_STATUSES[error.code] == said["status"]
    assert (said["code"], said["detail"]) == (error.code, str(error))
    assert set(said["values"]) == set(kind.names)
    told = {}
    for language in ("zh", "en"):
        out = io.StringIO()
        tell(error, language, as_json=True, to=out)  # type: ignore[arg-type]
        told[language] = json.loads(out.getvalue())
        assert told[language]["error"] == error.code
        assert "{" not in told[language]["message"]
    assert told["en"]["message"] == said["detail"]
    assert told["zh"]["message"] == said["detail_zh"] != said["detail"]
    assert set(told["en"].get("values", {})) == set(kind.names)
    assert exit_code_of(error) == 1


def test_values_stand_in_the_sentence_of_either_language() -> None:
    error = refused(KINDS["ScopeBeyondPower"])
    said = json.loads(problem_of(error, "r1").body)
    assert said["values"] == {"proposer": "scjg", "power": 310_101, "region": 310_101}
    assert "scjg" in said["detail"] and "scjg" in said["detail_zh"]


def test_an_unknown_refusal_of_the_chain_says_nothing_of_itself() -> None:
    said = json.loads(problem_of(refusal(b"\xde\xad\xbe\xef"), "r1").body)
    assert (said["status"], said["code"]) == (502, "chain.refused") and "values" not in said
