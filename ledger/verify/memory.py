"""What verifications may share: values made once for a name that holds all that they depend on.

A name carries the bytes, times and keys that its value follows from, so that nothing is answered
for other input; what depends on the trust list belongs to the one list that a memory is made for.
Only values are kept, never a refusal, and nothing that the time asked about decides.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

from certs.trust.trustlist import TrustList

COUNT = 8192
ROOM = 64 << 20
USUAL = 1024  # bytes of a name and its value, where nobody says otherwise

Value = TypeVar("Value")


class Memory:
    """At most ``count`` values of together at most ``room`` bytes, as their makers weigh them; what
    was not asked for longest goes first. Threads may share one: two that miss at once both make.
    """

    def __init__(self, trust: TrustList, *, count: int = COUNT, room: int = ROOM) -> None:
        self.trust = trust
        self._count, self._room, self._taken = count, room, 0
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def once(self, name: Hashable, make: Callable[[], Value], weight: int = USUAL) -> Value:
        """The value of this name, made where it is not known. Raises what ``make`` raises."""
        with self._lock:
            held = self._values.get(name)
            if held is not None:
                self._values.move_to_end(name)
                return cast(Value, held[0])
        made = make()
        self.keep(name, made, weight)
        return made

    def known(self, name: Hashable) -> object | None:
        """The value of this name, None where there is none."""
        with self._lock:
            held = self._values.get(name)
            if held is None:
                return None
            self._values.move_to_end(name)
            return cast(object, held[0])

    def keep(self, name: Hashable, value: object, weight: int = USUAL) -> None:
        """Remember a value, in place of the one before."""
        with self._lock:
            self._drop(name)
            if weight > self._room:
                return
            self._values[name] = (value, weight)
            self._taken += weight
            while len(self._values) > self._count or self._taken > self._room:
                self._drop(next(iter(self._values)))

    def forget(self, name: Hashable) -> None:
        """Nothing where nothing was remembered."""
        with self._lock:
            self._drop(name)

    def _drop(self, name: Hashable) -> None:
        _, weight = self._values.pop(name, (None, 0))
        self._taken -= weight
