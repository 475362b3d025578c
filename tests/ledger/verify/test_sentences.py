"""Every code that a check can carry has its sentences, in Chinese and in English."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import certs
import ledger
from certs.errors import Coded
from ledger.log.statement import SIGNERS
from ledger.verify.sentences import sentence, sentences

FOLDER = Path(ledger.__file__).parent
STEPS = [*sorted((FOLDER / "verify/steps").glob("*.py")), *sorted((FOLDER / "bundle").glob("*.py")),
         FOLDER / "verify/verifier.py"]  # fmt: skip
CODE = re.compile(r"[a-z_]+\.(?!json|txt)[a-z_]+")
# Families that no step can meet: engines, look-ups, and what only writers raise.
ELSEWHERE = ("hpke", "identifier", "ledger", "certs", "not_found", "conflict", "refused",
             "malformed", "unauthorised", "tampered", "pushback", "store", "chain", "log.busy",
             "layout.characters_missing", "layout.overflow", "error")  # fmt: skip
LEAVES = ("log.bodies", "log.body_forms", "consent.basis", "log.checkpoint", "bundle", "ids",
          "log.entry", "log.evidence", "log.merkle", "log.note", "log.receipt", "log.snapshot",
          "log.statement", "bundle.bundle", "bundle.container")  # fmt: skip


def stated_codes() -> Iterator[str]:
    """Codes written in the steps themselves: dotted texts that are no kind of statement."""
    for path in STEPS:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and CODE.fullmatch(value) and value not in SIGNERS:
                yield value


def leaf_codes() -> Iterator[str]:
    """Codes of typed errors that leaf functions raise."""
    for module in pkgutil.walk_packages(certs.__path__, "certs."):
        importlib.import_module(module.name)
    for name in LEAVES:
        importlib.import_module(f"ledger.{name}")
    waiting: list[type[Coded]] = [Coded]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        ours = error.__module__.startswith(("certs.", *(f"ledger.{name}" for name in LEAVES)))
        if ours and not error.code.startswith(ELSEWHERE):
            yield error.code


CODES = sorted({*stated_codes(), *leaf_codes()})


def test_the_steps_state_codes() -> None:
    assert {"receipt.absent", "status.revoked", "file.digest", "path.holds"} <= set(CODES)
    assert len(CODES) > 150


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_sentences(code: str) -> None:
    zh, en = sentence(code)
    assert (zh, en) != sentences()["unknown"]
    family = code.partition(".")[0]
    assert code in sentences() or family in ("json", "jws", "base64url", "x5c", "credential",
                                             "container", "id")  # fmt: skip


@pytest.mark.parametrize("code", sorted(sentences()))
def test_sentences_are_sentences(code: str) -> None:
    zh, en = sentences()[code]
    assert zh.endswith("。") and any("\u4e00" <= letter <= "\u9fff" for letter in zh)
    assert en.endswith(".") and en.isascii() and en[0].isupper()


def test_an_unknown_code_says_so_and_a_family_speaks_for_its_members() -> None:
    assert sentence("no.such") == sentences()["unknown"]
    assert sentence("json.depth") == sentences()["json"]
