"""A status list over its versions: decoys, both forms, bytes in the file store, and nothing that
ended is ever given back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.demo.story import HEALTH, MARKET
from certs.statuslist import Status, signed_status_list
from ledger.errors import ChainAway, NotFound, StoreAway
from ledger.flows.library import status
from ledger.flows.library.list_history import Version, version_token, versions
from ledger.flows.library.list_versions import cid_of, decoys_of, signed_version, token_of
from ledger.flows.library.status import (
    Change,
    change_status,
    current_list,
    free_index,
    list_id,
    list_uri,
    publish_list,
    refresh_lists,
)
from ledger.flows.worker import work
from ledger.reuse.documents import LegalEffect
from tests.doubles.faulty import Faulty
from tests.stories.house import House, Told, issue_food, opened_copy


@pytest.fixture(scope="module")
def market(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("lists") / "data") as opened:
        yield opened


@pytest.fixture
def fresh(told: Told, tmp_path: Path) -> Iterator[House]:
    with opened_copy(told, tmp_path / "data") as opened:
        yield opened


def uri_of(house: House) -> str:
    return list_uri(house.platform, MARKET)


def walked(house: House) -> list[Version]:
    head = house.platform.chain.status_head(list_id(uri_of(house)))
    return list(versions(house.platform, uri_of(house), head))


def faults(house: House) -> list[tuple[int, str]]:
    return [(one.number, fault.code) for one in walked(house) for fault in one.faults]


def revoke(house: House, number: str) -> int:
    """A licence that is revoked; its place in the list."""
    licence = issue_food(house, number=number).licence
    why = Change(licence, "revoked", "x", "y", LegalEffect.PENALTY, date(2026, 11, 1))
    change_status(house.platform, MARKET, why)
    (row,) = house.platform.store.rows("licences", {"id": licence})
    place = row["status_index"]
    assert isinstance(place, int)
    return place


def test_the_bytes_are_found_by_what_the_chain_says(market: House) -> None:
    place = revoke(market, "JY-ipfs")
    head = market.platform.chain.status_head(list_id(uri_of(market)))
    token = b"".join(market.platform.blobs.get(cid_of(head.digest))).decode()
    assert token == current_list(market.platform, MARKET)
    said = signed_status_list(token, market.platform.signing.key(MARKET).public_key())
    assert said.get(place) == Status.INVALID
    for purpose, digest in said.forms.items():
        form = b"".join(market.platform.blobs.get(cid_of(digest))).decode()
        assert form == status.current_form(market.platform, MARKET, purpose)


def test_every_version_follows_the_one_before(market: House) -> None:
    revoke(market, "JY-follow-1")
    revoke(market, "JY-follow-2")
    found = walked(market)
    assert [one.number for one in found] == list(range(len(found), 0, -1)) and len(found) > 3
    assert faults(market) == [] and market.findings() == ()
    assert {one.agency for one in found} == {MARKET}
    oldest = version_token(market.platform, uri_of(market), 1)
    assert oldest == token_of(market.platform, found[-1].digest or b"")
    with pytest.raises(NotFound):
        version_token(market.platform, uri_of(market), len(found) + 1)


def test_no_licence_ever_gets_the_place_of_a_decoy(market: House) -> None:
    decoys = list(decoys_of(market.platform, uri_of(market)))
    wished = [decoys[0], decoys[-1], decoys[7], next(n for n in range(9999) if n not in decoys)]
    drawn = iter([place.to_bytes(8, "big") for place in wished])
    wishing = replace(market.platform, randomness=lambda _: next(drawn))
    assert free_index(wishing, uri_of(market)) == wished[-1]


def test_decoys_show_and_grow_and_a_licence_there_before_them_counts(fresh: House) -> None:
    """A place that a licence had before there were decoys stays the licence's."""
    platform, uri = fresh.platform, uri_of(fresh)
    later = replace(platform, now=lambda: platform.now() + timedelta(days=700))
    head = platform.chain.status_head(list_id(uri))
    now, then = (signed_version(one, MARKET, uri, head) for one in (platform, later))
    public = platform.signing.key(MARKET).public_key()
    shown = decoys_of(platform, uri).shown_at(now.issued)
    states = signed_status_list(now.token, public).states
    assert {place: states.get(place) for place in shown} == shown
    ends = [
        sum(states.get(place) in (1, 3) for place in range(states.size))
        for states in (signed_status_list(one.token, public).states for one in (now, then))
    ]
    assert ends[1] > ends[0] + 20 > 50
    place = next(place for place, value in shown.items() if value == Status.INVALID)
    db = sqlite3.connect(fresh.folder.ledger_db)
    with db:
        db.execute(
            "UPDATE status_entries SET idx = ? WHERE licence = ?", (place, fresh.permit.licence)
        )
    db.close()
    again = signed_status_list(signed_version(platform, MARKET, uri, head).token, public)
    assert again.states.get(place) == Status.VALID


def test_a_version_that_gives_back_an_end_is_found(fresh: House) -> None:
    place = revoke(fresh, "JY-lie")
    before = walked(fresh)[0].number
    db = sqlite3.connect(fresh.folder.ledger_db)
    with db:
        db.execute("UPDATE status_entries SET value = 0 WHERE idx = ?", (place,))
    publish_list(fresh.platform, MARKET)  # the operator's lie, signed and on chain
    assert faults(fresh) == [(before, "status_list.unrevoked")]
    with db:
        db.execute("UPDATE status_entries SET value = 1 WHERE idx = ?", (place,))
    db.close()
    publish_list(fresh.platform, MARKET)  # mended, and yet it stays on record
    assert faults(fresh) == [(before, "status_list.unrevoked")]
    assert [one.code for one in fresh.findings()] == ["fsck.status"]


class SignedAs:
    """The agencies' keys, with one agency's in the place of another's."""

    def __init__(self, signing: Any, agency: str) -> None:
        self._signing, self._agency = signing, agency

    def key(self, agency: str) -> Any:
        return self._signing.key(self._agency)

    def chain(self, agency: str) -> Any:
        return self._signing.chain(self._agency)


def test_a_version_that_another_agency_signed_is_found(fresh: House) -> None:
    other: Any = SignedAs(fresh.platform.signing, HEALTH)
    publish_list(replace(fresh.platform, signing=other), MARKET)
    newest = walked(fresh)[0]
    assert [fault.code for fault in newest.faults] == ["status_list.signer"]
    assert newest.agency == HEALTH
    found = fresh.findings()
    assert {one.where.partition(" ")[0] for one in found} == {"status_versions", "status_lists"}


def test_a_certificate_of_nobody_known_is_found(fresh: House) -> None:
    strangers = replace(fresh.platform.trust, x509_roots=())
    unknown = replace(fresh, platform=replace(fresh.platform, trust=strangers))
    assert {code for _, code in faults(unknown)} == {"path.untrusted"}


def test_a_clock_that_went_back_gives_nothing_back(fresh: House) -> None:
    platform = fresh.platform
    ahead = replace(platform, now=lambda: platform.now() + timedelta(hours=2))
    publish_list(ahead, MARKET)
    publish_list(platform, MARKET)
    assert faults(fresh) == []
    newest, earlier = walked(fresh)[:2]
    assert newest.said is not None and earlier.said is not None
    assert newest.said.issued == earlier.said.issued


def test_bytes_that_are_gone_are_missed_and_the_walk_goes_on(fresh: House) -> None:
    revoke(fresh, "JY-gone-1")
    revoke(fresh, "JY-gone-2")
    newest, second, *_ = walked(fresh)
    assert second.cid is not None and newest.said is not None
    fresh.platform.blobs.delete(second.cid)
    assert faults(fresh) == [(second.number, "not_found")]
    fresh.platform.blobs.delete(cid_of(newest.said.forms["refresh"]))
    assert faults(fresh) == [(newest.number, "not_found"), (second.number, "not_found")]
    db = sqlite3.connect(fresh.folder.ledger_db)
    with db:
        db.execute("DELETE FROM status_versions WHERE version = ?", (second.number - 1,))
    db.close()
    told = faults(fresh)
    assert (second.number - 1, "status_list.unlinked") in told
    assert (second.number - 1, "status_list.row") in told


def test_an_ending_does_not_wait_for_the_file_store(fresh: House) -> None:
    away = Faulty(
        fresh.platform.blobs, fail_before={"put": 1}, error=lambda: StoreAway("away", retry_after=1)
    )
    platform = replace(fresh.platform, blobs=away)
    token = publish_list(platform, MARKET)
    waiting = platform.store.rows("status_waiting")
    assert len(waiting) == 4
    assert current_list(platform, MARKET) == token
    assert fresh.findings() == ()  # waiting is no fault
    refresh_lists(platform)
    assert platform.store.rows("status_waiting") == []
    assert faults(fresh) == []
    head = platform.chain.status_head(list_id(uri_of(fresh)))
    assert b"".join(platform.blobs.get(cid_of(head.digest))).decode() == token


def test_what_waits_is_looked_at_too(fresh: House) -> None:
    db = sqlite3.connect(fresh.folder.ledger_db)
    with db:
        db.execute("INSERT INTO status_waiting VALUES (x'00', x'00')")
    assert [one.where for one in fresh.findings()] == ["status_waiting 00"]
    db.close()


@pytest.mark.parametrize("method", ["publish_status", "write"])
def test_a_crash_after_the_chain_took_it_is_healed(fresh: House, method: str) -> None:
    """The digest is on chain, its row is not: the next version writes both."""
    ports = {"publish_status": "chain", "write": "store"}
    port = ports[method]
    faulty = Faulty(
        getattr(fresh.platform, port),
        **{"fail_after" if method == "publish_status" else "fail_before": {method: 1}},
        error=lambda: ChainAway("the answer was lost", retry_after=1),
    )
    broken = replace(fresh.platform, **{port: faulty})
    with pytest.raises(ChainAway):
        publish_list(broken, MARKET)
    assert [code for _, code in faults(fresh)] == ["status_list.row"]
    assert [one.code for one in fresh.findings()] != []
    work(fresh.platform)
    assert faults(fresh) == [] and fresh.findings() == ()
