"""The catalogue: what each service item asks and why, bundles, facts, grants. Open to all, so that
anybody can hold an agency to it.
"""

from __future__ import annotations

from fastapi import APIRouter

from api.catalogue_shown import bundle_shown, fact_shown, grant_shown, item_shown
from api.edge import PlatformOf
from api.schemas_out import Page
from ledger.reuse.documents import day

router = APIRouter(tags=["public"])


@router.get("/v1/service-items")
def service_items(platform: PlatformOf) -> Page:
    """The service items in the versions that are in force today, with requirements and what may
    stand for each, legal grounds, deadline in working days, registered need, and form."""
    catalogue, today = platform.catalogue, day(platform.now())
    items = [catalogue.item(slug, today) for slug in catalogue.items]
    return Page(items=[item_shown(one, catalogue) for one in items], next=None)


@router.get("/v1/bundles")
def bundles(platform: PlatformOf) -> Page:
    """Matters across departments (一件事), with the agency of each part."""
    shown = [bundle_shown(one) for one in platform.catalogue.bundles.values()]
    return Page(items=shown, next=None)


@router.get("/v1/facts")
def facts(platform: PlatformOf) -> Page:
    """The yes/no questions that are answered without showing the licence."""
    shown = [fact_shown(one) for one in platform.catalogue.facts.values()]
    return Page(items=shown, next=None)


@router.get("/v1/grants")
def grants(platform: PlatformOf) -> Page:
    """Which agency may read what for which item without the holder's consent, and on which law."""
    catalogue = platform.catalogue
    shown = [grant_shown(one, catalogue) for one in catalogue.grants.values()]
    return Page(items=shown, next=None)
