"""Licence credential: SD-JWT VC (RFC 9901) with one salted disclosure for each licence field.

    <issuer JWT>~<disclosure>~…~<disclosure>~            as issued, or with fewer disclosures
    <issuer JWT>~<disclosure>~…~<disclosure>~<KB-JWT>    shown by its holder (`credential_binding`)

    header   {alg, typ: "dc+sd-jwt", x5c: [standard base64 DER, leaf first]}
    payload  {_sd: [digests, sorted], _sd_alg: "sha-256", iss: "urn:mianti:agency:<id>",
              vct: "urn:mianti:licence:v1", iat, nbf?, exp?, cnf?: {jwk},
              status: {status_list: {idx, uri}}}
    disclosure = base64url(canonical JSON [salt, name, value]);  digest = base64url(SHA-256(it))

A profile, narrower than the standard: claims are flat (text or integer), all of them are
disclosures, and the payload has no other members. What the RFC makes a verifier refuse (§7.1) is
refused here: a disclosure that is not referenced exactly once, twice the same, a reserved name, a
claim that the payload has already.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from certs import base64url, jws, keys
from certs.canonical import Json, canonical, parse
from certs.errors import AlgorithmUnsupported, JsonInvalid, KeyInvalid, SignatureInvalid
from certs.jwk import public_from_jwk
from certs.sdjwt.disclosures import SALT_BYTES, Value, digest, read_disclosures, written_disclosure
from certs.sdjwt.errors import (
    ClaimUnknown,
    CredentialHashAlgorithm,
    CredentialMalformed,
    CredentialSignature,
    CredentialType,
    DigestDuplicate,
    DisclosureUnreferenced,
)
from certs.shapes import Misshapen, Shape, numeric_date
from certs.x509.authority import AGENCY_URI
from certs.x509.x5c import read_x5c, written_x5c

TYPE, VCT = "dc+sd-jwt", "urn:mianti:licence:v1"
ALGORITHMS = ("ES256", "EdDSA")
MAX_TEXT = 1 << 20  # characters of a whole credential
MAX_DISCLOSURES = 256

_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
_REQUIRED = ("_sd", "_sd_alg", "iat", "iss", "status", "vct")
_OPTIONAL = ("cnf", "exp", "nbf")


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential taken apart, nothing checked by signature. `disclosures`: text by claim name."""

    jwt: str
    disclosures: Mapping[str, str]
    claims: Mapping[str, Value]
    header: Mapping[str, Json]
    payload: Mapping[str, Json]
    binding: str | None

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER certificates of `x5c`, leaf first, for the caller to validate; X5cMalformed."""
        return read_x5c(self.header)


@dataclass(frozen=True, slots=True)
class VerifiedCredential:
    """What the issuer signed and the text discloses. Whether it is in time is judged elsewhere."""

    claims: Mapping[str, Value]
    issuer: str
    agency: str
    vct: str
    issued: datetime
    valid_from: datetime | None
    valid_to: datetime | None
    status_list_uri: str
    status_index: int
    cnf: Mapping[str, Json] | None


def issue_credential(
    claims: Mapping[str, Value],
    *,
    agency: str,
    issued: datetime,
    status_uri: str,
    status_index: int,
    private: keys.SigningPrivate,
    chain: Sequence[bytes],
    randomness: Callable[[int], bytes],
    holder_jwk: Mapping[str, str] | None = None,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    decoys: int = 0,
) -> str:
    """The credential with all its disclosures, in the order of `claims`.

    `chain`: DER, leaf first. `randomness(n)` gives n secret bytes; each claim and each decoy
    draws 32. Raises ClaimReserved, ClaimCollision, CredentialMalformed for an unsuitable claim.
    """
    disclosures = [
        written_disclosure(name, value, randomness(SALT_BYTES)) for name, value in claims.items()
    ]
    if len(disclosures) + decoys > MAX_DISCLOSURES:
        raise CredentialMalformed("too many claims", limit=MAX_DISCLOSURES)
    digests = [digest(disclosure) for disclosure in disclosures]
    digests += [base64url.encode(hashlib.sha256(randomness(32)).digest()) for _ in range(decoys)]
    payload: dict[str, object] = {
        "_sd": sorted(digests),  # the order tells nothing about the claims
        "_sd_alg": "sha-256",
        "iat": numeric_date(issued),
        "iss": AGENCY_URI + agency,
        "status": {"status_list": {"idx": status_index, "uri": status_uri}},
        "vct": VCT,
    }
    if valid_from is not None:
        payload["nbf"] = numeric_date(valid_from)
    if valid_to is not None:
        payload["exp"] = numeric_date(valid_to)
    if holder_jwk is not None:
        payload["cnf"] = {"jwk": dict(holder_jwk)}
    token = jws.sign({"typ": TYPE, "x5c": written_x5c(chain)}, canonical(payload), private)
    return "~".join((token, *disclosures, ""))


def parse_credential(text: str) -> Credential:
    """Parts of a credential, with or without key binding; no signature is checked.

    Raises CredentialMalformed, DisclosureDuplicate, ClaimReserved, ClaimCollision.
    """
    token, *texts, last = _split(text)
    try:
        unverified = jws.peek(token)
        payload = parse(unverified.payload)
    except (jws.JwsError, JsonInvalid) as error:
        raise CredentialMalformed("no issuer-signed token", reason=error.code) from error
    if not isinstance(payload, dict):
        raise CredentialMalformed("the payload is no object")
    disclosures, claims = read_disclosures(texts)
    return Credential(token, disclosures, claims, unverified.header, payload, last or None)


def verify_credential(text: str, issuer_public: keys.SigningPublic) -> VerifiedCredential:
    """Check signature and every disclosure; the caller has validated whose key it is, and when.

    `text` ends in a tilde: a presentation with key binding is not judged here, but in
    `credential_binding.verify_presentation`. Raises a CredentialError.
    """
    token, *texts, binding = _split(text)
    if binding:
        raise CredentialMalformed("something stands behind the last tilde")
    try:
        verified = jws.verify(token, issuer_public, ALGORITHMS)
        payload = parse(verified.payload)
    except (SignatureInvalid, jws.JwsKey) as error:
        raise CredentialSignature("not signed by the issuer's key", reason=error.code) from error
    except (jws.JwsError, JsonInvalid, KeyInvalid, AlgorithmUnsupported) as error:
        raise CredentialMalformed("no issuer-signed token", reason=error.code) from error
    if verified.header.get("typ") != TYPE:
        raise CredentialType("not a credential", typ=verified.header.get("typ"))
    disclosures, claims = read_disclosures(texts)
    try:
        found = _read_payload(Shape(payload, "payload"), claims)
        _check_digests(Shape(payload, "payload"), disclosures.values())
    except Misshapen as error:
        raise CredentialMalformed(str(error), reason=error.code) from error
    return found


def present(text: str, names: Collection[str]) -> str:
    """The credential with only the disclosures of these claims; any key binding is left out.

    Raises ClaimUnknown for a claim that `text` does not disclose.
    """
    credential = parse_credential(text)
    for name in names:
        if name not in credential.disclosures:
            raise ClaimUnknown("the credential has no such claim", claim=name)
    chosen = [written for name, written in credential.disclosures.items() if name in names]
    return "~".join((credential.jwt, *chosen, ""))


def _split(text: str) -> list[str]:
    if len(text) > MAX_TEXT or not text.isascii():
        raise CredentialMalformed("not ASCII, or too long", limit=MAX_TEXT)
    parts = text.split("~", MAX_DISCLOSURES + 2)
    if not 2 <= len(parts) <= MAX_DISCLOSURES + 2:
        raise CredentialMalformed("not a token, its disclosures and a closing tilde")
    return parts


def _check_digests(payload: Shape, disclosures: Collection[str]) -> None:
    signed = payload["_sd"].texts(_DIGEST)
    known = set(signed)
    if len(known) != len(signed):
        raise DigestDuplicate("a digest stands twice")
    for disclosure in disclosures:
        if digest(disclosure) not in known:
            raise DisclosureUnreferenced("the issuer did not sign this disclosure")


def _read_payload(payload: Shape, claims: Mapping[str, Value]) -> VerifiedCredential:
    present_names = [name for name in _OPTIONAL if name in payload]
    payload.members(*_REQUIRED, *present_names)
    if payload["_sd_alg"].text() != "sha-256":
        raise CredentialHashAlgorithm("only sha-256 is accepted")
    vct, issuer = payload["vct"].text(), payload["iss"].text()
    if vct != VCT:
        raise CredentialType("not a licence credential of version 1", vct=vct)
    if not issuer.startswith(AGENCY_URI) or issuer == AGENCY_URI:
        raise CredentialType("the issuer is no agency", issuer=issuer)
    payload["status"].members("status_list")
    reference = payload["status"]["status_list"]
    reference.members("idx", "uri")
    return VerifiedCredential(
        claims=claims,
        issuer=issuer,
        agency=issuer.removeprefix(AGENCY_URI),
        vct=vct,
        issued=payload["iat"].moment(),
        valid_from=payload["nbf"].moment() if "nbf" in payload else None,
        valid_to=payload["exp"].moment() if "exp" in payload else None,
        status_list_uri=reference["uri"].text(),
        status_index=reference["idx"].integer(),
        cnf=_holder_key(payload["cnf"]) if "cnf" in payload else None,
    )


def _holder_key(confirmation: Shape) -> Mapping[str, Json]:
    confirmation.members("jwk")
    jwk = {name: shape.text() for name, shape in confirmation["jwk"].entries(r"[a-z0-9_]+")}
    try:
        public_from_jwk(jwk)
    except KeyInvalid as error:
        raise CredentialMalformed("cnf holds no usable key", reason=error.code) from error
    return dict(jwk)
