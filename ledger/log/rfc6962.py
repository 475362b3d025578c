"""The hashes of RFC 6962 §2.1 with SHA-256, and what can be wrong with a proof.

leaf hash = SHA-256(0x00 ‖ data); inner node = SHA-256(0x01 ‖ left ‖ right); the root of the empty
tree is SHA-256 of nothing. Every hash has 32 bytes.

    ProofInvalid            merkle
    ├── IndexInvalid        merkle.index
    ├── SizeInvalid         merkle.size
    ├── HashInvalid         merkle.hash
    ├── ProofLength         merkle.proof_length
    └── RootMismatch        merkle.root_mismatch   carries both roots
"""

from __future__ import annotations

from hashlib import sha256

from ledger.errors import LedgerError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


class ProofInvalid(LedgerError):
    """The proof does not show what it is said to show."""

    code = "merkle"


class IndexInvalid(ProofInvalid):
    """No such leaf: ``index`` is negative or not below ``size``."""

    code = "merkle.index"


class SizeInvalid(ProofInvalid):
    """Tree sizes that no proof can be about: negative, empty, or shrinking."""

    code = "merkle.size"


class HashInvalid(ProofInvalid):
    """A leaf hash or proof element that has not 32 bytes."""

    code = "merkle.hash"


class ProofLength(ProofInvalid):
    """A proof for this position has exactly ``expected`` hashes; this one has ``given``."""

    code = "merkle.proof_length"


class RootMismatch(ProofInvalid):
    """The proof leads to root ``calculated``, not to ``expected``."""

    code = "merkle.root_mismatch"


def leaf_hash(data: bytes) -> bytes:
    """Leaf hash of the leaf data."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of the inner node over two children."""
    return sha256(b"\x01" + left + right).digest()
