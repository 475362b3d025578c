"""What a route works with, and who may use it. Lives in ``app.state``; nothing here is global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, cast

from anyio import CapacityLimiter
from fastapi import Depends, Request
from structlog.typing import FilteringBoundLogger

from api.auth import AGENCIES, ANYBODY, Caller, Role, Tokens, bearer
from api.by_block import ByBlock
from api.metrics import Metrics
from api.problems import RoleForbidden, TokenMissing
from api.rates import Rate
from api.settings import ServerSettings
from api.verifying import Verifying
from ledger.flows.matters.catalogue_now import PlatformNow
from ledger.platform import Platform


@dataclass(frozen=True, slots=True)
class Edge:
    """One app's parts. ``failures``, ``grants``: of the token endpoint; ``lookups``: of legal
    identifiers; ``uploads``: how many run at once; ``verifying``: verifications, and what they
    remember; ``by_block``: what open routes read of the chain. The platform's catalogue is the one
    in force, whatever was when it started."""

    running: PlatformNow
    settings: ServerSettings
    tokens: Tokens
    account_seed: bytes
    metrics: Metrics
    log: FilteringBoundLogger
    failures: Rate
    grants: Rate
    lookups: Rate
    uploads: CapacityLimiter
    verifying: Verifying
    by_block: ByBlock

    @property
    def platform(self) -> Platform:
        return self.running()


def edge_of(request: Request) -> Edge:
    """The parts of the app that serves this request."""
    return cast(Edge, request.app.state.edge)


def platform_of(request: Request) -> Platform:
    return edge_of(request).platform


def caller_of(request: Request) -> Caller:
    """Who calls. Raises TokenMissing, TokenRefused."""
    token = bearer(request.headers.get("authorization"))
    if token is None:
        raise TokenMissing("Send a bearer token: Authorization: Bearer …")
    caller = edge_of(request).tokens.read(token)
    request.state.agency = caller.agency
    return caller


def require(request: Request, allowed: frozenset[Role]) -> Caller:
    """The caller, in one of the allowed roles. Raises also RoleForbidden."""
    caller = caller_of(request)
    if caller.role not in allowed:
        raise RoleForbidden(f"This is not for the role {caller.role.value}.")
    return caller


def only(*roles: Role) -> Callable[[Request], Caller]:
    """A dependency: the caller, if in one of ``roles``. Async, so that it takes no thread."""
    allowed = frozenset(roles)

    async def caller(request: Request) -> Caller:
        return require(request, allowed)

    caller.roles = allowed  # type: ignore[attr-defined]  # shown in the interface's description
    return cast(Callable[[Request], Caller], caller)


PlatformOf = Annotated[Platform, Depends(platform_of)]
EdgeOf = Annotated[Edge, Depends(edge_of)]
AgencyCaller = Annotated[Caller, Depends(only(*AGENCIES))]
IdentityCaller = Annotated[Caller, Depends(only(Role.IDENTITY))]
HolderCaller = Annotated[Caller, Depends(only(Role.HOLDER))]
AuditorCaller = Annotated[Caller, Depends(only(Role.AUDITOR))]
TracerCaller = Annotated[Caller, Depends(only(Role.AUDITOR, Role.OPERATOR))]
PartyCaller = Annotated[Caller, Depends(only(*AGENCIES, Role.HOLDER))]
ReaderCaller = Annotated[Caller, Depends(only(*AGENCIES, Role.AUDITOR))]
TracingCaller = Annotated[Caller, Depends(only(*AGENCIES, Role.HOLDER, Role.AUDITOR))]
WatchingCaller = Annotated[Caller, Depends(only(*AGENCIES, Role.AUDITOR, Role.OPERATOR))]
AnyCaller = Annotated[Caller, Depends(only(*ANYBODY))]
