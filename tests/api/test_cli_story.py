"""The command line over one founded folder: from an empty folder to a verified bundle.

One story in numbered parts: each goes on from what the earlier ones did."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli.entry import main
from certs.identifiers import mint_credit_code
from ledger.errors import ChainAway
from ledger.log.checkpoint import open_checkpoint
from ledger.log.tiles import parse_entry_bundle, parse_tile

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nsynthetic\n%%EOF\n"
CREDIT_CODE = mint_credit_code("91319999MA1TEXQ2").value
FIELDS = {"legal_representative": "沈合成", "address": "一号", "category": "餐饮", "items": "热食"}
COLLECTED = {
    "legal_representative": "沈合成",
    "company_type": "有限责任公司",
    "registered_capital": "10",
    "founded_on": "2020-01-01",
    "address": "一号",
    "business_scope": "餐饮",
}


@dataclass
class Shop:
    """The folder, what was written beside it, and the ids that came up."""

    root: Path
    firm: str = ""
    licence: str = ""
    collected: str = ""
    case: str = ""
    consent: str = ""

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def wallet(self) -> Path:
        return self.root / "firm.json"

    @property
    def trust(self) -> Path:
        return self.data / "trust" / "trust-list.json"

    def run(self, *arguments: object) -> int:
        return main(["--data", str(self.data), *map(str, arguments)])


class Told:
    """Runs commands with --json and gives what they print."""

    def __init__(self, shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
        self.shop, self._capsys = shop, capsys
        self.error: str = ""

    def __call__(self, *arguments: object, code: int = 0) -> Any:
        self._capsys.readouterr()
        ended = self.shop.run(*arguments, "--json")
        shown = self._capsys.readouterr()
        assert ended == code, shown
        if shown.err:
            self.error = str(json.loads(shown.err)["error"])
        return json.loads(shown.out) if shown.out else None


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("cli")
        patch.setenv("LANG", "C")
        patch.setenv("MIANTI_PIN", "pin")
        patch.setenv("MIANTI_PINS", str(root / "pins.json"))
        made = Shop(root)
        assert made.run("init", "--store", "directory") == 0
        yield made


@pytest.fixture
def told(shop: Shop, capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(shop, capsys)


def test_01_people_and_their_keys(shop: Shop, told: Told) -> None:
    added = ("subject", "add", "organisation", "合成小馆", "--id", f"credit-code={CREDIT_CODE}")
    shop.firm = told(*added)["subject"]
    assert told(*added)["subject"] == shop.firm
    assert told("subject", "find", "credit-code", CREDIT_CODE)["subject"] == shop.firm
    assert told("subject", "find", "credit-code", "0" * 18, code=1)["subject"] is None
    made = told("keys", "new-holder", "firm", "--subject", shop.firm, "--wallet", shop.wallet)
    assert made["subject"] == shop.firm and "d" not in made["jwk"]
    told("keys", "new-holder", "firm", "--subject", shop.firm, "--wallet", shop.wallet, code=64)
    bind = ("keys", "bind", "--wallet", shop.wallet, "--method", "counter")
    told(*bind, "--agency", "scjg", code=1)
    assert told.error == "identity.not_agency"
    assert told(*bind)["anchored"] is True
    assert len(told("keys", "show", "scjg")) == 1


def test_02_issue_collect_status(shop: Shop, told: Told) -> None:
    draft = {"subject": shop.firm, "number": "JY-1", "valid_from": "2026-01-01", "fields": FIELDS}
    path = shop.root / "permit.json"
    path.write_text(json.dumps(draft))
    (issued,) = told("issue", "food-operation-permit", path, "--out", shop.root / "out")
    shop.licence = issued["licence"]
    assert Path(issued["file"]).read_bytes().startswith(b"%PDF")
    assert issued["anchored"] is True
    for spoilt, code in (
        ({**draft, "fields": {}}, "licence.fields"),
        ({**draft, "colour": "red"}, "usage"),
        ({**draft, "valid_from": "1.1.2026"}, "usage"),
        ({**draft, "subject": "sub_" + "a" * 26}, "not_found"),
        ({**draft, "subject": "credit-code=0"}, "not_found"),
    ):
        path.write_text(json.dumps(spoilt))
        told("issue", "food-operation-permit", path, code=64 if code == "usage" else 1)
        assert told.error == code
    path.write_text('{"subject":1,"subject":1}')
    told("issue", "food-operation-permit", path, code=1)
    assert told.error == "json.duplicate_key"
    told("issue", "dog-licence", path, code=1)
    bill = shop.root / "licence.pdf"
    bill.write_bytes(PDF)
    fields = [part for pair in COLLECTED.items() for part in ("--field", "=".join(pair))]
    shop.collected = told(
        *("collect", "business-licence", bill, "--agency", "scjg", "--number", "310001"),
        *("--subject", f"credit-code={CREDIT_CODE}", "--issuer", "某局", *fields),
    )["licence"]


def test_03_a_batch_is_safe_to_run_again(shop: Shop, told: Told) -> None:
    path = shop.root / "rows.csv"
    names = ["subject", "number", "valid_from", *FIELDS]
    rows = [[shop.firm, f"JY-{n}", "2026-02-01", *FIELDS.values()] for n in (10, 11)]
    rows.append([shop.firm, "JY-12", "tomorrow", *FIELDS.values()])
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([names, *rows])
    batch = ("issue", "food-operation-permit", "--batch", path, "--out", shop.root / "batch")
    first = told(*batch, code=1)
    assert first["counts"] == {"issued": 2, "refused": 1}
    assert first["rows"][2]["code"] == "usage" and first["rows"][2]["line"] == 4
    again = told(*batch, code=1)
    assert again["counts"] == {"standing": 2, "refused": 1}
    assert [one.get("licence") for one in again["rows"]] == [
        one.get("licence") for one in first["rows"]
    ]
    assert len(list((shop.root / "batch").iterdir())) == 2
    for text in ("", "subject,number\n", "a,b\n1,2\n", "subject,number,number\n1,2,3\n"):
        path.write_text(text)
        told(*batch, code=64)
    path.write_bytes(b"subject,number\n\xff,1\n")
    told(*batch, code=64)
    path.write_text("subject,number\n1\n")
    (ragged,) = told(*batch, code=1)["rows"]
    assert (ragged["line"], ragged["code"]) == (2, "usage")


def test_04_case_material_plan(shop: Shop, told: Told) -> None:
    opening = ("case", "open", "public-place-hygiene-permit", "--matter", "m", "--officer", "w-1")
    shop.case = told(*opening, "--subject", shop.firm)["case"]
    before = told("plan", shop.case)["counts"]
    plan = shop.root / "plan.pdf"
    plan.write_bytes(PDF)
    hand = ("deposit", plan, "--case", shop.case, "--kind", "layout-plan", "--grade")
    told(*hand, "original_checked", code=1)  # by whom?
    (kept,) = told(*hand, "original_checked", "--officer", "w-1")
    assert kept["material"].startswith("mat_")
    plan.write_bytes(b"")
    told(*hand, "scan", code=1)
    assert told.error == "document.empty"
    after = told("plan", shop.case, "--sign")
    assert after["counts"]["handed_in"] == before["handed_in"] + 1 and after["anchored"] is True
    assert shop.run("plan", shop.case, "--explain", "--lang", "zh") == 0


def test_05_request_consent_release_withdrawal(shop: Shop, told: Told) -> None:
    ask = ("request", shop.case, "--officer", "w-1", "--reason", "r")
    told(*ask, "--days", "9999", code=1)
    assert told.error == "consent.too_wide"
    asked = told(*ask, "--uses", "2", "--out", shop.root / "request.json")
    (item,) = asked["items"]
    assert item["object"] == f"licence:{shop.collected}"
    (masked,) = told("preview", asked["request"])["items"]
    (mine,) = told("preview", asked["request"], "--wallet", shop.wallet)["items"]
    assert {one["name"]: one["value"] for one in mine["fields"]}["holder_name"] == "合成小馆"
    assert all("*" in one["value"] for one in masked["fields"])
    assert shop.run("preview", asked["request"], "--lang", "zh") == 0
    told("consent", asked["request"], "--wallet", shop.wallet, code=64)  # nobody said yes
    agree = ("consent", asked["request"], "--wallet", shop.wallet, "--yes")
    shop.consent = told(*agree)["consent"]
    told(*agree, code=1)
    got = shop.root / "got"
    use = ("release", shop.consent, "--officer", "w-1", "--reason", "r", "--out")
    released = told(*use, got)
    shown = json.loads((got / f"{shop.collected}.fields.json").read_text("utf-8"))
    assert set(shown) == set(item["fields"]) and shown["holder_name"] == "合成小馆"
    assert not list(got.glob(".*")) and released["anchored"] is True
    assert [Path(one).name for one in released["receipts"]] == ["release.tlog-proof"]
    proof = ("verify", got / "release.tlog-proof", "--trust", shop.trust, "--offline")
    assert told(*proof)[0]["outcome"] == "passed"
    copy = ("copy", released["release"], item["object"], "--officer", "w-1", "--out")
    made = told(*copy, shop.root / "copy.pdf")
    told(*copy, shop.root / "no.pdf", "--until", "2999-01-01", code=1)
    assert told.error == "copy.valid_until" and not (shop.root / "no.pdf").exists()
    told(*copy, shop.root / "no.pdf", "--until", "soon", code=64)
    (leak,) = told("trace-copy", shop.root / "copy.pdf")
    assert (leak["copy"], leak["how"], leak["officer"]) == (made["copy"], "file", "w-1")
    (claimed,) = told("trace-copy", made["copy"], code=1)
    assert claimed["how"] == "number"
    told("trace-copy", shop.root / "request.json", code=1)
    assert told.error == "copy.unreadable"
    told(*use, shop.root / "foreign", "--agency", "scjg", code=1)
    assert told.error == "consent.absent"
    assert told("withdraw", shop.consent, "--wallet", shop.wallet)["anchored"] is True
    told(*use, shop.root / "late", code=1)
    assert told.error == "consent.withdrawn"
    assert not any((shop.root / "late").iterdir())


def test_06_a_wallet_needs_its_pin(shop: Shop, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    withdraw = ("withdraw", shop.consent, "--wallet")
    monkeypatch.setenv("MIANTI_PIN", "other")
    told(*withdraw, shop.wallet, code=1)
    assert told.error == "key.invalid"
    monkeypatch.delenv("MIANTI_PIN")
    told(*withdraw, shop.wallet, code=64)
    told(*withdraw, shop.root / "none.json", code=1)
    assert told.error == "not_found"


def test_07_verify_here_and_elsewhere(shop: Shop, told: Told) -> None:
    pdf, receipt = shop.root / "out" / f"{shop.licence}.pdf", shop.root / "r.tlog-proof"
    credential = pdf.with_suffix(".sd-jwt")
    verdicts = told("verify", pdf, credential, shop.root / "licence.pdf")
    assert [one["outcome"] for one in verdicts] == ["passed"] * 3
    assert [one["sort"] for one in verdicts] == ["licence", "credential", "material"]
    told("receipt", shop.licence, "--out", receipt)
    offline = ("verify", pdf, "--offline", "--trust", shop.trust)
    (alone,) = told(*offline, code=2)
    assert alone["code"] == "receipt.absent"
    assert told(*offline, "--receipt", receipt)[0]["outcome"] == "passed"
    told("verify", pdf, "--receipt", receipt, "--offline", code=2)
    told("receipt", shop.licence, "--bare", "--out", receipt)
    told(*offline, "--receipt", receipt, code=2)
    told("receipt", shop.collected, "--out", receipt)
    (other,) = told(*offline, "--receipt", receipt, code=1)
    assert other["checks"][1]["outcome"] == "failed"
    told("receipt", "999999", code=1)
    told("receipt", "thing", code=64)
    pdf.write_bytes(pdf.read_bytes() + b"\n")
    told("verify", pdf, code=1)
    said = told("status", shop.licence, "suspended", "--reason", "r", "--effect", "withheld")
    assert said["anchored"] is True and said["lifecycle"] == {"code": "02", "text": None}
    assert told("verify", credential, code=1)[0]["code"] == "status.suspended"
    told("status", shop.licence, "suspended", "--reason", "r", code=1)
    assert told.error == "status.move"
    assert told("status", shop.licence, "active", "--reason", "r")["state"] == "active"
    mixed = ("--reason", "r", "--effect", "void")
    told("status", shop.licence, "suspended", *mixed, code=1)
    assert told.error == "status.effect"
    lists = told("status-list", "history", "scjg", "--limit", "2")
    assert [one["version"] for one in lists["versions"]] == [lists["newest"], lists["newest"] - 1]
    assert lists["versions"][0]["cid"].startswith("bafkrei")
    checked = told("status-list", "check", "scjg")
    assert (checked["ok"], checked["versions"]) == (True, lists["newest"])
    told("status-list", "check", "nobody", code=1)


def test_07b_a_decision_restores_what_has_ended(shop: Shop, told: Told) -> None:
    path = shop.root / "ruled.json"
    draft = {"subject": shop.firm, "number": "JY-R", "valid_from": "2026-01-01", "fields": FIELDS}
    path.write_text(json.dumps(draft))
    (old,) = told("issue", "food-operation-permit", path)
    ended = told("status", old["licence"], "revoked", "--reason", "r", "--effect", "transferred")
    assert ended["lifecycle"]["code"] == "06"
    draft["supersedes"] = old["licence"]
    path.write_text(json.dumps(draft))
    told("issue", "food-operation-permit", path, code=1)
    assert told.error == "licence.decision_missing"
    path.write_text(json.dumps(draft | {"decision": "（2026）行终 12 号判决"}))
    (new,) = told("issue", "food-operation-permit", path)
    assert new["licence"] != old["licence"]


def test_08_trace_and_bundle(shop: Shop, told: Told) -> None:
    bundle = shop.root / "case.mianti"
    traced = told("trace", "--case", shop.case, "--out", bundle)
    kinds = [one["kind"] for one in traced["entries"]]
    assert kinds.index("consent.requested") < kinds.index("consent.granted")
    assert kinds.index("released") < kinds.index("consent.withdrawn")
    assert {"refused", "material.deposited", "case.opened"} <= set(kinds)
    fresh = subprocess.run(
        [
            *(sys.executable, "-c", "from api.cli import main; raise SystemExit(main())"),
            *("verify", str(bundle), "--offline", "--trust", str(shop.trust)),
        ],
        capture_output=True,
        text=True,
        cwd=shop.root,
        timeout=60,
    )
    assert fresh.returncode == 0, fresh.stdout + fresh.stderr
    assert "One operator, no independent witness." in fresh.stdout
    assert told("verify", bundle, "--offline", code=2)[0]["code"] == "trust.unpinned"
    told("trust", "pin", shop.trust, code=64)  # nobody compared
    told("trust", "pin", shop.trust, "--expect", "x", code=1)
    roots = told("trust", "show")["root_ids"]
    assert told("trust", "show")["pinned"] is False
    told("trust", "pin", shop.trust, *(part for root in roots for part in ("--expect", root)))
    assert told("trust", "show")["pinned"] is True
    assert told("verify", bundle, "--offline")[0]["outcome"] == "passed"


def test_09_trust_lists_are_signed_and_do_not_roll_back(shop: Shop, told: Told) -> None:
    shown = told("trust", "show")
    payload = {name: shown[name] for name in shown if name not in ("pinned", "root_ids")}
    draft, newer = shop.root / "payload.json", shop.root / "newer.json"
    draft.write_text(json.dumps({**payload, "version": 2}))
    told("trust", "sign", draft, "--out", newer)
    assert told("trust", "pin", newer)["version"] == 2
    told("trust", "pin", shop.trust, code=1)
    assert told.error == "trust.rollback"
    told("verify", shop.root / "case.mianti", "--offline", "--trust", shop.trust, code=1)
    assert told.error == "trust.rollback"
    one = shop.data / "trust" / "roots" / "1.pem"
    told("trust", "sign", draft, "--root", one, "--out", shop.root / "weak.json", code=1)
    assert told.error == "trust.threshold"
    told("trust", "sign", newer, "--root", one, "--out", newer)
    (shop.root / "pins.json").unlink()


def test_10_the_log_as_static_files(shop: Shop, told: Told) -> None:
    out = shop.root / "tiles"
    size = told("log", "tiles", "--out", out)["size"]
    vkey = (out / "log.vkey").read_text().strip()
    origin = vkey.partition("+")[0]
    checkpoint = open_checkpoint((out / "checkpoint").read_bytes(), origin, vkey)
    assert checkpoint.size == size
    assert len(parse_tile((out / f"tile/0/000.p/{size}").read_bytes(), size)) == size
    leaves = parse_entry_bundle((out / f"tile/entries/000.p/{size}").read_bytes(), size)
    proof = told("log", "proof", 3, "--since", 2)
    assert proof["leaf"].encode() == leaves[3] and proof["root"] == checkpoint.root.hex()
    assert proof["consistency"] and told("log", "head")["integrated"] == size
    told("log", "proof", size, code=1)
    told("log", "proof", 3, "--size", 3, code=64)


def test_11_signing_for_other_clients(shop: Shop, told: Told) -> None:
    body = shop.root / "body.json"
    refused = {"agency": "wjw", "case": None, "request": None, "consent": None}
    body.write_text(json.dumps({**refused, "code": "consent.absent", "officer": None}))
    envelope = told("sign", "refused", body, "--agency", "wjw")
    assert set(envelope) == {"payload", "payloadType", "signatures"}
    told("sign", "refused", body, "--wallet", shop.wallet, "--out", shop.root / "signed.json")
    assert (shop.root / "signed.json").read_bytes().startswith(b'{"payload"')
    body.write_text("{}")
    told("sign", "refused", body, "--agency", "wjw", code=1)
    told("sign", "refused", body, "--agency", "nobody", code=1)


def test_11a_an_erasure_takes_two(shop: Shop, told: Told) -> None:
    held = told("erase", "show", shop.licence, code=1)
    assert held["obstacles"][0]["code"] == "erasure.in_force" and len(held["files"]) == 2
    plan = shop.root / "old-plan.pdf"
    plan.write_bytes(PDF + b"old")
    hand = ("deposit", plan, "--kind", "layout-plan", "--grade", "scan", "--agency", "scjg")
    (kept,) = told(*hand, "--subject", shop.firm)
    ask = ("erase", "request", kept["material"], "--wallet", shop.wallet, "--reason", "停业")
    looked = told(*ask, "--dry-run")
    assert looked["obstacles"] == [] and told("erase", "list") == []
    erasure = told(*ask)["erasure"]
    approve = ("erase", "approve", erasure, "--reason", "r", "--agency")
    told(*approve, "cyzx", "--officer", "o-2", code=1)
    assert told.error == "erasure.archive_first"
    assert told(*approve, "daj", "--officer", "o-1")["state"] == "first"
    assert told(*approve, "cyzx", "--officer", "o-2", "--dry-run")["files"] == looked["files"]
    assert told(*approve, "cyzx", "--officer", "o-2")["state"] == "erased"
    assert told("erase", "show", erasure)["state"] == "erased"
    told("verify", plan, "--trust", shop.trust, code=2)
    refused = told("erase", "request", shop.licence, "--wallet", shop.wallet, "--reason", "r")
    said = ("--agency", "daj", "--officer", "o-1", "--reason", "r")
    assert told("erase", "refuse", refused["erasure"], *said)["code"] == "erasure.in_force"
    assert [one["state"] for one in told("erase", "list", "--state", "refused")] == ["refused"]
    assert shop.run("erase", "show", shop.licence, "--lang", "zh") == 1


def test_12_doctor_worker_fsck(shop: Shop, told: Told) -> None:
    found = told("doctor")["findings"]
    assert {"chain", "log", "trust"} <= {one["name"] for one in found}
    assert {"ok"} == {one["level"] for one in found if one["name"] == "index"}
    assert told("worker", "--once")["waiting"] is None
    indexed = told("chain", "index")
    assert indexed["indexed"] == indexed["head"] > 0 and indexed["events"] == 0
    again = told("chain", "index", "--rebuild")
    assert again["indexed"] == indexed["head"] and again["events"] > 40
    assert told("case", "close", shop.case, "granted")["outcome"] == "granted"
    assert told("fsck")["ok"] is True
    blob = next(path for path in sorted((shop.data / "blobs").rglob("*")) if path.is_file())
    data = blob.read_bytes()
    blob.chmod(0o600)
    blob.write_bytes(data[:99] + bytes([data[99] ^ 1]) + data[100:])
    found = told("fsck", code=1)["findings"]
    assert found and all(one["code"] and one["where"] for one in found)
    blob.write_bytes(data)
    assert shop.run("fsck", "--lang", "zh") == 0


def test_13_accepted_but_pending_when_the_chain_is_away(
    shop: Shop, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(platform: object) -> None:
        raise ChainAway("The chain does not answer.")

    opening = ("case", "open", "public-place-hygiene-permit", "--matter", "m", "--officer", "w-1")
    with monkeypatch.context() as patch:
        patch.setattr("ledger.flows.worker.anchor", away)
        opened = told(*opening, "--subject", shop.firm, code=75)
        assert (opened["anchored"], opened["waiting"]) == (False, "chain.away")
        assert told("worker", "--once", code=75)["waiting"] == "chain.away"
    assert told("worker", "--once")["waiting"] is None
    assert told("case", "close", opened["case"], "dropped")["anchored"] is True


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_14_serve_until_told_to_end(shop: Shop, number: signal.Signals, code: int) -> None:
    # run in the background, this starts with the interrupt ignored: the child must not inherit that
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    cli = "from api.cli import main; raise SystemExit(main())"
    program = (sys.executable, "-c", f"{heeding}; {cli}")
    with subprocess.Popen(
        [*program, "--data", str(shop.data), "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr is not None
        line = next(line for line in server.stderr if line.startswith("Serving at "))
        url = line.split()[2].rstrip(";")
        with urllib.request.urlopen(f"{url}/health", timeout=20) as answer:
            assert json.load(answer)["status"] == "ok"
        server.send_signal(number)
        assert server.wait(30) == code
