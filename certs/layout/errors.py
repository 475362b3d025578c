"""What is refused as a PDF, and the bounds of what is read.

CertsError
└── PdfError              pdf.invalid
    ├── PdfEmpty          pdf.empty
    ├── NotPdf            pdf.not_pdf
    ├── PdfTooLarge       pdf.too_large
    ├── PdfTruncated      pdf.truncated
    ├── PdfMalformed      pdf.malformed
    ├── PdfEncrypted      pdf.encrypted
    └── PdfRevisions      seal.revisions
"""

from dataclasses import dataclass

from certs.errors import CertsError


class PdfError(CertsError):
    """Bytes that cannot be taken as a PDF to verify."""

    code = "pdf.invalid"


class PdfEmpty(PdfError):
    """There are no bytes."""

    code = "pdf.empty"


class NotPdf(PdfError):
    """The bytes do not begin with a PDF header."""

    code = "pdf.not_pdf"


class PdfTooLarge(PdfError):
    """More bytes than allowed. ``values``: ``size``, ``limit``."""

    code = "pdf.too_large"


class PdfTruncated(PdfError):
    """The end of the file is missing or is not where it should be."""

    code = "pdf.truncated"


class PdfMalformed(PdfError):
    """The file breaks the rules of PDF, or asks for more than a licence ever needs."""

    code = "pdf.malformed"


class PdfEncrypted(PdfError):
    """The file is encrypted."""

    code = "pdf.encrypted"


class PdfRevisions(PdfError):
    """The file was changed after it was first written: more than one revision."""

    code = "seal.revisions"


@dataclass(frozen=True, slots=True)
class PdfLimits:
    """Bounds of what is read, in bytes."""

    file: int = 100_000_000
    inflated: int = 4 << 20
    attachment: int = 1 << 20
