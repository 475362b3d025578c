from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.world import World, founded


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One platform for all tests over HTTP: found once, shared, only added to."""
    with founded(tmp_path_factory.mktemp("api") / "data") as made:
        yield made
