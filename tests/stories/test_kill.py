"""Killed at any moment, the platform has lost nothing and done nothing twice."""

from __future__ import annotations

import os
import pickle
import random
import select
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.datafolder import FolderMissing
from api.demo.story import HEALTH
from api.founding import found
from api.wiring import open_platform
from ledger.flows.reading.release import release
from ledger.flows.worker import work
from tests.stories.house import Told, opened_copy
from tests.stories.test_crashes import issue_once

CHILD = """
import sys
import threading
from pathlib import Path
from tests.stories.test_kill import labour
labour(Path(sys.argv[1]), int(sys.argv[2]))
"""


ORDERS = 6


def labour(root: Path, turn: int) -> None:
    """Release what was ordered, and issue; say each when it is done. Runs until it is killed."""
    told: Told = pickle.loads((root.parent / "told.pickle").read_bytes())
    orders: list[tuple[bytes, bytes]] = pickle.loads((root.parent / "orders.pickle").read_bytes())
    with opened_copy(told, root) as house:
        house.platform.chain.now()
        print("ready", flush=True)
        for number in range(1000):
            if number < len(orders):
                done = release(house.platform, HEALTH, *orders[number])
                print(f"released {done.release}", flush=True)
            name = f"JY-{turn}-{number}"
            print(f"issued {issue_once(house, name)} {name}", flush=True)
            work(house.platform)


@pytest.mark.parametrize("turn", range(4))
def test_kill_at_any_moment_loses_nothing_and_doubles_nothing(
    told: Told, tmp_path: Path, turn: int
) -> None:
    root = tmp_path / "data"
    with opened_copy(told, root) as house:
        plan = house.hygiene_plan()
        orders = []
        for _ in range(ORDERS):
            data, private = house.order(house.agree(plan).consent)
            orders.append((data, private.public_key().public_bytes_raw()))
    plain = Told(told.root, _without_keys(told), told.permit)
    (tmp_path / "told.pickle").write_bytes(pickle.dumps(plain))
    (tmp_path / "orders.pickle").write_bytes(pickle.dumps(orders))
    said = _killed(root, turn, random.Random(turn).uniform(0.0, 0.5))
    with opened_copy(told, root) as house:
        store = house.platform.store
        for line in said:
            what, identity, *_ = line.split()
            table = {"released": "releases", "issued": "licences"}[what]
            assert store.rows(table, {"id": identity}), line
        begun = sum(line.startswith("released") for line in said) + 1
        for data, recipient in orders[:begun]:
            release(house.platform, HEALTH, data, recipient)
        issued = sum(line.startswith("issued") for line in said) + 1
        for number in range(issued):
            issue_once(house, f"JY-{turn}-{number}")
        assert work(house.platform).waiting is None
        assert len(store.rows("licences")) == 2 + issued
        assert len(store.rows("releases")) == min(begun, ORDERS)
        assert house.findings() == ()


def _without_keys(told: Told) -> Any:
    """The people of the story without their wallets' keys, which do not pickle."""
    firm, person = told.people.firm, told.people.person
    return replace(
        told.people,
        firm=replace(firm, private=None),
        person=replace(person, private=None),
    )


def _killed(root: Path, turn: int, after: float) -> list[str]:
    """What a process said until it was killed, ``after`` seconds from its first breath."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(root), str(turn)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "ready\n"
        select.select([], [], [], after)
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    return child.stdout.read().splitlines()


def test_a_half_founded_folder_is_no_platform(tmp_path: Path, told: Told) -> None:
    """What was interrupted lies beside, and founding begins anew."""
    root = tmp_path / "data"
    shutil.copytree(told.root / "keys", tmp_path / "data.founding" / "keys")
    with pytest.raises(FolderMissing), open_platform(root):
        pass
    found(root, store="directory")
    assert not (tmp_path / "data.founding").exists()
    with open_platform(root) as platform:
        assert platform.store.rows("accounts")
