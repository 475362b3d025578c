"""What can be proposed, as JSON and in sentences."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.agencies.changes import (
    KINDS,
    ActionInvalid,
    action_shown,
    gravity_of,
    read_action,
    read_actions,
)
from ledger.agencies.telling import table, told_action, told_event
from ledger.ports.governance import (
    Action,
    AddScope,
    Admit,
    CompromiseKey,
    Dissolve,
    EndScope,
    Gravity,
    Rename,
    Rule,
    SetRule,
    Suspend,
    TransferDuty,
)

AT = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
ID = st.from_regex(r"[!-~]{1,31}", fullmatch=True)
TIME = st.integers(0, 1 << 32).map(lambda s: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(0, s))
ADDRESS = st.binary(min_size=20, max_size=20).map(lambda b: "0x" + b.hex())
NUMBER = st.integers(0, (1 << 53) - 1)
BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "int": NUMBER,
    "bool": st.booleans(),
    "bytes": st.binary(min_size=32, max_size=32),
    "datetime": TIME,
    "datetime | None": st.none() | TIME,
    "tuple[str, ...]": st.lists(ADDRESS, max_size=4).map(tuple),
    "Gravity": st.sampled_from(list(Gravity)),
    "Rule": st.builds(Rule, NUMBER, NUMBER, NUMBER, NUMBER),
}
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "name": st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
    "sort": st.sampled_from(["attended", "statutory", "assistance", "emergency"]),
    "item": ID,
    "kind": ID,
    "legal_code": st.just("") | ID,
    "successor": st.just("") | ID,
    **dict.fromkeys(("anchor", "publisher", "voter", "current", "next"), ADDRESS),
}


def whole(kind: type[Action]) -> st.SearchStrategy[Action]:
    values = {
        one.name: BY_TYPE.get(str(one.type), BY_NAME.get(one.name, ID)) for one in fields(kind)
    }
    return st.builds(kind, **values)


ACTIONS = st.sampled_from(list(KINDS.values())).flatmap(whole)


class Plain:
    """Names of someone who knows none."""

    def agency(self, id: str) -> tuple[str, str]:
        return id, id

    def item(self, slug: str) -> tuple[str, str]:
        return slug, slug

    def kind(self, kind: str) -> tuple[str, str]:
        return kind, kind


@given(ACTIONS)
def test_what_is_shown_is_read_back_and_told(action: Action) -> None:
    shown = action_shown(action)
    assert read_action(json.loads(json.dumps(shown))) == action
    zh, en = told_action(action, Plain())
    assert zh and en and "None" not in zh + en


def test_one_action_or_several_in_one_file() -> None:
    one = {"action": "rename", "agency": "scjg", "name": "新名"}
    assert read_actions(json.dumps(one).encode()) == (Rename("scjg", "新名"),)
    both = [one, {"action": "dissolve", "agency": "wjw"}]
    assert read_actions(json.dumps(both).encode()) == (Rename("scjg", "新名"), Dissolve("wjw"))


SCOPE = {"action": "add-scope", "agency": "scjg", "licence_type": "permit", "region": 310101}


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (7, "$.action"),
        ({}, "$.action"),
        ({"action": "enthrone"}, "$.action"),
        ({**SCOPE, "colour": "red"}, "$.colour"),
        ({"action": "add-scope", "agency": "scjg"}, "$.licence_type"),
        ({**SCOPE, "agency": ""}, "$.agency"),
        ({**SCOPE, "agency": "x" * 32}, "$.agency"),
        ({**SCOPE, "agency": "监管局"}, "$.agency"),
        ({**SCOPE, "region": "310101"}, "$.region"),
        ({**SCOPE, "region": -1}, "$.region"),
        ({**SCOPE, "region": True}, "$.region"),
        ({**SCOPE, "valid_from": "2026-07-01"}, "$.valid_from"),
        ({**SCOPE, "valid_from": "2026-07-01T09:00:00.5Z"}, "$.valid_from"),
        ({**SCOPE, "valid_to": "9999-07-01T09:00:00Z"}, "$.valid_to"),
        ({**SCOPE, "valid_to": 7}, "$.valid_to"),
        ({"action": "admit", "agency": "a", "name": 7, "region": 0}, "$.name"),
        ({"action": "admit", "agency": "a", "name": "a", "region": 0, "social": 1}, "$.social"),
        ({"action": "admit", "agency": "a", "name": "a" * 1025, "region": 0}, "$.name"),
        (
            {"action": "add-key", "agency": "a", "key_id": "0x12", "certificate": "0x12"},
            "$.key_id",
        ),
        ({"action": "compromise-key", "agency": "a", "key_id": "0x" + "0" * 64}, "$.at"),
        ({"action": "set-member", "member": "a", "voter": "0x12", "weight": 1}, "$.voter"),
        ({"action": "set-rule", "gravity": "light", "rule": {}}, "$.gravity"),
        ({"action": "set-rule", "gravity": "grave", "rule": {"quorum": 1}}, "$.rule"),
        (
            {"action": "grant-basis", "agency": "a", "item": "i", "kind": "k", "sort": "whim"},
            "$.sort",
        ),
        (
            {
                "action": "set-attesters",
                "log_id": "0x" + "0" * 64,
                "attesters": ["x"],
                "threshold": 1,
            },
            "$.attesters",
        ),
    ],
)
def test_what_is_no_action_is_refused_with_its_place(value: Any, place: str) -> None:
    with pytest.raises(ActionInvalid) as wrong:
        read_action(value)
    assert (wrong.value.code, wrong.value.values["place"]) == ("agency.action", place)
    with pytest.raises(ActionInvalid) as wrong:
        read_actions(json.dumps([SCOPE, value]).encode())
    assert wrong.value.values["place"] == place.replace("$", "$[1]")


@pytest.mark.parametrize("data", [b"", b"\xff", b"{", b'{"action":"x","action":"y"}'])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(ActionInvalid):
        read_actions(data)


def test_a_proposal_weighs_as_its_gravest_action() -> None:
    light, grave = Rename("a", "b"), Suspend("a")
    heavy = SetRule(Gravity.GRAVE, Rule(6000, 6000, 3600, 0))
    assert gravity_of([light]) is Gravity.ORDINARY
    assert gravity_of([light, grave, light]) is Gravity.GRAVE
    assert gravity_of([heavy, grave]) is Gravity.CONSTITUTIONAL


@pytest.mark.parametrize(
    ("action", "en"),
    [
        (
            Admit("zfj", "住房局", 310101),
            "admit 住房局 (zfj), region 310101, government",
        ),
        (
            AddScope("zfj", "deed", 0, AT),
            "entitle zfj to issue licence:deed in any region, from 2026-07-01T09:00:00Z",
        ),
        (
            EndScope("zfj", "deed", 310101, 0),
            "end zfj's entitlement to issue licence:deed in 310101 (row 0) at once",
        ),
        (Dissolve("zfj"), "dissolve zfj; nobody takes over its duties"),
        (Dissolve("zfj", "scjg"), "dissolve zfj; scjg takes over its duties"),
        (TransferDuty("zfj", "", "scjg"), "pass zfj's duty over every licence on to scjg"),
        (Suspend("zfj", AT), "suspend zfj until 2026-07-01T09:00:00Z"),
        (Suspend("zfj"), "suspend zfj until it is reinstated"),
        (
            CompromiseKey("zfj", b"\xab" * 32, AT),
            "zfj's signing key 0xababababab… is compromised since 2026-07-01T09:00:00Z",
        ),
        (
            SetRule(Gravity.GRAVE, Rule(6000, 6667, 86_400, 43_200)),
            "rule for grave changes: quorum 60 %, majority 66.67 %, 1 days to vote, "
            "0.5 days to wait",
        ),
    ],
)
def test_actions_in_plain_sentences(action: Action, en: str) -> None:
    assert told_action(action, Plain())[1] == en


def test_every_kind_has_its_sentence_and_none_is_left_over() -> None:
    assert set(table("actions")) == set(KINDS)


def test_what_happened_in_plain_sentences() -> None:
    ended = {"agency": "zfj", "ending": 1, "successor": "scjg"}
    assert told_event("AgencyEnded", ended, Plain()) == (
        "zfj撤销，职责由scjg承接",
        "zfj was dissolved; scjg took over its duties",
    )
    expelled = {"agency": "zfj", "ending": 2, "successor": "0x" + "00" * 32}
    assert told_event("AgencyEnded", expelled, Plain())[1] == "zfj was expelled"
    duty = {"agency": "zfj", "licenceType": "0x" + "00" * 32, "to": "scjg", "sequence": 1}
    assert told_event("AgencyDutyTransferred", duty, Plain())[0].startswith("zfj所发所有证照")
    assert told_event("SomethingNew", {}, Plain()) == ("SomethingNew", "SomethingNew")
