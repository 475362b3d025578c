"""Answers that several routes give: what was accepted and what is promised of it, pages of a list,
and the same answer again for the same request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Depends, Query, Request
from starlette.responses import StreamingResponse

from api.auth import Caller
from api.edge import Edge
from api.problems import KeyMissing
from api.request_log import template
from api.schemas_out import Accepted, Promise
from api.upload import OnceStreamed
from certs import base64url, jws
from certs.canonical import Json, canonical
from ledger.errors import Conflict
from ledger.flows.door.once import Once, entry_of
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.tlog import standing, stored_entry

Answer = TypeVar("Answer")
Row = Mapping[str, Scalar]
Stage = Literal["sequenced", "integrated", "anchored"]
PROMISE_TYPE = "mianti-promise+jws"
LONGEST_KEY = 128


def promise(edge: Edge, index: int) -> Promise:
    """The platform's signed word that the entry is in the log at this index, and is anchored by
    the deadline: whoever holds it can show that it was broken."""
    platform = edge.platform
    done = standing(platform, index)
    sequenced = stored_entry(platform, index).sequenced_at
    deadline = format_time(sequenced + timedelta(seconds=edge.settings.promise_s))
    said: dict[str, Any] = {
        "deadline": deadline,
        "index": index,
        "leaf": base64url.encode(done.leaf),
        "log": platform.log.origin,
        "salt": base64url.encode(done.salt),
    }
    signed = jws.sign({"typ": PROMISE_TYPE}, canonical(said), platform.log.private_key)
    return Promise(**said, signed=signed)


def accepted(edge: Edge, identity: str, index: int, look: str, **more: Any) -> Accepted:
    """202: sequenced at ``index``; ``look`` is where the thing itself is seen."""
    return Accepted(
        id=identity,
        entry=index,
        status=stage(edge.platform, index),
        promise=promise(edge, index),
        look=look,
        receipt=f"/v1/receipts/{index}",
        **more,
    )


def accepted_known(
    edge: Edge, identity: str, known: Mapping[str, Json], look: str, **more: Any
) -> Accepted:
    """:func:`accepted` for the entry of what is kept under a request's key."""
    return accepted(edge, identity, entry_index(edge.platform, known), look, **more)


def stage(platform: Platform, index: int) -> Stage:
    """How far an entry is: sequenced, integrated, anchored."""
    if platform.store.anchor_covering(index) is not None:
        return "anchored"
    head = platform.store.head()
    return "integrated" if head is not None and head.size > index else "sequenced"


def whole(value: Scalar) -> int:
    """A column that is always a number."""
    if not isinstance(value, int):
        raise TypeError("a number was expected in the index")
    return value


def entry_index(platform: Platform, known: Mapping[str, Json]) -> int:
    """The entry of an answer, also where only the flow's own commit remembered it."""
    index = known.get("entry")
    return index if isinstance(index, int) else entry_of(platform, known)


def page_of(
    rows: Iterable[Mapping[str, Any]], limit: int, key: Callable[[Mapping[str, Any]], str]
) -> tuple[list[Mapping[str, Any]], str | None]:
    """The first ``limit`` rows and the cursor behind them; None where nothing follows."""
    found = list(rows)
    shown = found[:limit]
    return shown, key(shown[-1]) if len(found) > limit else None


async def idempotency_key(request: Request) -> str:
    """The request's ``Idempotency-Key``. Raises KeyMissing."""
    key = request.headers.get("idempotency-key", "")
    if not 0 < len(key) <= LONGEST_KEY or not all("!" <= c <= "~" for c in key):
        raise KeyMissing("Send an Idempotency-Key of 1 to 128 visible ASCII characters.")
    return key


IdempotencyKey = Annotated[str, Depends(idempotency_key)]
Limit = Annotated[int, Query(ge=1, le=200, description="at most this many")]
After = Annotated[
    str | None,
    Query(max_length=128, pattern=r"^[!-~]+$", description="the cursor of the last page"),
]


def once_of(request: Request, caller: Caller, key: str, data: bytes) -> Once:
    """The scope and bytes of one POST: party, route, key; the path's ids count as bytes."""
    route = f"{request.method} {template(request.scope)}"
    return Once(caller.party, route, key, request.url.path.encode() + b"\n" + data)


def answered(
    platform: Platform,
    once: Once,
    do: Callable[[], Mapping[str, Json]],
    show: Callable[[Mapping[str, Json]], Answer],
) -> Answer:
    """Do it, or find it done: ``do`` answers what is kept under the key, ``show`` makes the answer
    of what was kept, the first time and every time after.

    A flow that writes its key in its own commit is never done twice. One that does not is repeated
    after a crash between its commit and ours, and must be harmless to repeat.
    """
    known = once.earlier(platform)
    if known is None:
        try:
            made = do()
        except Conflict:
            known = once.earlier(platform)  # a twin of this request came first
            if known is None:
                raise
        else:
            known = dict(made)
            keep(platform, once, known)
    return show(known)


def once_streamed(request: Request, caller: Caller, key: str, about: bytes) -> OnceStreamed:
    """:func:`once_of` for an upload: its file counts once it has passed."""
    plain = once_of(request, caller, key, about)
    return OnceStreamed(plain.caller, plain.route, plain.key, plain.request)


def answered_streamed(
    platform: Platform,
    once: OnceStreamed,
    chunks: Iterator[bytes],
    do: Callable[[], Mapping[str, Json]],
    show: Callable[[Mapping[str, Json]], Answer],
) -> Answer:
    """:func:`answered` for an upload: under a key that was used before, the file is only hashed."""
    if once.stands(platform):
        for _ in chunks:
            pass
        known = once.earlier(platform)
        if known is None:
            raise Conflict("This request was forgotten meanwhile; send it again.")
        return show(known)
    try:
        made = do()
    except Conflict:
        known = once.earlier(platform)
        if known is None:
            raise
        return show(known)
    keep(platform, once, made)
    return show(made)


def file_answer(
    chunks: Iterator[bytes], media_type: str, size: int | None = None
) -> StreamingResponse:
    """Chunks as they come. The first is asked for now, so that what cannot be read is an error and
    no half answer; a later fault breaks the connection before the announced length."""
    first = next(chunks, b"")

    def all_chunks() -> Iterator[bytes]:
        yield first
        yield from chunks

    headers = {"Cache-Control": "private, no-store", "Content-Disposition": "attachment"}
    if size is not None:
        headers["Content-Length"] = str(size)
    return StreamingResponse(all_chunks(), media_type=media_type, headers=headers)


def keep(platform: Platform, once: Once, answer: Mapping[str, Json]) -> None:
    """Keep the whole answer's facts under the key, in place of what the flow's commit kept."""
    platform.store.write([replace(once.row(platform, answer), mode="put")])
