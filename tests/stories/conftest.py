"""One story told per run; every test has a copy of its folder to itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.stories.house import House, Told, live_on, opened_copy, tell


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(tmp_path_factory.mktemp("story") / "data")


@pytest.fixture(scope="session")
def lived(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The story gone on: with consents, a release, a withdrawal, a suspended licence."""
    root = tmp_path_factory.mktemp("lived") / "data"
    with opened_copy(told, root) as opened:
        live_on(opened)
    return replace(told, root=root)


@pytest.fixture
def house(told: Told, tmp_path: Path) -> Iterator[House]:
    with opened_copy(told, tmp_path / "data") as opened:
        yield opened


@pytest.fixture(scope="module")
def health(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all the tests of a file that do not mind each other."""
    with opened_copy(told, tmp_path_factory.mktemp("health") / "data") as opened:
        yield opened
