"""Status lists as they are served, read by the letter of their documents, and made for caches."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certs import base64url
from certs.bitstringlist import PURPOSES, read_bitstring_list
from certs.statuslist import read_status_list
from ledger.flows.library.list_versions import cid_of, decoys_of
from ledger.flows.library.status import fresh_for, list_id, list_uri, publish_list
from ledger.log.statement import parse_time
from tests.api.world import World
from tests.certs.transcribed_lists import (
    bitstring,
    parts,
    status_of_credential,
    status_of_token,
    token_statuses,
)

LIST = "/v1/status-lists/scjg"
SHOWS = {"revocation": 1, "suspension": 2, "refresh": 3}


def changed(world: World, state: str, effect: str) -> int:
    """The place of a licence that was brought into this state."""
    issued = world.post("/v1/licences", "scjg", world.food_permit(world.firm.subject)).json()
    change = {
        "state": state,
        "reason": "x",
        "authority": "y",
        "legal_effect": effect,
        "effective_on": "2026-01-06",
    }
    done = world.post(f"{issued['look']}/status", "scjg", change)
    assert done.status_code == 202, done.text
    return int(world.get(f"{issued['look']}/status", "scjg").json()["index"])


def replaced(world: World) -> int:
    first = world.post("/v1/licences", "scjg", world.food_permit(world.firm.subject)).json()
    again = world.food_permit(world.firm.subject, supersedes=first["id"])
    assert world.post("/v1/licences", "scjg", again).status_code == 202
    return int(world.get(f"{first['look']}/status", "scjg").json()["index"])


def test_both_forms_decode_as_their_documents_say(world: World) -> None:
    places = {
        1: changed(world, "revoked", "penalty"),
        2: changed(world, "suspended", "withheld"),
        3: replaced(world),
    }
    token = world.get(LIST).text
    for value, place in places.items():
        assert status_of_token(token, place) == value
        for purpose, shows in SHOWS.items():
            credential = world.get(f"{LIST}/{purpose}").text
            assert status_of_credential(credential, purpose, place) == (shows == value)


def test_every_place_says_the_same_in_both_forms(world: World) -> None:
    listed = parts(world.get(LIST).text)[1]["status_list"]
    statuses = token_statuses(listed["bits"], listed["lst"])
    assert len(statuses) == 131072
    for purpose, shows in SHOWS.items():
        subject = parts(world.get(f"{LIST}/{purpose}").text)[1]["credentialSubject"]
        bits = bitstring(subject["encodedList"])
        assert [bit == "1" for bit in bits] == [status == shows for status in statuses]
    decoys = sum(statuses[place] != 0 for place in decoys_of(world.platform, uri(world)))
    assert decoys > 20  # so that ends cannot be counted


def uri(world: World) -> str:
    return list_uri(world.platform, "scjg")


@pytest.mark.parametrize("path", [LIST, *(f"{LIST}/{purpose}" for purpose in PURPOSES)])
def test_lists_are_served_for_caches(world: World, path: str) -> None:
    answer = world.get(path)
    kind = "application/statuslist+jwt" if path == LIST else "application/vc+jwt"
    assert answer.headers["content-type"] == kind
    (seconds,) = re.findall(r"^public, max-age=(\d+)$", answer.headers["cache-control"])
    assert 0 < int(seconds) <= 300
    tag = answer.headers["etag"]
    for same in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        unchanged = world.get(path, headers={"If-None-Match": same})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert unchanged.headers["etag"] == tag
    assert world.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_both_forms_are_signed_by_the_agency_and_in_time(world: World) -> None:
    public, now = world.platform.signing.key("scjg").public_key(), world.platform.now()
    said = read_status_list(world.get(LIST).text, public, now)
    for purpose in PURPOSES:
        credential = world.get(f"{LIST}/{purpose}").text
        read = read_bitstring_list(credential, public, now)
        assert (read.version, read.ttl_ms) == (said.version, 1000 * said.ttl_s)
        assert (read.uri, read.agency) == (f"{uri(world)}/{purpose}", "scjg")
        assert said.forms[purpose] == hashlib.sha256(credential.encode()).digest()


def test_no_cache_keeps_a_list_beyond_its_end(world: World) -> None:
    platform = world.platform
    ends = read_status_list(
        publish_list(platform, "scjg"), platform.signing.key("scjg").public_key(), platform.now()
    ).expires

    def left(before: timedelta) -> int:
        return fresh_for(replace(platform, now=lambda: ends - before), "scjg")

    assert left(timedelta(hours=1)) == 300
    assert left(timedelta(seconds=30)) == 30
    assert left(timedelta(0)) == left(timedelta(hours=-1)) == 0


def test_what_is_not_there_looks_the_same(world: World) -> None:
    def told(path: str) -> dict[str, Any]:
        answer = world.get(path)
        assert answer.status_code == 404
        return {name: text for name, text in answer.json().items() if name != "request_id"}

    unknown = told("/v1/status-lists/nobody")
    for path in (
        f"{LIST}/message",
        f"{LIST}/REVOCATION",
        "/v1/status-lists/nobody/revocation",
        "/v1/status-lists/nobody/versions",
        "/v1/status-lists/nobody/versions/1",
        f"{LIST}/versions/999999",
    ):
        assert told(path) == unknown


def test_what_counted_then_is_answered_too(world: World) -> None:
    """`time` (Token Status List §8.4) and `timestamp` (Bitstring Status List §3.2)."""
    rows = world.get(f"{LIST}/versions?limit=200").json()["items"]
    first = rows[0]
    then = parse_time(first["issued_at"])
    seconds = int(then.timestamp())
    at_once = [one for one in rows if one["issued_at"] == first["issued_at"]]  # the last of these
    token = world.get(f"{LIST}?time={seconds}").text
    assert parts(token)[1]["mianti_version"] == at_once[-1]["version"]
    form = world.get(f"{LIST}/suspension?timestamp={first['issued_at']}").text
    assert parts(form)[0]["mianti_version"] == at_once[-1]["version"]
    assert parts(form)[1]["credentialSubject"]["statusPurpose"] == "suspension"
    later = int(world.platform.now().timestamp())
    assert world.get(f"{LIST}?time={later}").text == world.get(LIST).text
    for query in (f"{LIST}?time={seconds - 1}", f"{LIST}?time={later + 3600}"):
        assert world.get(query).json()["code"] == "not_found"
    assert world.get(f"{LIST}/suspension?timestamp=2001-01-01T00:00:00Z").status_code == 404
    for query in ("?time=x", "?time=-1", "/refresh?timestamp=2026-01-01T00:00:00"):
        assert world.get(f"{LIST}{query}").status_code == 422


def test_every_version_is_found_by_the_digest_on_chain(world: World) -> None:
    publish_list(world.platform, "scjg")
    items, after = [], 0
    while True:
        page = world.get(f"{LIST}/versions?limit=2&after={after}").json()
        items += page["items"]
        if page["next"] is None:
            break
        after = int(page["next"])
    head = world.platform.chain.status_head(list_id(uri(world)))
    assert [one["version"] for one in items] == list(range(1, head.version + 1))
    assert items[-1]["sha256"] == base64url.encode(head.digest)
    assert items[-1]["cid"] == cid_of(head.digest)
    for one in items:
        kept = world.get(one["href"])
        assert kept.headers["cache-control"] == "public, max-age=31536000"
        digest = hashlib.sha256(kept.content).digest()
        assert base64url.encode(digest) == one["sha256"]
        assert b"".join(world.platform.blobs.get(one["cid"])) == kept.content
    assert world.get(items[-1]["href"]).text == world.get(LIST).text
