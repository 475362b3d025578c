"""Deposit: a submitted material goes into the same custody as a licence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from certs.canonical import parse
from ledger.errors import Malformed, NotFound
from ledger.flows.door.comparing import check_stated, compared
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.statements import own_statement
from ledger.flows.library.files import Kept, forgotten_if_refused, keep
from ledger.flows.library.same_file import same_file, same_file_rows
from ledger.flows.matters.cases import CaseClosed
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.platform import Platform
from ledger.ports import Expect, Scalar
from ledger.reuse.documents import Channel, Grade
from ledger.stored.media import FileProbe
from ledger.tlog import Draft, Sequenced, read, sequence


class DecisionMissing(Malformed):
    """A record of one decision must say of which matter it is."""

    code = "material.decision"


@dataclass(frozen=True, slots=True)
class Handed:
    """What is said of a material when it is handed in.

    ``grade``: ``original_checked`` needs the officer who looked at the original; ``issued`` is for
    what an issuer delivers itself. ``decision``: the matter that a resolution or amendment records.
    ``stated``: what the paper says, by field, to be compared with the base register; it is kept as
    keyed digests only.
    """

    kind: str
    subject: str
    title: str
    grade: Grade
    channel: Channel
    case: str | None = None
    project: str | None = None
    premises: str | None = None
    officer: str | None = None
    issued_on: date | None = None
    decision: str | None = None
    media_type: str | None = None
    stated: Mapping[str, str] = field(default_factory=dict)


def unstated(platform: Platform, handed: Handed) -> tuple[str, ...]:
    """The fields that some item compares of papers of this kind, and that were not recorded: the
    paper cannot serve there. Raises Unknown."""
    compared_by_some = platform.catalogue.compared(
        platform.catalogue.material_kind(handed.kind).slug
    )
    return tuple(name for name in compared_by_some if name not in handed.stated)


@dataclass(frozen=True, slots=True)
class Deposited:
    """The material's id, its entry, and the file as kept. ``same``: earlier materials of the
    subject that this agency took in itself and whose file is this very one."""

    material: str
    entry: Sequenced
    kept: Kept
    same: tuple[str, ...] = ()


def deposit(
    platform: Platform,
    agency: str,
    handed: Handed,
    chunks: Iterable[bytes],
    once: Once | None = None,
) -> Deposited:
    """Take a material in. Raises Malformed subclasses (also ``document.*``), NotFound for an
    unknown subject or case, CaseClosed, Pushback where an engine is away; nothing is then half
    done."""
    # 1 what is said of it
    kind = platform.catalogue.material_kind(handed.kind)
    if kind.one_decision and not handed.decision:
        raise DecisionMissing("Say which matter this decision is about.", kind=handed.kind)
    if handed.grade is Grade.ORIGINAL_CHECKED and not handed.officer:
        raise Malformed("An original is checked by an officer; name the officer.")
    check_stated(handed.stated)
    _require_known(platform, agency, handed)
    # 2 hash, seal, put (an orphan at worst)
    probe = FileProbe(handed.media_type)
    kept = keep(platform, _probed(chunks, probe))
    with forgotten_if_refused(platform, kept):
        media_type = probe.conclude(kept.size)
        # 3 statement, signed by the agency that received it
        material = new_id("mat", platform.randomness)
        envelope, statement = own_statement(
            platform,
            agency,
            "material.deposited",
            {
                "material": material,
                "kind": handed.kind,
                "subject": handed.subject,
                "project": handed.project,
                "premises": handed.premises,
                "case": handed.case,
                "grade": handed.grade.value,
                "channel": handed.channel.value,
                "officer": handed.officer,
                "issued_on": handed.issued_on.isoformat() if handed.issued_on else None,
                "decision": handed.decision,
                "media_type": media_type,
                "title": handed.title,
                "stored": [kept.as_json()],
            },
            files=((kept.sha256, kept.size),),
        )
        # 4 append: durable, with its rows
        name, whose = f"material:{material}", handed.subject
        same = same_file(platform, whose, kept.sha256, agency)
        rows = rows_of(statement) + remembered(platform, once, statement, {"material": material})
        rows += compared(platform, whose, name, handed.stated)
        rows += same_file_rows(platform, agency, whose, kept.sha256, name)
        names, expects = names_of(statement), _still_open(handed)
        (done,) = sequence(platform, [Draft(envelope, statement, names, rows, expects)])
    return Deposited(material, done, kept, same)


def _require_known(platform: Platform, agency: str, handed: Handed) -> None:
    if not platform.store.rows("subjects", {"id": handed.subject}):
        raise NotFound("There is no such subject.")
    if handed.case is not None:
        cases = platform.store.rows("cases", {"id": handed.case, "agency": agency})
        if not cases or handed.subject not in concerned(cases[0]):
            raise NotFound("There is no such case.")
        if cases[0]["state"] != "open":
            raise CaseClosed("The case is closed; it takes nothing more in.")


def _still_open(handed: Handed) -> tuple[Expect, ...]:
    return (Expect("cases", {"id": handed.case}, {"state": "open"}),) if handed.case else ()


def concerned(case: Mapping[str, Scalar]) -> set[str]:
    """The subjects of a case (its row): whom it is about, and its parties."""
    parties = cast(dict[str, str], parse(str(case["parties"]).encode()))
    return {str(case["subject"]), *parties.values()}


def _probed(chunks: Iterable[bytes], probe: FileProbe) -> Iterator[bytes]:
    for chunk in chunks:
        probe.update(chunk)
        yield chunk


def check_original(
    platform: Platform, agency: str, officer: str, material: str, once: Once | None = None
) -> Sequenced:
    """An officer saw the original of a material that was deposited as declared or scanned.

    Raises NotFound where the agency did not take this material in.
    """
    rows = platform.store.rows("materials", {"id": material})
    index = cast(int, rows[0]["entry_index"]) if rows else -1
    if not rows or read(platform, index).actor != agency:
        raise NotFound("There is no such material.")
    envelope, statement = own_statement(
        platform,
        agency,
        "material.checked",
        {"material": material, "officer": officer, "grade": Grade.ORIGINAL_CHECKED.value},
        prev=index,
    )
    written = rows_of(statement) + remembered(platform, once, statement, {"material": material})
    expects = (Expect("materials", {"id": material}, {"state": rows[0]["state"]}),)
    draft = Draft(envelope, statement, names_of(statement), written, expects)
    (done,) = sequence(platform, [draft])
    return done
