"""The consortium over HTTP: agencies over time, proposals, ballots that others carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from ledger.agencies.ballots import ballot_shown
from ledger.errors import ChainAway
from ledger.flows.consortium import proposals as voting
from ledger.flows.evidence.chain_index import index_chain
from ledger.ports.governance import Action, Admit, Choice, Rename
from tests.api.test_answers import Away, app_with
from tests.api.world import World

MEMBERS = ("zwb", "scjg", "gafj", "sjj", "cyzx")


def key_of(world: World, member: str) -> bytes:
    return world.folder.secrets(world.folder.passphrase())[f"eth/vote/{member}"]


def proposed(world: World, *actions: Action) -> int:
    return voting.propose(world.platform, key_of(world, "zwb"), actions, "测试").number


def ballot(world: World, number: int, member: str, choice: str = "yes", **change: Any) -> Any:
    deadline = world.platform.now().replace(microsecond=0) + timedelta(hours=1)
    made = world.platform.governance.ballot(
        key_of(world, member), number, member, Choice(choice), deadline
    )
    shown = {name: value for name, value in ballot_shown(made).items() if name != "number"}
    return {**shown, **change}


def post(world: World, number: int, *ballots: Any, who: str = "scjg") -> Any:
    return world.post(f"/v1/proposals/{number}/ballots", who, {"ballots": list(ballots)})


def test_agencies_come_in_pages_from_chain_and_catalogue(world: World) -> None:
    whole = world.get("/v1/agencies").json()
    ids = [one["id"] for one in whole["items"]]
    assert set(world.platform.catalogue.agencies) <= set(ids) and whole["next"] is None
    seen, after = [], None
    while True:
        path = "/v1/agencies?limit=7" + (f"&after={after}" if after else "")
        page = world.get(path).json()
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == ids
    (market,) = [one for one in whole["items"] if one["id"] == "scjg"]
    assert (market["name"], market["weight"], market["suspended"]) == ("区市场监管局", 1, False)
    assert market["admitted_at"] and market["en"] == "District Market Regulation Bureau"
    assert world.get("/v1/agencies?after=nobody").json()["code"] == "query.invalid"


def test_an_agency_now_then_and_before_it_was_there(world: World) -> None:
    now = world.get("/v1/agencies/scjg").json()
    assert now["then"]["admitted"] and now["weight"] == 1 and now["voter"].startswith("0x")
    assert all(one["counts"] for one in now["keys"] + now["scopes"])
    before = world.get("/v1/agencies/scjg?at=2020-01-01T00:00:00Z").json()
    assert not before["then"]["admitted"]
    assert not any(one["counts"] for one in before["keys"] + before["scopes"] + before["bases"])
    for wrong in ("yesterday", "2020-01-01", "2020-13-01T00:00:00Z", "9999-01-01T00:00:00Z"):
        assert world.get(f"/v1/agencies/scjg?at={wrong}").json()["code"] == "query.invalid"
    for absent in ("nobody", "监管局", "x" * 40):
        assert world.get(f"/v1/agencies/{absent}").status_code == 404


def test_history_comes_in_pages_with_the_votes_behind_it(world: World) -> None:
    index_chain(world.platform)
    whole = world.get("/v1/agencies/scjg/history?limit=200").json()
    assert [one["name"] for one in whole["items"][:3:2]] == ["MemberSeated", "AgencyAdmitted"]
    assert all(one["proposal"] for one in whole["items"] if one["name"].startswith("Agency"))
    seen: list[Any] = []
    after = None
    while len(seen) < len(whole["items"]):
        path = "/v1/agencies/scjg/history?limit=9" + (f"&after={after}" if after else "")
        page = world.get(path).json()
        seen += page["items"]
        after = page["next"]
    assert seen[: len(whole["items"])] == whole["items"]
    assert world.get("/v1/agencies/scjg/history?after=7").json()["code"] == "query.invalid"
    assert world.get("/v1/agencies/nobody/history").status_code == 404


def test_ballots_of_all_are_carried_by_one(world: World) -> None:
    number = proposed(world, Rename("kw", "区科技局"))
    first = post(world, number, ballot(world, number, "zwb"))
    assert first.status_code == 200, first.text
    assert (first.json()["yes"], first.json()["stage"]) == (1, "voting")
    rest = [
        ballot(world, number, one) | {"number": number} for one in MEMBERS[1:]
    ]  # as a file has it
    done = post(world, number, ballot(world, number, "zwb"), *rest, who="wjw").json()
    assert (done["yes"], done["stage"], done["total"]) == (5, "ready", 5)
    assert post(world, number, *rest).json()["yes"] == 5
    voting.execute(world.platform, None, number)
    shown = world.get(f"/v1/proposals/{number}", "sjj").json()
    assert (shown["stage"], shown["reason"]) == ("executed", "测试")
    assert shown["actions"] == [{"action": "rename", "agency": "kw", "name": "区科技局"}]
    assert shown["zh"] == ["区科委更名为区科技局"]


def test_proposals_come_newest_first(world: World) -> None:
    proposed(world, Rename("sw", "区税务分局"))
    whole = [one["number"] for one in world.get("/v1/proposals?limit=50", "cyzx").json()["items"]]
    assert whole == sorted(whole, reverse=True) and whole[-1] == 1
    seen, after = [], None
    while True:
        path = "/v1/proposals?limit=2" + (f"&after={after}" if after else "")
        page = world.get(path, "scjg").json()
        seen += [one["number"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == whole
    for wrong in ("0", "x", "999999", "-1", "1.5"):
        answer = world.get(f"/v1/proposals?after={wrong}", "scjg").json()
        assert answer["code"] == "query.invalid"
    assert world.get("/v1/proposals/999999", "scjg").status_code == 404


WRONG: dict[str, tuple[Callable[[World, int], Any], int, str]] = {
    "signed by another": (
        lambda world, n: ballot(world, n, "gafj") | {"member": "sjj"},
        422,
        "chain.ballot_signature_invalid",
    ),
    "of nobody": (
        lambda world, n: ballot(world, n, "gafj") | {"member": "kw"},
        422,
        "chain.member_unknown",
    ),
    "another choice than was signed": (
        lambda world, n: ballot(world, n, "gafj", choice="no") | {"choice": "yes"},
        422,
        "chain.ballot_signature_invalid",
    ),
    "too late": (
        lambda world, n: ballot(world, n, "gafj", deadline="2026-01-01T00:00:00Z"),
        409,
        "chain.ballot_expired",
    ),
    "a deadline that is no time": (
        lambda world, n: ballot(world, n, "gafj", deadline="2026-13-01T00:00:00Z"),
        422,
        "body.invalid",
    ),
    "a signature too short": (
        lambda world, n: ballot(world, n, "gafj", signature="0x12"),
        422,
        "body.invalid",
    ),
    "for another number": (
        lambda world, n: ballot(world, n, "gafj") | {"number": n + 1},
        422,
        "body.invalid",
    ),
    "no choice": (
        lambda world, n: ballot(world, n, "gafj", choice="yes") | {"choice": "maybe"},
        422,
        "body.invalid",
    ),
    "more than was asked": (
        lambda world, n: ballot(world, n, "gafj") | {"weight": 9},
        422,
        "body.invalid",
    ),
}


@pytest.fixture(scope="module")
def open_number(world: World) -> Iterator[int]:
    yield proposed(world, Admit("trial", "试办局", 310_101))


@pytest.mark.parametrize("case", WRONG.values(), ids=list(WRONG))
def test_a_ballot_that_does_not_count_is_refused_with_its_reason(
    world: World, open_number: int, case: tuple[Callable[[World, int], Any], int, str]
) -> None:
    make, status, code = case
    good = ballot(world, open_number, "sjj")
    answer = post(world, open_number, good, make(world, open_number))
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    if code.startswith("chain."):
        assert answer.json()["detail_zh"] and answer.json()["values"]
    assert world.platform.governance.choice_of(open_number, "sjj") is None  # all or none


def test_a_vote_is_not_changed(world: World, open_number: int) -> None:
    assert post(world, open_number, ballot(world, open_number, "cyzx")).status_code == 200
    answer = post(world, open_number, ballot(world, open_number, "cyzx", choice="no"))
    assert (answer.status_code, answer.json()["code"]) == (409, "chain.voted_already")
    assert answer.json()["values"] == {"member": "cyzx", "number": open_number}


def test_a_ballot_of_another_proposal_does_not_count(world: World, open_number: int) -> None:
    other = proposed(world, Rename("daj", "区档案馆"))
    answer = post(world, open_number, ballot(world, other, "gafj"))
    assert answer.json()["code"] == "chain.ballot_signature_invalid"
    assert post(world, 999_999, ballot(world, other, "gafj")).status_code == 404


def test_without_the_chain_nothing_is_made_up(world: World) -> None:
    away: TestClient = app_with(world, chain=Away(ChainAway("x")), governance=Away(ChainAway("x")))
    for path in ("/v1/agencies", "/v1/agencies/scjg"):
        assert away.get(path).status_code == 503
