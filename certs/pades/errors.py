"""What is refused as a seal.

    CertsError
    └── SealError                 seal.invalid
        ├── SealAbsent            seal.absent
        ├── SealPresent           seal.present
        ├── SealMultiple          seal.multiple
        ├── SealCoverage          seal.coverage
        ├── SealSubFilter         seal.subfilter
        ├── ContainerMalformed    seal.container
        ├── SealUnsigned          seal.unsigned
        ├── SealDigest            seal.digest
        ├── SealSignature         seal.signature
        ├── SealUntrusted         seal.untrusted
        └── CredentialAbsent      layout.credential_absent

More than one revision is ``PdfRevisions`` (``seal.revisions``) of ``certs.layout.errors``.
"""

from certs.errors import CertsError


class SealError(CertsError):
    """A file's seal is not acceptable."""

    code = "seal.invalid"


class SealAbsent(SealError):
    """The file is a PDF without a signature."""

    code = "seal.absent"


class SealPresent(SealError):
    """The file to be sealed holds a signature already."""

    code = "seal.present"


class SealMultiple(SealError):
    """The file holds more than one signature."""

    code = "seal.multiple"


class SealCoverage(SealError):
    """The signature does not cover the entire file but its own container."""

    code = "seal.coverage"


class SealSubFilter(SealError):
    """The signature is not of the kind ETSI.CAdES.detached."""

    code = "seal.subfilter"


class ContainerMalformed(SealError):
    """A seal's container is not the one DER form of a signature we accept."""

    code = "seal.container"


class SealUnsigned(SealError):
    """The container carries something that no signature covers."""

    code = "seal.unsigned"


class SealDigest(SealError):
    """The bytes covered are not those that were signed."""

    code = "seal.digest"


class SealSignature(SealError):
    """The signature does not hold under the signer's key."""

    code = "seal.signature"


class SealUntrusted(SealError):
    """The signer's certificate does not hold then. ``values``: ``cause``, the code of the path."""

    code = "seal.untrusted"


class CredentialAbsent(SealError):
    """The file has no credential attached, or more than one."""

    code = "layout.credential_absent"
