"""Erasure on request: asked, decided by two, gone from every disk; the proofs live on."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import timedelta
from typing import Any

import pytest

from api.demo.story import HEALTH, MARKET
from certs import base64url
from ledger import tlog
from ledger.catalogue.terms import BasisSort, Grant
from ledger.consent.parties import read_statement
from ledger.errors import NotFound
from ledger.flows.after.destruction import prospect_of
from ledger.flows.after.erasure import approve_erasure, refuse_erasure, request_erasure
from ledger.flows.after.holding import obstacles_of, obstacles_told, paper_of
from ledger.flows.evidence.anchor import anchor
from ledger.flows.evidence.receipt import receipt_of
from ledger.flows.evidence.trace import export_bundle, related, trace
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.fsck import fsck
from ledger.flows.library.collect import CollectedLicence, collect_licence
from ledger.flows.library.files import plaintext
from ledger.flows.library.status import Change, change_status
from ledger.flows.matters.cases import close_case
from ledger.flows.worker import work
from ledger.log import merkle
from ledger.log.records import RecordErased
from ledger.reuse.documents import CHINA, LegalEffect
from ledger.verify.items import GivenFile
from ledger.verify.receipt_evidence import evidence_of
from ledger.verify.verifier import verify
from tests.stories.erasing import (
    ARCHIVE,
    KIND,
    OPERATOR,
    SECRET,
    SUPERVISOR,
    asked,
    at_peace,
    erased,
    later,
    plan_handed_in,
    wish,
)
from tests.stories.house import HYGIENE, House
from tests.stories.reusing import code_of
from tests.stories.speaking import stated
from tests.stories.test_bases import granting


def standing(house: House, object: str) -> list[str]:
    return [one.code for one in obstacles_of(house.platform, paper_of(house.platform, object))]


def reused_material(house: House) -> tuple[str, str, bytes]:
    """A layout plan that the health commission has read for a case, and the consent to it."""
    plan = house.hygiene_plan()
    agreed = house.agree(plan, uses=2)
    house.receive(agreed.consent)
    platform = house.platform
    (row,) = platform.store.rows("materials", {"kind": KIND})
    material = f"material:{row['id']!s}"
    assert platform.store.rows("case_items", {"case_id": plan.case.id, "object": material})
    return material, plan.case.id, agreed.consent


def test_what_was_erased_is_gone_and_proven(house: House) -> None:
    house = at_peace(house)
    platform = house.platform
    done = plan_handed_in(house)
    anchor(platform)
    kept = receipt_of(platform, done.entry.index)
    material = f"material:{done.material}"
    looked = prospect_of(platform, paper_of(platform, material))
    assert [kind for _, kind in looked.entries] == ["material.deposited"]
    assert looked.files == (done.kept.file,)
    erasure = erased(house, material)

    # nothing of it can be read any more, and nothing of it lies on the disk
    with pytest.raises(RecordErased):
        tlog.read(platform, done.entry.index)
    with pytest.raises(NotFound):
        b"".join(plaintext(platform, done.kept.file))
    assert not platform.blobs.has(done.kept.cid)
    row = platform.store.rows("materials", {"id": done.material})[0]
    assert row["state"] == "erased" and row["issued_on"] is row["officer"] is None
    assert platform.store.rows("files", {"sha256": done.kept.sha256}) == []
    assert platform.store.rows("destructions") == []

    # its place in the log, and the word of who asked and who approved, stand and are anchored
    anchor(platform)
    size = platform.store.head().size  # type: ignore[union-attr]
    proof = tlog.receipt(platform, done.entry.index, platform.store.head())  # type: ignore[arg-type]
    leaf = tlog.stored_entry(platform, done.entry.index).leaf
    root = platform.store.head().root  # type: ignore[union-attr]
    merkle.verify_inclusion(done.entry.index, size, merkle.leaf_hash(leaf), proof.proof, root)
    lines = trace(platform, f"erasure:{erasure}")
    assert [line.kind for line in lines][1:] == [  # after the binding of the holder's key
        "erasure.requested", "erasure.approved", "erasure.approved", "erased",
    ]  # fmt: skip
    traced = {line.index: line for line in trace(platform, material)}
    assert traced[done.entry.index].kind == "material.deposited"
    assert traced[done.entry.index].statement is None

    # who shows the paper is told plainly; who kept the receipt can still prove what it said
    (verdict,) = verify_items(platform, [Submitted("material", SECRET)], platform.now())
    assert verdict.outcome.value == "indeterminate"
    by_name = {check.name: check for check in verdict.checks}
    assert by_name["form"].code == "record.erased" and "erased" in by_name["form"].en
    assert [by_name[name].outcome.value for name in ("inclusion", "checkpoint", "anchor")] == [
        "passed"
    ] * 3
    old = verify(GivenFile.of(SECRET), evidence_of(kept), platform.trust, platform.now())
    assert old.outcome.value == "passed"
    with pytest.raises(RecordErased):
        receipt_of(platform, done.entry.index)
    assert fsck(platform).findings == ()


def test_no_byte_of_it_stays_on_the_disk(house: House) -> None:
    house = at_peace(house)
    platform, root = house.platform, house.folder.root
    done = plan_handed_in(house)
    stored = tlog.stored_entry(platform, done.entry.index)
    assert stored.record is not None and stored.record_key is not None
    cipher = b"".join(platform.blobs.get(done.kept.cid))
    marks = {
        "record": stored.record[20:60],
        "record key": stored.record_key,
        "ciphertext": cipher[200:240],
        "digest": done.kept.sha256,
        "wrapped file key": wrapped_key(house, done.kept.file),
    }

    def found() -> set[str]:
        data = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())
        return {name for name, mark in marks.items() if mark in data}

    assert found() == set(marks)
    erased(house, f"material:{done.material}")
    assert found() == set()


def wrapped_key(house: House, file: str) -> bytes:
    with sqlite3.connect(house.folder.keystore_db) as db:
        (found,) = db.execute("SELECT wrapped FROM file_keys WHERE file = ?", (file,)).fetchone()
    db.close()
    return bytes(found)


def test_everything_in_the_way_is_told_and_keeps_it(house: House) -> None:
    house = at_peace(house, years=2)
    material, case, _ = reused_material(house)
    assert standing(house, material) == [
        "erasure.retention", "erasure.case_open", "erasure.consent_runs",
    ]  # fmt: skip
    erasure = asked(house, material)
    platform = house.platform

    def approve(house: House, agency: str, officer: str) -> Any:
        return approve_erasure(house.platform, agency, erasure, officer, "同意")

    assert code_of(lambda: approve(house, ARCHIVE, "o-1")) == "erasure.retention"
    close_case(platform, HEALTH, case, "granted")
    assert standing(house, material) == ["erasure.retention"]
    house = later(house, days=800)  # a consent for a closed case runs no longer either
    assert standing(house, material) == []
    assert code_of(lambda: approve(house, OPERATOR, "o-1")) == "erasure.archive_first"
    approve(house, ARCHIVE, "o-1")
    assert code_of(lambda: approve(house, ARCHIVE, "o-2")) == "erasure.same_person"
    assert code_of(lambda: approve(house, OPERATOR, "o-1")) == "erasure.same_person"
    assert code_of(lambda: approve(house, MARKET, "o-2")) == "erasure.not_second"
    approve(house, SUPERVISOR, "o-2")
    assert code_of(lambda: approve(house, OPERATOR, "o-3")) == "erasure.closed"
    assert code_of(lambda: asked(house, material)) == "erasure.open"
    # what was read, by whom and on whose word, is still told; the paper itself is not
    kinds = [line.kind for line in trace(platform, material) if line.statement is not None]
    assert {"consent.requested", "consent.granted", "released", "erased"} <= set(kinds)
    anchor(platform)
    indexes = related(platform, f"case:{case}")
    assert export_bundle(platform, "sjj", f"case:{case}", indexes)
    assert fsck(platform).findings == ()


def test_the_holder_does_not_learn_from_it_what_the_law_keeps_back(house: House) -> None:
    kinds = ("licence:business-licence",)
    grant = Grant("eme", HEALTH, HYGIENE, BasisSort.EMERGENCY, kinds, "x", 3, 5, 30, 3)
    house = granting(house, grant)
    platform, plan = house.platform, house.hygiene_plan()
    now = platform.now()
    stated(house, plan, "emergency", grant="eme", uses=1, until=now + timedelta(days=2),
           visible_from=now + timedelta(days=20))  # fmt: skip
    (row,) = platform.store.rows("licences", {"type": "business-licence"})
    licence = paper_of(platform, f"licence:{row['id']!s}")
    assert "erasure.basis_runs" in [one.code for one in obstacles_of(platform, licence)]
    assert "erasure.basis_runs" not in [one.code for one in obstacles_told(platform, licence)]
    seen = later(house, days=1).platform
    assert "erasure.basis_runs" not in [one.code for one in obstacles_told(seen, licence)]
    open_one = stated(house, plan, until=now + timedelta(days=2))
    told = [one for one in obstacles_told(seen, licence) if one.code == "erasure.basis_runs"]
    assert [one.by for one in told] == [(read_statement(open_one)[1].body["basis"],)]


def test_a_licence_goes_when_it_has_ended(house: House) -> None:
    house = at_peace(house)
    platform, licence = house.platform, f"licence:{house.permit.licence}"
    erasure = asked(house, licence)
    assert standing(house, licence) == ["erasure.in_force"]
    assert standing(later(house, days=6 * 365), licence) == []  # then it has run out
    today = platform.now().astimezone(CHINA).date()

    def change(state: str, effect: LegalEffect) -> None:
        said = Change(house.permit.licence, state, "停业", "x〔2026〕1号", effect, today)
        change_status(platform, MARKET, said)

    change("revoked", LegalEffect.CANCELLED)
    assert standing(house, licence) == ["erasure.cascade_due"]
    work(platform)
    looked = prospect_of(platform, paper_of(platform, licence))
    assert [kind for _, kind in looked.entries] == ["licence.issued", "licence.revoked"]
    assert len(looked.files) == 2
    approve_erasure(platform, ARCHIVE, erasure, "o-1", "保管期已满")
    approve_erasure(platform, OPERATOR, erasure, "o-2", "同意")
    work(platform)
    (verdict,) = verify_items(platform, [Submitted("licence", house.permit.layout)], platform.now())
    assert [one.code for one in verdict.checks if one.name == "form"] == ["record.erased"]
    assert code_of(lambda: change("active", LegalEffect.RESTORED)) == "status.move"
    assert fsck(platform).findings == ()


def test_the_newer_of_two_versions_goes_and_the_older_one_stays(house: House) -> None:
    house = at_peace(house)
    platform = house.platform
    found = CollectedLicence(
        type="high-tech-enterprise-certificate",
        subject=house.firm.subject,
        number="GR202631000001",
        source="全国系统",
        issuer_name="合成机关",
        fields={"field": "餐饮信息化"},
    )
    older, newer = (
        collect_licence(platform, MARKET, found, (face,))[0] for face in (b"one face", b"another")
    )
    today = platform.now().astimezone(CHINA).date()
    change = Change(newer, "revoked", "x", "y", LegalEffect.CANCELLED, today)
    change_status(platform, MARKET, change)
    work(platform)
    erased(house, f"licence:{newer}")
    work(platform)
    assert fsck(platform).findings == ()
    kept = {str(row["object"]) for row in platform.store.rows("licence_numbers")}
    assert f"licence:{older}" in kept and f"licence:{newer}" not in kept
    again = collect_licence(platform, MARKET, found, (b"another",))[0]
    assert again not in (older, newer)
    with sqlite3.connect(house.folder.ledger_db) as db:
        moved = "UPDATE licence_numbers SET object = 'licence:x' WHERE object = ?"
        db.execute(moved, (f"licence:{older}",))
    db.close()
    assert "fsck.row" in {one.code for one in fsck(platform).findings}


def test_it_is_the_holders_own_wish(house: House) -> None:
    house = at_peace(house)
    platform = house.platform
    done = plan_handed_in(house)
    material = f"material:{done.material}"
    person = House(house.folder, platform, house.people, house.permit)
    stranger = wish(house, material)
    forged = json.loads(stranger)
    payload = json.loads(base64url.decode(forged["payload"]))
    payload["actor"] = house.people.person.subject
    forged["payload"] = base64url.encode(
        json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    )
    data = json.dumps(forged, separators=(",", ":"), sort_keys=True).encode()
    assert code_of(lambda: request_erasure(person.platform, data)) == "consent.unbound_key"
    missing = wish(house, "material:mat_" + "a" * 26)
    assert code_of(lambda: request_erasure(platform, missing)) == "not_found"
    # asked again with the same bytes: the same entry
    first = request_erasure(platform, stranger)
    assert request_erasure(platform, stranger).index == first.index
    assert code_of(lambda: asked(house, material)) == "erasure.open"


def test_a_refusal_names_the_rule_and_one_may_ask_again(house: House) -> None:
    house = at_peace(house, years=30)
    platform = house.platform
    material = f"material:{plan_handed_in(house).material}"
    erasure = asked(house, material)
    assert code_of(lambda: refuse_erasure(platform, MARKET, erasure, "o-1", "x")) == (
        "erasure.not_second"
    )
    entry = refuse_erasure(platform, ARCHIVE, erasure, "o-1", "保管期未满")
    assert tlog.read(platform, entry.index).body["code"] == "erasure.retention"
    assert code_of(lambda: refuse_erasure(platform, ARCHIVE, erasure, "o-1", "x")) == (
        "erasure.closed"
    )
    free = at_peace(house)
    again = asked(free, material)
    own = refuse_erasure(free.platform, OPERATOR, again, "o-1", "诉讼保全")
    assert tlog.read(platform, own.index).body["code"] == "erasure.refused"
    assert fsck(platform).findings == ()


def test_fsck_finds_what_was_not_carried_out_or_not_lawful(house: House) -> None:
    house = at_peace(house)
    platform = house.platform
    done = plan_handed_in(house)
    other = plan_handed_in(house)
    erased(house, f"material:{done.material}")
    # a row that an erased entry does not explain is compared as before
    with sqlite3.connect(house.folder.ledger_db) as db:
        db.execute("UPDATE materials SET decision = 'x' WHERE id = ?", (other.material,))
        db.execute("UPDATE materials SET state = 'active' WHERE id = ?", (done.material,))
        beside = (f"material:{done.material}", bytes(32), bytes(32))
        db.execute("INSERT INTO comparisons VALUES (?, 'f', ?, ?)", beside)
    db.close()
    platform.keys.destroy(other.kept.file)
    found = {(one.code, one.where.split()[-1]) for one in fsck(platform).findings}
    assert {("fsck.row", other.material), ("fsck.row", done.material)} <= found
    assert ("fsck.file", other.kept.cid) in found
    codes = [one.code for one in fsck(platform).findings]
    assert codes.count("fsck.erasure") == 1
    assert hashlib.sha256(SECRET).digest() == other.kept.sha256
