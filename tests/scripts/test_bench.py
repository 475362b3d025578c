"""The bench is alive: its cheapest areas on tiny sizes, its table, its gates. No time is judged."""

from __future__ import annotations

import hashlib
import json
import os
import runpy
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ledger.log import merkle
from scripts.benchmarks import appending, load, papers, reuse, rows, storing, timing, trees
from scripts.benchmarks.rows import Bound, Row

ROOT = Path(__file__).resolve().parents[2]
TINY = timing.Effort(
    rounds=1, batch=64, licences=1, rows=8, papers=60, crowd=200, file=3_000_000, seconds=0.05
)
ROW = Row("area", "work", 40.0, 100.0, "/s", "the limit", Bound(0.5))


@pytest.mark.parametrize(
    ("measure", "units"),
    [
        (trees.measure, ["/s", "/s", "µs", "/s"]),
        (appending.measure, ["/s", "/s", "/s"]),
        (storing.measure, ["MB/s", "MB/s", "MiB"]),
        (papers.plans, ["µs"]),
        (reuse.measure, ["µs", "ms", "µs"]),
    ],
)
def test_an_area_measures_something(measure: Any, units: list[str]) -> None:
    found = measure(TINY)
    assert [row.unit for row in found] == units
    assert all(row.ours > 0 and (row.limit is None or row.limit > 0) for row in found)
    assert max(map(len, rows.table(found).splitlines())) <= 100


def test_the_batch_is_the_tree_over_the_documents() -> None:
    given = trees.documents(5)
    assert len(set(given)) == 5
    assert trees.batch(given) == merkle.root(merkle.leaf_hashes(given))


def test_the_hashing_limit_compresses_as_many_blocks_as_the_messages() -> None:
    assert [timing.blocks_of(size) for size in (0, 55, 56, 65, 119, 120)] == [1, 1, 2, 2, 2, 3]
    assert trees.batch_blocks(3, 54) == 3 * 1 + 2 * 2
    # One message of n whole blocks; its own padding is one more.
    for blocks in (0, 1, 20_000):
        filler = bytes(range(256)) * (blocks * 64 // 256 + 1)
        assert timing.hash_blocks(blocks) == hashlib.sha256(filler[: blocks * 64]).digest()


def test_lanes_take_turns_and_the_best_counts() -> None:
    turns: list[str] = []
    best = timing.race(3, lambda: turns.append("a"), lambda: turns.append("b"))
    assert turns == ["a", "b"] * 3
    assert all(0 <= one < 1 for one in best)


@pytest.mark.parametrize(
    ("ours", "verdict"), [(50.0, "goal"), (49.0, "half"), (25.0, "half"), (24.0, "below")]
)
def test_half_a_goal_is_shown_and_never_binds(ours: float, verdict: str) -> None:
    row = replace(ROW, ours=ours)
    assert (row.verdict, rows.missed([row])) == (verdict, [])


@pytest.mark.parametrize(("ours", "verdict"), [(15.0, "met"), (14.9, "MISSED"), (60.0, "met")])
def test_a_gate_binds(ours: float, verdict: str) -> None:
    row = replace(ROW, ours=ours, gate=Bound(0.15))
    assert row.verdict == verdict
    assert [sentence.startswith("work: ") for sentence in rows.missed([row])] == (
        [True] if verdict == "MISSED" else []
    )


@pytest.mark.parametrize(("gas", "missed"), [(150.0, False), (150.1, True)])
def test_gas_is_held_by_itself_and_not_by_its_ratio(gas: float, missed: bool) -> None:
    asked = Bound(150, most=True, unit="gas")
    row = Row("anchoring", "gas", gas, 1.0, "gas", "bare", asked, asked)
    assert row.missed is missed
    assert "≤150 gas" in rows.table([row])


def test_costs_are_multiples_and_rates_are_shares() -> None:
    cost = Row("plans", "cost", 3.0, 2.0, "µs", "the same", Bound(1.3, most=True))
    assert (rows.row_ratio(cost), cost.verdict, str(cost.asked)) == ("1.50×", "half", "≤2.6×")
    assert (rows.row_ratio(ROW), str(ROW.goal)) == ("40 %", "≥50 %")
    assert rows.row_ratio(replace(ROW, limit=None)) == "–"
    assert json.loads(json.dumps(ROW.as_json()))["ratio"] == 0.4


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1_234_000.0, "/s", "1.23 M/s"),
        (701_000.0, "/s", "701 k/s"),
        (52.24, "/s", "52.2 /s"),
        (91_001.0, "gas", "91,001 gas"),
        (1.488, "µs", "1.49 µs"),
    ],
)
def test_figures_are_short(value: float, unit: str, text: str) -> None:
    assert rows.shown(value, unit) == text


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    status = 200
    wbufsize = -1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("status", [200, 503])
def test_a_load_counts_good_answers_and_nothing_else(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Answering, "status", status)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answering) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        request = load.post("/", b"{}", "token")
        try:
            if status == 200:
                found = load.load(server.server_port, request, 2, 0.05)
                assert found.rate > 0 < found.p99
            else:
                with pytest.raises(load.LoadFailed, match="503"):
                    load.load(server.server_port, request, 1, 0.05)
        finally:
            server.shutdown()


def _stopping(gate: Bound) -> dict[str, Any]:
    """The script's own functions, with one row in place of all that it would measure."""
    loaded = runpy.run_path(str(ROOT / "scripts/bench"))
    row = replace(ROW, gate=gate)
    loaded["main"].__globals__["measure"] = lambda effort, noise: (noise.look(), [row])[1]
    return loaded


@pytest.mark.parametrize(("gate", "status"), [(0.15, 0), (0.45, 1)])
def test_only_a_missed_gate_ends_the_run_with_1(
    gate: float,
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "rows.json"
    monkeypatch.setattr(sys, "argv", ["bench", "--quick", "--json", str(out)])
    assert _stopping(Bound(gate))["main"]() == status
    written = json.loads(out.read_text("utf-8"))
    assert [row["work"] for row in written["rows"]] == ["work"]
    assert len(written["missed"]) == status
    shown = capsys.readouterr()
    assert max(map(len, shown.out.splitlines())) <= 100
    assert ("MISSED: work" in shown.err) is bool(status)


def test_the_script_says_what_it_takes() -> None:
    run = subprocess.run(
        [sys.executable, ROOT / "scripts/bench", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "100"},
    )
    assert "--quick" in run.stdout and "--json" in run.stdout
