"""Shapes of bodies: every kind's own passes; every member missing, added or spoilt is refused."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.canonical import canonical
from ledger.log.bodies import SHAPES, check_body
from ledger.log.body_forms import BodyInvalid
from ledger.log.statement import SIGNERS
from tests.ledger.bodies import BODIES, LICENCE, STORED, an_id


def changed(kind: str, path: str, value: Any) -> dict[str, Any]:
    body: Any = deepcopy(BODIES[kind])
    *steps, last = path.split(".")
    inner = body
    for step in steps:
        inner = inner[int(step) if step.isdecimal() else step]
    inner[int(last) if last.isdecimal() else last] = value
    return body  # type: ignore[no-any-return]


def test_every_shape_is_of_a_known_kind_and_tried_here() -> None:
    assert SHAPES.keys() <= SIGNERS.keys()
    assert BODIES.keys() == SHAPES.keys()


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_its_own_body_passes_and_no_other_shape(kind: str) -> None:
    check_body(kind, BODIES[kind])
    for name in BODIES[kind]:
        body = {k: v for k, v in BODIES[kind].items() if k != name}
        with pytest.raises(BodyInvalid) as caught:
            check_body(kind, body)
        assert (caught.value.code, caught.value.path) == ("statement.body", name)
        for wrong in (True, 1.5, [None], {"a": None}):
            if name in ("plan", "parties", "jwk") and isinstance(wrong, dict) and name == "plan":
                continue
            with pytest.raises(BodyInvalid) as caught:
                check_body(kind, BODIES[kind] | {name: wrong})
            assert caught.value.path.split(".")[0] == name
    with pytest.raises(BodyInvalid) as caught:
        check_body(kind, BODIES[kind] | {"surprise": 1})
    assert caught.value.path == "surprise"


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("consent.requested", "items", []),
        ("consent.requested", "items.0.object", "licence:lic_short"),
        ("consent.requested", "items.0.object", LICENCE.replace("licence", "material")),
        ("consent.requested", "items.0.fields", []),
        ("consent.requested", "items.0.fields.1", "holder_name"),
        ("consent.requested", "items.0.fields.1", "Holder Name"),
        ("consent.requested", "items.1.object", LICENCE),
        ("consent.requested", "items.1.note", "x"),
        ("consent.requested", "uses", 0),
        ("consent.requested", "uses", 1001),
        ("consent.requested", "until", "2026-12-01T00:00:00+08:00"),
        ("consent.requested", "until", "2026-02-30T00:00:00Z"),
        ("consent.requested", "nonce", "AAAA"),
        ("consent.requested", "nonce", "!" * 43),
        ("consent.requested", "request", an_id("con")),
        ("consent.requested", "channel", "fax"),
        ("consent.requested", "purpose", "two\nlines"),
        ("consent.requested", "purpose", ""),
        ("consent.requested", "agency", "WJW"),
        ("consent.granted", "request_sha256", "A" * 42),
        ("consent.granted", "thread", "A" * 42 + "B"),
        ("licence.issued", "valid_from", "20260310"),
        ("licence.issued", "valid_from", "2026-02-30"),
        ("licence.issued", "region", 2**32),
        ("licence.issued", "version", 1000),
        ("licence.issued", "stored", STORED[:1]),
        ("licence.issued", "stored.1", STORED[0]),
        ("licence.issued", "status.value", 0),
        ("licence.collected", "grade", "scan"),
        ("licence.revoked", "legal_effect", "withheld"),
        ("licence.revoked", "status.value", 0),
        ("licence.revoked", "lifecycle", {"code": "01", "text": None}),
        ("licence.revoked", "lifecycle", {"code": "04", "text": "注销"}),
        ("licence.revoked", "lifecycle", "04"),
        ("licence.suspended", "legal_effect", "void"),
        ("licence.suspended", "lifecycle", {"code": "99", "text": None}),
        ("licence.suspended", "status.value", 1),
        ("licence.restored", "status.value", 3),
        ("licence.superseded", "lifecycle", {"code": "04", "text": None}),
        ("material.deposited", "issued_on", "yesterday"),
        ("material.deposited", "media_type", "pdf"),
        ("material.deposited", "stored.0.cid", "Qm" + "a" * 44),
        ("material.checked", "grade", "issued"),
        ("case.opened", "parties.legal_representative", "Wang"),
        ("case.opened", "parties.Legal Representative", an_id("sub")),
        ("case.closed", "outcome", "maybe"),
        ("holderkey.bound", "alg", "none"),
        ("released", "n", 0),
        ("released", "items.0.fields.0", 7),
        ("refused", "code", "with space"),
    ],
)
def test_spoilt_members(kind: str, path: str, value: Any) -> None:
    with pytest.raises(BodyInvalid) as caught:
        check_body(kind, changed(kind, path, value))
    assert path.startswith(caught.value.path.rsplit(".", 1)[0])


def test_a_kind_without_shape_cannot_be_stated() -> None:
    for kind in ("delegation.granted", "nonsense"):
        with pytest.raises(BodyInvalid):
            check_body(kind, {})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(BODIES)), st.data(), _JSON)
def test_nothing_but_the_typed_refusal_comes_out(kind: str, data: Any, value: Any) -> None:
    name = data.draw(st.sampled_from(sorted(BODIES[kind])))
    body = BODIES[kind] | {name: value}
    try:
        check_body(kind, body)
    except BodyInvalid as error:
        assert error.path.split(".")[0] == name
    else:
        assert canonical(body)
