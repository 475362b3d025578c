from __future__ import annotations

import importlib
import json
import pkgutil
import re
from typing import Any

import pytest

import certs
import ledger
from api.problems import (
    ABSENT,
    STATUS_OF_CLASS,
    ApiError,
    Internal,
    RoleForbidden,
    TokenMissing,
    TooMany,
    problem_of,
    status_of,
)
from certs.errors import Coded, JsonDuplicateKey, JsonSize
from ledger.errors import (
    ChainAway,
    Conflict,
    Malformed,
    NotFound,
    Pushback,
    Refused,
    StoreAway,
    Tampered,
)
from ledger.stored.media import DocumentTooLarge

# The command line and the conformance driver answer with exit codes and lines of their own.
AT_THE_DOOR = re.compile(r"(certs|ledger|api(?!\.(cli|conform)))\b")


def every_error() -> list[type[Coded]]:
    for package in (certs, ledger):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found: set[type[Coded]] = set()
    waiting = [Coded]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if kind not in found and AT_THE_DOOR.match(kind.__module__):
                found.add(kind)
                waiting.append(kind)
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__name__}")


ERRORS = every_error()


def test_there_are_errors_to_look_at() -> None:
    assert len(ERRORS) > 100


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_row_or_inherits_one(kind: type[Coded]) -> None:
    rows = [one for one in kind.__mro__ if one in STATUS_OF_CLASS]
    assert rows, f"{kind} has no row in the table"
    assert 400 <= STATUS_OF_CLASS[rows[0]] < 600
    assert 400 <= status_of(made(kind)) < 600


def made(kind: type[Coded]) -> Coded:
    error = kind.__new__(kind)
    Coded.__init__(error, "x")
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (JsonDuplicateKey("x"), 400),
        (JsonSize("x"), 413),
        (NotFound("x"), 404),
        (Conflict("x"), 409),
        (Refused("x"), 403),
        (Malformed("x"), 422),
        (DocumentTooLarge("x"), 413),
        (Tampered("x"), 500),
        (ChainAway("x"), 503),
        (StoreAway("x"), 503),
        (TokenMissing("x"), 401),
        (RoleForbidden("x"), 403),
        (TooMany("x"), 429),
        (Internal("x"), 500),
        (Coded("x"), 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Coded) else str(value),
)
def test_statuses_of_the_table(error: Coded, status: int) -> None:
    assert status_of(error) == status


def test_what_the_chain_refuses_is_not_the_callers_fault() -> None:
    class FromChain(Refused):
        code = "chain.whatever"

    assert status_of(FromChain("x")) == 502


def said(error: Coded) -> tuple[dict[str, Any], dict[str, str]]:
    answer = problem_of(error, "r1")
    return json.loads(answer.body), dict(answer.headers)


def test_a_problem_has_its_members() -> None:
    body, headers = said(Refused("Not so."))
    assert body == {
        "type": "urn:mianti:problem:refused",
        "title": "Forbidden",
        "status": 403,
        "code": "refused",
        "detail": "Not so.",
        "request_id": "r1",
    }
    assert headers["content-type"] == "application/problem+json"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("error", [Pushback("x", retry_after=7), TooMany("x", retry_after=7)])
def test_pushback_says_when_to_come_back(error: Coded) -> None:
    body, headers = said(error)
    assert body["retry_after"] == 7
    assert headers["retry-after"] == "7"


def test_every_absence_has_one_sentence_and_one_code() -> None:
    class Erased(NotFound):
        code = "record.erased"

    assert said(NotFound("one", index=5))[0] == said(Erased("another"))[0]
    assert said(NotFound("x"))[0]["detail"] == ABSENT


@pytest.mark.parametrize("error", [Tampered("row 7 of secrets"), Internal("token abc")])
def test_our_own_faults_tell_nothing(error: Coded) -> None:
    body, _ = said(error)
    assert str(error) not in json.dumps(body)


def test_values_of_an_error_are_not_repeated() -> None:
    body, _ = said(Malformed("Bad.", value="secret", path="/root/x", reason="json.depth"))
    assert "secret" not in json.dumps(body)
    assert "/root/x" not in json.dumps(body)
    assert body["reason"] == "json.depth"


def test_a_sentence_that_utf8_cannot_carry_is_still_answered() -> None:
    body, _ = said(ApiError("half \ud800 pair"))
    assert body["detail"].startswith("half")
