"""The golden bundles: their bytes are what is built today, and their verdicts stay."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from certs.trust.trustlist import open_trust_list, roots_of
from ledger.bundle.bundle import verify_bundle
from ledger.log.statement import parse_time

VECTORS = Path(__file__).parents[2] / "vectors"
FOLDER = VECTORS / "bundle"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_verdicts(case: dict[str, Any]) -> None:
    at, listed = parse_time(case["at"]), (FOLDER / case["trust"]).read_bytes()
    trust = open_trust_list(listed, roots_of(listed), at)
    verdict = verify_bundle((FOLDER / case["file"]).read_bytes(), trust, at)
    assert (verdict.outcome.value, verdict.code) == (case["outcome"], case["code"])


def test_the_files_are_those_built_today() -> None:
    command = [sys.executable, str(VECTORS / "build_bundle.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
