"""A port that fails where a test says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from ledger.errors import Pushback


def _away() -> Exception:
    return Pushback("failure injected by a test")


class Faulty:
    """Stands before any port; all else goes through.

    ``fail_before={"append": 2}``: the second call of ``append`` fails and the port is not asked.
    ``fail_after={"append": 2}``: the second call is carried out and then reported as failed, as
    where the answer was lost. ``error`` makes what is raised. ``calls`` counts calls by method.
    Both tables may be changed while the test goes on.
    """

    def __init__(
        self,
        port: Any,
        *,
        fail_before: Mapping[str, int] | None = None,
        fail_after: Mapping[str, int] | None = None,
        error: Callable[[], Exception] = _away,
    ) -> None:
        for name in (*(fail_before or {}), *(fail_after or {})):
            if not callable(getattr(port, name, None)):
                raise ValueError(f"{type(port).__name__} has no method {name!r}")
        self.port = port
        self.fail_before = dict(fail_before or {})
        self.fail_after = dict(fail_after or {})
        self.error = error
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        member = getattr(self.port, name)
        if not callable(member):
            return member

        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls[name] += 1
            number = self.calls[name]
            if self.fail_before.get(name) == number:
                raise self.error()
            answer = member(*args, **kwargs)
            if self.fail_after.get(name) == number:
                raise self.error()
            return answer

        return call
