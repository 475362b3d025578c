"""A paper whose erasure is asked for, and the two that decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from api.demo.story import MARKET
from ledger.consent.erasure_parties import erasure_request
from ledger.flows.after.erasure import approve_erasure, request_erasure
from ledger.flows.matters.deposit import Deposited, Handed, deposit
from ledger.reuse.documents import Channel, Grade
from tests.stories.house import House

ARCHIVE, OPERATOR, SUPERVISOR = "daj", "cyzx", "zwb"
SECRET = b"a plan that nobody else shall see"
KIND = "layout-plan"


def at_peace(house: House, years: int = 0) -> House:
    """A house in which archives law keeps layout plans so many years."""
    catalogue = house.platform.catalogue
    kinds = {
        slug: replace(one, retention_years=0) for slug, one in catalogue.material_kinds.items()
    }
    kinds[KIND] = replace(kinds[KIND], retention_years=years)
    types = {slug: replace(one, retention_years=0) for slug, one in catalogue.licence_types.items()}
    return house.with_ports(catalogue=replace(catalogue, material_kinds=kinds, licence_types=types))


def later(house: House, **passed: float) -> House:
    """The same house, so much later."""
    now = house.platform.now
    return house.with_ports(now=lambda: now() + timedelta(**passed))


def plan_handed_in(house: House) -> Deposited:
    said = Handed(KIND, house.firm.subject, "平面图", Grade.SCAN, Channel.ONLINE)
    return deposit(house.platform, MARKET, said, (SECRET,))


def wish(house: House, object: str) -> bytes:
    platform = house.platform
    return erasure_request(
        house.firm.signer,
        platform.log.origin,
        object,
        "门店已停业",
        platform.now(),
        platform.randomness,
    )


def asked(house: House, object: str) -> str:
    """The erasure's id."""
    entry = request_erasure(house.platform, wish(house, object))
    rows = house.platform.store.rows("erasures", {"entry_index": entry.index})
    return str(rows[0]["id"])


def erased(house: House, object: str) -> str:
    """Asked for, approved by both, carried out."""
    erasure = asked(house, object)
    approve_erasure(house.platform, ARCHIVE, erasure, "o-archive", "保管期已满")
    approve_erasure(house.platform, OPERATOR, erasure, "o-operator", "同意")
    return erasure
