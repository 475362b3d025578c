"""The door for JSON bodies: bounded, one media type, strict JSON, then the route's own model.

The strict reader comes first, because a model's own reader would keep the last of two members of
one name without a word. Bytes are read only after the caller is known and may use the route.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from api.auth import Caller
from api.edge import edge_of
from api.problems import BodyRefused, BodyTooLarge, BodyType
from certs.canonical import Json, canonical, parse

Model = TypeVar("Model", bound=BaseModel)
JSON_TYPES = frozenset(("application/json", "application/vnd.mianti.envelope+json"))


@dataclass(frozen=True, slots=True)
class Posted(Generic[Model]):
    """A body as read: its bytes, and the model made from them."""

    data: bytes
    model: Model


@dataclass(frozen=True, slots=True)
class PostedEnvelope:
    """A signed envelope as read: the request's bytes, and the envelope in its canonical bytes."""

    data: bytes
    envelope: bytes
    members: dict[str, Json]


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_json(request: Request, limit: int) -> tuple[bytes, Json]:
    """Bytes and value of a JSON body. Raises BodyType, BodyTooLarge, BodySlow, JsonInvalid."""
    if media_type(request) not in JSON_TYPES:
        raise BodyType("Send application/json.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise BodyType("Send the body without content encoding.")
    data = await read_bounded(request, limit)
    return data, parse(data, max_bytes=limit)


async def read_bounded(request: Request, limit: int) -> bytes:
    """The whole body of at most ``limit`` bytes. Raises BodyTooLarge, BodySlow."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:18]) > limit:
        raise BodyTooLarge(f"The body has more than {limit} bytes.", limit=limit)
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise BodyTooLarge(f"The body has more than {limit} bytes.", limit=limit)
    return bytes(data)


def shaped(model: type[Model], data: bytes) -> Model:
    """The model of JSON bytes that passed the strict reader. Raises BodyRefused, which names the
    places and the rules broken, never what was given."""
    try:
        return model.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise BodyRefused(
            "The body has not the form that this takes.", errors=_errors(error)
        ) from None


def _errors(error: ValidationError) -> list[dict[str, str]]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        {"at": ".".join(_step(step) for step in one["loc"])[:200], "rule": one["type"]}
        for one in found[:20]
    ]


def _step(step: int | str) -> str:
    text = str(step)
    return text if text.isascii() and text.isprintable() and len(text) <= 64 else "…"


def posted(
    model: type[Model], caller: Callable[..., Any], *, large: bool = False
) -> Callable[..., Awaitable[Posted[Model]]]:
    """A dependency: the JSON body as ``model``, read once ``caller`` has let the request in;
    ``large``: it may have the size of a verification."""

    async def body(request: Request, _: Caller = Depends(caller)) -> Posted[Model]:  # noqa: B008
        settings = edge_of(request).settings
        limit = settings.max_verification if large else settings.max_json
        data, _value = await read_json(request, limit)
        return Posted(data, shaped(model, data))

    return body


def posted_envelope(caller: Callable[..., Any]) -> Callable[..., Awaitable[PostedEnvelope]]:
    """A dependency: a signed envelope as the whole body; white space around its members is
    forgiven, what is signed lies inside as base64url and is not touched."""

    async def body(request: Request, _: Caller = Depends(caller)) -> PostedEnvelope:  # noqa: B008
        data, value = await read_json(request, edge_of(request).settings.max_json)
        if not isinstance(value, dict):
            raise BodyRefused("A signed envelope is a JSON object.", errors=[])
        return PostedEnvelope(data, canonical(value), value)

    return body
