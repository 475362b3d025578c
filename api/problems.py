"""Errors on the wire: one table from error to HTTP status, answered as RFC 9457 problems.

A class of the trees of ``certs`` and ``ledger`` takes the nearest row on the way to its root; a
code has its own row where the class alone does not tell. Whatever is not in these trees is a bug
of ours: 500, code ``internal``, and nothing else said.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final

from starlette.responses import Response

from api.chain_statuses import CHAIN_STATUSES
from api.cli.words import error_sentence
from certs.canonical import MAX_INTEGER, canonical
from certs.errors import Base64Invalid, CertsError, Coded, JsonInvalid, JsonSize
from ledger.errors import (
    Conflict,
    LedgerError,
    Malformed,
    NotFound,
    Pushback,
    Refused,
    Tampered,
    Unauthorised,
)

MEDIA_TYPE = "application/problem+json"
LANGUAGES: Final = ("zh", "en")
ABSENT = "There is nothing here that you may see."


class ApiError(Coded):
    """Root of what the edge itself refuses."""

    code: ClassVar[str] = "api"


class TokenMissing(ApiError):
    """No bearer token."""

    code = "auth.required"


class TokenRefused(ApiError):
    """A bearer token that is malformed, expired, or not ours."""

    code = "auth.token"


class ClientRefused(ApiError):
    """Client id and secret do not belong together; the same for an unknown client."""

    code = "auth.client"


class GrantUnsupported(ApiError):
    """The token endpoint knows client credentials only."""

    code = "auth.grant"


class RoleForbidden(ApiError):
    """The caller's role does not use this route."""

    code = "auth.role"


class TooMany(ApiError):
    """Too many requests; ``retry_after`` in whole seconds."""

    code = "rate.limited"


class BodyTooLarge(ApiError):
    """``limit`` in bytes."""

    code = "body.too_large"


class BodySlow(ApiError):
    """The body came too slowly, or not at all."""

    code = "body.slow"


class BodyType(ApiError):
    """The body is of another media type than this route takes."""

    code = "body.type"


class BodyRefused(ApiError):
    """The body has not the members that this route takes; ``errors`` says where."""

    code = "body.invalid"


class QueryRefused(ApiError):
    """A query parameter or header has not its form; ``errors`` says where."""

    code = "query.invalid"


class MultipartInvalid(ApiError):
    """Not multipart/form-data with the parts that this route takes, in their order."""

    code = "body.multipart"


class KeyMissing(ApiError):
    """A POST that writes carries an ``Idempotency-Key`` of 1 to 128 visible characters."""

    code = "idempotency.missing"


class RouteUnknown(ApiError):
    """No such path."""

    code = "route.unknown"


class MethodUnknown(ApiError):
    """The path is there, this method is not."""

    code = "route.method"


class HttpRefused(ApiError):
    """What the HTTP layer itself refuses."""

    code = "http"


class Internal(ApiError):
    """A bug of ours; the request id finds it in the log."""

    code = "internal"


STATUS_OF_CLASS: Mapping[type[Coded], int] = {
    # the edge
    ApiError: 400,
    TokenMissing: 401,
    TokenRefused: 401,
    ClientRefused: 401,
    RoleForbidden: 403,
    TooMany: 429,
    BodyTooLarge: 413,
    BodySlow: 408,
    BodyType: 415,
    BodyRefused: 422,
    QueryRefused: 422,
    RouteUnknown: 404,
    MethodUnknown: 405,
    Internal: 500,
    # certs: what arrives cannot be read or does not hold
    CertsError: 422,
    Base64Invalid: 400,
    JsonInvalid: 400,
    JsonSize: 413,
    # ledger
    LedgerError: 422,
    NotFound: 404,
    Conflict: 409,
    Refused: 403,
    Malformed: 422,
    Unauthorised: 403,
    Tampered: 500,
    Pushback: 503,
}
STATUS_OF_CODE: Mapping[str, int] = {
    "catalogue.unknown": 422,  # a name in the body, no id of anything held
    "case.closed": 409,
    "copy.too_large": 413,
    "document.too_large": 413,
    "status.move": 409,
    "status.not_responsible": 403,
    "code.locked": 429,
    "store.schema_newer": 500,
    "chain.refused": 502,
    **CHAIN_STATUSES,
}
STATUS_OF_FAMILY: Mapping[str, int] = {"chain.": 502, "data.": 500}


def status_of(error: Coded) -> int:
    """HTTP status of an error: by code, by family of codes, by the nearest class with a row."""
    if isinstance(error, Pushback):
        return STATUS_OF_CLASS[Pushback]
    if error.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[error.code]
    for family, status in STATUS_OF_FAMILY.items():
        if error.code.startswith(family):
            return status
    return next(
        (STATUS_OF_CLASS[kind] for kind in type(error).__mro__ if kind in STATUS_OF_CLASS), 500
    )


def problem_of(error: Coded, request_id: str) -> Response:
    """The answer to an error. Nothing of what was stored or asked is repeated in it beyond the
    error's own sentence; where nothing may be seen, the sentence is always the same."""
    status = status_of(error)
    code, detail = error.code, str(error)
    if status == HTTPStatus.NOT_FOUND and isinstance(error, NotFound):
        code, detail = NotFound.code, ABSENT
    elif code in CHAIN_STATUSES:
        return _chain_problem(status, error, request_id)
    elif status >= 500 and not isinstance(error, Pushback):
        detail = "Something is wrong on our side; the request id finds it in the log."
    extra: dict[str, Any] = {}
    headers: dict[str, str] = {}
    retry = error.values.get("retry_after")
    if isinstance(retry, int):
        extra["retry_after"] = retry
        headers["Retry-After"] = str(max(1, retry))
    for name in ("errors", "error", "can_have", "reason", "path", "allow"):
        value = error.values.get(name)
        if name == "allow" and isinstance(value, str):
            headers["Allow"] = value
        elif name == "reason" and isinstance(value, str):
            extra["reason"] = value  # an inner code
        elif name in ("errors", "error", "can_have") and value is not None:
            extra[name] = value
        elif name == "path" and isinstance(value, str) and code == "statement.body":
            extra["path"] = value  # a member's place, never a value
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="mianti"'
    if status in (408, 413):
        headers["Connection"] = "close"  # the rest of the body will not be read
    return problem(status, code, detail, request_id, extra, headers)


def _chain_problem(status: int, error: Coded, request_id: str) -> Response:
    """What a contract refused: its sentence in both languages, and the values that it gave."""
    zh, en = (
        error_sentence(language, error.code, str(error), error.values) for language in LANGUAGES
    )
    values = {name: _shown(value) for name, value in error.values.items()}
    extra = {"detail_zh": _writable(zh), "values": values}
    return problem(status, error.code, en, request_id, extra)


def _shown(value: object) -> object:
    """Numbers, text and truth as they are; what JSON cannot write as text."""
    if isinstance(value, bool | str) or (isinstance(value, int) and abs(value) <= MAX_INTEGER):
        return value
    return str(value)


def problem(
    status: int,
    code: str,
    detail: str,
    request_id: str,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An ``application/problem+json`` answer (RFC 9457 §3)."""
    members = {
        "type": f"urn:mianti:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": _writable(detail),
        "request_id": request_id,
        **(extra or {}),
    }
    return Response(
        canonical(members),
        status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        media_type=MEDIA_TYPE,
    )


def _writable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")[:500]
