"""One case over all four channels: what was handed in, planned and asked stays the same."""

from __future__ import annotations

import json

import pytest

from api.cli.entry import main
from api.demo.reuse import ask
from api.demo.story import HEALTH, MARKET
from ledger.errors import NotFound
from ledger.flows.matters.cases import CaseClosed, CaseDraft, close_case, open_case
from ledger.flows.matters.channels import OfficerMissing, channel_history, resume_case
from ledger.flows.matters.deposit import Handed, deposit
from ledger.flows.matters.plan import plan_case, sign_plan
from ledger.reuse.documents import Channel, Grade
from tests.stories.house import House


def test_a_case_begun_online_ends_at_the_counter(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    platform = house.platform
    person = house.people.person.subject
    draft = CaseDraft(
        item="public-place-hygiene-permit",
        subject=house.firm.subject,
        matter="hygiene-permit/channels",
        channel=Channel.ONLINE,
        officer="system",
        premises=house.people.premises,
        parties={"legal_representative": person},
    )
    case, _ = open_case(platform, HEALTH, draft)

    def hand_in(kind: str, channel: Channel) -> None:
        said = Handed(kind, house.firm.subject, kind, Grade.SCAN, channel, case)
        deposit(platform, HEALTH, said, (kind.encode(),))

    def seen() -> tuple[object, ...]:
        plan = plan_case(platform, HEALTH, case)
        handed = {
            str(row["object"]) for row in platform.store.rows("case_items", {"case_id": case})
        }
        open_ones = [row["id"] for row in platform.store.rows("requests", {"case_id": case})]
        return plan.to_json()["requirements"], handed, open_ones

    hand_in("health-certificates", Channel.ONLINE)
    ask(platform, plan_case(platform, HEALTH, case), house.firm.subject, 1)
    sign_plan(platform, HEALTH, case)
    before = seen()
    for channel, officer in (
        (Channel.KIOSK, None),
        (Channel.SMART, "w-3"),
        (Channel.COUNTER, "w-7"),
    ):
        resume_case(platform, HEALTH, case, channel, officer)
        assert seen() == before
        (row,) = platform.store.rows("cases", {"id": case})
        assert (row["channel"], row["officer"]) == (channel.value, officer)
    hand_in("layout-plan", Channel.COUNTER)
    channels = {
        str(row["kind"]): row["channel"]
        for row in platform.store.rows("materials", {"case_id": case})
    }
    assert channels == {"health-certificates": "online", "layout-plan": "counter"}
    with pytest.raises(OfficerMissing):
        resume_case(platform, HEALTH, case, Channel.COUNTER)
    with pytest.raises(NotFound):
        resume_case(platform, MARKET, case, Channel.KIOSK)
    asked = ["--data", str(house.folder.root), "--json", "case", "resume", case, "--channel"]
    assert main([*asked, "kiosk"]) == 0
    assert json.loads(capsys.readouterr().out)["went"] == (
        "online → kiosk → smart → counter → kiosk"
    )
    assert main([*asked, "fax"]) == 64
    close_case(platform, HEALTH, case, "dropped")
    with pytest.raises(CaseClosed):
        resume_case(platform, HEALTH, case, Channel.ONLINE)
    steps = channel_history(platform, case)
    assert [step.officer for step in steps] == ["system", None, "w-3", "w-7", None]
    assert house.findings() == ()
