"""A client by other hands (torchwood, in Go) reads the whole log over HTTP and checks it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ledger.flows.door.refusal import log_refusal
from ledger.log.tiles import WIDTH
from tests.api.test_serving import listening
from tests.api.world import World

READER = Path(__file__).parents[2] / ".engines" / "tlog-read"


@pytest.mark.skipif(not READER.exists(), reason="no .engines/tlog-read: scripts/engines/build")
def test_a_foreign_client_reads_and_checks_every_entry(world: World) -> None:
    while world.platform.store.size() < 2 * WIDTH + 7:
        log_refusal(world.platform, "wjw", {}, "consent.absent")
    world.anchored()
    with listening(world) as url:
        done = subprocess.run(
            [READER, f"{url}/log/", world.platform.log.vkey, world.token("sjj")],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    size = world.platform.store.size()
    assert (done.stdout, done.returncode) == (f"{size} of {size}\n", 0), done.stderr
