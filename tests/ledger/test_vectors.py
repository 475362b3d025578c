"""The frozen vectors are what their builders write, and the builders do not ask the product."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "vectors"
BUILDERS = ("checkpoint", "cid", "container", "entry", "fields", "merkle", "sealing")


@pytest.mark.parametrize("name", BUILDERS)
def test_vectors_have_not_drifted(name: str) -> None:
    builder = FOLDER / f"build_{name}.py"
    subprocess.run([sys.executable, str(builder), "--check"], check=True)


@pytest.mark.parametrize("name", BUILDERS)
def test_a_builder_shares_no_code_with_the_product(name: str) -> None:
    tree = ast.parse((FOLDER / f"build_{name}.py").read_text("utf-8"))
    imported = {
        module.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    assert not imported & {"api", "certs", "ledger"}
