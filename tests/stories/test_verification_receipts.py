"""What an officer saw is stated, shown offline years later, and judged again as of then."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from api.demo.story import HEALTH, MARKET
from certs import base64url
from certs.canonical import canonical, parse
from ledger import tlog
from ledger.bundle.bundle import verify_bundle
from ledger.errors import NotFound
from ledger.flows.door.once import Once
from ledger.flows.evidence.verification_receipts import (
    Officer,
    Receipted,
    ReportOther,
    receipt_bundle,
    rejudge,
    verify_with_receipt,
)
from ledger.flows.evidence.verify import Submitted
from ledger.flows.worker import work
from ledger.reuse.documents import LegalEffect
from tests.stories.house import HYGIENE, House, issue_food
from tests.stories.relying import end

WHO = Officer(HEALTH, "w-07")


def look(house: House, *items: Submitted, who: Officer = WHO, once: Any = None) -> Receipted:
    done = verify_with_receipt(house.platform, who, items, once)
    work(house.platform)
    return done


def test_an_officer_relies_in_good_faith_and_can_show_it_years_later(house: House) -> None:
    platform = house.platform
    case = house.acts.open_case(HEALTH, HYGIENE, "hygiene-permit/2026-1")
    permit = issue_food(house, number="JY-seen")
    work(platform)
    shown = Submitted("licence", permit.layout)
    done = look(house, shown, shown, Submitted("material", b"x"), who=Officer(HEALTH, "w-07", case))
    assert [one.outcome.value for one in done.verdicts] == ["passed", "passed", "indeterminate"]
    body: Any = tlog.read(platform, done.entry.index).body
    assert (body["officer"], body["case"], len(body["items"])) == ("w-07", case, 2)
    assert body["report_sha256"] == base64url.encode(hashlib.sha256(done.report).digest())
    report: Any = parse(done.report)
    assert canonical(report) == done.report and len(report["items"]) == 3
    assert report["items"][0]["verdict"]["checks"][8]["code"] == "status.valid"

    void = end(house, permit.licence, LegalEffect.VOID)  # afterwards it turns out to be void
    work(platform)
    assert void > done.entry.index
    statement, index, (licence, other) = rejudge(platform, done.verification)
    assert (statement.actor, index) == (HEALTH, done.entry.index)
    assert (licence.outcome, licence.state, licence.right) == ("passed", "active", True)
    assert licence.genuine is not None and licence.genuine.outcome.value == "passed"
    assert (other.entry, other.right) == (None, None)

    data = receipt_bundle(platform, done.verification, done.report)
    then = platform.now()
    years = verify_bundle(data, platform.trust, then + timedelta(days=300))
    assert years.code == "snapshot.stale"  # who was entitled is asked as of the day of the receipt
    verdict = verify_bundle(data, platform.trust, then)
    assert verdict.outcome.value == "passed", verdict.as_json()
    assert {one.statement.kind for one in verdict.entries} == {"verified", "licence.issued"}
    assert done.report in data  # stored, not packed: the report is among the members
    assert house.findings() == ()


def test_what_was_seen_of_an_ended_licence_is_right_too(house: House) -> None:
    platform = house.platform
    end(house, house.permit.licence, LegalEffect.SUSPENDED)
    work(platform)
    row = platform.store.rows("licences", {"id": house.permit.licence})[0]
    entry = int(str(row["entry_index"]))
    done = look(house, Submitted("entry", index=entry))
    end(house, house.permit.licence, LegalEffect.RESTORED)
    work(platform)
    _, _, (seen,) = rejudge(platform, done.verification)
    assert (seen.code, seen.state, seen.right) == ("status.suspended", "suspended", True)
    bundle = verify_bundle(
        receipt_bundle(platform, done.verification), platform.trust, platform.now()
    )
    kinds = [one.statement.kind for one in bundle.entries]
    assert kinds == ["licence.issued", "licence.suspended", "verified"]  # and nothing of after


def test_a_spoilt_copy_a_lost_report_and_another_s_case(house: House) -> None:
    platform = house.platform
    forged = house.permit.layout.replace(b"%PDF", b"%PDX", 1)
    done = look(house, Submitted("licence", forged))
    _, _, (seen,) = rejudge(platform, done.verification)
    assert seen.outcome != "passed" and seen.right is None
    changed = json.loads(done.report)
    changed["officer"] = "somebody-else"
    with pytest.raises(ReportOther):
        receipt_bundle(platform, done.verification, canonical(changed))
    with pytest.raises(NotFound):
        rejudge(platform, "ver_" + "a" * 26)
    case = house.acts.open_case(HEALTH, HYGIENE, "hygiene-permit/2026-2")
    with pytest.raises(NotFound):
        look(house, Submitted("material", b"x"), who=Officer(MARKET, "m-1", case))
    with pytest.raises(ValueError):
        verify_with_receipt(platform, WHO, [])


def test_many_items_in_one_receipt_and_the_same_answer_again(house: House) -> None:
    once = Once(HEALTH, "verifications", "k", b"request")
    items = [Submitted("material", bytes([n % 256, n // 256])) for n in range(1000)]
    done = look(house, *items, once=once)
    known = once.earlier(house.platform)
    assert known is not None and known["verification"] == done.verification
    assert len(done.report) > 1 << 20 and canonical(known["report"]) == done.report
    assert verify_bundle(
        receipt_bundle(house.platform, done.verification, done.report),
        house.platform.trust,
        house.platform.now(),
    ).outcome.value == "passed"  # fmt: skip
