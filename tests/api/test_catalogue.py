"""The catalogue over HTTP and on the command line: shown whole, checked with file and line,
published once.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.cli.entry import main
from ledger.catalogue.data import catalogue_documents
from ledger.reuse.documents import CHINA
from tests.api.world import World
from tests.ledger.catalogue.spoiling import data_of

HYGIENE, EQUITY = "public-place-hygiene-permit", "item-equity-change.json"
Run = Callable[..., tuple[int, str, str]]


def page(world: World, path: str) -> list[dict[str, Any]]:
    answer = world.client.get(path)
    assert answer.status_code == 200
    return list(answer.json()["items"])


def test_an_item_is_shown_with_all_that_it_asks_and_why(world: World) -> None:
    items = {one["slug"]: one for one in page(world, "/v1/service-items")}
    assert len(items) == len(world.platform.catalogue.items)
    shown = items[HYGIENE]
    assert (shown["version"], shown["deadline_days"]) == (1, 10)
    assert shown["issues"] == [HYGIENE]
    assert {one["id"] for one in shown["legal"]} >= {"hygiene-8"}
    lookup = shown["requirements"][0]["sets"][0][0]
    assert lookup["licence"] == "business-licence" and "address" in lookup["fields"]
    assert "business_scope" in shown["need"]["licence:business-licence"]
    assert {"licence": "business-licence", "field": "address", "role": "applicant"} in [
        source for field in shown["form"] for source in field["from"]
    ]
    pharmacy = items["pharmacy-opening"]["requirements"]
    sorts = {sort for one in pharmacy for choice in one["sets"] for e in choice for sort in e}
    assert {"licence", "fact", "material", "assistance", "commitment"} <= sorts


def test_bundles_facts_and_grants_are_open(world: World) -> None:
    bundles = {one["slug"]: one for one in page(world, "/v1/bundles")}
    assert {"item": "newborn-household", "agency": "gafj"} in bundles["newborn-one-matter"][
        "members"
    ]
    facts = {one["name"]: one for one in page(world, "/v1/facts")}
    assert facts["fact_over_60"] == {
        "name": "fact_over_60", "zh": "年满六十周岁", "en": "Is sixty or older",
        "licence": "resident-id-card", "test": "at_least_years", "field": "birth_date",
        "value": "60", "social": True,
    }  # fmt: skip
    grants = {one["id"]: one for one in page(world, "/v1/grants")}
    assert grants["duty-ip-inquiry"]["delay_days"] == 90
    assert "个人信息保护法" in grants["duty-ip-inquiry"]["legal"]["zh"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded data folder of the command line's own."""
    root = tmp_path_factory.mktemp("cli") / "data"
    assert main(["--data", str(root), "init", "--store", "directory"]) == 0
    return root


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str, lang: str = "en") -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["--data", str(folder), "catalogue", *arguments, "--lang", lang])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def written(into: Path, **changes: bytes) -> str:
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    for name, data in (catalogue_documents() | changes).items():
        (into / name).write_bytes(data)
    return str(into)


def test_versions_items_and_one_item_explained(run: Run) -> None:
    code, out, _ = run("show")
    assert code == 0 and "* 2026.11" in out and f"{HYGIENE} version 1" in out
    code, out, _ = run("show", "equity-change")
    assert code == 0
    assert (
        "Company Law, article 84" in out and "look up Business licence [business-licence]: " in out
    )
    assert "without consent: District Market Regulation Bureau, statutory duty" in out
    code, out, _ = run("show", "pharmacy-opening", lang="zh")
    assert code == 0
    for said in ("核验：持有有效的营业执照", "告知承诺：", "请 区不动产登记中心 协助", "个工作日"):
        assert said in out
    code, out, _ = run("show", "equity-change", "--json")
    assert json.loads(out)["versions"] == [1, 2]
    assert run("show", "tea")[0] == 1


@pytest.mark.parametrize(("lang", "sentence"), [("en", "no fact 'fact_x'"), ("zh", "目录文件有误")])
def test_a_spoilt_folder_is_refused_with_file_and_line(
    run: Run, tmp_path: Path, lang: str, sentence: str
) -> None:
    value = json.loads(catalogue_documents()[EQUITY])
    value["proactive"] = ["fact_x"]
    data = data_of(value)
    line = data.decode().splitlines().index('  "fact_x"') + 1
    code, _, error = run("check", written(tmp_path / "c", **{EQUITY: data}), lang=lang)
    assert code == 1 and sentence in error
    assert (
        f"catalogue.invalid: {'' if lang == 'en' else '目录文件有误。（'}{EQUITY}:{line}" in error
    )


def test_check_changes_nothing_and_publish_is_done_once(
    run: Run, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = json.loads(catalogue_documents()["catalogue.json"])
    today = datetime.now(UTC).astimezone(CHINA).date()
    head |= {"version": "2027.1", "effective_from": (today + timedelta(days=1)).isoformat()}
    new = written(tmp_path / "c", **{"catalogue.json": data_of(head)})
    assert main(["--data", str(tmp_path / "none"), "catalogue", "check", new]) == 0
    assert "no data folder here" in capsys.readouterr().out
    for _ in range(2):
        code, out, _ = run("check", new)
        assert code == 0 and "fit to be published: version 2027.1" in out
    code, out, _ = run("publish", new, "--json")
    assert code == 0 and len(json.loads(out)["entries"]) == 7
    code, out, _ = run("publish", new)
    assert code == 0 and "was published before" in out
    assert "* 2026.11" in run("show")[1]
    head["version"] = "2026.12"
    older = written(tmp_path / "c", **{"catalogue.json": data_of(head)})
    code, _, error = run("publish", older)
    assert code == 1 and "catalogue.not_newer: catalogue.json:2: version" in error
    assert run("check", str(tmp_path / "empty"))[0] == 1
    first = tmp_path / "first"
    assert run("export", str(first), "--version", "2026.11")[0] == 0
    assert {path.name: path.read_bytes() for path in first.iterdir()} == catalogue_documents()
    assert run("export", str(tmp_path / "newest"))[1].startswith("wrote the ")
    assert run("check", str(tmp_path / "newest"))[0] == 0
    assert run("export", str(first), "--version", "1")[0] == 1
    assert main(["--data", str(folder), "fsck"]) == 0
