"""The README's story, run as it stands: a server, curl, and ``mianti`` as everybody's signer."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.routes_table import LINES

README = Path(__file__).parents[2] / "api" / "README.md"
BIN = Path(sys.executable).parent
NEEDED = ("bash", "curl", "openssl", "python3", "base64")


def test_the_tools_of_the_story_are_here() -> None:
    assert [tool for tool in NEEDED if shutil.which(tool) is None] == []


def test_the_table_of_routes_names_every_one() -> None:
    text = README.read_text("utf-8")
    for line in LINES:
        last = line.template.rstrip("/").split("/")[-1]
        word = line.template.split("/")[-2] if last.startswith("{") else last
        assert word in text, line.template


def test_the_story_runs_as_it_stands(tmp_path: Path) -> None:
    story = re.search(r"```sh\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert story is not None
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "D": str(tmp_path / "D")}
    environment.pop("MIANTI_PASSPHRASE", None)
    command = [str(BIN / "mianti"), "--data", environment["D"]]
    subprocess.run([*command, "init"], check=True, capture_output=True, env=environment)
    log = tmp_path / "serve.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "serve", "--port", "0"],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment,
        )
    try:
        environment["URL"] = url_in(log, server)
        done = subprocess.run(
            ["bash", "-c", story[1]],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr + done.stdout + answers(tmp_path)
        assert done.stdout.strip() == "consent.withdrawn"
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    accesses = json.loads((tmp_path / "accesses.json").read_text("utf-8"))["items"]
    assert "released" in [one["kind"] for one in accesses]
    assert (tmp_path / "licence.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "case.mianti").read_bytes().startswith(b"PK\x03\x04")
    for line in log.read_text("utf-8").splitlines():
        if line.startswith("{"):
            assert not re.search(r"(sub|lic|mat|case|con|req|rel)_[a-z2-7]{26}", line)


def url_in(log: Path, server: subprocess.Popen[bytes]) -> str:
    import time

    for _ in range(300):
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text("utf-8"))
        if found:
            return found[0]
        if server.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail("the server did not start: " + log.read_text("utf-8"))


def answers(folder: Path) -> str:
    texts = [f"{one.name}: {one.read_text('utf-8')[:300]}" for one in folder.glob("*.json")]
    return "\n".join(texts)
