"""A place and its proofs: seen by whom, as far as the case goes, and whom they serve."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.cli.entry import main
from api.demo.story import HEALTH, MARKET
from ledger.errors import NotFound
from ledger.flows.door.subjects import find_subject, register_subject
from ledger.flows.library.collect import CollectedLicence, collect_licence
from ledger.flows.matters.cases import CaseDraft, close_case, open_case
from ledger.flows.matters.plan import plan_case
from ledger.flows.matters.premises import Proof, proofs_at
from ledger.reuse.documents import Channel
from tests.stories.house import House
from tests.stories.test_collect import FIELDS

ITEM = "restaurant-opening"
CODE = "310101-DEMO-0099-2"


def title(house: House, subject: str, premises: str, number: str) -> str:
    found = CollectedLicence(
        "real-estate-title", subject, number, "登记系统", "登记中心", FIELDS, premises=premises
    )
    return collect_licence(house.platform, MARKET, found, (number.encode(),))[0]


def test_a_place_and_whom_its_proofs_serve(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    platform = house.platform
    place = register_subject(platform, "premises", "二号", (("premises-code", CODE),))
    assert find_subject(platform, "premises-code", CODE) == place
    landlord = register_subject(platform, "person", "房东", (("other", "landlord-1"),))
    assert not seen(house, MARKET, place)  # nobody has a case there
    draft = CaseDraft(
        ITEM, house.firm.subject, "restaurant/1", Channel.COUNTER, "w-1", premises=place,
        parties={"legal_representative": house.people.person.subject},
    )  # fmt: skip
    case, _ = open_case(platform, MARKET, draft)
    assert proofs_at(platform, MARKET, place) == []
    title(house, landlord, place, "T-landlord")

    def of_titles() -> list[Proof]:
        return [
            one for one in proofs_at(platform, MARKET, place)
            if one.kind == "licence:real-estate-title"
        ]  # fmt: skip

    (theirs,) = of_titles()
    assert (theirs.case, theirs.whose, theirs.serves) == (case, "another", False)
    assert "T-landlord" not in used(house, case)
    shared = title(house, place, place, "T-place")
    assert [(one.whose, one.serves) for one in of_titles()] == [
        ("another", False), ("premises", True),
    ]  # fmt: skip
    assert f"licence:{shared}" in used(house, case)
    own = title(house, house.firm.subject, place, "T-own")
    assert {one.whose for one in of_titles() if one.serves} == {"premises", "applicant"}
    assert {f"licence:{own}", f"licence:{shared}"} & used(house, case)
    with pytest.raises(NotFound):
        proofs_at(platform, HEALTH, place)
    asked = ["--data", str(house.folder.root), "premises", f"premises-code={CODE}"]
    assert main([*asked, "--agency", MARKET, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["whose"] for one in told} == {"another", "applicant", "premises"}
    assert all("lic_" not in json.dumps(one) for one in told)
    assert main([*asked, "--agency", HEALTH]) == 1
    close_case(platform, MARKET, case, "dropped")
    assert not seen(house, MARKET, place)


def seen(house: House, agency: str, place: str) -> bool:
    try:
        proofs_at(house.platform, agency, place)
    except NotFound:
        return False
    return True


def used(house: House, case: str) -> set[str]:
    made: Any = plan_case(house.platform, MARKET, case).to_json()
    return {paper["object"] for need in made["requirements"] for paper in need["used"]}
