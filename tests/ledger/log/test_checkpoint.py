"""Checkpoints and signed notes: foreign examples, named defects, every changed byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from certs import keys
from ledger.log.checkpoint import (
    COSIGNATURE,
    Checkpoint,
    CheckpointError,
    CheckpointMalformed,
    NoteError,
    NoteKey,
    NoteMalformed,
    VkeyInvalid,
    checkpoint_text,
    cosign_note,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    sign_checkpoint,
    sign_note,
    with_signatures,
)

FOLDER = Path(__file__).parents[2] / "vectors" / "checkpoint"
FOREIGN = json.loads((FOLDER / "foreign.json").read_bytes())
REFUSED = json.loads((FOLDER / "refused.json").read_bytes())["cases"]
ORIGIN = "mianti.example/log"
LOG = keys.generate_ed25519()
LOG_KEY = NoteKey.of(ORIGIN, LOG)
WITNESS = keys.generate_ed25519()
WITNESS_KEY = NoteKey.of("witness.example/w", WITNESS, COSIGNATURE)
CHECKPOINT = Checkpoint(ORIGIN, 300, bytes(range(32)))


@pytest.mark.parametrize("vector", FOREIGN["checkpoints"], ids=lambda vector: vector["name"])
def test_foreign_checkpoint_opens(vector: dict[str, Any]) -> None:
    note = vector["note"].encode()
    arguments = note, ORIGIN, FOREIGN["vkey"], FOREIGN["witnesses"], vector["cosigned"]
    for only_known in (False, True):
        opened = open_checkpoint(*arguments, only_known=only_known)
        assert (opened.size, opened.root.hex()) == (vector["size"], vector["root_hex"])
    assert checkpoint_text(opened) == vector["note"].split("\n\n")[0] + "\n"


def test_foreign_vkeys_survive() -> None:
    for vkey in (FOREIGN["vkey"], *FOREIGN["witnesses"]):
        assert NoteKey.parse(vkey).vkey == vkey


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_refused(case: dict[str, Any]) -> None:
    with pytest.raises((NoteError, CheckpointError)) as error:
        open_checkpoint(
            case["note"].encode(),
            case["origin"],
            case["vkey"],
            case["witnesses"],
            case["quorum"],
            only_known=case["only_known"],
        )
    assert error.value.code == case["code"]


def test_our_own_checkpoint_opens() -> None:
    note = sign_checkpoint(CHECKPOINT, LOG)
    assert open_checkpoint(note, ORIGIN, LOG_KEY) == CHECKPOINT
    assert open_checkpoint(note, ORIGIN, LOG_KEY.vkey) == CHECKPOINT
    cosigned = cosign_note(note, WITNESS_KEY.name, WITNESS, 1_760_000_000)
    assert cosigned.startswith(note)
    assert open_checkpoint(cosigned, ORIGIN, LOG_KEY, [WITNESS_KEY], 1, only_known=True)
    times = {s.key: s.time for s in open_note(cosigned, [LOG_KEY, WITNESS_KEY]).signatures}
    assert times == {LOG_KEY: None, WITNESS_KEY: 1_760_000_000}


def test_a_witness_answer_is_added() -> None:
    note = sign_checkpoint(CHECKPOINT, LOG)
    answer = cosign_note(note, WITNESS_KEY.name, WITNESS, 1)[len(note) :]
    assert with_signatures(note, answer) == note + answer
    for wrong in (b"\n" + answer, answer[:-1], b"garbage\n", b"x\n\n" + answer):
        with pytest.raises(NoteMalformed):
            with_signatures(note, wrong)


def test_any_changed_byte_of_a_note_with_known_lines_only_is_refused() -> None:
    note = cosign_note(sign_checkpoint(CHECKPOINT, LOG), WITNESS_KEY.name, WITNESS, 1)
    for position in range(len(note)):
        for spoilt in (
            note[:position] + bytes([note[position] ^ 1]) + note[position + 1 :],
            note[:position] + note[position + 1 :],
            note[:position] + b"A" + note[position:],
        ):
            with pytest.raises((NoteError, CheckpointError)):
                open_checkpoint(spoilt, ORIGIN, LOG_KEY, [WITNESS_KEY], 1, only_known=True)


def test_unknown_lines_are_passed_over_otherwise() -> None:
    stranger = NoteKey.of(ORIGIN, WITNESS)
    both = sign_checkpoint(CHECKPOINT, LOG) + sign_checkpoint(CHECKPOINT, WITNESS).split(b"\n\n")[1]
    assert open_checkpoint(both, ORIGIN, LOG_KEY) == CHECKPOINT
    assert open_checkpoint(both, ORIGIN, stranger) == CHECKPOINT


def test_text_with_blank_lines_is_a_note() -> None:
    note = sign_note("one\n\ntwo\n", "signer", LOG)
    assert open_note(note, [NoteKey.of("signer", LOG)]).text == "one\n\ntwo\n"


@pytest.mark.parametrize("text", ["", "no newline", "a\x00b\n"])
def test_text_that_no_note_holds_is_not_signed(text: str) -> None:
    with pytest.raises(NoteMalformed):
        sign_note(text, "signer", LOG)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "no\u00a0break"])
def test_names_that_no_key_has(name: str) -> None:
    with pytest.raises(VkeyInvalid):
        NoteKey.of(name, LOG)


@pytest.mark.parametrize(
    "values",
    [
        ("", 1, bytes(32)),
        ("a\nb", 1, bytes(32)),
        (ORIGIN, -1, bytes(32)),
        (ORIGIN, 1, bytes(31)),
        (ORIGIN, 2**63, bytes(32)),
        (ORIGIN, 1, bytes(32), ("",)),
    ],
)
def test_values_that_no_checkpoint_has(values: Any) -> None:
    with pytest.raises(CheckpointMalformed):
        Checkpoint(*values)


def test_text_survives() -> None:
    extended = Checkpoint(ORIGIN, 0, bytes(32), ("one", "two 二"))
    assert parse_checkpoint(checkpoint_text(extended)) == extended
