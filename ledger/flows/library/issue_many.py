"""Issue many licences: a result for each, in their order, and safe to run again.

Rows are drawn up in groups and appended together; where the log refuses a group, its rows are
appended one by one, so that a bad row sinks no other. Each row's key is written in the commit of
its licence: after a crash at any point the same rows answer what stands and issue the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from certs.errors import Coded
from ledger.errors import Conflict, Pushback
from ledger.flows.door.once import Once
from ledger.flows.library.issue import append, issue_licence
from ledger.flows.library.issue_parts import (
    DrawnUp,
    Page,
    Ready,
    draw_up,
    make_ready,
    page_of,
    require_entitled,
)
from ledger.flows.library.licence_parts import LicenceDraft
from ledger.flows.library.status import publish_list
from ledger.platform import Platform
from ledger.tlog import sequence

GROUP = 100
"""Rows of one commit: enough to hide its flush to disk, few enough to be lost to a crash."""
SEALING = 4
"""Rows sealed and kept at once: while one waits for the disk, others go on."""

Render = Callable[[Page], Callable[[], bytes]]
"""Begins a page and answers how to fetch it; other processes may draw it meanwhile."""


@dataclass(frozen=True, slots=True)
class Order:
    """One row: a draft, and the key under which it is issued once."""

    draft: LicenceDraft
    once: Once


@dataclass(frozen=True, slots=True)
class RowDone:
    """``result``: issued, standing (since an earlier run), refused, or waiting (try again); the
    last two say why in ``error``."""

    result: str
    licence: str | None = None
    identifier: str | None = None
    error: Coded | None = None


@dataclass(frozen=True, slots=True)
class _Begun:
    order: Order
    done: RowDone | None = None
    drawn: DrawnUp | None = None
    page: Callable[[], bytes] | None = None
    ready: Ready | None = None


def at_once(page: Page) -> Callable[[], bytes]:
    """Draw the page here, when it is wanted."""
    return lambda: page_of(page)


def issue_many(
    platform: Platform, agency: str, orders: Iterable[Order], render: Render = at_once
) -> Iterator[RowDone]:
    """Issue all orders of one agency, a result each, in order. Raises nothing for a row."""
    taken: set[int] = set()
    rest = iter(orders)

    def begin() -> list[_Begun]:
        entitled: set[str] = set()
        group = islice(rest, GROUP)
        return [_begin(platform, agency, one, render, taken, entitled) for one in group]

    def seal(one: _Begun) -> _Begun:
        return _sealed(platform, one)

    with ThreadPoolExecutor(SEALING) as sealing:
        group = begin()
        while group:
            following = begin()  # its pages are drawn while this group is sealed and appended
            yield from _finish(platform, agency, list(sealing.map(seal, group)))
            group = following


def _begin(
    platform: Platform,
    agency: str,
    order: Order,
    render: Render,
    taken: set[int],
    entitled: set[str],
) -> _Begun:
    kind = order.draft.type
    try:
        if (known := _standing(platform, order)) is not None:
            return _Begun(order, known)
        now = platform.now().replace(microsecond=0)
        if kind not in entitled:  # asked once a group
            require_entitled(platform, agency, kind, now)
            entitled.add(kind)
        drawn = draw_up(platform, agency, order.draft, now, taken)
    except Coded as error:
        return _Begun(order, _failed(error))
    taken.add(drawn.index)
    return _Begun(order, drawn=drawn, page=render(drawn.page))


def _finish(platform: Platform, agency: str, group: list[_Begun]) -> list[RowDone]:
    ready = [one.ready for one in group if one.ready is not None]
    failure: Coded | None = None
    try:
        if ready:
            sequence(platform, [draft for one in ready for draft in one.drafts])
    except (Conflict, Pushback) as error:
        failure = error
    done = [_finished(platform, agency, one, failure) for one in group]
    replaced = any(one.order.draft.supersedes for one in group)
    if replaced and any(one.result == "issued" for one in done):
        with suppress(Pushback):  # else the worker publishes: the list is due
            publish_list(platform, agency)
    return done


def _finished(platform: Platform, agency: str, one: _Begun, failure: Coded | None) -> RowDone:
    if one.ready is None:
        assert one.done is not None
        return one.done
    if failure is None:
        return RowDone("issued", one.ready.licence, one.ready.identifier)
    if isinstance(failure, Pushback):  # whether it stands is asked by the next run
        return _failed(failure)
    return _alone(platform, agency, one.order, one.ready)


def _sealed(platform: Platform, one: _Begun) -> _Begun:
    if one.drawn is None or one.page is None:
        return one
    try:
        return replace(one, ready=make_ready(platform, one.drawn, one.page(), one.order.once))
    except Coded as error:
        return replace(one, done=_failed(error))


def _alone(platform: Platform, agency: str, order: Order, ready: Ready) -> RowDone:
    """A row of a group that was refused as a whole."""
    try:
        with suppress(Conflict):
            append(platform, ready)
            return RowDone("issued", ready.licence, ready.identifier)
        if (known := _standing(platform, order)) is not None:
            return known
        done = issue_licence(platform, agency, order.draft, order.once)
    except Coded as error:
        return _failed(error)
    return RowDone("issued", done.licence, done.identifier)


def _standing(platform: Platform, order: Order) -> RowDone | None:
    known = order.once.earlier(platform)
    if known is None:
        return None
    return RowDone("standing", str(known["licence"]), str(known["identifier"]))


def _failed(error: Coded) -> RowDone:
    return RowDone("waiting" if isinstance(error, Pushback) else "refused", error=error)
