"""Trace and export: all that happened, in order, and a bundle that convinces a stranger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.demo.story import HEALTH
from api.founding import found
from api.wiring import open_platform
from certs.trust.trustlist import open_trust_list, roots_of
from certs.verdict import Outcome, Verdict
from ledger.bundle.bundle import verify_bundle
from ledger.errors import NotFound
from ledger.flows.evidence.anchor import anchor
from ledger.flows.evidence.trace import export_bundle, related, trace
from ledger.flows.worker import work
from ledger.log.statement import format_time
from tests.stories.house import House, Told, live_on, opened_copy

AUDITOR = "sjj"


@pytest.fixture(scope="module")
def archive(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("archive") / "data") as opened:
        live_on(opened)
        yield opened


def hygiene_case(house: House) -> str:
    return str(house.platform.store.rows("cases", {"agency": HEALTH})[0]["id"])


def test_a_case_is_told_from_opening_to_withdrawal(archive: House) -> None:
    lines = trace(archive.platform, f"case:{hygiene_case(archive)}")
    kinds = [line.kind for line in lines]
    assert [line.index for line in lines] == sorted({line.index for line in lines})
    assert set(kinds) >= {
        "case.opened",
        "consent.requested",
        "consent.granted",
        "released",
        "consent.withdrawn",
        "refused",
        "holderkey.bound",
        "material.deposited",
    }
    assert kinds.index("consent.requested") < kinds.index("consent.granted")
    assert kinds.index("consent.granted") < kinds.index("released")
    assert all(line.evidence_time is not None for line in lines)
    assert all(line.statement is not None for line in lines)


@pytest.mark.parametrize("sort", ["subject", "licence", "agency", "officer", "material", "consent"])
def test_everything_can_be_traced_by_its_name(archive: House, sort: str) -> None:
    store = archive.platform.store
    names = {
        "subject": archive.firm.subject,
        "licence": archive.permit.licence,
        "agency": HEALTH,
        "officer": "officer-7",
        "material": str(store.rows("materials")[0]["id"]),
        "consent": str(store.rows("consents")[0]["id"]),
    }
    lines = trace(archive.platform, f"{sort}:{names[sort]}")
    assert lines
    pages = []
    after = -1
    while page := trace(archive.platform, f"{sort}:{names[sort]}", after=after, limit=3):
        pages += page
        after = page[-1].index
    assert [line.index for line in pages] == [line.index for line in lines]


def test_nothing_is_traced_by_a_name_of_no_known_sort(archive: House) -> None:
    for key in ("actor:scjg", "credential:x", "", "x"):
        with pytest.raises(NotFound):
            trace(archive.platform, key)
    assert trace(archive.platform, "case:case_" + "a" * 26) == []


def test_a_new_entry_is_traced_before_it_is_anchored(archive: House) -> None:
    plan = archive.hygiene_plan()
    (line,) = trace(archive.platform, f"case:{plan.case.id}")
    assert (line.kind, line.evidence_time) == ("case.opened", None)
    work(archive.platform)
    (line,) = trace(archive.platform, f"case:{plan.case.id}")
    assert line.evidence_time is not None
    assert line.statement is not None
    assert format_time(line.evidence_time) >= format_time(line.statement.at)


def exported(house: House, key: str, **facts: bool) -> bytes:
    anchor(house.platform)
    return export_bundle(house.platform, AUDITOR, key, related(house.platform, key), **facts)  # type: ignore[arg-type]


def verified(house: House, data: bytes) -> Verdict:
    trust_data = house.platform.trust_data
    now = house.platform.now()
    trust = open_trust_list(trust_data, roots_of(trust_data), now)
    return verify_bundle(data, trust, now)


def test_a_bundle_convinces_who_has_only_the_trust_list(archive: House) -> None:
    found = verified(archive, exported(archive, f"case:{hygiene_case(archive)}"))
    assert found.outcome is Outcome.PASSED, [check.code for check in found.checks]


def test_nothing_anchored_is_nothing_to_export(archive: House) -> None:
    plan = archive.hygiene_plan()
    key = f"case:{plan.case.id}"
    for indexes in (related(archive.platform, key), []):
        with pytest.raises(NotFound):
            export_bundle(archive.platform, AUDITOR, key, indexes)


def test_a_bundle_of_another_house_is_not_believed(archive: House, house: House) -> None:
    """Same code, same agencies, another root: its own world proves nothing here."""
    root = house.folder.root.parent / "foreign"
    found(root, store="directory")
    with open_platform(root) as foreign:
        anchor(foreign)
        data = export_bundle(foreign, AUDITOR, "agency:scjg", [0])
    assert verified(archive, data).outcome is not Outcome.PASSED
