"""OAuth 2 client credentials (RFC 6749 §4.4) for the demo accounts of the embedded profile, and a
demo account for a holder. Not served on any other profile.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Annotated
from urllib.parse import parse_qsl

from anyio import to_thread
from fastapi import APIRouter, Depends, Request

from api.accounts import new_account
from api.answers import IdempotencyKey, answered, once_of
from api.auth import LIFETIME, Role, authenticate
from api.door import Posted, media_type, posted, read_bounded
from api.edge import Edge, EdgeOf, IdentityCaller, only
from api.problems import BodyRefused, BodyType, GrantUnsupported
from api.schemas import AccountIn
from api.schemas_out import AccountOut, TokenOut
from ledger.flows.door.edge_rows import with_seal
from ledger.flows.door.rows import row_of

WARNING = "DEMO ACCOUNT: embedded profile only; never use it with real data"
WARNING_ZH = "演示账号：仅限单机演示，不得用于真实数据"
MAX_FORM = 4096
_FORM = "application/x-www-form-urlencoded"

router = APIRouter(tags=["token"])


@router.post(
    "/v1/token",
    openapi_extra={
        "requestBody": {
            "content": {
                _FORM: {
                    "schema": {
                        "type": "object",
                        "required": ["grant_type"],
                        "properties": {
                            "grant_type": {"const": "client_credentials"},
                            "client_id": {"type": "string"},
                            "client_secret": {"type": "string"},
                        },
                    }
                }
            }
        }
    },
)
async def token(request: Request, edge: EdgeOf) -> TokenOut:
    """A bearer token of 15 minutes for a demo account's id and secret (in the form, or as HTTP
    Basic). Ten failures a minute from one address are enough."""
    address = request.client.host if request.client else ""
    edge.failures.check(address)
    edge.grants.take("")
    client, secret = await _credentials(request)
    return await to_thread.run_sync(_grant, edge, address, client, secret)


def _grant(edge: Edge, address: str, client: str, secret: str) -> TokenOut:
    edge.failures.take(address)  # given back below: a guess costs its place even if we crash
    caller = authenticate(edge.platform, client, secret)
    edge.failures.give_back(address)
    edge.log.warning("demo_token", notice=WARNING, role=caller.role.value, agency=caller.agency)
    return TokenOut(
        access_token=edge.tokens.issue(caller),
        token_type="Bearer",
        expires_in=int(LIFETIME.total_seconds()),
        warning=WARNING,
        warning_zh=WARNING_ZH,
    )


async def _credentials(request: Request) -> tuple[str, str]:
    if media_type(request) != _FORM:
        raise BodyType(f"Send {_FORM}.")
    data = await read_bounded(request, MAX_FORM)
    try:
        pairs = parse_qsl(data.decode("ascii"), keep_blank_values=True, strict_parsing=True)
        form = dict(pairs)
    except ValueError as error:
        raise BodyRefused("This is no form.", error="invalid_request") from error
    if len(form) != len(pairs) or not form.keys() <= {
        "client_id",
        "client_secret",
        "grant_type",
        "scope",
    }:
        raise BodyRefused("A member stands twice, or is not known.", error="invalid_request")
    if form.get("grant_type") != "client_credentials":
        raise GrantUnsupported("Only client_credentials.", error="unsupported_grant_type")
    basic = _basic(request.headers.get("authorization"))
    return basic or (form.get("client_id", ""), form.get("client_secret", ""))


def _basic(header: str | None) -> tuple[str, str] | None:
    scheme, _, value = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ("", "")
    client, _, secret = text.partition(":")
    return client, secret


@router.post("/v1/accounts", status_code=201, responses={409: {}})
def open_account(
    request: Request,
    caller: IdentityCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[AccountIn], Depends(posted(AccountIn, only(Role.IDENTITY)))],
) -> AccountOut:
    """A demo account for a holder, opened by an identity agency; its id is the subject's."""
    subject = body.model.subject
    row_of(edge.platform, "subjects", subject)

    def secret_bytes(size: int) -> bytes:
        # Derived, so that the same request gets the same answer without the secret being kept.
        message = b"mianti/holder-account/v1\x00" + f"{size} {subject} {key}".encode()
        return hmac.digest(edge.account_seed, message, "sha256")[:size]

    account = new_account(subject, Role.HOLDER.value, secret_bytes, subject=subject)

    def do() -> dict[str, str]:
        edge.platform.store.write([with_seal(edge.platform, account.row)])
        edge.log.warning("demo_account", notice=WARNING, role=Role.HOLDER.value)
        return {"id": subject}

    return answered(
        edge.platform,
        once_of(request, caller, key, body.data),
        do,
        lambda known: AccountOut(id=str(known["id"]), secret=account.secret, warning=WARNING),
    )
