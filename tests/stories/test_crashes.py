"""Whatever fails at whatever point: asked again, it is done, once, and fsck is clean."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from api.demo.reuse import signer as agency_signer
from api.demo.story import HEALTH, MARKET
from ledger.consent.parties import (
    Asking,
    consent_grant,
    consent_request,
    consent_withdrawal,
)
from ledger.errors import Pushback
from ledger.flows.door.once import Once
from ledger.flows.evidence.anchor import anchor
from ledger.flows.library.files import plaintext
from ledger.flows.library.issue import issue_licence
from ledger.flows.matters.deposit import Handed, deposit
from ledger.flows.reading.consent import grant_consent, request_consent, withdraw_consent
from ledger.flows.reading.release import Released, release
from ledger.flows.worker import work
from ledger.ports import Anchor
from ledger.reuse.documents import Channel, Grade
from tests.doubles.faulty import Faulty
from tests.stories.house import House, Told, food_draft, opened_copy

PORTS = ("store", "blobs", "keys", "chain")
READS = {"rows", "head", "size", "entry", "entries", "nodes", "find", "entry_by_payload", "has",
         "tally", "heads", "anchors", "entitled", "key_rows", "lookup"}  # fmt: skip
"""Nothing is carried out by them: failing after is failing before."""
Point = tuple[str, str, int, str]


@pytest.fixture(scope="module")
def worn(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for the sweeps, which leave it clean after every point."""
    with opened_copy(told, tmp_path_factory.mktemp("worn") / "data") as opened:
        yield opened


def points(house: House, act: Callable[[House], object]) -> list[Point]:
    """Every call of every port that an act makes, once to fail before it and once after."""
    watched = {name: Faulty(getattr(house.platform, name)) for name in PORTS}
    act(house.with_ports(**watched))
    return [
        (port, method, number, moment)
        for port, double in watched.items()
        for method, count in sorted(double.calls.items())
        for number in range(1, count + 1)
        for moment in (("before",) if method in READS else ("before", "after"))
    ]


def broken(house: House, point: Point) -> House:
    """The house in which this one call fails."""
    port, method, number, moment = point
    facts: dict[str, Any] = {f"fail_{moment}": {method: number}}
    return house.with_ports(**{port: Faulty(getattr(house.platform, port), **facts)})


def issue_once(house: House, number: str) -> str:
    """The licence of this number, issued now or before, as a caller with a key has it."""
    once = Once(MARKET, "licences", number, number.encode())
    known = once.earlier(house.platform)
    if known is not None:
        return str(known["licence"])
    return issue_licence(house.platform, MARKET, food_draft(house, number=number), once).licence


def test_issue_survives_a_failure_at_every_call(worn: House) -> None:
    swept = points(worn, lambda house: issue_once(house, "JY-watched"))
    assert {("store", "append"), ("blobs", "put"), ("keys", "deposit"), ("chain", "entitled")} <= {
        point[:2] for point in swept
    }
    for at, point in enumerate(swept):
        number = f"JY-{at}"
        before = len(worn.platform.store.rows("licences"))
        with pytest.raises(Pushback):
            issue_once(broken(worn, point), number)
        licence = issue_once(worn, number)
        assert len(worn.platform.store.rows("licences")) == before + 1, point
        assert worn.platform.store.rows("licences", {"id": licence})[0]["state"] == "active"
        assert worn.findings() == (), point


def test_release_survives_a_failure_at_every_call(worn: House) -> None:
    plan = worn.hygiene_plan()

    def ordered() -> tuple[bytes, bytes]:
        data, private = worn.order(worn.agree(plan).consent)
        return data, private.public_key().public_bytes_raw()

    watched = ordered()
    work(worn.platform)
    swept = points(worn, lambda house: release(house.platform, HEALTH, *watched))
    wanted = {
        ("store", "append"),
        ("store", "integrate"),
        ("keys", "follow"),
        ("keys", "hand_over"),
    }
    assert wanted <= {point[:2] for point in swept}
    reached = 0
    for point in swept:
        data, recipient = ordered()
        try:
            release(broken(worn, point).platform, HEALTH, data, recipient)
        except Pushback:
            reached += 1
        first = release(worn.platform, HEALTH, data, recipient)
        again = release(worn.platform, HEALTH, data, recipient)
        assert same(first, again), point
        stand = worn.platform.store.rows("releases", {"id": first.release})
        assert [row["n"] for row in stand] == [1], point
    assert reached > len(swept) * 0.9  # the tree's shape decides how many nodes are read
    assert worn.findings() == ()


def same(one: Released, other: Released) -> bool:
    attested = one.handed.attestation == other.handed.attestation
    return (one.release, one.entry.index) == (other.release, other.entry.index) and attested


def test_a_round_of_the_worker_survives_a_failure_at_every_call(worn: House) -> None:
    worn.hygiene_plan()
    swept = points(worn, lambda house: work(house.platform))
    assert {("chain", "publish"), ("store", "put_anchor"), ("keys", "follow")} <= {
        point[:2] for point in swept
    }
    for point in swept:
        worn.hygiene_plan()
        assert work(broken(worn, point).platform).waiting == "pushback", point
        done = work(worn.platform)
        assert (done.anchored, done.waiting) == (worn.platform.store.size(), None), point
    assert worn.findings() == ()
    sizes = [done.size for done in worn.platform.store.anchors()]
    assert len(sizes) == len(set(sizes))


def test_deposit_survives_a_failure_at_every_call(worn: House) -> None:
    said = Handed("layout-plan", worn.firm.subject, "平面图", Grade.SCAN, Channel.ONLINE)

    def hand_in(house: House, key: str) -> str:
        once = Once(MARKET, "materials", key, b"upload")
        known = once.earlier(house.platform)
        if known is not None:
            return str(known["material"])
        return deposit(house.platform, MARKET, said, (b"a plan",), once).material

    swept = points(worn, lambda house: hand_in(house, "watched"))
    assert {("store", "append"), ("blobs", "put")} <= {point[:2] for point in swept}
    for at, point in enumerate(swept):
        before = len(worn.platform.store.rows("materials"))
        with pytest.raises(Pushback):
            hand_in(broken(worn, point), f"scan-{at}")
        row = worn.platform.store.rows("materials", {"id": hand_in(worn, f"scan-{at}")})[0]
        assert b"".join(plaintext(worn.platform, str(row["file"]))) == b"a plan", point
        assert len(worn.platform.store.rows("materials")) == before + 1, point
    assert worn.findings() == ()


def test_request_consent_and_withdrawal_survive_a_failure_at_every_call(worn: House) -> None:
    """Each party sends the same signed bytes again, until it is heard."""
    platform, signer = worn.platform, worn.firm.signer
    plan = worn.hygiene_plan()

    def bytes_of_all() -> tuple[bytes, bytes, bytes, bytes]:
        now, randomness = platform.now(), platform.randomness
        asking = Asking(
            plan.case.id,
            plan.case.item,
            "办理公共场所卫生许可",
            worn.firm.subject,
            plan.consent_items(worn.firm.subject),
            now + timedelta(days=30),
            1,
            "officer-7",
            "窗口受理",
            "counter",
        )
        agency = agency_signer(platform, HEALTH)
        request = consent_request(agency, platform.log.origin, asking, now, randomness)
        consent, thread = consent_grant(signer, request, now, randomness)
        return request, consent, thread, consent_withdrawal(signer, consent, now, randomness)

    def acts(
        request: bytes, consent: bytes, thread: bytes, ended: bytes
    ) -> tuple[Callable[[House], object], ...]:
        return (
            lambda house: request_consent(house.platform, HEALTH, request),
            lambda house: grant_consent(house.platform, consent, thread),
            lambda house: withdraw_consent(house.platform, ended),
        )

    swept = [points(worn, act) for act in acts(*bytes_of_all())]
    assert [len(one) > 3 for one in swept] == [True] * 3
    for number, of_act in enumerate(swept):
        for point in of_act:
            size = platform.store.size()
            made = acts(*bytes_of_all())
            for at, act in enumerate(made[: number + 1]):
                if at == number:
                    with suppress(Pushback):
                        act(broken(worn, point))
                act(worn)
            assert platform.store.size() == size + number + 1, point
    assert worn.findings() == ()


def test_several_anchor_at_once_and_all_end_at_the_same_place(worn: House) -> None:
    for _ in range(3):
        worn.hygiene_plan()
        start = threading.Barrier(3)
        done: list[Anchor] = []

        def act() -> None:
            start.wait()  # noqa: B023
            done.append(anchor(worn.platform))  # noqa: B023

        threads = [threading.Thread(target=act) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [one.size for one in done] == [worn.platform.store.size()] * 3
    assert worn.findings() == ()
