"""What goes with a release so that it can be shown later: signed answers, and receipts.

A receipt shows all that its entry says. So there is one of the release itself, of each answer, and
of each file that was released whole; for single fields there is none, since it would show more of
the licence than these fields.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.session import Session, write_file

if TYPE_CHECKING:
    from ledger.flows.reading.release import Released
    from ledger.platform import Platform


def write_answers(released: Released, out: Path) -> list[dict[str, Any]]:
    """Each signed answer below ``out``, as ``LICENCE.facts.jws``. Raises FileUnreadable."""
    written = []
    for one in released.answers:
        path = out / f"{_name(one.object)}.facts.jws"
        write_file(path, one.token.encode("ascii"))
        answers = {name: told.value for name, told in one.answers.items()}
        written.append({"object": one.object, "answers": answers, "file": str(path)})
    return written


def write_receipts(platform: Platform, released: Released, out: Path) -> list[str]:
    """``release.tlog-proof``, and one beside each answer and whole file. Raises FileUnreadable."""
    from ledger.flows.evidence.receipt import receipt_of

    entries = {"release": released.entry.index}
    entries |= {f"{_name(one.object)}.facts": one.entry for one in released.answers}
    entries |= {_name(one.object): one.entry_index for one in released.wanted if not one.fields}
    written = []
    for name, index in entries.items():
        path = out / f"{name}.tlog-proof"
        write_file(path, receipt_of(platform, index))
        written.append(str(path))
    return written


def answer_lines(session: Session, platform: Platform, released: Released) -> list[str]:
    """``  holds a valid food permit: yes``, a line each fact."""
    lines = []
    for one in released.answers:
        for name, told in one.answers.items():
            fact = platform.catalogue.fact(name)
            asked = session.pick(fact.zh, fact.en)
            lines.append(session.say("fact.line", fact=asked, answer=session.say(f"fact.{told}")))
    return lines


def _name(object: str) -> str:
    return object.partition(":")[2]
