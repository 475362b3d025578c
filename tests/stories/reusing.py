"""What agencies and holders do in stories of reuse, honestly or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from api.demo.reuse import signer
from api.demo.story import HEALTH
from api.wallets import Wallet
from certs import keys
from certs.errors import Coded
from ledger.consent.parties import (
    Asking,
    Signer,
    consent_grant,
    consent_request,
    consent_withdrawal,
    read_statement,
    release_order,
    signed_statement,
)
from ledger.flows.reading.release import release
from tests.stories.house import House


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Coded) as refused:
        act()
    return refused.value.code


def ordered(
    house: House,
    consent: bytes,
    use: int = 1,
    *,
    agency: str = HEALTH,
    private: keys.X25519Private | None = None,
    items: list[Mapping[str, Any]] | None = None,
    by: Signer | None = None,
) -> bytes:
    recipient = (private or keys.generate_x25519()).public_key().public_bytes_raw()
    return release_order(
        by or signer(house.platform, agency),
        consent,
        use,
        recipient,
        "officer-7",
        "办件需要",
        "counter",
        house.platform.now(),
        house.platform.randomness,
        items=items,
    )


def refused_release(
    house: House, consent: bytes, use: int = 1, agency: str = HEALTH, **more: Any
) -> str:
    """The code with which an order is refused; nothing is released by it."""
    before = house.platform.store.rows("releases")
    private = keys.generate_x25519()
    data = ordered(house, consent, use, agency=agency, private=private, **more)
    code = code_of(
        lambda: release(house.platform, agency, data, private.public_key().public_bytes_raw())
    )
    assert house.platform.store.rows("releases") == before
    return code


def request_body(house: House, case: str, items: Any) -> dict[str, Any]:
    asking = Asking(
        case,
        "public-place-hygiene-permit",
        "办理公共场所卫生许可",
        house.firm.subject,
        items,
        house.platform.now() + timedelta(days=30),
        1,
        "officer-7",
        "窗口受理",
        "counter",
    )
    data = consent_request(
        signer(house.platform, HEALTH),
        house.platform.log.origin,
        asking,
        house.platform.now(),
        house.platform.randomness,
    )
    return dict(read_statement(data)[1].body)


def granted(
    house: House, request: bytes, /, by: Wallet | None = None, **changes: Any
) -> tuple[bytes, bytes]:
    """A consent in which something differs from its request, honestly signed."""
    wallet = by or house.firm
    honest, thread = consent_grant(
        wallet.signer, request, house.platform.now(), house.platform.randomness
    )
    body = dict(read_statement(honest)[1].body)
    data = signed_statement(
        wallet.signer,
        house.platform.log.origin,
        "consent.granted",
        body | changes,
        house.platform.now(),
        house.platform.randomness,
    )
    return data, thread


def withdrawal(house: House, consent: bytes, by: Wallet | None = None) -> bytes:
    wallet = by or house.firm
    return consent_withdrawal(
        wallet.signer, consent, house.platform.now(), house.platform.randomness
    )
