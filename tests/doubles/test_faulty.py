"""The faulty port fails when and only when it is told to."""

from __future__ import annotations

import pytest

from ledger.errors import Pushback
from tests.doubles.faulty import Faulty


class Counter:
    """A port with one effect."""

    name = "counter"

    def __init__(self) -> None:
        self.count = 0

    def add(self, n: int = 1) -> int:
        self.count += n
        return self.count


def test_a_call_that_fails_before_has_no_effect_and_one_that_fails_after_has() -> None:
    port = Faulty(Counter(), fail_before={"add": 2}, fail_after={"add": 3})
    assert port.add() == 1
    with pytest.raises(Pushback):
        port.add()
    assert port.port.count == 1
    with pytest.raises(Pushback):
        port.add(n=5)
    assert port.port.count == 6
    assert port.add() == 7
    assert port.calls == {"add": 4}
    assert port.name == "counter"


def test_the_error_is_the_test_s_choice() -> None:
    port = Faulty(Counter(), fail_before={"add": 1}, error=lambda: OSError("disk"))
    with pytest.raises(OSError, match="disk"):
        port.add()


def test_a_method_that_the_port_lacks_is_a_mistake_in_the_test() -> None:
    with pytest.raises(ValueError, match="no method 'subtract'"):
        Faulty(Counter(), fail_after={"subtract": 1})
