"""The port of an agency's signing service."""

from __future__ import annotations

from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey


class Signing(Protocol):
    """An agency's signing service (an official seal system stands behind it elsewhere)."""

    def chain(self, agency: str) -> tuple[bytes, ...]:
        """DER certificates, leaf first, without the root."""
        ...

    def key(self, agency: str) -> EllipticCurvePrivateKey:
        """A P-256 key that signs; a key in a device stands behind the same interface. Raises
        NotFound where this service does not sign for the agency."""
        ...
