"""One door for a bare signature by an encoded key, under the rules of this package.

| alg   | sigfmt | form                                                        |
|-------|--------|-------------------------------------------------------------|
| ES256 | p1363  | 64 bytes r‖s, low s                                         |
| ES256 | der    | strict DER Ecdsa-Sig-Value (RFC 3279 §2.2.3), either s      |
| EdDSA | none   | 64 bytes, Ed25519 (RFC 8032)                                |

DER is the form in which foreign signatures arrive: half of all honest ones have a high s, which
the door turns into low s before it checks. What we keep (p1363) is low s only, so no twin exists.
"""

from __future__ import annotations

from certs import keys
from certs.errors import AlgorithmUnsupported, KeyInvalid


def verify_signature(
    alg: str, sigfmt: str | None, spki_der: bytes, message: bytes, signature: bytes
) -> None:
    """Check `signature` over `message` by the key in `spki_der` (SubjectPublicKeyInfo DER).

    Raises AlgorithmUnsupported (a row the table lacks), KeyInvalid (malformed, weak, or of
    another kind than `alg`), SignatureInvalid, SignatureTwin (p1363 only) or SignatureMalformed.
    """
    if (alg, sigfmt) not in {("ES256", "p1363"), ("ES256", "der"), ("EdDSA", None)}:
        raise AlgorithmUnsupported(f"{alg} with format {sigfmt} is not offered", alg=alg)
    public = keys.public_from_spki(spki_der)
    if alg == "EdDSA" and isinstance(public, keys.Ed25519Public):
        keys.verify_ed25519(public, message, signature)
    elif alg == "ES256" and isinstance(public, keys.P256Public):
        if sigfmt == "der":
            signature = keys.es256_from_der(signature)
        keys.verify_es256(public, message, signature)
    else:
        raise KeyInvalid(f"the key is not one for {alg}")
