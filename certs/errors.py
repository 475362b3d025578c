"""Typed errors of the certs package; `code` is for machines and stable, the message is for people.

    Coded
    └── CertsError                  certs
        ├── Base64Invalid           base64url.invalid
        ├── JsonInvalid             json.invalid
        │   ├── JsonSyntax          json.syntax
        │   ├── JsonEncoding        json.encoding
        │   ├── JsonDuplicateKey    json.duplicate_key
        │   ├── JsonNumber          json.number
        │   ├── JsonSurrogate       json.surrogate
        │   ├── JsonDepth           json.depth
        │   ├── JsonSize            json.size
        │   └── JsonNotCanonical    json.not_canonical
        ├── KeyInvalid              key.invalid
        ├── SignatureInvalid        signature.invalid
        │   ├── SignatureTwin       signature.high_s
        │   └── SignatureMalformed  signature.malformed
        ├── AlgorithmUnsupported    UNSUPPORTED
        └── HpkeOpenFailed          hpke.open

Errors of one module only (envelope, jws, webauthn, path, …) stand beside their module.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Coded(Exception):
    """An error with a stable dotted `code` and the values that explain it.

    `values` holds the keyword arguments; each is readable as an attribute too.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.values: dict[str, object] = values

    def __getattr__(self, name: str) -> Any:
        # Read through __dict__: while an instance is being unpickled `values` does not exist yet.
        values = self.__dict__.get("values", {})
        try:
            return values[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} carries no {name!r}") from None


class CertsError(Coded):
    """Root of everything this package refuses."""

    code = "certs"


class Base64Invalid(CertsError):
    """Text is not unpadded, canonical base64url (RFC 4648 §5, §3.5)."""

    code = "base64url.invalid"


class JsonInvalid(CertsError):
    """Bytes or a value that the strict JSON door refuses."""

    code = "json.invalid"


class JsonSyntax(JsonInvalid):
    """Not RFC 8259 JSON."""

    code = "json.syntax"


class JsonEncoding(JsonInvalid):
    """Not UTF-8, or UTF-8 with a byte order mark."""

    code = "json.encoding"


class JsonDuplicateKey(JsonInvalid):
    """One object names a member twice; `key` says which."""

    code = "json.duplicate_key"


class JsonNumber(JsonInvalid):
    """NaN, an infinity, an integer beyond ±(2^53-1), or a fraction where none may stand."""

    code = "json.number"


class JsonSurrogate(JsonInvalid):
    """A string holds half of a surrogate pair, which no UTF-8 can carry."""

    code = "json.surrogate"


class JsonDepth(JsonInvalid):
    """More containers inside each other than allowed; `limit` says how many are."""

    code = "json.depth"


class JsonSize(JsonInvalid):
    """More bytes than allowed; `size` and `limit` in bytes."""

    code = "json.size"


class JsonNotCanonical(JsonInvalid):
    """Valid JSON, but not the bytes RFC 8785 gives for its value."""

    code = "json.not_canonical"


class KeyInvalid(CertsError):
    """A key that is malformed, of a kind not offered, weak, or locked by another passphrase."""

    code = "key.invalid"


class SignatureInvalid(CertsError):
    """The signature does not verify under this key over this message."""

    code = "signature.invalid"


class SignatureTwin(SignatureInvalid):
    """An ECDSA signature whose s lies in the upper half: the twin that anyone can compute."""

    code = "signature.high_s"


class SignatureMalformed(SignatureInvalid):
    """Bytes of the wrong length or encoding, or numbers out of range."""

    code = "signature.malformed"


class AlgorithmUnsupported(CertsError):
    """An algorithm or signature format that is not offered; `alg` says which."""

    code = "UNSUPPORTED"


class HpkeOpenFailed(CertsError):
    """An HPKE ciphertext that does not open: other key, other context, or altered."""

    code = "hpke.open"
