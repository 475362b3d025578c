"""Issuing and its afterlife: what a licence says at each moment of its life."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.demo.story import HEALTH, MARKET
from certs.errors import Coded
from certs.statuslist import read_status_list, token_digest
from certs.verdict import Outcome, Verdict
from ledger.errors import ChainAway, Conflict, NotFound, Refused
from ledger.flows.door.once import KeyReused, Once
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.library.issue import (
    FieldsWrong,
    Issued,
    NotActive,
    NotEntitled,
    issue_licence,
)
from ledger.flows.library.status import (
    Change,
    MoveForbidden,
    change_status,
    current_list,
    list_id,
    list_uri,
    publish_list,
)
from ledger.flows.worker import work
from ledger.reuse.documents import LegalEffect
from tests.doubles.faulty import Faulty
from tests.stories.house import FOOD_FIELDS, House, Told, food_draft, issue_food, opened_copy

EFFECTS = {
    "suspended": LegalEffect.WITHHELD,
    "active": LegalEffect.RESTORED,
    "revoked": LegalEffect.CANCELLED,
}


@pytest.fixture(scope="module")
def market(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("market") / "data") as opened:
        yield opened


def change(house: House, licence: str, state: str, agency: str = MARKET) -> None:
    said = Change(licence, state, "现场检查", "市监〔2026〕1号", EFFECTS[state], date(2026, 11, 1))
    change_status(house.platform, agency, said)


def verdict(house: House, issued: Issued) -> Verdict:
    work(house.platform)
    asked = [Submitted("licence", issued.layout)]
    return verify_items(house.platform, asked, house.platform.now())[0]


def codes(found: Verdict) -> set[str]:
    return {check.code for check in found.checks}


def test_what_was_issued_passes_every_check(market: House) -> None:
    issued = issue_food(market, number="JY-passes")
    found = verdict(market, issued)
    assert found.outcome is Outcome.PASSED
    assert {check.outcome for check in found.checks} == {Outcome.PASSED}


def test_suspended_restored_revoked_and_then_final(market: House) -> None:
    issued = issue_food(market, number="JY-life")
    change(market, issued.licence, "suspended")
    assert verdict(market, issued).outcome is Outcome.FAILED
    assert "status.suspended" in codes(verdict(market, issued))
    change(market, issued.licence, "active")
    assert verdict(market, issued).outcome is Outcome.PASSED
    change(market, issued.licence, "revoked")
    assert "status.revoked" in codes(verdict(market, issued))
    for state in ("active", "suspended", "revoked"):
        with pytest.raises(MoveForbidden):
            change(market, issued.licence, state)
    assert market.findings() == ()


def test_a_new_version_supersedes_the_old_one_once(market: House) -> None:
    first = issue_food(market, number="JY-v1")
    second = issue_food(market, number="JY-v2", supersedes=first.licence)
    assert verdict(market, second).outcome is Outcome.PASSED
    old = verdict(market, first)
    assert old.outcome is Outcome.FAILED
    assert "status.superseded" in codes(old)
    with pytest.raises(NotActive):
        issue_food(market, number="JY-v3", supersedes=first.licence)
    change(market, second.licence, "revoked")
    with pytest.raises(NotActive):  # what was revoked stays revoked
        issue_food(market, number="JY-v4", supersedes=second.licence)
    row = market.platform.store.rows("licences", {"id": second.licence})[0]
    assert (row["state"], row["version"]) == ("revoked", 2)
    assert market.findings() == ()


def test_two_at_once_supersede_and_one_does(market: House) -> None:
    first = issue_food(market, number="JY-race")
    done: list[Issued] = []
    refused: list[Coded] = []
    start = threading.Barrier(2)

    def supersede(number: str) -> None:
        start.wait()
        try:
            done.append(issue_food(market, number=number, supersedes=first.licence))
        except (Conflict, Refused) as error:
            refused.append(error)

    together(supersede, "JY-race-a", "JY-race-b")
    assert (len(done), len(refused)) == (1, 1)
    assert len(market.platform.store.rows("licences", {"supersedes": first.licence})) == 1
    assert market.findings() == ()


def together(act: object, *arguments: str) -> None:
    assert callable(act)
    threads = [threading.Thread(target=act, args=(one,)) for one in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_batch_asked_again_is_issued_once(market: House) -> None:
    before = len(market.platform.store.rows("licences"))
    answers = []
    for _ in range(2):
        for number in ("JY-b1", "JY-b2", "JY-b3"):
            once = Once(MARKET, "licences", number, number.encode())
            known = once.earlier(market.platform)
            if known is None:
                issued = issue_food(market, once, number=number)
                known = {"licence": issued.licence, "identifier": issued.identifier}
            answers.append((known["licence"], known["identifier"]))
    assert answers[:3] == answers[3:]
    assert len(market.platform.store.rows("licences")) == before + 3
    with pytest.raises(KeyReused):
        Once(MARKET, "licences", "JY-b1", b"another request").earlier(market.platform)
    assert Once(HEALTH, "licences", "JY-b1", b"JY-b1").earlier(market.platform) is None


def test_one_key_at_the_same_moment_issues_once(market: House) -> None:
    before = len(market.platform.store.rows("licences"))
    once = Once(MARKET, "licences", "JY-same", b"JY-same")
    refused: list[Coded] = []
    start = threading.Barrier(3)

    def issue(_: str) -> None:
        start.wait()
        try:
            issue_food(market, once, number="JY-same")
        except Conflict as error:
            refused.append(error)

    together(issue, "a", "b", "c")
    assert len(refused) == 2
    assert once.earlier(market.platform) is not None
    assert len(market.platform.store.rows("licences")) == before + 1
    assert market.findings() == ()


def test_a_place_in_the_list_that_is_taken_is_drawn_again(market: House) -> None:
    """Two licences that draw the same place: the second draws another."""
    platform = market.platform
    taken = platform.store.rows("status_entries", {"licence": market.permit.licence})[0]["idx"]
    assert isinstance(taken, int)
    draws = iter([taken.to_bytes(8, "big")])

    def forced(size: int) -> bytes:
        return (next(draws, None) if size == 8 else None) or platform.randomness(size)

    blind = Faulty(platform.store)
    blind.rows = lambda table, where=None, **more: (  # type: ignore[attr-defined]
        [] if table == "status_entries" else platform.store.rows(table, where, **more)
    )
    issued = issue_food(market.with_ports(store=blind, randomness=forced), number="JY-draw")
    row = platform.store.rows("licences", {"id": issued.licence})[0]
    assert row["status_index"] != taken
    assert market.findings() == ()


DRAFT_ERRORS = {
    "a field too many": ({"fields": FOOD_FIELDS | {"colour": "red"}}, FieldsWrong),
    "a field missing": (
        {"fields": {k: v for k, v in FOOD_FIELDS.items() if k != "items"}}, FieldsWrong,
    ),
    "ends before it begins": ({"valid_to": date(2020, 1, 1)}, FieldsWrong),
    "an unknown subject": ({"subject": "sub_" + "a" * 26}, NotFound),
    "an unknown licence to supersede": ({"supersedes": "lic_" + "a" * 26}, NotFound),
}  # fmt: skip


@pytest.mark.parametrize("error", DRAFT_ERRORS.values(), ids=list(DRAFT_ERRORS))
def test_a_wrong_draft_issues_nothing(
    market: House, error: tuple[dict[str, object], type[Coded]]
) -> None:
    changes, wanted = error
    before = market.platform.store.size(), sorted(market.platform.blobs.cids())
    with pytest.raises(wanted):
        issue_food(market, **changes)
    assert (market.platform.store.size(), sorted(market.platform.blobs.cids())) == before


def test_an_unknown_type_and_an_agency_without_scope_issue_nothing(market: House) -> None:
    before = market.platform.store.size()
    with pytest.raises(Coded) as unknown:
        issue_food(market, type="licence-to-kill")
    assert unknown.value.code == "catalogue.unknown"
    for agency in (HEALTH, "sjj"):
        with pytest.raises(NotEntitled):
            issue_licence(market.platform, agency, food_draft(market))
    assert market.platform.store.size() == before


def test_only_the_issuer_changes_the_status(market: House) -> None:
    with pytest.raises(NotFound):
        change(market, market.permit.licence, "suspended", agency=HEALTH)
    with pytest.raises(NotFound):
        change(market, "lic_" + "a" * 26, "suspended")


def test_the_published_list_is_signed_on_chain_and_says_nothing_of_one_licence(
    market: House,
) -> None:
    platform = market.platform
    issued = issue_food(market, number="JY-list")
    change(market, issued.licence, "suspended")
    token = current_list(platform, MARKET)
    head = platform.chain.status_head(list_id(list_uri(platform, MARKET)))
    public = platform.signing.key(MARKET).public_key()
    found = read_status_list(token, public, platform.now())
    row = platform.store.rows("licences", {"id": issued.licence})[0]
    assert found.states.get(row["status_index"]) == 2  # type: ignore[arg-type]
    assert (found.version, token_digest(token)) == (head.version, head.digest)
    assert issued.licence not in token
    assert found.states.size >= 131_072


def test_a_list_that_could_not_be_published_follows_when_the_chain_is_back(
    market: House,
) -> None:
    """The change stands at once; the worker brings the list, without waiting for its renewal."""
    issued = issue_food(market, number="JY-later")
    work(market.platform)
    away = Faulty(
        market.platform.chain,
        fail_before={"status_head": 1},
        error=lambda: ChainAway("gone"),
    )
    change(market.with_ports(chain=away), issued.licence, "suspended")
    row = market.platform.store.rows("licences", {"id": issued.licence})[0]
    assert row["state"] == "suspended"
    assert market.findings() != ()  # and fsck says that the list lags
    assert work(market.platform).waiting is None
    assert market.findings() == ()
    assert "status.suspended" in codes(verdict(market, issued))


def test_lists_published_at_the_same_moment_all_end_well(market: House) -> None:
    licences = [issue_food(market, number=f"JY-p{n}").licence for n in range(3)]
    errors: list[Coded] = []

    def suspend(licence: str) -> None:
        try:
            change(market, licence, "suspended")
            publish_list(market.platform, MARKET)
        except Coded as error:
            errors.append(error)

    together(suspend, *licences)
    assert errors == []
    assert market.findings() == ()


def test_lists_are_renewed_before_they_run_out(market: House) -> None:
    before = current_list(market.platform, MARKET)
    soon = market.platform.now() + timedelta(hours=13)
    later = replace(market.platform, now=lambda: soon)
    assert work(later).waiting is None
    after = current_list(market.platform, MARKET)
    assert after != before
    public = market.platform.signing.key(MARKET).public_key()
    assert read_status_list(after, public, soon).expires > soon + timedelta(hours=20)


def test_what_was_sequenced_before_the_end_is_anchored_after_it(told: Told, tmp_path: Path) -> None:
    root = tmp_path / "data"
    with opened_copy(told, root) as first:
        issued = issue_food(first, number="JY-again")
    with opened_copy(told, root) as again:
        assert verdict(again, issued).outcome is Outcome.PASSED
