"""An attester signs what it has followed, and nothing else; it remembers over a restart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from eth_account import Account

from ledger.adapters.attesting import AttesterFile, AttestersAway, HeadRefused, OwnAttesters
from ledger.log import merkle
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.note import NoteUnsigned
from ledger.ports import Anchor, Chain
from tests.ledger.world import World
from tests.ledger.world_names import ed, seed

KEYS = tuple(seed(f"attester {n}") for n in range(3))


class Registry:
    """What an attester asks of the chain: what it signs, and which log a new one continues."""

    def __init__(self) -> None:
        self.before: dict[bytes, tuple[bytes, int]] = {}
        self.roots: dict[tuple[bytes, int], bytes] = {}

    def checkpoint_digest(self, log_id: bytes, size: int, root: bytes) -> bytes:
        return merkle.leaf_hash(log_id + size.to_bytes(8, "big") + root)

    def predecessor(self, log_id: bytes) -> tuple[bytes, int] | None:
        return self.before.get(log_id)

    def root_at(self, log_id: bytes, size: int) -> Anchor | None:
        root = self.roots.get((log_id, size))
        return None if root is None else cast(Anchor, SimpleNamespace(root=root))


class Tree:
    """Leaves whose heads the world's log signs."""

    def __init__(self, world: World, name: str = "a", count: int = 12) -> None:
        self.world = world
        self.leaves = merkle.leaf_hashes([f"{name} {n}".encode() for n in range(count)])

    def note(self, size: int, origin: str | None = None) -> bytes:
        origin = origin or self.world.origin
        head = Checkpoint(origin, size, merkle.root(self.leaves[:size]))
        return sign_checkpoint(head, ed(f"{self.world.name}/log"))

    def proof(self, old: int, new: int) -> Sequence[bytes]:
        return merkle.consistency_proof(old, self.leaves[:new])


@pytest.fixture
def tree() -> Tree:
    return Tree(World("attested"))


def attester(
    tree: Tree, folder: Path, n: int = 0, registry: Registry | None = None
) -> AttesterFile:
    chain = cast(Chain, registry or Registry())
    return AttesterFile(KEYS[n], folder / f"{n}.json", chain, lambda: tree.world.trust)


def test_heads_that_extend_each_other_are_signed(tree: Tree, tmp_path: Path) -> None:
    one = attester(tree, tmp_path)
    for size in (3, 3, 7, 5, 12):  # an older head again is of the same history
        signed = one.attest(tree.note(size), tree.proof)
        log_id = tree.world.trust.logs[0].log_id
        digest = Registry().checkpoint_digest(
            bytes.fromhex(log_id[2:]), size, merkle.root(tree.leaves[:size])
        )
        assert Account._recover_hash(digest, signature=signed) == one.address


def test_another_history_is_refused_also_after_a_restart(tree: Tree, tmp_path: Path) -> None:
    attester(tree, tmp_path).attest(tree.note(5), tree.proof)
    fork = Tree(tree.world, "b")
    for note, proof in (
        (fork.note(5), fork.proof),
        (fork.note(9), fork.proof),
        (fork.note(3), fork.proof),
    ):
        with pytest.raises(HeadRefused) as refused:
            attester(tree, tmp_path).attest(note, proof)
        assert refused.value.known == 5
    attester(tree, tmp_path).attest(tree.note(9), tree.proof)


def test_only_the_log_s_own_key_and_a_known_log_count(tree: Tree, tmp_path: Path) -> None:
    forged = sign_checkpoint(
        Checkpoint(tree.world.origin, 3, merkle.root(tree.leaves[:3])), ed("a thief")
    )
    with pytest.raises(NoteUnsigned):
        attester(tree, tmp_path).attest(forged, tree.proof)
    with pytest.raises(HeadRefused):
        attester(tree, tmp_path).attest(tree.note(3, "elsewhere.example/log"), tree.proof)


def test_a_memory_that_cannot_be_read_signs_nothing(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "0.json").write_text("{")
    with pytest.raises(HeadRefused, match="memory"):
        attester(tree, tmp_path).attest(tree.note(3), tree.proof)


def test_a_log_that_continues_another_begins_at_its_last_good_head(
    tree: Tree, tmp_path: Path
) -> None:
    registry = Registry()
    ours = bytes.fromhex(tree.world.trust.logs[0].log_id[2:])
    before = seed("the log before")
    registry.before[ours] = (before, 4)
    with pytest.raises(HeadRefused):
        attester(tree, tmp_path, 0, registry).attest(tree.note(6), tree.proof)
    registry.roots[before, 4] = merkle.root(Tree(tree.world, "b").leaves[:4])
    with pytest.raises(HeadRefused):
        attester(tree, tmp_path, 0, registry).attest(tree.note(6), tree.proof)
    registry.roots[before, 4] = merkle.root(tree.leaves[:4])
    attester(tree, tmp_path, 0, registry).attest(tree.note(6), tree.proof)


def test_as_many_sign_as_the_registry_asks_for(tree: Tree, tmp_path: Path) -> None:
    all_three = [attester(tree, tmp_path, n) for n in range(3)]
    assert len(OwnAttesters(all_three, lambda: 2).attest(tree.note(3), tree.proof)) == 2
    with pytest.raises(AttestersAway):
        OwnAttesters(all_three, lambda: 4).attest(tree.note(3), tree.proof)
    # One that was led astray does not stop the others.
    (tmp_path / "0.json").write_text("{")
    signed = OwnAttesters(all_three, lambda: 2).attest(tree.note(5), tree.proof)
    assert len(signed) == 2
    (tmp_path / "1.json").write_text("{")
    with pytest.raises(HeadRefused):
        OwnAttesters(all_three, lambda: 2).attest(tree.note(5), tree.proof)
