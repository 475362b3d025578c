"""Operations of the conformance driver that are one function of the product each.

| op | fields | ok means |
|---|---|---|
| ``json_parse`` | ``bytes_hex`` (≤ 1 MiB) | the strict JSON door takes it |
| ``canon`` | ``bytes_hex`` | RFC 8785 form in ``out_hex`` |
| ``merkle_root`` | ``leaves_hex[]`` (leaf data) | root in ``out_hex``; of none SHA-256 of nothing |
| ``merkle_incl`` | ``index,size,leaf_hash_hex,proof_hex[],root_hex`` | verifies |
| ``merkle_cons`` | ``size1,size2,root1_hex,root2_hex,proof_hex[]`` | verifies; 0 < size1 ≤ size2 |
| ``checkpoint_verify`` | ``note,vkey,witnesses[],quorum`` | signed, cosigned, of this log |
| ``verify_sig`` | ``alg,sigfmt,spki_der_hex,msg_hex,sig_hex`` | verifies |
| ``jws_verify`` | ``token,jwk,algs[]`` | verifies (payload in ``out_hex``) |
| ``aead_open`` | ``alg,key_hex,nonce_hex,aad_hex,ct_hex,tag_hex`` | opens (``out_hex``) |
| ``x509_path`` | ``leaf_der_hex,intermediates[],roots[],at,crls[]`` | a path for documents |
| ``pdf_verify`` | ``pdf_hex,roots[],at,crls[]`` | one revision, full coverage, seal valid |
| ``cid_of`` | ``bytes_hex`` | our CID in ``out`` |
| ``cid_check`` | ``cid,bytes_hex`` | it is the bytes' CID |

``checkpoint_verify``: the origin is the key's name, or ``origin`` where given; with ``only_known``
true no line by another key may stand there. ``aead_open``: A128GCM, A192GCM and A256GCM, nonces of
8 to 128 bytes, tags of 16.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.conform.fields import Fields, NotOffered
from certs import canonical, jws
from certs.errors import Coded
from certs.pades.seal import verify_seal
from certs.signature import verify_signature
from certs.x509.certificate import load_certificate
from certs.x509.path import validate_path
from ledger.log import merkle
from ledger.log.checkpoint import NoteKey, open_checkpoint
from ledger.stored.cid import CidHasher, CidMismatch, parse_cid

Answer = dict[str, str]
Operation = Callable[[Fields], Answer]

_KEY_BYTES = MappingProxyType({"A128GCM": 16, "A192GCM": 24, "A256GCM": 32})
_NONCE_BYTES = range(8, 129)
_TAG_BYTES = 16


class AeadKey(Coded):
    """A key of another length than the algorithm's."""

    code = "aead.key"


class AeadOpen(Coded):
    """The ciphertext does not open: other key, nonce or data, or altered."""

    code = "aead.open"


def _json_parse(fields: Fields) -> Answer:
    canonical.parse(fields.octets("bytes_hex"), integers_only=False)
    return {}


def _canon(fields: Fields) -> Answer:
    value = canonical.parse(fields.octets("bytes_hex"), integers_only=False)
    return {"out_hex": canonical.canonical(value).hex()}


def _merkle_root(fields: Fields) -> Answer:
    leaves = fields.octets_list("leaves_hex")
    return {"out_hex": merkle.root(merkle.leaf_hashes(leaves)).hex()}


def _merkle_incl(fields: Fields) -> Answer:
    merkle.verify_inclusion(
        fields.number("index"),
        fields.number("size"),
        fields.octets("leaf_hash_hex"),
        fields.octets_list("proof_hex"),
        fields.octets("root_hex"),
    )
    return {}


def _merkle_cons(fields: Fields) -> Answer:
    merkle.verify_consistency(
        fields.number("size1"),
        fields.number("size2"),
        fields.octets("root1_hex"),
        fields.octets("root2_hex"),
        fields.octets_list("proof_hex"),
    )
    return {}


def _checkpoint_verify(fields: Fields) -> Answer:
    key = NoteKey.parse(fields.text("vkey"))
    open_checkpoint(
        fields.text("note").encode(),
        fields.text("origin") if "origin" in fields else key.name,
        key,
        fields.texts("witnesses"),
        fields.number("quorum", 0),
        only_known=fields.flag("only_known"),
    )
    return {}


def _verify_sig(fields: Fields) -> Answer:
    verify_signature(
        fields.text("alg"),
        fields.text("sigfmt") if "sigfmt" in fields else None,
        fields.octets("spki_der_hex"),
        fields.octets("msg_hex"),
        fields.octets("sig_hex"),
    )
    return {}


def _jws_verify(fields: Fields) -> Answer:
    verified = jws.verify(fields.text("token"), fields.members("jwk"), fields.texts("algs"))
    return {"out_hex": verified.payload.hex()}


def _aead_open(fields: Fields) -> Answer:
    alg = fields.text("alg")
    key, nonce, tag = fields.octets("key_hex"), fields.octets("nonce_hex"), fields.octets("tag_hex")
    aad, ciphertext = fields.octets("aad_hex"), fields.octets("ct_hex")
    if alg not in _KEY_BYTES or len(nonce) not in _NONCE_BYTES:
        raise NotOffered("no such algorithm, or not with this nonce", alg=alg, nonce=len(nonce))
    if len(key) != _KEY_BYTES[alg]:
        raise AeadKey("the key has another length", alg=alg, size=len(key))
    if len(tag) != _TAG_BYTES:
        raise AeadOpen("the tag has 16 bytes", size=len(tag))
    try:
        return {"out_hex": AESGCM(key).decrypt(nonce, ciphertext + tag, aad).hex()}
    except InvalidTag as error:
        raise AeadOpen("the ciphertext does not open") from error


def _x509_path(fields: Fields) -> Answer:
    validate_path(
        fields.octets("leaf_der_hex"),
        fields.octets_list("intermediates", required=False),
        fields.octets_list("roots"),
        fields.moment("at"),
        fields.octets_list("crls", required=False),
    )
    return {}


def _pdf_verify(fields: Fields) -> Answer:
    verify_seal(
        fields.octets("pdf_hex"),
        [load_certificate(root) for root in fields.octets_list("roots")],
        fields.moment("at"),
        fields.octets_list("crls", required=False),
    )
    return {}


def _cid_of(fields: Fields) -> Answer:
    return {"out": _own_cid(fields.octets("bytes_hex"))}


def _cid_check(fields: Fields) -> Answer:
    named = str(parse_cid(fields.text("cid")))
    if _own_cid(fields.octets("bytes_hex")) != named:
        raise CidMismatch("the bytes are not those of the CID", cid=named)
    return {}


def _own_cid(data: bytes) -> str:
    hasher = CidHasher()
    hasher.update(data)
    return hasher.cid()


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "json_parse": _json_parse,
        "canon": _canon,
        "merkle_root": _merkle_root,
        "merkle_incl": _merkle_incl,
        "merkle_cons": _merkle_cons,
        "checkpoint_verify": _checkpoint_verify,
        "verify_sig": _verify_sig,
        "jws_verify": _jws_verify,
        "aead_open": _aead_open,
        "x509_path": _x509_path,
        "pdf_verify": _pdf_verify,
        "cid_of": _cid_of,
        "cid_check": _cid_check,
    }
)
