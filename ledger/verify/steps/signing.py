"""Check 2: every signature holds, as mathematics; whose keys these were is judged later."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.serialization import Encoding

from certs import keys
from certs.canonical import Json
from certs.envelope import Envelope, Signature, certificate_key_id, verify_signature
from certs.jwk import public_from_jwk
from certs.pades.seal import extract_credential, read_seal
from certs.sdjwt.credential import VerifiedCredential, parse_credential, verify_credential
from certs.webauthn import WebauthnPolicy, WebauthnPolicyMissing, WebauthnRpId
from ledger.log.statement import Statement, may_sign
from ledger.verify.items import Evidence, Presentation, SealedLicence
from ledger.verify.steps.finding import Found, Open, Wrong
from ledger.verify.steps.form import (
    COLLECTED,
    OpenedEntry,
    Subject,
    names_credential,
    opened_once,
)
from ledger.verify.steps.ground import Ground

BOUND = "holderkey.bound"


class Part(StrEnum):
    """What of the item a key signed."""

    STATEMENT = "statement"
    SEAL = "seal"
    CREDENTIAL = "credential"
    BINDING = "binding"
    POWER = "power"


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signed, ``kid`` of its SPKI. ``chain``: DER, leaf first; empty for a holder's key
    and for one that the trust list pins. ``agency``: whose it must have been, where it has a
    certificate. ``index``: of the entry that it signed, where it is not the item's own."""

    part: Part
    kid: str
    chain: tuple[bytes, ...]
    agency: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed what; ``credential`` is that of the item, ``role`` that of the statement's
    signer: ``agency``, ``holder`` or ``keystore``."""

    signers: tuple[Signer, ...]
    role: str
    credential: VerifiedCredential | None
    binding: OpenedEntry | None


def judged_signatures(ground: Ground, subject: Subject | None, evidence: Evidence) -> Found[Signed]:
    """Check 2."""
    if subject is None:
        raise Open("earlier.failed")
    signers: list[Signer] = []
    role, binding = "agency", None
    if subject.entry is not None:
        role, made, binding = _statement_signers(ground, subject.entry, evidence)
        signers += made
    credential = None
    if isinstance(subject.item, SealedLicence) and not _collected(subject):
        sealed, text = _sealed(subject.item, subject)
        signers.append(sealed)
        credential = _credential(ground, subject, text, signers)
    elif isinstance(subject.item, Presentation):
        credential = _credential(ground, subject, subject.item.text, signers)
    if not signers:
        raise Open(subject.absent)
    facts = {"signed_by": " ".join(sorted({signer.kid for signer in signers}))}
    return Found(Signed(tuple(signers), role, credential, binding), "signature.holds", facts)


def _statement_signers(
    ground: Ground, entry: OpenedEntry, evidence: Evidence
) -> tuple[str, list[Signer], OpenedEntry | None]:
    """Role of the first signer, all signers, and the binding of a holder's key."""
    first = entry.envelope.signatures[0]
    if first.x5c:
        return "agency", certified_signers(ground, entry, Part.STATEMENT), None
    pinned = {key.kid: key.key for key in ground.trust.keystores}
    if first.kid in pinned:
        public = ground.remembered(first.kid, lambda: keys.public_from_spki(pinned[first.kid]))
        _only(entry.envelope)
        verify_signature(entry.envelope, first, public)
        return "keystore", [Signer(Part.STATEMENT, first.kid, (), "")], None
    if not may_sign(entry.statement.kind, "holder"):
        raise Wrong("signature.key_unknown", kid=first.kid)
    if evidence.holder_key is None:
        raise Open("holder.key_absent", kid=first.kid)
    _only(entry.envelope)
    binding = opened_once(ground, evidence.holder_key)
    public = bound_key(binding, entry, first)
    check_holder_signature(ground, entry.envelope, first, public)
    signers = certified_signers(ground, binding, Part.BINDING)
    signers += _power_signers(ground, evidence)
    return "holder", [Signer(Part.STATEMENT, first.kid, (), ""), *signers], binding


def _power_signers(ground: Ground, evidence: Evidence) -> list[Signer]:
    """Of the delegations behind a holder's statement: guardians' identity agencies, and those that
    bound the keys of the others."""
    signers: list[Signer] = []
    bindings = [opened_once(ground, one) for one in evidence.powers.keys]
    for opening in evidence.powers.delegations:
        entry = opened_once(ground, opening)
        first = entry.envelope.signatures[0]
        if first.x5c:
            signers += certified_signers(ground, entry, Part.POWER)
            continue
        _only(entry.envelope)
        binding = next((one for one in bindings if _bound_kid(one) == first.kid), None)
        if binding is None:
            raise Open("holder.key_absent", kid=first.kid)
        public = bound_key(binding, entry, first)
        check_holder_signature(ground, entry.envelope, first, public)
        signers += certified_signers(ground, binding, Part.POWER)
    return signers


def _bound_kid(binding: OpenedEntry) -> str:
    if binding.statement.kind != BOUND:
        raise Wrong("holder.key_foreign", kid="")
    return keys.key_id(public_from_jwk(binding.statement.body["jwk"]))


def certified_signers(ground: Ground, entry: OpenedEntry, part: Part) -> list[Signer]:
    """Every signature of a statement, each by a key with a certificate beside it: its actor's, and
    the reader's under an attended basis."""
    signers = []
    agencies = signing_agencies(entry.statement)
    if len(entry.envelope.signatures) < len(agencies):
        raise Wrong("signature.reader_absent", reader=agencies[-1])
    for place, signature in enumerate(entry.envelope.signatures):
        if not signature.x5c:
            raise Wrong("signature.key_unknown", kid=signature.kid)
        agency = agencies[min(place, len(agencies) - 1)]
        leaf = signature.x5c[0]
        kid = certificate_key_id(leaf)
        verify_signature(entry.envelope, signature, ground.public(leaf), kid=kid)
        index = entry.opening.index
        signers.append(Signer(part, signature.kid, signature.x5c, agency, index))
    return signers


def signing_agencies(statement: Statement) -> tuple[str, ...]:
    """Whose signatures an agency's statement must bear, in their order."""
    proof = statement.body.get("proof")
    reader = proof.get("reader") if isinstance(proof, dict) else None
    if statement.kind == "basis.stated" and isinstance(reader, str):
        return (statement.actor, reader)
    return (statement.actor,)


def bound_key(binding: OpenedEntry, entry: OpenedEntry, signature: Signature) -> keys.SigningPublic:
    """The key that an identity agency bound to the statement's actor before. Raises Wrong."""
    body = binding.statement.body
    if binding.statement.kind != BOUND or body.get("subject") != entry.statement.actor:
        raise Wrong("holder.key_foreign", kid=signature.kid)
    if binding.opening.index >= entry.opening.index:
        raise Wrong("holder.key_later", kid=signature.kid)
    if body.get("alg") != signature.alg:
        raise Wrong("holder.key_foreign", kid=signature.kid)
    jwk: Json = body.get("jwk")
    return public_from_jwk(jwk)


def check_holder_signature(
    ground: Ground, envelope: Envelope, signature: Signature, public: keys.SigningPublic
) -> None:
    """Mathematics of a holder's signature; a passkey's under the relying party that it names."""
    policy: WebauthnPolicy | None = None
    if signature.alg == "webauthn-es256":
        named = (signature.authenticator_data or b"")[:32]
        policies = ground.trust.webauthn
        if not policies:
            raise WebauthnPolicyMissing("no relying party is trusted for consents")
        policy = next(
            (p for p in policies if hashlib.sha256(p.rp_id.encode("utf-8")).digest() == named), None
        )
        if policy is None:
            raise WebauthnRpId("signed for a relying party that is not trusted")
    verify_signature(envelope, signature, public, webauthn=policy)


def _only(envelope: Envelope) -> None:
    if len(envelope.signatures) != 1:
        raise Wrong("signature.key_unknown", kid=envelope.signatures[1].kid)


def _sealed(item: SealedLicence, subject: Subject) -> tuple[Signer, str]:
    """The seal's signer, and the text of the credential inside the file."""
    facts = read_seal(item.pdf)
    chain = (facts.signer, *facts.others)
    ders = tuple(certificate.public_bytes(Encoding.DER) for certificate in chain)
    kid = certificate_key_id(ders[0])
    try:
        text = extract_credential(item.pdf).decode("ascii")
    except UnicodeDecodeError as error:
        raise Wrong("credential.malformed") from error
    return Signer(Part.SEAL, kid, ders, _actor(subject)), text


def _credential(
    ground: Ground, subject: Subject, text: str, signers: list[Signer]
) -> VerifiedCredential:
    header = text.partition(".")[0]  # the same for all that an agency signs with one key
    chain = ground.lasting(
        ("header", header), lambda: parse_credential(text).chain, 2 * len(header)
    )
    verified = verify_credential(text, ground.public(chain[0]))
    kid = certificate_key_id(chain[0])
    signers.append(Signer(Part.CREDENTIAL, kid, chain, _actor(subject) or verified.agency))
    entry, terms = subject.entry, subject.terms
    if entry is not None and terms is not None:
        if not names_credential(entry, terms, text):
            raise Wrong("credential.other")
        named = (entry.statement.actor, terms.status_uri, terms.status_index)
        if (verified.agency, verified.status_list_uri, verified.status_index) != named:
            raise Wrong("credential.contradicts")
    return verified


def _collected(subject: Subject) -> bool:
    return subject.entry is not None and subject.entry.statement.kind == COLLECTED


def _actor(subject: Subject) -> str:
    return subject.entry.statement.actor if subject.entry is not None else ""
