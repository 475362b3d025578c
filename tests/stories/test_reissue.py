"""What has ended for good gets a new version by a decision only, and only one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date

import pytest

from api.demo.story import MARKET
from certs.errors import Coded
from certs.verdict import Outcome
from ledger import tlog
from ledger.errors import Conflict, Refused
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.library.collect import TakenIn, take_in
from ledger.flows.library.collect_many import Found, collect_many
from ledger.flows.library.issue import Issued
from ledger.flows.library.predecessors import (
    DecisionMissing,
    DecisionNeedless,
    NotActive,
    ReissuedAlready,
)
from ledger.flows.library.status import Change, change_status
from ledger.flows.worker import work
from ledger.reuse.documents import LegalEffect
from tests.stories.house import House, Told, issue_food, opened_copy
from tests.stories.test_collect import title

RULING = "（2026）行终 12 号判决"
ENDS = {
    effect: "revoked"
    for effect in (
        LegalEffect.VOID, LegalEffect.WITHDRAWN, LegalEffect.PENALTY, LegalEffect.CANCELLED,
        LegalEffect.LAPSED, LegalEffect.TRANSFERRED,
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def court(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("court") / "data") as opened:
        yield opened


def end(house: House, licence: str, effect: LegalEffect = LegalEffect.VOID) -> None:
    state = ENDS.get(effect, "suspended")
    said = Change(licence, state, "查实", "市监〔2026〕1号", effect, date(2026, 11, 1))
    change_status(house.platform, MARKET, said)


def outcome(house: House, issued: Issued) -> tuple[Outcome, set[str]]:
    work(house.platform)
    asked = [Submitted("licence", issued.layout)]
    (found,) = verify_items(house.platform, asked, house.platform.now())
    return found.outcome, {check.code for check in found.checks}


def state_of(house: House, licence: str) -> str:
    (row,) = house.platform.store.rows("licences", {"id": licence})
    return str(row["state"])


@pytest.mark.parametrize("effect", ENDS)
def test_every_end_is_final_and_a_decision_gives_a_new_version(
    court: House, effect: LegalEffect
) -> None:
    number = f"JY-{effect.value}"
    old = issue_food(court, number=number)
    end(court, old.licence, effect)
    with pytest.raises(DecisionMissing) as caught:
        issue_food(court, number=number, supersedes=old.licence)
    assert caught.value.code == "licence.decision_missing"
    new = issue_food(court, number=number, supersedes=old.licence, decision=RULING)
    row = court.platform.store.rows("licences", {"id": new.licence})[0]
    assert (row["version"], row["supersedes"], row["state"]) == (2, old.licence, "active")
    assert state_of(court, old.licence) == "revoked"
    assert outcome(court, new)[0] is Outcome.PASSED
    failed, codes = outcome(court, old)
    assert failed is Outcome.FAILED and "status.revoked" in codes


def test_the_log_names_the_decision(court: House) -> None:
    old = issue_food(court, number="JY-named")
    end(court, old.licence)
    new = issue_food(court, number="JY-named", supersedes=old.licence, decision=RULING)
    indexes = court.platform.store.find(f"licence:{old.licence}")
    said = tlog.read(court.platform, indexes[-1])
    assert (said.kind, said.body["decision"]) == ("licence.reissued", RULING)
    assert said.body["successor"] == new.licence
    with pytest.raises(ReissuedAlready):
        issue_food(court, number="JY-named", supersedes=old.licence, decision=RULING)
    end(court, new.licence)  # what ends again may be restored again: the newest version
    third = issue_food(court, number="JY-named", supersedes=new.licence, decision="复议〔2026〕9号")
    assert court.platform.store.rows("licences", {"id": third.licence})[0]["version"] == 3
    assert court.findings() == ()


def test_a_decision_without_anything_to_restore_is_refused(court: House) -> None:
    held = issue_food(court, number="JY-needless")
    for before in (held.licence, None):
        with pytest.raises(DecisionNeedless):
            issue_food(court, number="JY-needless", supersedes=before, decision=RULING)
    end(court, held.licence, LegalEffect.SUSPENDED)
    with pytest.raises(DecisionNeedless):  # it is restored by itself
        issue_food(court, number="JY-needless", supersedes=held.licence, decision=RULING)
    with pytest.raises(NotActive) as caught:
        issue_food(court, number="JY-needless", supersedes=held.licence)
    assert caught.value.code == "licence.not_active"
    assert state_of(court, held.licence) == "suspended"


def test_of_two_decisions_at_once_one_counts(court: House) -> None:
    old = issue_food(court, number="JY-twice")
    end(court, old.licence)
    done: list[Issued] = []
    refused: list[Coded] = []
    start = threading.Barrier(2)

    def reissue(decision: str) -> None:
        start.wait()
        try:
            done.append(
                issue_food(court, number="JY-twice", supersedes=old.licence, decision=decision)
            )
        except (Conflict, Refused) as error:
            refused.append(error)

    threads = [threading.Thread(target=reissue, args=(f"决定 {n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(refused)) == (1, 1)
    assert len(court.platform.store.rows("licences", {"supersedes": old.licence})) == 1
    assert court.findings() == ()


def test_a_collected_licence_comes_back_by_a_decision(court: House) -> None:
    def take(data: bytes, decision: str | None = None) -> TakenIn:
        found = title(court, "T-court", decision=decision)
        return take_in(court.platform, MARKET, found, (data,))

    with pytest.raises(DecisionNeedless):
        take(b"%PDF-1 one", RULING)
    held = take(b"%PDF-1 one")
    end(court, held.licence)
    with pytest.raises(DecisionMissing):
        take(b"%PDF-1 two")
    assert take(b"%PDF-1 one").licence == held.licence  # the very bytes are still it
    again = take(b"%PDF-1 one", RULING)  # restored as it was
    assert (again.result, state_of(court, held.licence)) == ("new_version", "revoked")
    rerun = take(b"%PDF-1 one", RULING)
    assert (rerun.result, rerun.licence) == ("standing", again.licence)
    row = Found(title(court, "T-court", decision=RULING), lambda: (b"%PDF-1 three",))
    (refused,) = collect_many(court.platform, MARKET, [row])
    assert refused.error is not None and refused.error.code == "licence.decision_needless"
    assert court.findings() == ()
