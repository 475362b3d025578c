"""A case with all that decides about its papers: what other cases changed, which came before it,
what was arranged, what is on its way, what the base register says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Literal, cast

from certs.canonical import parse
from ledger.catalogue.catalogue import Catalogue, ServiceItem
from ledger.catalogue.evidence import MaterialEvidence
from ledger.flows.door.index_reading import IndexReading, Read, Row
from ledger.flows.matters.finding import APPLICANT, evidence_of, wanted_kinds
from ledger.log.statement import parse_time
from ledger.ports import Scalar
from ledger.reuse.case import Assistance, Breach, Case, Change, Coming, Commitment
from ledger.reuse.documents import day

LONGEST_CHAIN = 32
"""How many earlier cases are followed back; a matter has fewer."""


def item_of(catalogue: Catalogue, row: Row) -> ServiceItem:
    """The service item as it was when the case (its row) was opened. Raises Unknown."""
    return catalogue.item(str(row["item"]), day(parse_time(str(row["opened_at"]))))


def case_of(index: IndexReading, read: Read, catalogue: Catalogue, row: Row, at: datetime) -> Case:
    """The case given by its row, as the rules see it at ``at``. Raises Unknown."""
    item = item_of(catalogue, row)
    subject, parties = str(row["subject"]), parties_of(row)
    return Case(
        id=str(row["id"]),
        item=str(row["item"]),
        agency=str(row["agency"]),
        subject=subject,
        matter=str(row["matter"]),
        project=_text(row["project"]),
        premises=_text(row["premises"]),
        parties=parties,
        changes=tuple(_changes(index, subject)),
        chain=tuple(_chain(read, row)),
        siblings=tuple(_siblings(index, row)),
        assistances=tuple(_assistances(index, str(row["id"]))),
        commitments=tuple(_commitments(index, str(row["id"]))),
        breaches=tuple(_breaches(index, subject)),
        coming=tuple(_coming(index, catalogue, item, row, at)),
        register=_register(index, item, subject),
    )


def parties_of(row: Row) -> Mapping[str, str]:
    """Role → subject of a case (its row)."""
    return cast(Mapping[str, str], parse(str(row["parties"]).encode()))


def _changes(index: IndexReading, subject: str) -> Iterator[Change]:
    for done in index.rows("cases", {"subject": subject, "outcome": "granted"}):
        yield Change(str(done["id"]), str(done["item"]), _day(done["closed_at"]))


def _chain(read: Read, row: Row) -> Iterator[str]:
    """Ids of the cases that this one follows, the nearest first. An entry refers to earlier ones
    only, so that no chain closes on itself."""
    follows = row.get("follows_index")
    for _ in range(LONGEST_CHAIN):
        if not isinstance(follows, int):
            return
        opened = read(follows)
        yield str(opened.body["case"])
        follows = opened.refs[0] if opened.refs else None


def _siblings(index: IndexReading, row: Row) -> Iterator[str]:
    """Ids of the other cases that were opened together with this one, for one matter."""
    for other in index.rows("cases", {"subject": row["subject"], "matter": row["matter"]}):
        if other["id"] != row["id"] and root_of(other) == root_of(row):
            yield str(other["id"])


def root_of(row: Row) -> Scalar:
    """The entry that opened the first case of those that belong together."""
    return row["opened_index"] if row["follows_index"] is None else row["follows_index"]


def _assistances(index: IndexReading, case: str) -> Iterator[Assistance]:
    for row in index.rows("assistances", {"case_id": case}):
        yield Assistance(
            id=str(row["id"]),
            requirement=str(row["requirement"]),
            agency=str(row["asked"]),
            state=cast(Literal["open", "confirmed", "denied", "unknown"], row["state"]),
            due=parse_time(str(row["due"])),
            entry=cast(int, row["entry_index"]),
        )


def _commitments(index: IndexReading, case: str) -> Iterator[Commitment]:
    for row in index.rows("commitments", {"case_id": case}):
        yield Commitment(
            id=str(row["id"]),
            requirement=str(row["requirement"]),
            form=str(row["form"]),
            state=cast(Literal["made", "kept", "broken"], row["state"]),
            entry=cast(int, row["entry_index"]),
        )


def _breaches(index: IndexReading, subject: str) -> Iterator[Breach]:
    for row in index.rows("commitments", {"subject": subject, "state": "broken"}):
        yield Breach(str(row["form"]), _day(row["checked_at"]))


def _coming(
    index: IndexReading, catalogue: Catalogue, item: ServiceItem, row: Row, at: datetime
) -> Iterator[Coming]:
    """Licences of a wanted type that other open cases lead to, while their time is not over."""
    parties = parties_of(row)
    for role, kinds in wanted_kinds(item).items():
        subject = str(row["subject"]) if role == APPLICANT else parties.get(role)
        if subject is None or not kinds.licences:
            continue
        for other in index.rows("cases", {"subject": subject, "state": "open"}):
            leading = catalogue.items.get(str(other["item"]))
            if other["id"] == row["id"] or leading is None:
                continue
            by = catalogue.calendar.after(_day(other["opened_at"]), leading.deadline_days)
            for kind in leading.issues:
                if kind in kinds.licences and by >= day(at):
                    yield Coming(kind, subject, str(other["agency"]), by)


def _register(index: IndexReading, item: ServiceItem, subject: str) -> dict[tuple[str, str], bytes]:
    """What the newest licences in force say, for the fields that a requirement compares with."""
    compared = {
        (licence_type, field)
        for one in evidence_of(item)
        if isinstance(one, MaterialEvidence)
        for _, licence_type, field in one.equals
    }
    known: dict[tuple[str, str], bytes] = {}
    for licence_type in sorted({name for name, _ in compared}):
        held = index.rows("licences", {"subject": subject, "type": licence_type, "state": "active"})
        if held:
            newest = max(held, key=lambda one: cast(int, one["entry_index"]))
            said = index.digests(f"licence:{newest['id']!s}")
            known |= {
                (licence_type, field): said[field]
                for name, field in compared
                if name == licence_type and field in said
            }
    return known


def _text(value: Scalar) -> str | None:
    return None if value is None else str(value)


def _day(value: Scalar) -> date:
    return day(parse_time(str(value)))
