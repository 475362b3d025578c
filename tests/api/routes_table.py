"""Every route once: who may use it, and how to reach a real thing of another's.

``who``: roles that come in; OPEN = no token needed. ``path`` has ``{}`` where an id stands; ``of``
names the thing in the world whose id it is; ``foreign`` are callers of an allowed role to whom it
does not belong; ``body`` is a good body as far as form goes; ``raw``: it is a file and no JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OPEN = frozenset(("*",))
AGENCY = frozenset(("agency", "identity"))
IDENTITY = frozenset(("identity",))
HOLDER = frozenset(("holder",))
AUDITOR = frozenset(("auditor",))
TRACERS = frozenset(("auditor", "operator"))
PARTY = AGENCY | HOLDER
TRACING = PARTY | AUDITOR
WATCHING = AGENCY | AUDITOR | {"operator"}
ANYBODY = TRACING | {"operator"}
STRANGER = "stranger"
SUBJECT = "sub_" + "a" * 26


@dataclass(frozen=True)
class Line:
    method: str
    template: str
    who: frozenset[str]
    of: str | None = None
    foreign: tuple[str, ...] = ()
    body: Any = field(default_factory=dict)
    upload: bool = False
    writes: bool = True
    raw: bool = False


def get(template: str, who: frozenset[str], of: str | None = None, *foreign: str) -> Line:
    return Line("GET", template, who, of, foreign)


ENVELOPE = {"payload": "e30", "payloadType": "x", "signatures": []}
KEY = "A" * 43
BALLOT = {
    "member": "zwb",
    "choice": "yes",
    "deadline": "2026-07-01T09:00:00Z",
    "signature": "0x" + "11" * 65,
}
OFFICER = {"officer": "o", "reason": "x", "channel": "online"}
LINES = (
    Line("POST", "/v1/token", OPEN, writes=False),
    Line("POST", "/v1/accounts", IDENTITY, body={"subject": SUBJECT}),
    Line(
        "POST",
        "/v1/subjects",
        AGENCY,
        body={"kind": "person", "name": "甲", "identifiers": []},
    ),
    Line(
        "POST",
        "/v1/subjects/lookup",
        AGENCY,
        body={"scheme": "other", "value": "nobody"},
        writes=False,
    ),
    Line(
        "POST",
        "/v1/holder-keys",
        IDENTITY,
        body={"subject": SUBJECT, "jwk": {"kty": "EC"}, "alg": "es256", "method": "counter"},
    ),
    get("/v1/licence-types", OPEN),
    get("/v1/service-items", OPEN),
    get("/v1/bundles", OPEN),
    get("/v1/facts", OPEN),
    get("/v1/grants", OPEN),
    get("/v1/agencies", OPEN),
    get("/v1/agencies/{agency}", OPEN),
    get("/v1/agencies/{agency}/history", OPEN),
    get("/v1/proposals", WATCHING),
    get("/v1/proposals/{number}", WATCHING),
    Line(
        "POST",
        "/v1/proposals/{number}/ballots",
        AGENCY,
        body={"ballots": [BALLOT]},
    ),
    get("/v1/trust-list", OPEN),
    get("/v1/status-lists/{agency}", OPEN),
    get("/v1/status-lists/{agency}/versions", OPEN),
    get("/v1/status-lists/{agency}/versions/{version}", OPEN),
    get("/v1/status-lists/{agency}/{purpose}", OPEN),
    Line("POST", "/v1/licences", AGENCY),
    Line(
        "POST",
        "/v1/benefits/candidates",
        AGENCY,
        body={
            "item": "loan-interest-subsidy",
            "candidates": [{"scheme": "other", "value": "nobody", "reference": "loan/1"}],
        },
    ),
    get("/v1/benefits/candidates", AGENCY),
    Line(
        "POST",
        "/v1/benefits/offers",
        AGENCY,
        body={"item": "loan-interest-subsidy", "officer": "o"},
    ),
    get("/v1/benefits", PARTY),
    get("/v1/benefits/{identity}", PARTY, "offer", "scjg", STRANGER),
    Line("POST", "/v1/benefits/{identity}/confirmation", HOLDER, "offer", (STRANGER,), ENVELOPE),
    get("/v1/premises/{premises}", AGENCY, "premises", "scjg"),
    Line("POST", "/v1/reconciliations", AGENCY, upload=True),
    get("/v1/reconciliations/{identity}", AGENCY, "reconciliation", "wjw"),
    get("/v1/gaps", AGENCY | AUDITOR),
    Line("POST", "/v1/licences/collected/batch", AGENCY, upload=True),
    Line("POST", "/v1/licences/batch", AGENCY, body={"rows": [{"key": "row-1"}]}),
    Line("POST", "/v1/licences/collected", AGENCY, upload=True),
    get("/v1/licences/{licence}", PARTY, "permit", "wjw", STRANGER),
    get("/v1/licences/{licence}/file", PARTY, "permit", "wjw", STRANGER),
    get("/v1/licences/{licence}/status", PARTY, "permit", "wjw", STRANGER),
    get("/v1/licences/{licence}/versions", PARTY, "permit", "wjw", STRANGER),
    Line(
        "POST",
        "/v1/licences/{licence}/status",
        AGENCY,
        "permit",
        ("wjw",),
        {
            "state": "suspended",
            "reason": "x",
            "authority": "y",
            "legal_effect": "suspended",
            "effective_on": "2026-01-06",
        },
    ),
    Line("POST", "/v1/materials", AGENCY, upload=True),
    get("/v1/materials/{material}", PARTY, "material", "scjg", STRANGER),
    Line("POST", "/v1/materials/{material}/check", AGENCY, "material", ("scjg",), {"officer": "o"}),
    Line("POST", "/v1/cases", AGENCY),
    get("/v1/cases/{case}", AGENCY, "case", "scjg"),
    get("/v1/cases/{case}/plan", AGENCY, "case", "scjg"),
    Line("POST", "/v1/cases/{case}/plan", AGENCY, "case", ("scjg",)),
    get("/v1/plans/{entry}/replay", TRACING, "plan_entry", "scjg", STRANGER),
    get("/v1/cases/{case}/form", AGENCY, "case", "scjg"),
    get("/v1/holder/cases", HOLDER),
    get("/v1/holder/cases/{case}/form", HOLDER, "case", STRANGER),
    get("/v1/cases/{case}/items", AGENCY, "case", "scjg"),
    Line("POST", "/v1/cases/{case}/resume", AGENCY, "case", ("scjg",), {"channel": "kiosk"}),
    Line("POST", "/v1/cases/{case}/close", AGENCY, "case", ("scjg",), {"outcome": "dropped"}),
    get("/v1/cases/{case}/papers/{object}", AGENCY, "case", "scjg"),
    Line("POST", "/v1/matters", AGENCY),
    get("/v1/matters/{case}", AGENCY, "case", "scjg"),
    get("/v1/holder/matters/{case}", HOLDER, "case", STRANGER),
    get("/v1/holder/requests", HOLDER),
    Line("POST", "/v1/requests", AGENCY, body=ENVELOPE),
    get("/v1/requests/{identity}", PARTY, "request", "scjg", STRANGER),
    get("/v1/requests/{identity}/preview", PARTY, "request", "scjg", STRANGER),
    get("/v1/licences/{licence}/view", TRACING, "permit", "wjw", STRANGER),
    Line(
        "POST", "/v1/cases/{case}/request-drafts", AGENCY, "case", ("scjg",), OFFICER, writes=False
    ),
    Line(
        "POST",
        "/v1/requests/{identity}/consent-draft",
        HOLDER,
        "request",
        (STRANGER,),
        {"thread": KEY},
        writes=False,
    ),
    Line(
        "POST",
        "/v1/consents/{identity}/release-draft",
        AGENCY,
        "consent",
        ("scjg",),
        OFFICER | {"recipient": KEY},
        writes=False,
    ),
    Line("POST", "/v1/consents", HOLDER, body={"envelope": ENVELOPE, "thread_key": KEY}),
    get("/v1/consents/{identity}", PARTY, "consent", "scjg", STRANGER),
    Line("POST", "/v1/consents/codes", HOLDER, body={"envelope": ENVELOPE, "thread_key": KEY}),
    Line("POST", "/v1/cases/{case}/code", AGENCY, "case", ("scjg",), {"code": "00000000"}),
    Line("POST", "/v1/delegations", HOLDER | IDENTITY, body=ENVELOPE),
    get("/v1/delegations", HOLDER),
    get("/v1/delegations/{identity}", HOLDER | IDENTITY, "delegation", STRANGER),
    Line(
        "POST",
        "/v1/delegations/{identity}/end",
        HOLDER | IDENTITY,
        "delegation",
        (STRANGER,),
        ENVELOPE,
    ),
    Line("POST", "/v1/bases", AGENCY, body={"envelope": ENVELOPE, "thread_key": KEY}),
    get("/v1/bases", AGENCY | AUDITOR),
    get("/v1/bases/{identity}", AGENCY | AUDITOR, "basis", "scjg"),
    Line("POST", "/v1/bases/{identity}/end", AGENCY, "basis", ("scjg",), ENVELOPE),
    Line("POST", "/v1/consents/{identity}/withdrawal", HOLDER, "consent", (STRANGER,), ENVELOPE),
    Line("POST", "/v1/releases", AGENCY, body={"envelope": ENVELOPE, "recipient": KEY}),
    get("/v1/releases/{identity}/files/{file}", AGENCY, "released_file", "scjg"),
    Line(
        "POST",
        "/v1/releases/{identity}/copies",
        AGENCY,
        "release",
        ("scjg",),
        {"object": "material:mat_" + "a" * 26, "officer": "o"},
    ),
    get("/v1/copies/{mark}", TRACERS),
    Line("POST", "/v1/copies/trace", TRACERS, writes=False, raw=True),
    Line("POST", "/v1/verifications", ANYBODY, body={"items": []}, writes=False),
    get("/v1/receipts/{entry}", TRACING, "entry", "ybj", STRANGER),
    get("/v1/trace", TRACING),
    Line("POST", "/v1/trace/bundle", AUDITOR, body={"key": "case:none"}, writes=False),
    get("/v1/holder/items", HOLDER),
    get("/v1/holder/accesses", HOLDER),
    Line(
        "POST",
        "/v1/cases/{case}/demands",
        AGENCY,
        "case",
        ("scjg",),
        OFFICER | {"kind": "material:layout-plan"},
    ),
    get("/v1/cases/{case}/demands", PARTY, "case", "scjg", STRANGER),
    Line(
        "POST",
        "/v1/assistances",
        AGENCY,
        body={"case": "case_" + "a" * 26, "requirement": "x", "officer": "o", "reason": "x"},
    ),
    get("/v1/assistances", AGENCY),
    get("/v1/figures", WATCHING),
    get("/v1/alerts", WATCHING),
    get("/v1/assistances/{identity}", AGENCY, "assistance", "scjg"),
    Line(
        "POST",
        "/v1/assistances/{identity}/answer",
        AGENCY,
        "assistance",
        ("scjg",),
        {"outcome": "denied", "officer": "o", "reason": "x"},
    ),
    Line(
        "POST",
        "/v1/cases/{case}/commitment-drafts",
        HOLDER,
        "case",
        (STRANGER,),
        {"requirement": "arranged-rules", "form": "arranged-rules"},
        writes=False,
    ),
    Line("POST", "/v1/commitments", HOLDER, body=ENVELOPE),
    get("/v1/commitments", AGENCY),
    get("/v1/commitments/{identity}", PARTY, "commitment", "scjg", STRANGER),
    Line(
        "POST",
        "/v1/commitments/{identity}/check",
        AGENCY,
        "commitment",
        ("scjg",),
        {"outcome": "kept", "officer": "o", "reason": "x"},
    ),
    get("/v1/flags", AGENCY),
    get("/v1/flags/{flag}", AGENCY, "flag", "scjg"),
    Line(
        "POST",
        "/v1/flags/{flag}/answer",
        AGENCY,
        "flag",
        ("scjg",),
        {"outcome": "remedied", "officer": "o", "reason": "x"},
    ),
    get("/v1/cascades/{cause}", AGENCY | AUDITOR, "cause", "scjg"),
    get("/v1/licences/{licence}/reliance", AGENCY | AUDITOR, "permit", "wjw"),
    Line(
        "POST",
        "/v1/dispute-drafts",
        HOLDER,
        body={"object": "licence:lic_" + "a" * 26, "reason": "x"},
        writes=False,
    ),
    Line("POST", "/v1/disputes", HOLDER, body=ENVELOPE),
    get("/v1/disputes", PARTY),
    get("/v1/disputes/{identity}", PARTY, "dispute", "scjg", STRANGER),
    Line(
        "POST",
        "/v1/disputes/{identity}/settlement",
        AGENCY,
        "dispute",
        ("scjg",),
        {"outcome": "rejected", "officer": "o", "reason": "x"},
    ),
    Line(
        "POST",
        "/v1/erasure-drafts",
        HOLDER,
        body={"object": "material:mat_" + "a" * 26, "reason": "x"},
        writes=False,
    ),
    Line("POST", "/v1/erasures", HOLDER, body=ENVELOPE),
    get("/v1/erasures", ANYBODY),
    get("/v1/erasures/{identity}", ANYBODY, "erasure", "scjg", STRANGER),
    Line(
        "POST",
        "/v1/erasures/{identity}/approvals",
        AGENCY | {"operator"},
        "erasure",
        ("scjg",),
        {"officer": "o", "reason": "x"},
    ),
    Line(
        "POST",
        "/v1/erasures/{identity}/refusal",
        AGENCY | {"operator"},
        "erasure",
        ("scjg",),
        {"officer": "o", "reason": "x"},
    ),
    Line(
        "POST",
        "/v1/verifications/receipts",
        AGENCY,
        body={"items": [{"sort": "material", "data": "e30"}], "officer": "o"},
    ),
    get("/v1/verifications/{identity}", AGENCY | AUDITOR, "verification", "scjg"),
    Line(
        "POST",
        "/v1/verifications/{identity}/bundle",
        AGENCY | AUDITOR,
        "verification",
        ("scjg",),
        writes=False,
    ),
    get("/v1/events", TRACING),
    Line("POST", "/v1/subscriptions", AGENCY, body={"url": "http://127.0.0.1:9/x"}),
    get("/v1/subscriptions", AGENCY),
    get("/v1/subscriptions/{identity}", AGENCY, "subscription", "scjg"),
    Line("DELETE", "/v1/subscriptions/{identity}", AGENCY, "subscription", ("scjg",), writes=False),
    Line(
        "POST",
        "/v1/subscriptions/{identity}/replay",
        AGENCY,
        "subscription",
        ("scjg",),
        {},
        writes=False,
    ),
    Line(
        "POST", "/v1/subscriptions/{identity}/test", AGENCY, "subscription", ("scjg",), writes=False
    ),
    get("/log/checkpoint", OPEN),
    get("/log/log.vkey", OPEN),
    get("/log/tile/entries/{path}", AGENCY | AUDITOR),
    get("/log/tile/{path}", OPEN),
    get("/health", OPEN),
    get("/metrics", OPEN),
)
PLAIN = ("/docs", "/openapi.json")
"""The description of the interface, open."""

WHO = {
    "agency": "scjg",
    "identity": "gafj",
    "auditor": "sjj",
    "operator": "cyzx",
    "holder": STRANGER,
}
"""An account of each role; the holder's stands for the world's stranger."""
