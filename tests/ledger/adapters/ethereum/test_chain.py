"""The contract suite of the Chain port, against the contracts on real nodes."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path

import pytest
from eth_utils.crypto import keccak

from ledger.adapters.ethereum.chain import EthereumChain
from ledger.adapters.ethereum.contracts import AGENCIES, CHECKPOINTS, CONTRACTS, STATUS, contract
from ledger.adapters.ethereum.moments import moment
from ledger.adapters.ethereum.refused_heads import (
    CheckpointAnchorOnly,
    CheckpointInconsistent,
    CheckpointNotNewer,
    LogUnknown,
    StatusPublisherOnly,
    StatusValidityPast,
    StatusValidityTooLong,
    StatusVersionNotNewer,
)
from ledger.adapters.ethereum.sending import address_of, transact
from ledger.ports import Chain, ChainHead, StatusHead
from tests.ledger.adapters.ethereum.world import (
    ANCHORING,
    BEGIN,
    CHAIN_ID,
    LIST,
    LOG,
    PUBLISHER,
    ForeignWorld,
    Log,
    World,
    publish,
    secret,
)


def test_identity_names_chain_genesis_and_the_code_that_was_compiled(chain: Chain) -> None:
    identity = chain.identity()
    assert identity.chain_id == CHAIN_ID
    assert set(identity.contracts) == set(CONTRACTS)
    assert identity.genesis.startswith("0x") and len(identity.genesis) == 66
    for name in CONTRACTS:
        assert identity.code_hashes[name] == contract(name).code_hash


def test_a_log_without_checkpoints_has_an_empty_head(chain: Chain, log_id: bytes) -> None:
    assert chain.head(log_id) == ChainHead(0, bytes(32), 0, None)
    assert chain.root_at(log_id, 1) is None


def test_a_published_checkpoint_is_the_head_and_can_be_read_at_its_size(
    chain: Chain, log_id: bytes
) -> None:
    log = Log().grow(5)
    anchor = publish(chain, log_id, 5, log.root, ())
    assert (anchor.size, anchor.root, anchor.chain_id) == (5, log.root, CHAIN_ID)
    assert anchor.contract == chain.identity().contracts[CHECKPOINTS]
    assert chain.root_at(log_id, 5) == anchor
    head = chain.head(log_id)
    assert head == ChainHead(5, log.root, anchor.block_number, anchor.block_time)
    assert chain.now() == anchor.block_time
    assert anchor.block_time.tzinfo is UTC


def test_checkpoints_extend_one_another_and_earlier_ones_stay(chain: Chain, log_id: bytes) -> None:
    log = Log()
    anchors = []
    for size in (1, 2, 3, 7, 8, 21):
        before = log.size
        log.grow(size - before)
        anchors.append(publish(chain, log_id, size, log.root, log.proof_from(before)))
    assert [chain.root_at(log_id, anchor.size) for anchor in anchors] == anchors
    assert chain.anchored_sizes(log_id) == [anchor.size for anchor in anchors]
    assert chain.anchored_sizes(bytes(32)) == []
    assert chain.root_at(log_id, 4) is None


def test_publishing_again_what_was_published_sends_nothing(chain: Chain, log_id: bytes) -> None:
    log = Log().grow(4)
    first = publish(chain, log_id, 4, log.root, ())
    later = publish(chain, log_id, 9, log.grow(5).root, log.proof_from(4))
    height = chain.head(log_id).block_number
    assert publish(chain, log_id, 4, first.root, ()) == first
    assert publish(chain, log_id, 9, log.root, ()) == later
    assert chain.head(log_id).block_number == height == later.block_number


def test_a_rewritten_history_is_refused(chain: Chain, log_id: bytes) -> None:
    log = Log().grow(6)
    publish(chain, log_id, 6, log.root, ())
    other = Log("rewritten").grow(10)
    with pytest.raises(CheckpointInconsistent) as refused:
        publish(chain, log_id, 10, other.root, other.proof_from(6))
    assert refused.value.code == "chain.checkpoint_inconsistent"
    with pytest.raises(CheckpointInconsistent):
        publish(chain, log_id, 6, other.root, ())
    assert chain.head(log_id).root == log.root


@pytest.mark.parametrize("spoilt", ["missing", "shorter", "longer", "swapped", "first"])
def test_a_wrong_consistency_proof_is_refused(chain: Chain, log_id: bytes, spoilt: str) -> None:
    log = Log().grow(5)
    proof: list[bytes] = []
    if spoilt == "first":
        proof = [bytes(32)]
    else:
        publish(chain, log_id, 5, log.root, ())
        good = list(log.grow(7).proof_from(5))
        proof = {
            "missing": [],
            "shorter": good[:-1],
            "longer": [*good, good[-1]],
            "swapped": [good[1], good[0], *good[2:]],
        }[spoilt]
    with pytest.raises(CheckpointInconsistent):
        publish(chain, log_id, log.size, log.root, proof)


def test_an_older_checkpoint_is_refused_with_both_sizes(chain: Chain, log_id: bytes) -> None:
    log = Log().grow(3)
    early = log.root
    publish(chain, log_id, 8, log.grow(5).root, ())
    with pytest.raises(CheckpointNotNewer) as refused:
        publish(chain, log_id, 3, early, ())
    assert (refused.value.current, refused.value.given) == (8, 3)
    assert str(refused.value) == "The chain holds size 8 of this log; size 3 is not newer."


def test_a_log_that_was_not_opened_is_refused(chain: Chain) -> None:
    with pytest.raises(LogUnknown):
        publish(chain, secret("no such log"), 1, bytes(32), ())


def test_another_key_than_the_anchoring_key_is_refused(
    place: World | ForeignWorld, log_id: bytes
) -> None:
    thief = EthereumChain(place.node, place.book, anchoring_key=secret("thief"))
    with pytest.raises(CheckpointAnchorOnly) as refused:
        publish(thief, log_id, 1, bytes(32), ())
    assert refused.value.anchor == address_of(ANCHORING).lower()


@pytest.mark.parametrize(
    ("size", "root", "proof"),
    [(-1, bytes(32), ()), (1 << 64, bytes(32), ()), (1, bytes(31), ()), (1, bytes(32), (b"x",))],
)
def test_wrong_use_is_a_value_error(
    chain: Chain, size: int, root: bytes, proof: tuple[bytes, ...]
) -> None:
    with pytest.raises(ValueError, match="bytes"):
        publish(chain, LOG, size, root, proof)


def test_status_lists_only_grow(chain: Chain) -> None:
    before = chain.status_head(LIST).version
    until = chain.now() + timedelta(days=1)
    head = chain.publish_status(LIST, before + 1, secret("digest"), until)
    wanted = StatusHead(before + 1, secret("digest"), until, head.published_at)
    assert head == wanted == chain.status_head(LIST)
    assert head.published_at is not None and head.published_at <= chain.now() < until
    assert chain.publish_status(LIST, before + 1, secret("digest"), until) == head
    with pytest.raises(StatusVersionNotNewer) as refused:
        chain.publish_status(LIST, before + 1, secret("another"), until)
    assert (refused.value.current, refused.value.given) == (before + 1, before + 1)
    with pytest.raises(StatusValidityPast):
        chain.publish_status(LIST, before + 2, secret("digest"), BEGIN - timedelta(days=1))


def test_no_list_serves_for_ever(standing: World) -> None:
    publish_list = contract(STATUS).functions["publish"]
    version = standing.chain.status_head(LIST).version + 1
    data = publish_list.encode(LIST, version, secret("d"), (1 << 40) - 1)
    with pytest.raises(StatusValidityTooLong):
        transact(standing.node, PUBLISHER, standing.book.contracts[STATUS], data)


def test_a_time_beyond_the_calendar_is_its_end() -> None:
    assert moment((1 << 40) - 1).year == 9999


def test_only_the_publisher_publishes_a_status_list(standing: World) -> None:
    thief = EthereumChain(standing.node, standing.book, status_keys={LIST: secret("thief")})
    until = standing.clock.at + timedelta(days=1)
    with pytest.raises(StatusPublisherOnly):
        thief.publish_status(LIST, 10_000, secret("digest"), until)
    with pytest.raises(ValueError, match="key"):
        thief.publish_status(secret("another list"), 1, secret("digest"), until)


def test_an_unassigned_status_list_has_no_version(chain: Chain) -> None:
    assert chain.status_head(secret("no such list")) == StatusHead(0, bytes(32), None, None)


def test_code_hashes_are_of_the_code_on_chain(standing: World) -> None:
    place = standing.book.contracts[STATUS]
    (code,) = standing.node.ask(("eth_getCode", [place, "latest"]))
    assert standing.book.code_hashes[STATUS] == "0x" + keccak(hexstr=code).hex()
    assert standing.book.code_hashes[AGENCIES] != standing.book.code_hashes[STATUS]


def test_nothing_of_a_founded_chain_lies_outside_its_folder(standing: World) -> None:
    names = {path.name for path in Path(standing.folder).iterdir()}
    assert names <= {"journal", "lock", "node.json", "state", "cache"}
