"""Licence credentials: round trips, what must be refused, and published digests of RFC 9901."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs import base64url, jws
from certs.canonical import canonical
from certs.jwk import public_jwk
from certs.sdjwt.credential import (
    MAX_DISCLOSURES,
    issue_credential,
    parse_credential,
    present,
    verify_credential,
)
from certs.sdjwt.disclosures import NEVER_DISCLOSED, digest
from certs.sdjwt.errors import (
    ClaimCollision,
    ClaimReserved,
    ClaimUnknown,
    CredentialError,
    CredentialHashAlgorithm,
    CredentialMalformed,
    CredentialSignature,
    CredentialType,
    DigestDuplicate,
    DisclosureDuplicate,
    DisclosureUnreferenced,
)
from tests.pki.build import Pki, private_key

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
END = datetime(2031, 1, 1, tzinfo=UTC)
ISSUER = private_key("good")
PUBLIC = ISSUER.public_key()
CHAIN = (Pki().certificates["good"], Pki().certificates["root"])
HOLDER = public_jwk(private_key("holder").public_key())
CLAIMS = {"name": "食品经营许可证", "holder_name": "虚构餐饮有限公司", "version": 1, "empty": ""}


def randomness() -> Callable[[int], bytes]:
    """Bytes that look random and are the same on each run."""
    count = itertools.count()
    return lambda size: hashlib.shake_256(b"test %d" % next(count)).digest(size)


def issued(claims=CLAIMS, **changed) -> str:
    arguments = {
        "agency": "scjg",
        "issued": AT,
        "status_uri": "https://example.invalid/v1/status-lists/1",
        "status_index": 77,
        "private": ISSUER,
        "chain": CHAIN,
        "randomness": randomness(),
        "holder_jwk": HOLDER,
    }
    return issue_credential(claims, **{**arguments, **changed})


TEXT = issued()


def signed(payload: object, *disclosures: str, header=None, private=ISSUER) -> str:
    """A credential around any payload, signed by the true issuer."""
    data = payload if isinstance(payload, bytes) else canonical(payload)
    token = jws.sign(header or {"typ": "dc+sd-jwt"}, data, private)
    return "~".join((token, *disclosures, ""))


def disclosure(*contents: object) -> str:
    return base64url.encode(canonical(list(contents)))


PAYLOAD = dict(parse_credential(TEXT).payload)
SALT = "A" * 43
BINDING_LIKE = TEXT.partition("~")[0]


def test_round_trip() -> None:
    found = verify_credential(TEXT, PUBLIC)
    assert dict(found.claims) == CLAIMS and list(found.claims) == list(CLAIMS)
    assert (found.issuer, found.agency) == ("urn:mianti:agency:scjg", "scjg")
    assert (found.vct, found.issued) == ("urn:mianti:licence:v1", AT)
    assert (found.valid_from, found.valid_to) == (None, None)
    assert found.status_list_uri == "https://example.invalid/v1/status-lists/1"
    assert found.status_index == 77
    assert found.cnf == HOLDER


def test_validity_and_no_holder() -> None:
    found = verify_credential(issued(valid_from=AT, valid_to=END, holder_jwk=None), PUBLIC)
    assert (found.valid_from, found.valid_to, found.cnf) == (AT, END, None)


def test_an_ed25519_issuer() -> None:
    private = private_key("ed25519:issuer")
    assert verify_credential(issued(private=private), private.public_key()).agency == "scjg"


def test_wire_form() -> None:
    token, *rest = TEXT.split("~")
    header, payload = (json.loads(base64url.decode(part)) for part in token.split(".")[:2])
    assert header["typ"] == "dc+sd-jwt" and header["alg"] == "ES256"
    assert set(header) == {"typ", "alg", "x5c"} and "=" not in token
    assert parse_credential(TEXT).chain == CHAIN
    assert payload["_sd"] == sorted(payload["_sd"]) and len(payload["_sd"]) == len(CLAIMS)
    assert set(payload) == {"_sd", "_sd_alg", "cnf", "iat", "iss", "status", "vct"}
    assert len(rest) == len(CLAIMS) + 1 and rest[-1] == ""
    salts = [json.loads(base64url.decode(one))[0] for one in rest[:-1]]
    assert len(set(salts)) == len(CLAIMS) and {len(base64url.decode(s)) for s in salts} == {32}


def test_no_value_stands_in_the_clear() -> None:
    payload = base64url.decode(TEXT.split(".")[1]).decode()
    assert all(str(value) not in payload for value in CLAIMS.values() if value and value != 1)


def test_same_randomness_same_bytes_other_randomness_other_digests() -> None:
    assert issued() == TEXT
    other = itertools.count(1000)
    again = issued(randomness=lambda n: hashlib.shake_256(b"%d" % next(other)).digest(n))
    assert not set(parse_credential(again).payload["_sd"]) & set(PAYLOAD["_sd"])


def test_decoys_look_like_digests_and_disclose_nothing() -> None:
    text = issued(decoys=5)
    assert len(parse_credential(text).payload["_sd"]) == len(CLAIMS) + 5
    assert dict(verify_credential(text, PUBLIC).claims) == CLAIMS


@given(st.sets(st.sampled_from(sorted(CLAIMS))))
def test_exactly_what_was_chosen_is_shown(names: set[str]) -> None:
    shown = present(TEXT, names)
    assert dict(verify_credential(shown, PUBLIC).claims) == {
        name: value for name, value in CLAIMS.items() if name in names
    }
    assert present(shown, names) == shown


def test_what_was_not_shown_cannot_be_asked_for() -> None:
    with pytest.raises(ClaimUnknown):
        present(present(TEXT, {"name"}), {"holder_name"})


def test_parts() -> None:
    credential = parse_credential(TEXT)
    assert "~".join((credential.jwt, *credential.disclosures.values(), "")) == TEXT
    assert list(credential.disclosures) == list(CLAIMS) and credential.binding is None
    assert dict(credential.claims) == CLAIMS


# --- refusals


def test_another_key() -> None:
    with pytest.raises(CredentialSignature):
        verify_credential(TEXT, private_key("other").public_key())
    with pytest.raises(CredentialSignature):
        verify_credential(TEXT, private_key("ed25519:other").public_key())


def test_a_disclosure_that_the_issuer_did_not_sign() -> None:
    with pytest.raises(DisclosureUnreferenced):
        verify_credential(TEXT + disclosure(SALT, "extra", "x") + "~", PUBLIC)


def test_a_changed_value() -> None:
    token, first, *rest = TEXT.split("~")
    salt, name, _ = json.loads(base64url.decode(first))
    changed = "~".join((token, disclosure(salt, name, "假"), *rest))
    with pytest.raises(DisclosureUnreferenced):
        verify_credential(changed, PUBLIC)


def test_one_disclosure_twice() -> None:
    token, first, *rest = TEXT.split("~")
    with pytest.raises(DisclosureDuplicate):
        verify_credential("~".join((token, first, first, *rest)), PUBLIC)


def test_two_disclosures_of_one_claim() -> None:
    pair = [disclosure(SALT, "name", "a"), disclosure(SALT, "name", "b")]
    payload = {**PAYLOAD, "_sd": sorted(map(digest, pair))}
    with pytest.raises(DisclosureDuplicate):
        verify_credential(signed(payload, *pair), PUBLIC)


def test_a_digest_twice() -> None:
    payload = {**PAYLOAD, "_sd": [*PAYLOAD["_sd"], PAYLOAD["_sd"][0]]}
    with pytest.raises(DigestDuplicate):
        verify_credential(signed(payload), PUBLIC)


@pytest.mark.parametrize("name", sorted(NEVER_DISCLOSED))
def test_claims_that_may_never_be_disclosures(name: str) -> None:
    with pytest.raises(ClaimReserved):
        issued({name: "x"})
    hidden = disclosure(SALT, name, "x")
    with pytest.raises(ClaimReserved):
        verify_credential(signed({**PAYLOAD, "_sd": [digest(hidden)]}, hidden), PUBLIC)


@pytest.mark.parametrize("name", ["iat", "_sd_alg"])
def test_claims_that_the_payload_has_already(name: str) -> None:
    with pytest.raises(ClaimCollision):
        issued({name: 1})
    hidden = disclosure(SALT, name, 1)
    with pytest.raises(ClaimCollision):
        verify_credential(signed({**PAYLOAD, "_sd": [digest(hidden)]}, hidden), PUBLIC)


BAD_DISCLOSURES = {
    "no base64": "!!!",
    "padded": base64url.encode(canonical([SALT, "a", "b"])) + "=",
    "no JSON": base64url.encode(b"{"),
    "two parts": disclosure(SALT, "a"),  # an array element's disclosure: claims are flat
    "four parts": disclosure(SALT, "a", "b", "c"),
    "an object": base64url.encode(canonical({"a": 1})),
    "short salt": disclosure("A" * 21, "a", "b"),
    "salt no text": disclosure(1, "a", "b"),
    "name no text": disclosure(SALT, 1, "b"),
    "no name": disclosure(SALT, "", "b"),
    "long name": disclosure(SALT, "a" * 129, "b"),
    "true": disclosure(SALT, "a", True),
    "null": disclosure(SALT, "a", None),
    "nested": disclosure(SALT, "a", {"_sd": []}),
    "list": disclosure(SALT, "a", ["b"]),
    "fraction": base64url.encode(b'["%s","a",1.5]' % SALT.encode()),
    "duplicate keys": base64url.encode(b'["%s","a",{"b":1,"b":2}]' % SALT.encode()),
    "lone surrogate": base64url.encode(b'["%s","a","\\ud800"]' % SALT.encode()),
    "empty": "",
}


@pytest.mark.parametrize("defect", BAD_DISCLOSURES)
def test_malformed_disclosures(defect: str) -> None:
    hidden = BAD_DISCLOSURES[defect]
    text = signed({**PAYLOAD, "_sd": [digest(hidden)]}, hidden)
    for reader in (parse_credential, lambda text: verify_credential(text, PUBLIC)):
        with pytest.raises(CredentialMalformed):
            reader(text)


BAD_PAYLOADS = {
    "hash algorithm": ({"_sd_alg": "sha-512"}, CredentialHashAlgorithm),
    "type": ({"vct": "urn:mianti:licence:v2"}, CredentialType),
    "issuer no agency": ({"iss": "https://example.invalid"}, CredentialType),
    "issuer nobody": ({"iss": "urn:mianti:agency:"}, CredentialType),
    "claim in the clear": ({"name": "x"}, CredentialMalformed),
    "array element digest": ({"extra": [{"...": SALT}]}, CredentialMalformed),
    "time as text": ({"iat": "2026"}, CredentialMalformed),
    "time negative": ({"iat": -1}, CredentialMalformed),
    "time beyond year 9999": ({"exp": 253402300800}, CredentialMalformed),
    "digests no list": ({"_sd": "x"}, CredentialMalformed),
    "digest of another length": ({"_sd": ["AAAA"]}, CredentialMalformed),
    "status absent": ({"status": {}}, CredentialMalformed),
    "status index negative": (
        {"status": {"status_list": {"idx": -1, "uri": "u"}}},
        CredentialMalformed,
    ),
    "holder key private": ({"cnf": {"jwk": {**HOLDER, "d": SALT}}}, CredentialMalformed),
    "holder key by reference": ({"cnf": {"kid": "x"}}, CredentialMalformed),
}


@pytest.mark.parametrize("defect", BAD_PAYLOADS)
def test_payloads_that_no_issuer_of_ours_writes(defect: str) -> None:
    change, error = BAD_PAYLOADS[defect]
    with pytest.raises(error):
        verify_credential(signed({**PAYLOAD, **change}), PUBLIC)


@pytest.mark.parametrize("missing", ["_sd", "_sd_alg", "iat", "iss", "status", "vct"])
def test_missing_members(missing: str) -> None:
    payload = {name: value for name, value in PAYLOAD.items() if name != missing}
    with pytest.raises(CredentialMalformed):
        verify_credential(signed(payload), PUBLIC)


@pytest.mark.parametrize("payload", [b"[]", b"null", b"{", b'{"a":1,"a":1}', b"\xff"])
def test_payload_bytes_that_are_no_object(payload: bytes) -> None:
    with pytest.raises(CredentialMalformed):
        verify_credential(signed(payload), PUBLIC)
    with pytest.raises(CredentialMalformed):
        parse_credential(signed(payload))


@pytest.mark.parametrize("typ", ["vc+sd-jwt", "JWT", "kb+jwt", "statuslist+jwt"])
def test_other_kinds_of_token(typ: str) -> None:
    with pytest.raises(CredentialType):
        verify_credential(signed(PAYLOAD, header={"typ": typ}), PUBLIC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "~",
        "a",
        TEXT.rstrip("~").split("~")[0],
        "é~",
        "~" * (MAX_DISCLOSURES + 3),
        "a" * (2 << 20),
    ],
)
def test_texts_that_are_no_credential(text: str) -> None:
    with pytest.raises(CredentialMalformed):
        verify_credential(text, PUBLIC)
    with pytest.raises(CredentialMalformed):
        parse_credential(text)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.integers(33, 126))
def test_no_changed_character_is_accepted(position: int, replacement: int) -> None:
    changed = TEXT[:position] + chr(replacement) + TEXT[position + 1 :]
    if changed == TEXT:
        return
    with pytest.raises(CredentialError):
        verify_credential(changed, PUBLIC)


@pytest.mark.parametrize("tail", ["x", BINDING_LIKE, "~"])
def test_nothing_may_stand_behind_the_last_tilde(tail: str) -> None:
    with pytest.raises(CredentialMalformed):
        verify_credential(TEXT + tail, PUBLIC)


def test_unsuitable_claims_are_not_issued() -> None:
    for claims in ({"a": True}, {"a": 1.5}, {"": "x"}, {"a": {"b": 1}}):
        with pytest.raises(CredentialMalformed):
            issued(claims)
    with pytest.raises(CredentialMalformed):
        issued({}, decoys=MAX_DISCLOSURES + 1)
    with pytest.raises(ValueError, match="salt"):
        issued(randomness=lambda n: b"short")
    with pytest.raises(ValueError, match="aware"):
        issued(issued=datetime(2026, 1, 1))


# Disclosures and digests as published in RFC 9901, sections 5.1 and 6.1.
PUBLISHED = {
    "WyJRZ19PNjR6cUF4ZTQxMmExMDhpcm9BIiwgInBob25lX251bWJlcl92ZXJpZmllZCIsIHRydWVd": (
        "XQ_3kPKt1XyX7KANkqVR6yZ2Va5NrPIvPYbyMvRKBMM"
    ),
    "WyJQYzMzSk0yTGNoY1VfbEhnZ3ZfdWZRIiwgImJpcnRoZGF0ZSIsICIxOTQwLTAxLTAxIl0": (
        "gbOsI4Edq2x2Kw-w5wPEzakob9hV1cRD0ATN3oQL9JM"
    ),
    "WyJHMDJOU3JRZmpGWFE3SW8wOXN5YWpBIiwgInVwZGF0ZWRfYXQiLCAxNTcwMDAwMDAwXQ": (
        "CrQe7S5kqBAHt-nMYXgc6bdt2SH5aTY1sU_M-PgkjPI"
    ),
    "WyJlSThaV205UW5LUHBOUGVOZW5IZGhRIiwgImNvdW50cnkiLCAiREUiXQ": (
        "WN9r9dCBJ8HTCsS2jKASxTjEyW5m5x65_Z_2ro2jfXM"
    ),
    "WyI2SWo3dE0tYTVpVlBHYm9TNXRtdlZBIiwgInJlZ2lvbiIsICJTYWNoc2VuLUFuaGFsdCJd": (
        "KURDPh4ZC19-3tiz-Df39V8eidy1oV3a3H1Da2N0g88"
    ),
}


def test_published_digests() -> None:
    assert {text: digest(text) for text in PUBLISHED} == PUBLISHED


def test_published_disclosures_under_a_payload_of_this_profile() -> None:
    """Spaces inside a disclosure are the sender's right: the digest is over the text."""
    texts = [text for text, value in PUBLISHED.items() if b"true" not in base64url.decode(text)]
    text = signed({**PAYLOAD, "_sd": [PUBLISHED[one] for one in texts]}, *texts)
    assert dict(verify_credential(text, PUBLIC).claims) == {
        "birthdate": "1940-01-01",
        "updated_at": 1570000000,
        "country": "DE",
        "region": "Sachsen-Anhalt",
    }
