"""The key store's file against the log and against its own signatures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from certs.canonical import parse
from certs.envelope import parse_envelope, verify_signature
from certs.errors import CertsError
from ledger.adapters.keystore_file import SecretsDatabase
from ledger.errors import LedgerError
from ledger.log.entry import parse_leaf
from ledger.log.rfc6962 import leaf_hash
from ledger.log.subtrees import CompactRange

Wrong = tuple[str, str]
"""(where: table and row, what is wrong)."""
_SIGNED = (
    ("uses", "SELECT consent, n, release, attestation FROM uses", ("consent", "n", "release")),
    (
        "basis_uses",
        "SELECT basis, n, release, attestation FROM basis_uses",
        ("basis", "n", "release"),
    ),
    ("withdrawals", "SELECT consent, acknowledgement FROM withdrawals", ("consent",)),
)


def audited_keys(db: SecretsDatabase, wrapping: bytes) -> Iterator[Wrong]:
    """Each kept key opens. That it is its own file's key only the file can tell."""
    for file_id, wrapped in db.all("SELECT file, wrapped FROM file_keys"):
        if wrapped is not None:
            try:
                aes_key_unwrap(wrapping, wrapped)
            except (InvalidUnwrap, ValueError):
                yield f"file_keys {file_id}", "the kept key does not open"


def audited_log(
    db: SecretsDatabase, leaves: Sequence[bytes], origins: Sequence[str]
) -> Iterator[Wrong]:
    """What was followed is the log of these leaves, up to where it was followed, under one of these
    names."""
    for (origin,) in db.all("SELECT origin FROM origins"):
        if origin not in origins:
            yield "origins 1", "another log was followed"
    row = db.one("SELECT range FROM followed WHERE id = 1")
    try:
        followed = CompactRange.decode(bytes(row[0] or b"")) if row else CompactRange()
    except LedgerError:
        yield "followed 1", "it cannot be read"
        followed = CompactRange()
    roots = dict(db.all("SELECT size, root FROM heads"))
    known = dict(db.all("SELECT tag, idx FROM tags"))
    size = max(followed.size, max(roots, default=0))
    tree = CompactRange()
    at_size = {0: tree}
    tags: dict[bytes, int] = {}
    for index, leaf in enumerate(leaves[:size]):
        tree = tree.append(leaf_hash(leaf))
        at_size[tree.size] = tree
        tags.setdefault(parse_leaf(leaf).tag, index)
    for head, root in sorted(roots.items()):
        if head not in at_size or at_size[head].root() != root:
            yield f"heads {head}", "the log has no such head, or another"
    if at_size.get(followed.size) != followed or followed.size != max(roots, default=0):
        yield "followed 1", "the log followed so far is another"
    for tag in sorted(known.keys() | tags.keys()):
        if known.get(tag) != tags.get(tag):
            yield f"tags {tag.hex()}", "the tag is not where the leaves have it"


def audited_signatures(db: SecretsDatabase, public: Ed25519PublicKey) -> Iterator[Wrong]:
    """Each use and each withdrawal is the one that the key store signed."""
    for table, question, columns in _SIGNED:
        for *values, signed in db.all(question):
            where = " ".join((table, *map(str, values)))
            try:
                envelope = parse_envelope(bytes(signed))
                verify_signature(envelope, envelope.signatures[0], public)
                said = parse(envelope.payload)
            except CertsError:
                yield where, "its signature does not hold"
                continue
            if not isinstance(said, dict) or [said.get(name) for name in columns] != values:
                yield where, "the row is not what was signed"


def audited_memory(
    db: SecretsDatabase,
    withdrawn: Collection[str],
    used: Collection[tuple[str, int, str]],
    heads: Collection[int] | None,
) -> Iterator[Wrong]:
    """Nothing that the log shows as withdrawn or handed over has been forgotten here, and no
    checkpoint that was followed has been forgotten there."""
    followed = {int(row[0]) for row in db.all("SELECT size FROM heads")}
    for size in sorted(followed - set(followed if heads is None else heads)):
        yield f"heads {size}", "the log's own store has no such checkpoint any more"
    known = {str(row[0]) for row in db.all("SELECT consent FROM withdrawals")}
    for consent in sorted(set(withdrawn) - known):
        yield f"withdrawals {consent}", "a withdrawal that the log holds was forgotten"
    rows = [row for _, question, columns in _SIGNED if "n" in columns for row in db.all(question)]
    handed = {(str(ground), int(n), str(release)) for ground, n, release, _ in rows}
    for ground, n, release in sorted(set(used) - handed):
        table = "basis_uses" if ground.startswith("bas_") else "uses"
        yield f"{table} {ground} {n}", f"the hand-over of {release} was forgotten"
