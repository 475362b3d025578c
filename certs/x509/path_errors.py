"""Why a certificate path does not hold.

CertsError
└── PathError                   path
    ├── PathMalformed           path.malformed
    ├── PathUntrusted           path.untrusted
    ├── PathSignature           path.signature
    ├── PathExpired             path.expired
    ├── PathNotYetValid         path.not_yet_valid
    ├── PathNotCa               path.not_ca
    ├── PathLength              path.length
    ├── PathNameConstraints     path.name_constraints
    ├── PathUsage               path.usage
    ├── PathPolicy              path.policy
    ├── PathRevoked             path.revoked
    └── PathRevocationUnknown   path.revocation_unknown
"""

from __future__ import annotations

from certs.errors import CertsError


class PathError(CertsError):
    """A certificate path that does not hold."""

    code = "path"


class PathMalformed(PathError):
    """Not DER, not version 3, or an extension that breaks RFC 5280 or is critical and unknown."""

    code = "path.malformed"


class PathUntrusted(PathError):
    """No chain of issuers leads to a pinned root."""

    code = "path.untrusted"


class PathSignature(PathError):
    """A link is not signed by its issuer's key, or with a key or algorithm that is too weak."""

    code = "path.signature"


class PathExpired(PathError):
    """`at` lies after notAfter of the certificate `subject`."""

    code = "path.expired"


class PathNotYetValid(PathError):
    """`at` lies before notBefore of the certificate `subject`."""

    code = "path.not_yet_valid"


class PathNotCa(PathError):
    """An issuer in the chain is no certification authority."""

    code = "path.not_ca"


class PathLength(PathError):
    """More certificates than a path length constraint, or than we follow."""

    code = "path.length"


class PathNameConstraints(PathError):
    """A name outside the space its issuers were given."""

    code = "path.name_constraints"


class PathUsage(PathError):
    """Key usage or extended key usage does not allow signing documents."""

    code = "path.usage"


class PathPolicy(PathError):
    """No certificate policy that is acceptable holds along the whole path."""

    code = "path.policy"


class PathRevoked(PathError):
    """Revoked at the time asked about; `revoked_at` says since when."""

    code = "path.revoked"


class PathRevocationUnknown(PathError):
    """Lists were given, but none that is in time, signed and complete covers this certificate."""

    code = "path.revocation_unknown"
