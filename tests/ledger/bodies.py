"""One valid body of every kind, and the ids that go with them."""

from __future__ import annotations

from typing import Any

from certs import base64url
from ledger.ids import new_id


def an_id(prefix: str, number: int = 0) -> str:
    return new_id(prefix, lambda size: bytes(size - 1) + bytes([number]))


def octets(number: int, size: int = 32) -> str:
    return base64url.encode(bytes([number]) * size)


LICENCE, MATERIAL = f"licence:{an_id('lic')}", f"material:{an_id('mat')}"
ITEMS: list[Any] = [
    {"object": LICENCE, "fields": ["holder_name", "address"]},
    {"object": MATERIAL, "fields": ["file"]},
]
STORED = [
    {"cid": "b" + "a" * 57 + letter, "file": an_id("file", n), "size": 4096}
    for n, letter in enumerate("bc")
]
STATUS = {"uri": "https://mianti.example/v1/status-lists/scjg", "index": 7}
REQUEST: dict[str, Any] = {
    "request": an_id("req"),
    "case": an_id("case"),
    "agency": "wjw",
    "service_item": "public-place-hygiene-permit",
    "purpose": "办理公共场所卫生许可",
    "subject": an_id("sub"),
    "items": ITEMS,
    "until": "2026-12-01T00:00:00Z",
    "uses": 2,
    "officer": "o-17",
    "reason": "办件需要",
    "channel": "counter",
    "nonce": octets(3),
}
CONSENT: dict[str, Any] = {
    "consent": an_id("con"),
    "request_sha256": octets(4),
    "thread": octets(5),
    **{
        name: REQUEST[name]
        for name in (
            "request", "subject", "agency", "service_item", "purpose", "case", "items", "until",
            "uses", "nonce",
        )
    },
}  # fmt: skip
RELEASE: dict[str, Any] = {
    "release": an_id("rel"),
    "request": REQUEST["request"],
    "consent": CONSENT["consent"],
    "n": 1,
    "agency": "wjw",
    "case": REQUEST["case"],
    "purpose": REQUEST["purpose"],
    "items": ITEMS,
    "recipient": octets(6),
    "officer": "o-17",
    "reason": "办件需要",
    "channel": "counter",
}


def _status(effect: str, value: int) -> dict[str, Any]:
    return {
        "licence": an_id("lic"),
        "reason": "现场检查不合格",
        "authority": "市监处〔2026〕12号",
        "legal_effect": effect,
        "effective_on": "2026-03-03",
        "status": STATUS | {"value": value},
    }


BODIES: dict[str, dict[str, Any]] = {
    "licence.issued": {
        "licence": an_id("lic"),
        "type": "food-operation-permit",
        "identifier": "1.2.156.3005.2.x",
        "number": "JY23101060000001",
        "subject": an_id("sub"),
        "region": 310101,
        "valid_from": "2026-03-10",
        "valid_to": None,
        "holder_kid": None,
        "status": STATUS,
        "credential_sha256": octets(10),
        "version": 1,
        "supersedes": None,
        "premises": an_id("sub", 1),
        "project": None,
        "stored": STORED,
    },
    "licence.collected": {
        "licence": an_id("lic"),
        "type": "business-licence",
        "identifier": None,
        "number": "310101000000001",
        "subject": an_id("sub"),
        "source": "全国市场监管电子营业执照系统",
        "grade": "issued",
        "issuer_name": "区市场监管局",
        "valid_from": "2020-01-01",
        "valid_to": None,
        "status": STATUS,
        "credential_sha256": octets(10),
        "stored": STORED,
    },
    "licence.suspended": _status("withheld", 2),
    "licence.restored": _status("restored", 0),
    "licence.revoked": _status("cancelled", 1),
    "licence.superseded": {
        "licence": an_id("lic"),
        "successor": an_id("lic", 1),
        "status": {"uri": "https://mianti.example/v1/status-lists/scjg", "index": 7, "value": 3},
    },
    "material.deposited": {
        "material": an_id("mat"),
        "kind": "layout-plan",
        "subject": an_id("sub"),
        "project": None,
        "premises": an_id("sub", 1),
        "case": an_id("case"),
        "grade": "scan",
        "channel": "kiosk",
        "officer": None,
        "issued_on": "2026-02-28",
        "decision": None,
        "media_type": "application/pdf",
        "title": "平面布局图",
        "stored": STORED[:1],
    },
    "material.checked": {"material": an_id("mat"), "officer": "o-17", "grade": "original_checked"},
    "case.opened": {
        "case": an_id("case"),
        "item": "equity-change",
        "agency": "scjg",
        "subject": an_id("sub"),
        "project": None,
        "premises": None,
        "parties": {"legal_representative": an_id("sub", 2)},
        "matter": "equity-change/2026-1",
        "channel": "online",
        "officer": "o-17",
    },
    "case.closed": {"case": an_id("case"), "outcome": "granted"},
    "plan.signed": {"case": an_id("case"), "catalogue": "ab" * 32, "plan": {"v": 1}},
    "holderkey.bound": {
        "subject": an_id("sub"),
        "jwk": {"kty": "EC", "crv": "P-256", "x": octets(1), "y": octets(2)},
        "alg": "webauthn-es256",
        "method": "counter",
    },
    "holderkey.ended": {"kid": octets(7), "reason": "手机遗失"},
    "agency.admitted": {
        "agency": "scjg",
        "name": "区市场监管局",
        "credit_code": "11319999MT0000013E",
        "key": octets(11),
        "certificate_sha256": octets(12),
    },
    "consent.requested": REQUEST,
    "consent.granted": CONSENT,
    "consent.withdrawn": {"consent": an_id("con"), "consent_sha256": octets(8)},
    "released": RELEASE,
    "refused": {
        "agency": "kw",
        "case": None,
        "request": None,
        "consent": an_id("con"),
        "code": "consent.other_agency",
        "officer": None,
    },
    "disputed": {
        "dispute": an_id("dsp"),
        "object": LICENCE,
        "subject": an_id("sub"),
        "field": "address",
        "reason": "地址有误",
    },
    "dispute.settled": {
        "dispute": an_id("dsp"),
        "object": LICENCE,
        "outcome": "corrected",
        "successor": f"licence:{an_id('lic', 1)}",
        "officer": "o-17",
        "reason": "经核实更正",
    },
    "copy.made": {
        "copy": an_id("cpy"),
        "release": an_id("rel"),
        "object": LICENCE,
        "agency": "wjw",
        "case": an_id("case"),
        "purpose": "办理公共场所卫生许可",
        "sha256": octets(13),
        "watermark": octets(14),
        "valid_until": "2026-12-31",
        "officer": "o-17",
    },
    "fact.answered": {
        "release": an_id("rel"),
        "object": LICENCE,
        "agency": "wjw",
        "case": an_id("case"),
        "facts": ["fact_in_force"],
        "sha256": octets(15),
    },
    "verified": {
        "verification": an_id("ver"),
        "agency": "wjw",
        "officer": "o-17",
        "case": an_id("case"),
        "as_of": "2026-03-02T01:00:00Z",
        "items": [{"sha256": octets(16), "entry": 7, "outcome": "passed", "code": "passed"}],
        "report_sha256": octets(17),
    },
    "erasure.requested": {
        "erasure": an_id("era"),
        "object": MATERIAL,
        "subject": an_id("sub"),
        "reason": "不再需要",
    },
    "erasure.approved": {
        "erasure": an_id("era"),
        "agency": "daj",
        "officer": "o-1",
        "step": "first",
        "reason": "无保存义务",
    },
    "erasure.refused": {
        "erasure": an_id("era"),
        "agency": "daj",
        "officer": "o-1",
        "code": "erasure.archive",
        "reason": "档案保管期未满",
    },
    "erased": {
        "erasure": an_id("era"),
        "object": MATERIAL,
        "entries": [3, 9],
        "files": [an_id("file")],
    },
    "case.resumed": {"case": an_id("case"), "channel": "kiosk", "officer": None},
    "case.flagged": {
        "flag": an_id("flg"),
        "case": an_id("case"),
        "agency": "wjw",
        "object": LICENCE,
        "cause": 12,
        "code": "relied.void",
        "due": "2026-03-20T00:00:00Z",
    },
    "flag.answered": {
        "flag": an_id("flg"),
        "case": an_id("case"),
        "agency": "wjw",
        "outcome": "remedied",
        "officer": "o-17",
        "reason": "已补充新证照",
    },
    "catalogue.published": {
        "catalogue": "2026.11",
        "sha256": octets(18),
        "effective_from": "2026-11-01",
        "owner": "zwb",
        "documents": [{"name": "agencies.json", "sha256": octets(19)}],
    },
    "paper.demanded": {
        "demand": an_id("dem"),
        "case": an_id("case"),
        "agency": "wjw",
        "service_item": "public-place-hygiene-permit",
        "kind": "material:layout-plan",
        "role": "applicant",
        "officer": "o-17",
        "reason": "窗口要求",
        "channel": "counter",
        "covered": "no",
    },
    "reask.refused": {
        "demand": an_id("dem"),
        "case": an_id("case"),
        "agency": "wjw",
        "service_item": "public-place-hygiene-permit",
        "kind": "material:layout-plan",
        "role": "applicant",
        "officer": "o-17",
        "reason": "窗口要求",
        "channel": "counter",
        "covered_by": [MATERIAL],
    },
    "assistance.requested": {
        "assistance": an_id("ast"),
        "case": an_id("case"),
        "agency": "wjw",
        "asked": "sw",
        "subject": an_id("sub"),
        "requirement": "tax-standing",
        "question": "有无欠税",
        "due": "2026-03-09T00:00:00Z",
        "officer": "o-17",
        "reason": "办件需要",
    },
    "assistance.reminded": {
        "assistance": an_id("ast"),
        "case": an_id("case"),
        "level": 1,
        "to": "sw",
        "requested_at": "2026-03-02T00:00:00Z",
        "due": "2026-03-09T00:00:00Z",
    },
    "assistance.answered": {
        "assistance": an_id("ast"),
        "case": an_id("case"),
        "agency": "wjw",
        "asked": "sw",
        "outcome": "confirmed",
        "object": None,
        "officer": "o-3",
        "reason": "无欠税",
    },
    "commitment.made": {
        "commitment": an_id("cmt"),
        "case": an_id("case"),
        "agency": "wjw",
        "service_item": "public-place-hygiene-permit",
        "subject": an_id("sub"),
        "requirement": "hygiene-rules",
        "form": "hygiene-rules",
        "text_sha256": octets(20),
        "check_by": "2026-04-01",
    },
    "commitment.checked": {
        "commitment": an_id("cmt"),
        "case": an_id("case"),
        "agency": "wjw",
        "subject": an_id("sub"),
        "outcome": "kept",
        "consequence": None,
        "officer": "o-17",
        "reason": "现场核查属实",
    },
    "benefit.offered": {
        "offer": an_id("off"),
        "agency": "kw",
        "service_item": "loan-interest-subsidy",
        "subject": an_id("sub"),
        "facts": ["fact_in_force"],
        "until": "2026-12-01T00:00:00Z",
    },
    "benefit.confirmed": {
        "offer": an_id("off"),
        "subject": an_id("sub"),
        "case": an_id("case"),
    },
    "delegation.granted": {
        "delegation": an_id("del"),
        "principal": an_id("sub"),
        "delegate": an_id("sub", 1),
        "sort": "clerk",
        "service_items": ["equity-change"],
        "since": "2026-03-02T00:00:00Z",
        "until": "2026-09-02T00:00:00Z",
        "further": 0,
        "parent": None,
    },
    "delegation.ended": {"delegation": an_id("del"), "reason": "离职"},
    "basis.stated": {
        "basis": an_id("bas"),
        "sort": "attended",
        "grant": "hygiene-attended",
        **{
            name: REQUEST[name]
            for name in (
                "case",
                "agency",
                "service_item",
                "purpose",
                "subject",
                "items",
                "until",
                "uses",
                "officer",
                "reason",
                "channel",
                "nonce",
            )
        },
        "second_officer": None,
        "proof": {
            "method": "document reader",
            "paper_sha256": octets(21),
            "assistance": None,
            "reader": "gafj",
        },
        "visible_from": "2026-03-02T01:00:00Z",
        "thread": octets(22),
    },
    "basis.ended": {"basis": an_id("bas"), "officer": "o-17", "reason": "当事人反对"},
    "basis.used": {
        "basis": an_id("bas"),
        **{name: RELEASE[name] for name in RELEASE if name not in ("request", "consent")},
    },
}
