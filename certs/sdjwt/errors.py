"""Why a licence credential, or the proof of its holder, is refused.

CertsError
└── CredentialError                 credential
    ├── CredentialMalformed         credential.malformed
    ├── CredentialSignature         credential.signature
    ├── CredentialType              credential.type
    ├── CredentialHashAlgorithm     credential.hash_algorithm
    ├── DisclosureDuplicate         credential.disclosure_duplicate
    ├── DisclosureUnreferenced      credential.disclosure_unreferenced
    ├── DigestDuplicate             credential.digest_duplicate
    ├── ClaimReserved               credential.claim_reserved
    ├── ClaimCollision              credential.claim_collision
    ├── ClaimUnknown                credential.claim_unknown
    └── BindingError                credential.binding
        ├── BindingMissing          credential.binding_missing
        ├── BindingMalformed        credential.binding_malformed
        ├── BindingSignature        credential.binding_signature
        ├── BindingOther            credential.binding_other
        ├── BindingAudience         credential.binding_audience
        ├── BindingNonce            credential.binding_nonce
        └── BindingTime             credential.binding_time
"""

from __future__ import annotations

from certs.errors import CertsError


class CredentialError(CertsError):
    """A credential that is refused; never quotes a claim's value."""

    code = "credential"


class CredentialMalformed(CredentialError):
    """Not an SD-JWT of this profile; `reason` holds an inner code where there is one."""

    code = "credential.malformed"


class CredentialSignature(CredentialError):
    """Not signed by the issuer's key; `reason`: the inner code."""

    code = "credential.signature"


class CredentialType(CredentialError):
    """Another `typ` or `vct`, or an issuer that is no agency."""

    code = "credential.type"


class CredentialHashAlgorithm(CredentialError):
    """`_sd_alg` other than sha-256."""

    code = "credential.hash_algorithm"


class DisclosureDuplicate(CredentialError):
    """The same disclosure, or the same claim, twice."""

    code = "credential.disclosure_duplicate"


class DisclosureUnreferenced(CredentialError):
    """A disclosure whose digest the issuer did not sign."""

    code = "credential.disclosure_unreferenced"


class DigestDuplicate(CredentialError):
    """A digest that stands twice in `_sd`."""

    code = "credential.digest_duplicate"


class ClaimReserved(CredentialError):
    """A claim that may never be a disclosure; `claim` says which."""

    code = "credential.claim_reserved"


class ClaimCollision(CredentialError):
    """A disclosed claim that the payload carries already; `claim` says which."""

    code = "credential.claim_collision"


class ClaimUnknown(CredentialError):
    """A claim asked for that the credential does not have; `claim` says which."""

    code = "credential.claim_unknown"


class BindingError(CredentialError):
    """The holder's proof does not hold."""

    code = "credential.binding"


class BindingMissing(BindingError):
    """No key binding, or no holder key in the credential."""

    code = "credential.binding_missing"


class BindingMalformed(BindingError):
    """Not a `kb+jwt` with exactly iat, aud, nonce and sd_hash."""

    code = "credential.binding_malformed"


class BindingSignature(BindingError):
    """Not signed by the holder's key; `reason`: the inner code."""

    code = "credential.binding_signature"


class BindingOther(BindingError):
    """Made for another credential or another choice of disclosures."""

    code = "credential.binding_other"


class BindingAudience(BindingError):
    """Made for another verifier."""

    code = "credential.binding_audience"


class BindingNonce(BindingError):
    """Made for another request."""

    code = "credential.binding_nonce"


class BindingTime(BindingError):
    """Made too long ago, or in the future."""

    code = "credential.binding_time"
