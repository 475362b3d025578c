"""After a use over HTTP: disputes from both sides, flags, cascades, and who would be touched."""

from __future__ import annotations

from ledger.flows.after.cascade import cascades
from tests.api.world import PDF, World


def test_a_lost_dispute_is_flagged_answered_and_seen_done(world: World) -> None:
    ids = world.lost_dispute
    firm = world.firm.subject
    shown = world.get(f"/v1/disputes/{ids['dispute']}", firm).json()
    assert shown == world.get(f"/v1/disputes/{ids['dispute']}", "wjw").json()
    assert (shown["state"], shown["reason"], shown["overdue"]) == ("upheld", "不是我交的", False)
    assert shown["outcome_reason"] == "属实"
    assert ids["dispute"] in {one["id"] for one in world.get("/v1/disputes", firm).json()["items"]}
    assert world.get("/v1/disputes", "scjg").json()["items"] == []

    inbox = world.get("/v1/flags", "wjw").json()["items"]
    assert ids["flag"] in {one["id"] for one in inbox}
    assert world.get("/v1/flags?limit=1", "wjw").json()["items"] == inbox[:1]
    assert world.get("/v1/flags?after=flg_x", "wjw").status_code == 422
    before = world.get(f"/v1/cascades/{ids['cause']}", "sjj").json()
    assert before["done"] and before["flagged"] == {"wjw": 1} and before["open"] == 1
    said = {"outcome": "remedied", "officer": "officer-7", "reason": "已重新收件"}
    path = f"/v1/flags/{ids['flag']}/answer"
    done = world.post(path, "wjw", said, key="answer-1")
    assert done.status_code == 202, done.text
    assert world.post(path, "wjw", said, key="answer-1").json() == done.json()
    again = world.post(path, "wjw", said)
    assert (again.status_code, again.json()["code"]) == (409, "flag.answered")
    assert world.get(f"/v1/flags/{ids['flag']}", "wjw").json()["state"] == "remedied"
    answered = world.get("/v1/flags?state=answered", "wjw").json()["items"]
    assert ids["flag"] in {one["id"] for one in answered}
    after = world.get(f"/v1/cascades/{ids['cause']}", "wjw").json()
    assert (after["answers"], after["open"]) == ({"remedied": 1}, 0)


def test_a_dispute_is_the_holder_s_own_and_only_once_at_a_time(world: World) -> None:
    case = world.open_case()
    handed = world.upload("/v1/materials", "wjw", world.paper(world.firm.subject, case=case), PDF)
    about = {"object": f"material:{handed.json()['id']}", "reason": "页码不全"}
    foreign = world.post("/v1/dispute-drafts", world.stranger.subject, about, key=None)
    absent = {**about, "object": "material:mat_" + "a" * 26}
    nothing = world.post("/v1/dispute-drafts", world.stranger.subject, absent, key=None)
    assert foreign.status_code == nothing.status_code == 404
    done = world.disputed(about)
    assert done.status_code == 202 and done.json()["due"] > "2026"
    twice = world.disputed(about)
    assert (twice.status_code, twice.json()["code"]) == (409, "dispute.open")
    path = f"/v1/disputes/{done.json()['id']}/settlement"
    said = {"outcome": "corrected", "officer": "officer-7", "reason": "x"}
    refused = world.post(path, "wjw", said)
    assert (refused.status_code, refused.json()["code"]) == (403, "dispute.successor")
    settled = world.post(path, "wjw", {**said, "outcome": "rejected"})
    assert settled.status_code == 202, settled.text
    once = world.post(path, "wjw", {**said, "outcome": "rejected"})
    assert (once.status_code, once.json()["code"]) == (409, "dispute.settled")


def test_reliance_is_counted_and_names_no_case_and_to_the_issuer_no_agency(world: World) -> None:
    matter = world.matter
    _, granted, _ = world.agreed(world.open_case())
    world.anchored()
    assert world.post("/v1/releases", "wjw", world.signed_release(granted)).status_code == 202
    path = f"/v1/licences/{matter.licence}/reliance"
    plain = world.get(path, "scjg").json()
    assert plain["ending"] is None and "case_" not in str(plain)
    (whole,) = plain["agencies"]  # with whom the holder deals is not the issuer's affair
    assert whole["agency"] == "*" and whole["cases"] >= 1 and whole["touched"] == 0
    (wjw,) = [one for one in world.get(path, "sjj").json()["agencies"] if one["agency"] == "wjw"]
    assert 1 <= wjw["cases"] <= whole["cases"]
    asked = world.get(f"{path}?ending=void", "sjj").json()
    assert [one["touched"] for one in asked["agencies"] if one["agency"] == "wjw"] == [wjw["cases"]]
    late = world.get(f"{path}?ending=penalty&effective_on=2099-01-01", "scjg").json()
    (later,) = late["agencies"]
    assert later["touched"] == later["open"]
    assert world.get(f"{path}?ending=eaten", "scjg").status_code == 422
    assert cascades(world.platform) == []


def test_events_are_read_again_from_any_entry(world: World) -> None:
    ids = world.lost_dispute
    for who in ("wjw", world.firm.subject, "sjj"):
        seen = []
        cursor = -1
        while True:
            page = world.get(f"/v1/events?after={cursor}&limit=200", who).json()
            seen += page["items"]
            cursor = page["cursor"]
            if not page["more"]:
                break
        kinds = {one["kind"] for one in seen}
        assert {"disputed", "dispute.settled", "case.flagged"} <= kinds, who
        (flag,) = [one for one in seen if f"flag:{ids['flag']}" in one["names"]
                   and one["kind"] == "case.flagged"]  # fmt: skip
        assert world.get(f"/v1/events?after={flag['index'] - 1}&limit=1", who).json()["items"] == [
            flag
        ]
        empty = world.get(f"/v1/events?after={cursor}", who).json()
        assert empty == {"items": [], "cursor": cursor, "more": False}
    strange = world.get("/v1/events?limit=200", world.stranger.subject).json()
    assert "case_" not in str(strange)
    assert world.get("/v1/events?after=-2", "wjw").status_code == 422


def test_a_subscription_is_made_once_tested_replayed_and_ended(world: World) -> None:
    body = {"url": "http://127.0.0.1:9/mine", "kinds": ["case.flagged"]}
    made = world.post("/v1/subscriptions", "scjg", body, key="sub-1")
    assert made.status_code == 201, made.text
    assert world.post("/v1/subscriptions", "scjg", body, key="sub-1").json() == made.json()
    path = f"/v1/subscriptions/{made.json()['id']}"
    assert made.json()["id"] in str(world.get("/v1/subscriptions", "scjg").json())
    tested = world.post(f"{path}/test", "scjg", {}, key=None)
    assert tested.json() == {"taken": False, "code": "webhook.away"}
    again = world.post(f"{path}/replay", "scjg", {"since": 3}, key=None).json()
    assert (again["cursor"], again["state"]) == (2, "active")
    for url, code in (
        ("http://example.org/x", "webhook.url"),
        ("https://192.168.0.1/x", "webhook.url"),
    ):
        refused = world.post("/v1/subscriptions", "scjg", {"url": url})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    strange = world.post("/v1/subscriptions", "scjg", {**body, "kinds": ["weather.changed"]})
    assert (strange.status_code, strange.json()["code"]) == (422, "webhook.kind")
    headers = world.headers("scjg", None)
    assert world.client.delete(path, headers=headers).status_code == 204
    assert world.client.delete(path, headers=headers).status_code == 404
    assert world.get(path, "scjg").status_code == 404


def test_a_verification_with_a_receipt_is_read_judged_again_and_taken_away(world: World) -> None:
    done = world.receipted
    look = world.get(done["look"], "wjw").json()
    assert look == world.get(done["look"], "sjj").json()
    assert (look["officer"], look["case"], look["items"][0]["outcome"]) == (
        "o-7", None, done["report"]["items"][0]["verdict"]["outcome"]
    )  # fmt: skip
    world.anchored()
    bundle = world.post(f"{done['look']}/bundle", "wjw", {"report": done["report"]}, key=None)
    assert bundle.status_code == 200 and bundle.content.startswith(b"PK")
    other = {"report": {**done["report"], "officer": "o-8"}}
    refused = world.post(f"{done['look']}/bundle", "wjw", other, key=None)
    assert (refused.status_code, refused.json()["code"]) == (422, "verification.report")
    body = {"items": [{"sort": "material", "data": "e30"}], "officer": "o-7"}
    path = "/v1/verifications/receipts"
    first = world.post(path, "wjw", body, key="seen-1")
    assert first.status_code == 202, first.text
    assert world.post(path, "wjw", body, key="seen-1").json() == first.json()
    foreign = {**body, "case": world.matter.case}
    assert world.post("/v1/verifications/receipts", "scjg", foreign).status_code == 404
    for spoilt in ({"items": [], "officer": "o"}, {"items": body["items"]}):
        assert world.post("/v1/verifications/receipts", "wjw", spoilt).status_code == 422


def test_the_chain_of_versions_is_the_same_from_each_and_one_is_in_force(world: World) -> None:
    subject = world.firm.subject
    chain = []
    for _ in range(3):
        more = {"supersedes": chain[-1]} if chain else {}
        issued = world.post("/v1/licences", "scjg", world.food_permit(subject, **more))
        assert issued.status_code == 202, issued.text
        chain.append(issued.json()["id"])
    for licence in chain:
        for who in ("scjg", subject):
            shown = world.get(f"/v1/licences/{licence}/versions", who).json()["items"]
            assert [one["id"] for one in shown] == chain
            assert [one["version"] for one in shown] == [1, 2, 3]
            assert [one["supersedes"] for one in shown] == [None, *chain[:2]]
            states = [one["status"]["state"] for one in shown]
            assert states == ["superseded", "superseded", "active"]
    fork = world.food_permit(subject, supersedes=chain[0])
    refused = world.post("/v1/licences", "scjg", fork)
    assert refused.status_code in (403, 409), refused.text
    assert len(world.get(f"/v1/licences/{chain[0]}/versions", "scjg").json()["items"]) == 3
