"""Consent: over-wide requests, a consent with each field changed, releases beyond their consent."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs import base64url
from ledger.consent import errors as basis_errors
from ledger.consent.basis import (
    ConsentAbsent,
    ConsentRefused,
    NotCovered,
    RequestTooWide,
    check_consent,
    check_release,
    check_request,
)
from ledger.log.bodies import check_body
from ledger.log.statement import format_time
from ledger.reuse.documents import Licence, Material
from ledger.reuse.exemption import Plan
from ledger.reuse.plan import plan
from tests.ledger.bodies import CONSENT, LICENCE, MATERIAL, RELEASE, REQUEST, an_id, octets
from tests.ledger.papers import AT, CATALOGUE, FIRM, HYGIENE, PERSON, licence, shelf

DIGEST = base64url.decode(CONSENT["request_sha256"])
THEN = datetime(2026, 11, 21, tzinfo=UTC)
UNTIL = datetime(2026, 12, 1, tzinfo=UTC)
ITEM = HYGIENE.item
OWN = CATALOGUE.item(ITEM)


def refusal(check: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(ConsentRefused) as caught:
        check(*args, **named)
    return caught.value.code


@pytest.fixture(scope="module")
def planned() -> Plan:
    held = [
        replace(one, id=an_id("lic" if isinstance(one, Licence) else "mat", n))
        for n, one in enumerate(shelf())
    ]
    case = replace(HYGIENE, id=REQUEST["case"])
    return plan(CATALOGUE.item(ITEM), case, held, CATALOGUE, AT)


@pytest.fixture
def request_body(planned: Plan) -> dict[str, Any]:
    body = deepcopy(REQUEST) | {"items": planned.consent_items(), "subject": FIRM}
    return body


def test_a_request_for_what_the_plan_says_passes(
    planned: Plan, request_body: dict[str, Any]
) -> None:
    check_request(request_body, OWN, planned, CATALOGUE)
    request_body["items"] = request_body["items"][:1]
    check_request(request_body, OWN, planned, CATALOGUE)
    request_body["items"][0]["fields"].append("business_scope")  # in the item's registered need
    check_request(request_body, OWN, planned, CATALOGUE)
    check_body("consent.requested", request_body | {"subject": an_id("sub")})


def test_an_over_wide_request_is_told_the_field_that_is_too_much(
    planned: Plan, request_body: dict[str, Any]
) -> None:
    wide = deepcopy(request_body)
    wide["items"][0]["fields"].append("registered_capital")
    with pytest.raises(RequestTooWide) as caught:
        check_request(wide, OWN, planned, CATALOGUE)
    assert caught.value.values == {
        "object": wide["items"][0]["object"],
        "field": "registered_capital",
    }
    assert caught.value.code == "consent.too_wide"
    whole = deepcopy(request_body)
    whole["items"][0]["fields"] = ["file"]
    with pytest.raises(RequestTooWide, match="file of licence"):
        check_request(whole, OWN, planned, CATALOGUE)
    other = deepcopy(request_body)
    other["items"].append({"object": f"material:{an_id('mat', 99)}", "fields": ["file"]})
    with pytest.raises(RequestTooWide, match="not needed"):
        check_request(other, OWN, planned, CATALOGUE)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"agency": "kw"}, "consent.other_agency"),
        ({"case": an_id("case", 9)}, "consent.other_case"),
        ({"service_item": "equity-change"}, "consent.other_service_item"),
        ({"purpose": "核实一项对您有利的事"}, "consent.other_purpose"),
        ({"subject": "sub_other"}, "consent.other_subject"),
        ({"until": format_time(AT)}, "consent.expired"),
        ({"until": format_time(AT + timedelta(days=90, seconds=1))}, "consent.too_wide"),
        ({"uses": 6}, "consent.too_wide"),
    ],
)
def test_a_request_beside_its_plan(
    planned: Plan, request_body: dict[str, Any], change: dict[str, Any], code: str
) -> None:
    assert refusal(check_request, request_body | change, OWN, planned, CATALOGUE) == code


def test_the_limits_themselves_are_allowed(planned: Plan, request_body: dict[str, Any]) -> None:
    most = {"until": format_time(AT + timedelta(days=90)), "uses": 5}
    check_request(request_body | most, OWN, planned, CATALOGUE)
    other = CATALOGUE.item("equity-change")
    code = refusal(check_request, request_body, other, planned, CATALOGUE)
    assert code == "consent.other_service_item"


def test_a_party_is_asked_only_for_its_own() -> None:
    case = replace(HYGIENE, id=REQUEST["case"], parties={"legal_representative": PERSON})
    held: list[Licence | Material] = [*shelf(), licence("resident-id-card", subject=PERSON)]
    found = plan(CATALOGUE.item(ITEM), case, held, CATALOGUE, AT)
    body = REQUEST | {"subject": PERSON, "items": found.consent_items(PERSON)}
    check_request(body, OWN, found, CATALOGUE)
    body = REQUEST | {"subject": PERSON, "items": found.consent_items(FIRM)}
    assert refusal(check_request, body, OWN, found, CATALOGUE) == "consent.too_wide"


def test_a_consent_that_repeats_its_request_passes() -> None:
    check_consent(CONSENT, REQUEST, DIGEST, THEN)
    check_consent(CONSENT, REQUEST, DIGEST, UNTIL - timedelta(seconds=1), requested_at=THEN)


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("request", an_id("req", 9), "consent.other_request"),
        ("nonce", octets(9), "consent.other_request"),
        ("request_sha256", octets(9), "consent.other_request"),
        ("subject", an_id("sub", 9), "consent.other_subject"),
        ("agency", "kw", "consent.other_agency"),
        ("service_item", "equity-change", "consent.other_service_item"),
        ("purpose", "市场调查", "consent.other_purpose"),
        ("case", an_id("case", 9), "consent.other_case"),
        ("items", REQUEST["items"][:1], "consent.other_items"),
        ("items", REQUEST["items"][::-1], "consent.other_items"),
        (
            "items",
            [REQUEST["items"][0] | {"fields": ["holder_name"]}, REQUEST["items"][1]],
            "consent.other_items",
        ),
        ("until", "2027-12-01T00:00:00Z", "consent.other_until"),
        ("uses", 3, "consent.uses"),
        ("uses", 2.0, "consent.uses"),
    ],
)
def test_a_consent_with_one_field_changed(member: str, value: Any, code: str) -> None:
    assert refusal(check_consent, CONSENT | {member: value}, REQUEST, DIGEST, THEN) == code


def test_true_is_not_one() -> None:
    once = REQUEST | {"uses": 1}
    assert refusal(check_consent, CONSENT | {"uses": True}, once, DIGEST, THEN) == "consent.uses"


def test_a_consent_for_another_payload_of_the_same_request() -> None:
    assert refusal(check_consent, CONSENT, REQUEST, bytes(32), THEN) == "consent.other_request"


def test_a_consent_in_time() -> None:
    assert refusal(check_consent, CONSENT, REQUEST, DIGEST, UNTIL) == "consent.expired"
    early = THEN + timedelta(seconds=1)
    code = refusal(check_consent, CONSENT, REQUEST, DIGEST, THEN, requested_at=early)
    assert code == "consent.not_yet"


def test_a_release_within_its_consent_passes() -> None:
    check_release(RELEASE, CONSENT, False, 0, THEN)
    check_release(RELEASE | {"n": 2}, CONSENT, False, 1, UNTIL - timedelta(seconds=1))
    fewer = [{"object": LICENCE, "fields": ["address"]}]
    check_release(RELEASE | {"items": fewer}, CONSENT, False, 0, THEN)


@pytest.mark.parametrize(
    ("change", "withdrawn", "uses", "at", "code"),
    [
        ({"consent": an_id("con", 9)}, False, 0, THEN, "consent.absent"),
        ({"agency": "kw"}, False, 0, THEN, "consent.other_agency"),
        ({"agency": "kw"}, True, 9, UNTIL, "consent.other_agency"),
        ({"case": an_id("case", 9)}, False, 0, THEN, "consent.other_case"),
        ({"purpose": "市场调查"}, False, 0, THEN, "consent.other_purpose"),
        ({"request": an_id("req", 9)}, False, 0, THEN, "consent.other_request"),
        ({}, True, 0, THEN, "consent.withdrawn"),
        ({}, False, 0, UNTIL, "consent.expired"),
        ({"n": 2}, False, 2, THEN, "consent.used_up"),
        ({"n": 3}, False, 1, THEN, "consent.used_up"),
        ({"n": 0}, False, 0, THEN, "consent.used_up"),
    ],
)
def test_a_release_beyond_its_consent(
    change: dict[str, Any], withdrawn: bool, uses: int, at: datetime, code: str
) -> None:
    assert refusal(check_release, RELEASE | change, CONSENT, withdrawn, uses, at) == code


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"object": LICENCE, "fields": ["address", "business_scope"]}, "business_scope"),
        ({"object": LICENCE, "fields": ["file"]}, "file"),
        ({"object": MATERIAL, "fields": ["holder_name"]}, "holder_name"),
        ({"object": f"material:{an_id('mat', 9)}", "fields": ["file"]}, "file"),
    ],
)
def test_a_release_of_what_was_not_granted(item: dict[str, Any], field: str) -> None:
    with pytest.raises(NotCovered) as caught:
        check_release(RELEASE | {"items": [item]}, CONSENT, False, 0, THEN)
    assert caught.value.values == {"object": item["object"], "field": field}
    assert caught.value.code == "consent.not_covered"


def test_no_consent_at_all() -> None:
    with pytest.raises(ConsentAbsent):
        check_release(RELEASE, None, False, 0, THEN)


def test_every_refusal_has_a_code_of_its_own() -> None:
    classes = [
        one
        for one in vars(basis_errors).values()
        if isinstance(one, type) and issubclass(one, ConsentRefused)
    ]
    codes = [one.code for one in classes]
    assert len(set(codes)) == len(codes) == 18
    assert all(code.startswith("consent.") for code in codes)


@given(
    st.sampled_from(["agency", "case", "purpose", "request", "consent"]),
    st.booleans(),
    st.integers(0, 4),
    st.integers(-9, 20),
    st.integers(0, 5),
)
def test_no_release_without_basis(
    member: str, withdrawn: bool, uses: int, days: int, n: int
) -> None:
    """Whatever comes together: only an untouched, living, unspent consent lets a release pass."""
    at = THEN + timedelta(days=days)
    lawful = not withdrawn and at < UNTIL and uses < 2 and 1 <= n <= 2
    try:
        check_release(RELEASE | {"n": n}, CONSENT, withdrawn, uses, at)
    except ConsentRefused:
        assert not lawful
    else:
        assert lawful
    with pytest.raises(ConsentRefused):
        check_release(RELEASE | {"n": n, member: "x"}, CONSENT, withdrawn, uses, at)
