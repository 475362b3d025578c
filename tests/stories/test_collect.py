"""Licences from elsewhere: the same one collected again is the same one, other bytes a version."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.cli.entry import main
from api.demo.story import MARKET
from certs.identifiers import mint_licence_identifier
from ledger.errors import Pushback
from ledger.flows.door.once import Once
from ledger.flows.library.collect import CollectedLicence, TakenIn, take_in
from ledger.flows.library.collect_many import Found, collect_many
from ledger.flows.library.files import plaintext
from ledger.flows.library.predecessors import NotActive
from ledger.flows.library.status import Change, change_status
from ledger.flows.worker import work
from ledger.reuse.documents import LegalEffect
from tests.doubles.faulty import Faulty
from tests.stories.house import House, Told, opened_copy

FIELDS = {
    "unit_number": "310101001001GB00001F00010001",
    "location": "虚拟市示范区梧桐路88号1层",
    "right_type": "国有建设用地使用权/房屋所有权",
    "use": "商业",
    "area": "120.5",
    "co_ownership": "单独所有",
}
IDENTIFIER = str(
    mint_licence_identifier("11319999MT0000209T001", "11319999MT00000734", "20260302ABCDEF01")
)


@pytest.fixture(scope="module")
def registry(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("collect") / "data") as opened:
        yield opened


def title(house: House, number: str, **changes: Any) -> CollectedLicence:
    facts: dict[str, Any] = {
        "type": "real-estate-title",
        "subject": house.firm.subject,
        "number": number,
        "source": "市不动产登记系统",
        "issuer_name": "市自然资源确权登记事务中心",
        "fields": FIELDS,
        "premises": house.people.premises,
        **changes,
    }
    return CollectedLicence(**facts)


def take(house: House, number: str, data: bytes = b"%PDF-1 title", **changes: Any) -> TakenIn:
    return take_in(house.platform, MARKET, title(house, number, **changes), (data,))


def row_of(house: House, licence: str) -> dict[str, Any]:
    (row,) = house.platform.store.rows("licences", {"id": licence})
    return dict(row)


def test_the_same_bytes_are_the_same_licence_and_others_a_version(registry: House) -> None:
    first = take(registry, "T-1")
    cids = sorted(registry.platform.blobs.cids())
    again = take(registry, "T-1")
    assert (again.result, again.licence) == ("standing", first.licence)
    assert again.entry.index == first.entry.index
    assert sorted(registry.platform.blobs.cids()) == cids
    assert take(registry, "T-1", source="别的系统").result == "collected"
    second = take(registry, "T-1", b"%PDF-1 title, corrected")
    assert second.result == "new_version"
    assert take(registry, "T-1", b"%PDF-1 title, corrected").licence == second.licence
    row = row_of(registry, second.licence)
    assert (row["version"], row["supersedes"]) == (2, first.licence)
    assert row["premises"] == registry.people.premises
    assert row_of(registry, first.licence)["state"] == "superseded"
    assert b"".join(plaintext(registry.platform, row["layout_file"])).endswith(b"corrected")
    work(registry.platform)
    assert registry.findings() == ()


def test_a_licence_that_is_not_in_force_gets_no_version_by_the_way(registry: House) -> None:
    held = take(registry, "T-revoked")
    effect = LegalEffect.CANCELLED
    today = registry.platform.now().date()
    change = Change(held.licence, "revoked", "注销", "登记机构", effect, today)
    change_status(registry.platform, MARKET, change)
    with pytest.raises(NotActive):
        take(registry, "T-revoked", b"other")
    assert take(registry, "T-revoked").licence == held.licence


def test_two_at_once_collect_it_once(registry: House) -> None:
    done: list[TakenIn] = []
    start = threading.Barrier(3)

    def collect(_: int) -> None:
        start.wait()
        done.append(take(registry, "T-race"))

    threads = [threading.Thread(target=collect, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.result for one in done) == ["collected", "standing", "standing"]
    assert len({one.licence for one in done}) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", [("store", "append"), ("blobs", "put"), ("keys", "deposit")])
def test_a_failure_anywhere_waits_and_is_done_once(
    registry: House, call: tuple[str, str], moment: str
) -> None:
    port, method = call
    found = title(registry, f"T-{method}-{moment}")
    rows = [Found(found, lambda: (b"bytes",), Once(MARKET, "c", found.number, b"bytes"))]
    facts: dict[str, Any] = {f"fail_{moment}": {method: 1}}
    broken = registry.with_ports(**{port: Faulty(getattr(registry.platform, port), **facts)})
    (first,) = collect_many(broken.platform, MARKET, rows)
    assert first.result == "waiting" and isinstance(first.error, Pushback)
    (second,) = collect_many(registry.platform, MARKET, rows)
    (third,) = collect_many(registry.platform, MARKET, rows)
    assert second.result in ("collected", "standing") and third.licence == second.licence
    assert registry.findings() == ()


def table(path: Path, rows: list[dict[str, str]]) -> Path:
    names = sorted({name for row in rows for name in row})
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, names, restval="")
        written.writeheader()
        written.writerows(rows)
    return path


def test_a_table_of_licences_from_the_command_line(
    told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, files = tmp_path / "data", tmp_path / "scans"
    files.mkdir()
    (tmp_path / "secret.pdf").write_bytes(b"outside")
    good = {
        "subject": f"credit-code={told.people.firm_code}",
        "premises": "premises-code=310101-DEMO-0088-1",
        "file": "a.pdf",
        **FIELDS,
    }
    for name, data in (("a.pdf", b"%PDF a"), ("b.pdf", b"%PDF b"), ("empty.pdf", b"")):
        (files / name).write_bytes(data)
    wrong_check = IDENTIFIER[:-1] + ("0" if IDENTIFIER[-1] != "0" else "1")
    with opened_copy(told, root):
        pass
    rows = [
        {**good, "number": "R-1", "identifier": IDENTIFIER},
        {**good, "number": "R-2", "identifier": wrong_check, "file": "b.pdf"},
        {**good, "number": "R-3", "identifier": "not an identifier"},
        {**good, "number": "R-4", "subject": "credit-code=nobody"},
        {**good, "number": "R-5", "area": ""},
        {**good, "number": "R-6", "file": "../secret.pdf"},
        {**good, "number": "R-7", "file": "empty.pdf"},
        {**good, "number": "R-8", "valid_from": "yesterday"},
        {**good, "number": "R-9", "type": "dog-licence"},
        {**good, "number": "R-1", "identifier": IDENTIFIER},
        {**good, "number": "R-10", "key": "own-key"},
    ]
    path, report = table(tmp_path / "rows.csv", rows), tmp_path / "report.csv"
    asked = ["collect", "real-estate-title", "--batch", str(path), "--files", str(files)]
    asked += ["--agency", MARKET, "--source", "市登记系统", "--issuer", "市登记中心"]
    asked += ["--data", str(root), "--json", "--report", str(report)]

    def said(*more: str, code: int = 1) -> dict[str, Any]:
        assert main([*asked, *more]) == code
        return dict(json.loads(capsys.readouterr().out))

    dry = said("--dry-run")
    with opened_copy(told, root) as house:
        assert not house.platform.store.rows("licences", {"source": "市登记系统"})
    refused = [one.get("code") for one in dry["rows"]]
    assert refused == [
        None, None, "identifier.malformed", "not_found", "licence.fields", "file",
        "document.empty", "usage", "catalogue.unknown", None, None,
    ]  # fmt: skip
    assert dry["rows"][1]["warnings"] == ["identifier.check_character"]
    first = said()
    assert first["counts"] == {"collected": 3, "standing": 1, "refused": 7}
    assert [one.get("code") for one in first["rows"]] == refused
    assert first["rows"][9]["licence"] == first["rows"][0]["licence"]
    again = said()
    assert again["counts"] == {"standing": 4, "refused": 7}
    assert [one.get("licence") for one in again["rows"]] == [
        one.get("licence") for one in first["rows"]
    ]
    with report.open(encoding="utf-8", newline="") as file:
        shown = list(csv.DictReader(file))
    assert [one["line"] for one in shown] == [str(n) for n in range(2, 13)]
    assert shown[1]["warnings"] == "identifier.check_character"
    (files / "a.pdf").write_bytes(b"%PDF a, second edition")
    third = said("--report", str(tmp_path / "rows.jsonl"))
    assert third["rows"][0]["result"] == "new_version"
    assert third["rows"][10]["code"] == "idempotency.reused"
    lines = (tmp_path / "rows.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(one)["line"] for one in lines] == list(range(2, 13))
    with opened_copy(told, root) as house:
        assert house.findings() == ()
    assert main(["collect", "real-estate-title", "--batch", str(path), "--agency", MARKET]) == 64


ROWS = 120


def test_a_table_killed_halfway_is_run_again(told: Told, tmp_path: Path) -> None:
    root, files = tmp_path / "data", tmp_path / "scans"
    files.mkdir()
    rows = []
    for number in range(ROWS):
        (files / f"{number}.pdf").write_bytes(b"%PDF " + str(number).encode())
        holder = f"credit-code={told.people.firm_code}"
        rows.append({"subject": holder, "number": f"K-{number}", "file": f"{number}.pdf", **FIELDS})
    with opened_copy(told, root) as house:
        before = len(house.platform.store.rows("licences"))
    asked = [sys.executable, "-m", "api.cli", "--data", str(root), "--json", "collect"]
    asked += ["real-estate-title", "--batch", str(table(tmp_path / "rows.csv", rows))]
    asked += ["--files", str(files), "--agency", MARKET, "--source", "s", "--issuer", "i"]
    project = Path(__file__).parents[2]
    child = subprocess.Popen(asked, cwd=project, stdout=subprocess.DEVNULL)
    with opened_copy(told, root) as house:
        deadline = time.monotonic() + 60
        while len(house.platform.store.rows("licences")) < before + 20:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    child.kill()
    child.wait()
    done = subprocess.run(asked, cwd=project, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)["counts"]
    assert sum(counts.values()) == ROWS and counts["standing"] >= 20 and counts["collected"] > 0
    with opened_copy(told, root) as house:
        assert len(house.platform.store.rows("licences")) == before + ROWS
        assert house.findings() == ()
