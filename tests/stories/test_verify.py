"""Verification by the platform: each kind of thing, foreign proofs, and the past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from api.demo.papers import paper
from api.demo.story import MARKET
from certs.errors import Coded
from certs.sdjwt.credential import present
from certs.verdict import Outcome, Verdict
from ledger.errors import NotFound
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.library.issue import Issued
from ledger.flows.library.status import Change, change_status
from ledger.flows.matters.deposit import Handed, deposit
from ledger.flows.worker import work
from ledger.reuse.documents import Channel, Grade, LegalEffect
from tests.stories.house import House, Told, issue_food, opened_copy


@pytest.fixture(scope="module")
def desk(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("desk") / "data") as opened:
        yield opened


def verdicts(house: House, *items: Submitted) -> list[Verdict]:
    return verify_items(house.platform, items, house.platform.now())


def code(verdict: Verdict, number: int) -> str:
    return next(check.code for check in verdict.checks if check.number == number)


def test_file_credential_presentation_material_and_entry_pass(desk: House) -> None:
    permit, platform = desk.permit, desk.platform
    done = deposit(
        platform,
        MARKET,
        Handed("layout-plan", desk.firm.subject, "平面图", Grade.SCAN, Channel.ONLINE),
        (plan := paper("平面图", ("一层",)),),
    )
    work(platform)
    part = present(permit.credential, ("number", "valid_to"))
    found = verdicts(
        desk,
        Submitted("licence", permit.layout),
        Submitted("credential", permit.credential.encode()),
        Submitted("credential", part.encode()),
        Submitted("material", plan),
        Submitted("entry", index=done.entry.index),
        Submitted("entry", index=permit.entry.index),
        Submitted("licence", permit.layout, permit.entry.index),
    )
    assert [one.outcome for one in found] == [Outcome.PASSED] * 7


def test_a_thousand_items_under_one_policy_are_judged_alike(desk: House) -> None:
    last = desk.platform.store.anchors()[-1].size - 1
    found = verdicts(desk, *(Submitted("entry", index=at % last) for at in range(1000)))
    assert len(found) == 1000
    assert len({one.as_of for one in found}) == 1
    assert {one.outcome for one in found} == {Outcome.PASSED}


@pytest.fixture(scope="module")
def other(desk: House) -> Issued:
    issued = issue_food(desk, number="JY-other")
    work(desk.platform)
    return issued


def test_the_proof_of_another_document_proves_nothing(desk: House, other: Issued) -> None:
    """A genuine entry beside a genuine file, which do not belong together."""
    mine, theirs = desk.permit, other.entry.index
    for item in (
        Submitted("licence", mine.layout, theirs),
        Submitted("credential", mine.credential.encode(), theirs),
        Submitted("material", mine.layout, theirs),
        Submitted("licence", mine.layout, 0),
    ):
        assert verdicts(desk, item)[0].outcome is Outcome.FAILED, item.sort


def test_every_kind_of_change_to_a_file_is_refused(desk: House) -> None:
    layout, index = desk.permit.layout, desk.permit.entry.index
    middle = len(layout) // 2
    spoilt = {
        "a flipped bit": layout[:middle] + bytes([layout[middle] ^ 1]) + layout[middle + 1 :],
        "a byte appended": layout + b"\n",
        "cut off": layout[:-1],
        "a second revision": layout + b"\n%%EOF\n",
        "no PDF": b"hello",
        "nothing": b"",
    }
    for name, data in spoilt.items():
        known, unknown = verdicts(
            desk, Submitted("licence", data, index), Submitted("licence", data)
        )
        assert known.outcome is Outcome.FAILED, name
        assert unknown.outcome is not Outcome.PASSED, name


def test_what_the_log_does_not_know_is_never_green(desk: House) -> None:
    stranger = paper("平面图", ("陌生的文件",))
    for item in (
        Submitted("material", stranger),
        Submitted("licence", stranger),
        Submitted("credential", b"a.b.c~"),
        Submitted("credential", "凭据".encode()),
    ):
        assert verdicts(desk, item)[0].outcome is not Outcome.PASSED
    with pytest.raises(NotFound):
        verdicts(desk, Submitted("entry", index=10**6))
    with pytest.raises(Coded):
        verdicts(desk, Submitted("entry", index=-1))


def test_the_past_is_judged_as_it_was(desk: House) -> None:
    """Before it was anchored nobody could know it; after it was suspended it fails."""
    issued = issue_food(desk, number="JY-past")
    work(desk.platform)
    item = Submitted("licence", issued.layout)
    before = desk.platform.now() - timedelta(days=1)
    assert verify_items(desk.platform, [item], before)[0].outcome is not Outcome.PASSED
    assert verdicts(desk, item)[0].outcome is Outcome.PASSED
    change_status(
        desk.platform,
        MARKET,
        Change(
            issued.licence, "suspended", "检查", "文号", LegalEffect.WITHHELD, date(2026, 11, 1)
        ),
    )
    work(desk.platform)
    now = verdicts(desk, item)[0]
    assert (now.outcome, code(now, 8)) == (Outcome.FAILED, "status.suspended")


def test_long_after_the_last_evidence_nothing_is_green(desk: House) -> None:
    late = desk.platform.now() + timedelta(days=3)
    found = verify_items(desk.platform, [Submitted("licence", desk.permit.layout)], late)
    assert found[0].outcome is Outcome.INDETERMINATE


def test_the_profile_says_what_it_does_not_promise(desk: House) -> None:
    found = verdicts(desk, Submitted("licence", desk.permit.layout))[0]
    assert {note.code for note in found.notes} == {
        "profile.one_operator",
        "anchor.development_chain",
    }
    assert all(check.zh and check.en for check in found.checks)
