"""How often one name may do one thing: counters per window, in memory, bounded in number."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable

from api.problems import TooMany

REMEMBERED = 10_000


class Rate:
    """At most ``most`` takes per name in any ``window`` seconds that begin with a take.

    The names longest untouched are forgotten beyond ``REMEMBERED``. ``clock`` is monotonic seconds.
    """

    def __init__(self, most: int, clock: Callable[[], float], window: float = 60.0) -> None:
        self._most = most
        self._clock = clock
        self._window = window
        self._taken: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, name: str) -> None:
        """Raise TooMany where the name has used up its window; takes nothing."""
        with self._lock:
            began, count = self._window_of(name)
            if count >= self._most:
                left = max(1, math.ceil(began + self._window - self._clock()))
                raise TooMany("Too many requests; come back later.", retry_after=left)

    def take(self, name: str) -> None:
        """Count one. Raises TooMany."""
        self.check(name)
        with self._lock:
            began, count = self._window_of(name)
            self._taken[name] = (began, count + 1)
            self._taken.move_to_end(name)
            if len(self._taken) > REMEMBERED:
                self._taken.popitem(last=False)

    def give_back(self, name: str) -> None:
        """Undo one take."""
        with self._lock:
            began, count = self._window_of(name)
            if count:
                self._taken[name] = (began, count - 1)

    def _window_of(self, name: str) -> tuple[float, int]:
        now = self._clock()
        began, count = self._taken.get(name, (now, 0))
        return (now, 0) if now - began >= self._window else (began, count)
