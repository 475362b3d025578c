"""Chain evidence for offline use: signed notes in which the log's key vouches for what it read.

    <origin>/anchor ⏎ <canonical JSON, one line> ⏎ ⏎ — signature by the log's key
    <origin>/snapshot ⏎ <canonical JSON, one line> ⏎ ⏎ — signature by the log's key

Neither can be taken for a checkpoint: that has a decimal number on its second line. There is one
way to write each, and no line by another key may stand in it. What such a note is worth is the log
key's word about the chain; whoever can ask a node compares.

    EvidenceInvalid         evidence
    ├── AnchorMalformed     anchor.malformed
    ├── SnapshotMalformed   snapshot.malformed  (ledger/log/snapshot.py)
    └── EvidenceOrigin      evidence.origin     a note of another log, or of another kind
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from certs import base64url, keys
from certs.canonical import Json, canonical, parse_canonical
from certs.errors import JsonInvalid
from certs.shapes import Misshapen, Shape, written_time
from ledger.errors import LedgerError
from ledger.log.note import ED25519, NoteKey, VkeyInvalid, open_note, sign_note
from ledger.ports import Anchor

HEX_32 = r"0x[0-9a-f]{64}"
_HEX_20 = r"0x[0-9a-f]{40}"


class EvidenceInvalid(LedgerError):
    """A note about the chain that is not to be believed."""

    code = "evidence"


class AnchorMalformed(EvidenceInvalid):
    """The note's text is no anchor of version 1."""

    code = "anchor.malformed"


class EvidenceOrigin(EvidenceInvalid):
    """The note begins with ``found``, not with ``expected``."""

    code = "evidence.origin"


@dataclass(frozen=True, slots=True)
class ChainAnchor:
    """An anchor and where it stands: hash of block 0 and the log's id on chain, both 0x hex."""

    anchor: Anchor
    genesis: str
    log_id: str


def anchor_note(known: ChainAnchor, origin: str, private: keys.Ed25519Private) -> bytes:
    """The log's word for an anchor; addresses are written in lower case.

    Raises AnchorMalformed for values that the note cannot carry.
    """
    anchor = known.anchor
    members: dict[str, Json] = {
        "block_hash": anchor.block_hash.lower(),
        "block_number": anchor.block_number,
        "block_time": written_time(anchor.block_time),
        "chain_id": anchor.chain_id,
        "contract": anchor.contract.lower(),
        "genesis": known.genesis.lower(),
        "log_id": known.log_id.lower(),
        "root": base64url.encode(anchor.root),
        "size": anchor.size,
        "transaction": anchor.transaction.lower(),
        "v": 1,
    }
    _anchor(Shape(members, "anchor"))  # one set of rules: what cannot be read is not written
    return signed_note("anchor", members, origin, private)


def open_anchor_note(note: bytes, origin: str, vkey: str | NoteKey) -> ChainAnchor:
    """The anchor that the key of the log ``origin`` vouches for.

    Raises what `ledger.log.note.open_note` raises, EvidenceOrigin, AnchorMalformed.
    """
    return _anchor(opened_note(AnchorMalformed, note, origin, "anchor", vkey))


def signed_note(
    kind: str, members: Mapping[str, Json], origin: str, private: keys.Ed25519Private
) -> bytes:
    """A note of one kind of evidence: its first line, then the members as one line."""
    return sign_note(f"{origin}/{kind}\n{canonical(members).decode()}\n", origin, private)


def opened_note(
    refused: type[EvidenceInvalid], note: bytes, origin: str, kind: str, vkey: str | NoteKey
) -> Shape:
    """Members of a note that `signed_note` made; ``refused`` is raised for other JSON."""
    key = NoteKey.parse(vkey) if isinstance(vkey, str) else vkey
    if key.type != ED25519 or key.name != origin:
        raise VkeyInvalid("the key is not the log's own", name=key.name)
    first, _, rest = open_note(note, [key], only_known=True).text.partition("\n")
    if first != f"{origin}/{kind}":
        raise EvidenceOrigin("another kind of note", found=first, expected=f"{origin}/{kind}")
    try:
        return Shape(parse_canonical(rest.removesuffix("\n").encode()), kind)
    except JsonInvalid as error:
        raise refused(f"{kind}: {error}", reason=error.code) from error


def _anchor(shape: Shape) -> ChainAnchor:
    try:
        shape.members(
            "block_hash", "block_number", "block_time", "chain_id", "contract", "genesis",
            "log_id", "root", "size", "transaction", "v",
        )  # fmt: skip
        shape["v"].integer(1, 1)
        return ChainAnchor(
            Anchor(
                size=shape["size"].integer(1),
                root=hash_of(shape["root"]),
                chain_id=shape["chain_id"].integer(1),
                contract=shape["contract"].text(_HEX_20),
                transaction=shape["transaction"].text(HEX_32),
                block_number=shape["block_number"].integer(),
                block_hash=shape["block_hash"].text(HEX_32),
                block_time=shape["block_time"].time(),
            ),
            genesis=shape["genesis"].text(HEX_32),
            log_id=shape["log_id"].text(HEX_32),
        )
    except Misshapen as error:
        raise AnchorMalformed(str(error), reason=error.code) from error


def hash_of(shape: Shape) -> bytes:
    """32 bytes; raises Misshapen."""
    data = shape.data()
    if len(data) != 32:
        raise Misshapen("a hash has 32 bytes")
    return data
