"""Statements: one canonical form, one table of kinds."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.canonical import canonical
from ledger.log.statement import (
    MAX_PAYLOAD,
    ROLES,
    SIGNERS,
    KindUnknown,
    Statement,
    StatementInvalid,
    StatementSize,
    format_time,
    may_sign,
    parse_statement,
    statement_payload,
)

STATEMENT = Statement(
    kind="licence.issued",
    id="st_aaaqeayeaudaocajbifqydiob4",
    log="mianti.example/log",
    actor="scjg",
    at=datetime(2026, 3, 3, 9, 30, tzinfo=UTC),
    body={"licence": "lic_aaaqeayeaudaocajbifqydiob4", "名称": "食品经营许可证"},
    files=((bytes(32), 715), (b"\x01" * 32, 0)),
    prev=3,
    refs=(1, 2),
)
PAYLOAD = statement_payload(STATEMENT)


def members(**changes: object) -> bytes:
    return canonical(json.loads(PAYLOAD) | changes)


def test_a_statement_survives_its_payload() -> None:
    assert parse_statement(PAYLOAD) == STATEMENT
    bare = dataclasses.replace(STATEMENT, files=(), prev=None, refs=(), body={})
    assert parse_statement(statement_payload(bare)) == bare


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))
def test_any_whole_second_survives(at: datetime) -> None:
    aware = at.replace(microsecond=0, tzinfo=UTC)
    statement = dataclasses.replace(STATEMENT, at=aware)
    assert parse_statement(statement_payload(statement)).at == aware


def test_another_zone_is_the_same_instant() -> None:
    shanghai = datetime(2026, 3, 3, 17, 30, tzinfo=timezone(timedelta(hours=8)))
    assert format_time(shanghai) == "2026-03-03T09:30:00Z"
    assert statement_payload(dataclasses.replace(STATEMENT, at=shanghai)) == PAYLOAD


@pytest.mark.parametrize(
    "at", [datetime(2026, 3, 3), datetime(2026, 3, 3, microsecond=1, tzinfo=UTC)]
)
def test_a_time_without_zone_or_with_fraction_is_not_written(at: datetime) -> None:
    with pytest.raises(StatementInvalid):
        statement_payload(dataclasses.replace(STATEMENT, at=at))


BAD: dict[str, dict[str, Any]] = {
    "another version": {"v": 2},
    "version as truth value": {"v": True},
    "version as text": {"v": "1"},
    "unknown member": {"note": ""},
    "body is a list": {"body": []},
    "body is null": {"body": None},
    "id of a licence": {"id": "lic_aaaqeayeaudaocajbifqydiob4"},
    "id is a number": {"id": 1},
    "log is empty": {"log": ""},
    "log of two lines": {"log": "mianti.example\nlog"},
    "log with a plus": {"log": "mianti+log"},
    "actor is empty": {"actor": ""},
    "actor with a space": {"actor": "sc jg"},
    "actor is an object": {"actor": {}},
    "time with offset": {"at": "2026-03-03T09:30:00+00:00"},
    "time with fraction": {"at": "2026-03-03T09:30:00.0Z"},
    "time in lower case": {"at": "2026-03-03t09:30:00z"},
    "time on no day": {"at": "2026-02-29T09:30:00Z"},
    "time at 24 o'clock": {"at": "2026-03-03T24:00:00Z"},
    "leap second": {"at": "2016-12-31T23:59:60Z"},
    "time is a number": {"at": 1},
    "time in other digits": {"at": "２０26-03-03T09:30:00Z"},
    "previous is negative": {"prev": -1},
    "previous is a truth value": {"prev": False},
    "previous is text": {"prev": "3"},
    "references in an object": {"refs": {}},
    "reference twice": {"refs": [1, 1]},
    "reference is null": {"refs": [None]},
    "reference is negative": {"refs": [-1]},
    "files is null": {"files": None},
    "file with a name": {"files": [{"name": "a", "sha256": "A" * 43, "size": 1}]},
    "file without size": {"files": [{"sha256": "A" * 43}]},
    "digest too short": {"files": [{"sha256": "A" * 42, "size": 1}]},
    "digest padded": {"files": [{"sha256": "A" * 43 + "=", "size": 1}]},
    "digest not canonical": {"files": [{"sha256": "A" * 42 + "B", "size": 1}]},
    "digest is null": {"files": [{"sha256": None, "size": 1}]},
    "size is negative": {"files": [{"sha256": "A" * 43, "size": -1}]},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD.keys())
def test_other_forms_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(StatementInvalid) as error:
        parse_statement(members(**changes))
    assert error.value.code == "statement.malformed"
    assert error.value.member in (*changes, "")


@pytest.mark.parametrize("name", sorted(json.loads(PAYLOAD)))
def test_every_member_is_required(name: str) -> None:
    rest = json.loads(PAYLOAD)
    del rest[name]
    with pytest.raises(StatementInvalid):
        parse_statement(canonical(rest))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        PAYLOAD + b"\n",
        b" " + PAYLOAD,
        PAYLOAD.replace(b'"v":1', b'"v":1.0'),
        PAYLOAD.replace(b'"v":1', b'"v":1,"v":1'),
        PAYLOAD.replace(b'"prev":3', b'"prev":3e0'),
        json.dumps(json.loads(PAYLOAD)).encode(),
        PAYLOAD[:-1],
    ],
)
def test_bytes_that_are_not_the_canonical_form_are_refused(data: bytes) -> None:
    with pytest.raises(StatementInvalid):
        parse_statement(data)


def test_an_unknown_kind_is_named() -> None:
    kinds: list[object] = ["licence.eaten", "", None, []]
    for kind in kinds:
        with pytest.raises(KindUnknown) as error:
            parse_statement(members(kind=kind))
        assert error.value.kind == kind


def test_sizes_are_limited() -> None:
    for changes in (
        {"body": {"x": "y" * MAX_PAYLOAD}},
        {"refs": list(range(1025))},
        {"files": [{"sha256": "A" * 43, "size": 1}] * 257},
    ):
        with pytest.raises(StatementSize):
            parse_statement(members(**changes))


def test_every_kind_has_signers_of_known_roles() -> None:
    assert frozenset({"agency", "identity", "holder", "platform", "keystore"}) == ROLES
    assert all(SIGNERS.values())


def test_who_may_sign() -> None:
    assert may_sign("consent.granted", "holder")
    for role in ROLES - {"holder"}:
        assert not may_sign("consent.granted", role)
        assert not may_sign("consent.withdrawn", role)
    assert may_sign("holderkey.bound", "identity")
    assert not may_sign("holderkey.bound", "platform")
    assert not may_sign("licence.issued", "platform")
    assert not may_sign("no.such", "agency")
