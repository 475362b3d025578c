"""Sealed credentials, version 1: each field of an SD-JWT under a key of its own. Frozen by vectors.

A release hands over keys of single fields, never the credential's file key, so that the requester
reads those disclosures and no other. RFC 8785 JSON:

    {"fields": [{"box": b64u, "label": b64u[32]}, … sorted by label], "format": "mianti/fields/v1"}

    field key = HKDF-SHA-256(file key, salt none, info = format ‖ 0x00 ‖ name), 32 bytes
    label     = HMAC-SHA-256(field key, "label")        finds the box and commits it to its key
    box       = nonce[12] ‖ AES-256-GCM(field key, nonce, text, AD)
    AD        = format ‖ 0x00 ‖ file id ‖ label
    text      = u32be(n) ‖ n bytes ‖ zeros up to a size class (at least 256 bytes)

The field named "" is the issuer's JWT, which always goes along; it holds only digests of the rest.

    FieldsInvalid          fields
    ├── FieldsMalformed    fields.malformed
    └── FieldKey           fields.key         no box of this file opens with the key; ``name``
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from certs import base64url
from certs.canonical import canonical, parse_canonical
from certs.errors import Base64Invalid, JsonInvalid
from certs.sdjwt.disclosures import read_disclosures
from certs.sdjwt.errors import CredentialError
from ledger.errors import Tampered
from ledger.stored.sealing import size_class

FORMAT = "mianti/fields/v1"
ISSUER_JWT = ""
KEY_BYTES = 32
SMALLEST_FIELD = 256
MAX_FIELDS = 256

_NONCE_BYTES = 12
_CONTEXT = FORMAT.encode("ascii") + b"\x00"


class FieldsInvalid(Tampered):
    """A sealed credential that does not open."""

    code = "fields"


class FieldsMalformed(FieldsInvalid):
    """Bytes that are no sealed credential of version 1, or a field that is not its disclosure."""

    code = "fields.malformed"


class FieldKey(FieldsInvalid):
    """This key opens nothing here: another file's, another field's, or the box was altered."""

    code = "fields.key"


def field_key(file_key: bytes, name: str) -> bytes:
    """Key of one field, 32 bytes; ``name`` is a claim name, or "" for the issuer's JWT."""
    if len(file_key) != KEY_BYTES:
        raise ValueError("a file key has 32 bytes")
    info = _CONTEXT + name.encode("utf-8")
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(file_key)


def seal_fields(
    issuer_jwt: str,
    disclosures: Mapping[str, str],
    file_key: bytes,
    file_id: str,
    randomness: Callable[[int], bytes],
) -> bytes:
    """The sealed credential; ``disclosures`` maps each claim name to its disclosure's text.

    ``file_key`` is 32 fresh random bytes. Raises FieldsMalformed for a token that is no JWT, or a
    disclosure that names another claim than the one it stands for.
    """
    if len(disclosures) >= MAX_FIELDS or not file_id:
        raise ValueError("a sealed credential has an id and at most 255 disclosures")
    _check(issuer_jwt, disclosures)
    fields: dict[bytes, bytes] = {}
    for name, text in {ISSUER_JWT: issuer_jwt, **disclosures}.items():
        key, nonce = field_key(file_key, name), randomness(_NONCE_BYTES)
        label = _label(key)
        fields[label] = nonce + AESGCM(key).encrypt(nonce, _padded(text), _context(file_id, label))
    return canonical(
        {
            "fields": [
                {"box": base64url.encode(box), "label": base64url.encode(label)}
                for label, box in sorted(fields.items())
            ],
            "format": FORMAT,
        }
    )


def open_fields(data: bytes, keys: Mapping[str, bytes], file_id: str) -> str:
    """The SD-JWT with the disclosures whose field keys are given, in the order of ``keys``.

    ``keys`` holds that of "" too. Signature and digests are for `verify_credential` to check.
    Raises FieldKey for a key that opens nothing, FieldsMalformed.
    """
    if ISSUER_JWT not in keys:
        raise FieldKey("the issuer's token has no key", name=ISSUER_JWT)
    boxes = _read(data)
    texts = {name: _opened(boxes, key, file_id, name) for name, key in keys.items()}
    issuer_jwt = texts.pop(ISSUER_JWT)
    _check(issuer_jwt, texts)
    return "~".join((issuer_jwt, *texts.values(), ""))


def count_fields(data: bytes) -> int:
    """How many fields a sealed credential has, which every holder of it can see."""
    return len(_read(data)) - 1  # and the issuer's JWT


def _opened(boxes: Mapping[bytes, bytes], key: bytes, file_id: str, name: str) -> str:
    if len(key) != KEY_BYTES:
        raise FieldKey("a field key has 32 bytes", name=name)
    label = _label(key)
    box = boxes.get(label, b"")
    try:
        padded = AESGCM(key).decrypt(
            box[:_NONCE_BYTES], box[_NONCE_BYTES:], _context(file_id, label)
        )
    except (InvalidTag, ValueError) as error:
        raise FieldKey("no field opens with this key", name=name) from error
    length = int.from_bytes(padded[:4], "big")
    try:
        text = padded[4 : 4 + length].decode("ascii")
    except UnicodeDecodeError as error:
        raise FieldsMalformed("a field is not ASCII text", name=name) from error
    if _padded(text) != padded:
        raise FieldsMalformed("a field is padded in another way", name=name)
    return text


def _read(data: bytes) -> dict[bytes, bytes]:
    """Box by label."""
    try:
        members = parse_canonical(data)
    except JsonInvalid as error:
        raise FieldsMalformed(f"sealed credential: {error}", reason=error.code) from error
    if not isinstance(members, dict) or members.keys() != {"fields", "format"}:
        raise FieldsMalformed("not the members of a sealed credential")
    listed = members["fields"]
    if members["format"] != FORMAT or not isinstance(listed, list) or len(listed) > MAX_FIELDS:
        raise FieldsMalformed("another format")
    boxes: dict[bytes, bytes] = {}
    for item in listed:
        if not isinstance(item, dict) or item.keys() != {"box", "label"}:
            raise FieldsMalformed("a field is {box, label}")
        box, label = item["box"], item["label"]
        if not isinstance(box, str) or not isinstance(label, str):
            raise FieldsMalformed("box and label are text")
        try:
            boxes[base64url.decode(label)] = base64url.decode(box)
        except Base64Invalid as error:
            raise FieldsMalformed("box or label is not base64url") from error
    if list(boxes) != sorted(boxes) or len(boxes) != len(listed):
        raise FieldsMalformed("fields are sorted by label, each once")
    return boxes


def _check(issuer_jwt: str, disclosures: Mapping[str, str]) -> None:
    if issuer_jwt.count(".") != 2 or "~" in issuer_jwt:
        raise FieldsMalformed("the issuer's token is no compact JWT")
    try:
        named, _ = read_disclosures(list(disclosures.values()))
    except CredentialError as error:
        raise FieldsMalformed(f"a field is no disclosure: {error}", reason=error.code) from error
    if named != dict(disclosures):
        raise FieldsMalformed("a disclosure stands under another claim's name")


def _padded(text: str) -> bytes:
    data = text.encode("ascii")
    framed = len(data).to_bytes(4, "big") + data
    return framed + bytes(size_class(len(framed), SMALLEST_FIELD) - len(framed))


def _label(key: bytes) -> bytes:
    return hmac.digest(key, b"label", "sha256")


def _context(file_id: str, label: bytes) -> bytes:
    return _CONTEXT + file_id.encode("utf-8") + label
