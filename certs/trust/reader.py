"""Reading a trust list's payload, version 1: strict, whole, with the place named where it fails."""

from __future__ import annotations

from certs import keys
from certs.canonical import Json
from certs.errors import KeyInvalid
from certs.shapes import Misshapen, Shape
from certs.trust.payload import (
    VERSION,
    Agency,
    Chain,
    Continued,
    ContractRef,
    Freshness,
    NamedKey,
    Profile,
    Roots,
    StatusListRef,
    TrustedLog,
    TrustList,
    TrustMalformed,
)
from certs.webauthn import WebauthnPolicy
from certs.x509.certificate import load_certificate
from certs.x509.path_errors import PathMalformed

MAX_ROOTS = 8  # one envelope carries eight signatures
CHECKS = range(9)  # numbers of the verifier's checks

_NAME = r"[a-z][a-z0-9_-]{0,31}"
_VKEY = r"[^\s+]{1,255}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{40,}={0,2}"
_LINE = r"[!-~]{1,512}"
_HEX_32, _HEX_20 = r"0x[0-9a-f]{64}", r"0x[0-9a-f]{40}"
_CONTRACT = r"[A-Z][A-Za-z0-9]{0,63}"
_KINDS = ("government", "social")


def read_trust_list(payload: Json) -> TrustList:
    """Every member in its form, and no other. Raises TrustMalformed."""
    try:
        return _read(Shape(payload, "trust list"))
    except (Misshapen, KeyInvalid, PathMalformed) as error:
        raise TrustMalformed(str(error), reason=error.code) from error


def _read(top: Shape) -> TrustList:
    top.members(*TrustList.__dataclass_fields__, "v")
    top["v"].integer(VERSION, VERSION)
    issued, expires = top["issued"].time(), top["expires"].time()
    if issued >= expires:
        raise Misshapen("a trust list ends after it begins")
    agencies = tuple(_agency(item) for item in top["agencies"].items())
    known = {agency.id for agency in agencies}
    trust = TrustList(
        version=top["version"].integer(1),
        issued=issued,
        expires=expires,
        roots=_roots(top["roots"]),
        profile=_profile(top["profile"]),
        logs=tuple(_log(item) for item in top["logs"].items()),
        witnesses=tuple(item.text(_VKEY) for item in top["witnesses"].items()),
        keystores=tuple(_named_key(item) for item in top["keystores"].items()),
        identity_agencies=tuple(item.text(_NAME) for item in top["identity_agencies"].items()),
        x509_roots=tuple(_certificate(item) for item in top["x509_roots"].items()),
        status_lists=tuple(_status_list(item) for item in top["status_lists"].items()),
        webauthn=tuple(_relying_party(item) for item in top["webauthn"].items()),
        chain=_chain(top["chain"]),
        agencies=agencies,
    )
    named = {*trust.identity_agencies, *(ref.agency for ref in trust.status_lists)}
    if named - known:
        raise Misshapen(f"an agency that the list does not describe: {min(named - known)}")
    if trust.profile.witness_quorum > len(trust.witnesses):
        raise Misshapen("the witness quorum exceeds the witnesses")
    for title, values in (
        ("agency", [agency.id for agency in agencies]),
        ("log", [log.origin for log in trust.logs]),
        ("status list", [ref.uri for ref in trust.status_lists]),
        ("relying party", [policy.rp_id for policy in trust.webauthn]),
        ("witness", list(trust.witnesses)),
    ):
        if len(set(values)) != len(values):
            raise Misshapen(f"one {title} stands twice")
    _check_lineages(trust)
    return trust


def _check_lineages(trust: TrustList) -> None:
    """A log continues another of the list, no two continue the same, and none leads to itself."""
    continued = [log.continues.origin for log in trust.logs if log.continues is not None]
    if len(set(continued)) != len(continued):
        raise Misshapen("one log is continued twice")
    for log in trust.logs:
        oldest = trust.lineage(log.origin)[-1]
        if oldest.continues is not None:
            raise Misshapen("a log continues none that the list describes, or itself")


def _roots(shape: Shape) -> Roots:
    """`{threshold, keys}`: one to eight different Ed25519 keys. Raises Misshapen, KeyInvalid."""
    shape.members("threshold", "keys")
    found = tuple(_named_key(item) for item in shape["keys"].items(1, MAX_ROOTS))
    if len({key.kid for key in found}) != len(found):
        raise Misshapen("one root stands twice")
    for key in found:
        if not isinstance(keys.public_from_spki(key.key), keys.Ed25519Public):
            raise Misshapen("trust roots are Ed25519 keys")
    return Roots(shape["threshold"].integer(1, len(found)), found)


def _named_key(shape: Shape) -> NamedKey:
    shape.members("kid", "key")
    der = shape["key"].data()
    kid = keys.key_id(keys.public_from_spki(der))
    if shape["kid"].text() != kid:
        raise Misshapen("a kid names another key")
    return NamedKey(kid, der)


def _profile(shape: Shape) -> Profile:
    shape.members("name", "required", "witness_quorum", "freshness")
    required = tuple(n.integer(CHECKS[0], CHECKS[-1]) for n in shape["required"].items())
    if list(required) != sorted(set(required)):
        raise Misshapen("required checks ascend and stand once")
    ages = shape["freshness"]
    ages.members(*Freshness.__dataclass_fields__)
    return Profile(
        shape["name"].text(_NAME),
        required,
        shape["witness_quorum"].integer(),
        Freshness(*(ages[name].integer(1) for name in Freshness.__dataclass_fields__)),
    )


def _log(shape: Shape) -> TrustedLog:
    before = ("continues",) if "continues" in shape else ()
    shape.members("origin", "vkey", "log_id", *before)
    return TrustedLog(
        shape["origin"].text(_LINE),
        shape["vkey"].text(_VKEY),
        shape["log_id"].text(_HEX_32),
        _continued(shape["continues"]) if before else None,
    )


def _continued(shape: Shape) -> Continued:
    shape.members("origin", "size")
    return Continued(shape["origin"].text(_LINE), shape["size"].integer())


def _certificate(shape: Shape) -> bytes:
    der = shape.data()
    load_certificate(der)
    return der


def _status_list(shape: Shape) -> StatusListRef:
    shape.members("uri", "list_id", "agency")
    return StatusListRef(
        shape["uri"].text(_LINE), shape["list_id"].text(_HEX_32), shape["agency"].text(_NAME)
    )


def _relying_party(shape: Shape) -> WebauthnPolicy:
    shape.members("rp_id", "origins")
    origins = tuple(item.text(_LINE) for item in shape["origins"].items(1))
    return WebauthnPolicy(shape["rp_id"].text(_LINE), origins)


def _chain(shape: Shape) -> Chain:
    shape.members("chain_id", "genesis", "contracts")
    contracts = {}
    for name, ref in shape["contracts"].entries(_CONTRACT):
        ref.members("address", "code_hash")
        contracts[name] = ContractRef(ref["address"].text(_HEX_20), ref["code_hash"].text(_HEX_32))
    return Chain(shape["chain_id"].integer(1), shape["genesis"].text(_HEX_32), contracts)


def _agency(shape: Shape) -> Agency:
    shape.members("id", "name_zh", "name_en", "kind")
    kind = shape["kind"].text()
    if kind not in _KINDS:
        raise Misshapen(f"an agency is one of {', '.join(_KINDS)}")
    return Agency(shape["id"].text(_NAME), shape["name_zh"].text(), shape["name_en"].text(), kind)
