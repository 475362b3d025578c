"""One module per thing that is asked for; each makes no decision that a flow could make."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import (
    agencies,
    assistances,
    audit,
    batches,
    cases,
    catalogue,
    channels,
    commitments,
    consents,
    copies,
    demands,
    disputes,
    drafts,
    erasures,
    figures,
    flags,
    health,
    holder,
    licences,
    log,
    materials,
    matters,
    plans,
    reconciliations,
    releases,
    subjects,
    token,
    views,
)

ROUTERS: tuple[APIRouter, ...] = (
    subjects.router,
    batches.router,
    licences.router,
    reconciliations.router,
    materials.router,
    cases.router,
    catalogue.router,
    channels.router,
    matters.router,
    demands.router,
    assistances.router,
    commitments.router,
    plans.router,
    figures.router,
    consents.router,
    drafts.router,
    releases.router,
    audit.router,
    holder.router,
    agencies.router,
    log.router,
    views.router,
    erasures.router,
    flags.router,
    disputes.router,
    copies.router,
    health.router,
)
TOKEN_ROUTER: APIRouter = token.router
"""Only where this process gives out tokens."""
