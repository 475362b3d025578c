"""Verification: 1 to 1,000 items in one call, a verdict of numbered checks for each.

A plain route without the framework's machinery. What one already holds is verified, so nothing is
logged per item; only outcomes are counted. The work runs in a thread of its own few, because
evidence is read from the store and, about once a second, from the chain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from fastapi import Request
from starlette.responses import Response

from api.auth import ANYBODY, Caller, Role
from api.door import read_json, shaped
from api.edge import Edge, edge_of, require
from api.problems import BodyRefused
from api.schemas import VerifyIn, VerifyItemIn
from certs import base64url
from certs.canonical import canonical
from certs.errors import Base64Invalid
from certs.moments import MomentOutOfRange, moment_of
from ledger.flows.evidence.accesses import entry_hidden
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.platform import Platform

MAX_ITEM = 12 << 20
PATH = "/v1/verifications"


async def verify(request: Request) -> Response:
    """Answer ``{"items": [verdict, …]}`` in the order asked."""
    edge = edge_of(request)
    caller = require(request, ANYBODY)
    data, _ = await read_json(request, edge.settings.max_verification)
    asked = shaped(VerifyIn, data)
    at = edge.platform.now() if asked.at is None else _aware(asked.at)
    body = await edge.verifying.run(lambda: _verdicts(edge, caller, asked.items, at))
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _verdicts(edge: Edge, caller: Caller, items: Sequence[VerifyItemIn], at: datetime) -> bytes:
    submitted = [submitted_of(edge, caller, item) for item in items]
    verdicts = verify_items(edge.platform, submitted, at, edge.verifying.memory)
    for outcome, count in Counter(verdict.outcome for verdict in verdicts).items():
        edge.metrics.verified(outcome.value, count)
    return canonical({"items": [verdict.as_json() for verdict in verdicts]})


def submitted_of(edge: Edge, caller: Caller, item: VerifyItemIn) -> Submitted:
    """An item as it was sent; an entry that does not concern the caller is as none. Raises
    BodyRefused."""
    try:
        data = base64url.decode(item.data)
    except Base64Invalid as error:
        raise BodyRefused(
            "An item's data is not unpadded base64url.",
            errors=[{"at": "items.data", "rule": error.code}],
        ) from error
    if len(data) > MAX_ITEM:
        raise BodyRefused(
            "An item is too large.", errors=[{"at": "items.data", "rule": "too_long"}]
        )
    index = item.index
    if index is not None and not _seen(edge, caller, index):
        index = None  # a foreign entry and an absent one: as if none had been named
    return Submitted(item.sort, data, index)


def _seen(edge: Edge, caller: Caller, index: int) -> bool:
    """As `may_see`, remembered where it is so: neither an entry nor its names ever go."""
    memory, name = edge.verifying.memory, ("sight", caller.role, caller.party, index)
    if memory.known(name):
        return True
    if not may_see(edge.platform, caller, index):
        return False
    memory.keep(name, True, 256)
    return True


def may_see(platform: Platform, caller: Caller, index: int) -> bool:
    """Whether an entry concerns the caller: an auditor sees all that are there, an agency those it
    made or that name it, a holder those about it that may be told by now."""
    if platform.store.entry(index) is None:
        return False
    if caller.role is Role.AUDITOR:
        return True
    if caller.role is Role.HOLDER:
        if entry_hidden(platform, index):
            return False
        names = [f"subject:{caller.subject}", f"actor:{caller.subject}"]
    else:
        names = [f"agency:{caller.agency}", f"actor:{caller.agency}"]
    return any(platform.store.find(name, after=index - 1, limit=1) == [index] for name in names)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise BodyRefused(
            "A time carries its zone.", errors=[{"at": "at", "rule": "timezone_aware"}]
        )
    try:
        return moment_of(at)
    except MomentOutOfRange as error:
        raise BodyRefused(str(error), errors=[{"at": "at", "rule": error.code}]) from error
