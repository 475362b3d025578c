"""A fresh store of every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.ports import LedgerStore
from tests.ledger.adapters.stores import ENGINES, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[LedgerStore]:
    opened = ENGINES[request.param](tmp_path, clock)
    yield opened
    opened.close()
