"""Cases: an agency opens one for a subject and a service item; what is handed in and what is
reused gathers there until it is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from certs.canonical import parse
from ledger.errors import Conflict, NotFound, Refused
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import own_statement
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.platform import Platform
from ledger.ports import Expect, Scalar
from ledger.reuse.documents import Channel, day
from ledger.tlog import Draft, Sequenced, sequence


class ItemElsewhere(Refused):
    """The service item belongs to other agencies."""

    code = "case.item"


class CaseClosed(Conflict):
    """The case was closed before; its outcome stands."""

    code = "case.closed"


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """``item``: service item of the catalogue; ``matter``: what this one case decides about, such
    as ``business-scope-change/2026-1``, to which decisions are held; ``parties``: role → subject
    id; ``follows``: id of the case before this one in its chain."""

    item: str
    subject: str
    matter: str
    channel: Channel
    officer: str
    project: str | None = None
    premises: str | None = None
    parties: Mapping[str, str] = field(default_factory=dict)
    follows: str | None = None


def open_case(
    platform: Platform, agency: str, draft: CaseDraft, once: Once | None = None
) -> tuple[str, Sequenced]:
    """The case's id and its entry. Raises Unknown (item), ItemElsewhere, NotFound (subject, or a
    case that this one cannot follow)."""
    item = platform.catalogue.item(draft.item, day(platform.now()))
    if agency not in item.agencies:
        raise ItemElsewhere("This item is handled by another agency.", item=draft.item)
    for subject in (draft.subject, *draft.parties.values()):
        if not platform.store.rows("subjects", {"id": subject}):
            raise NotFound("There is no such subject.")
    before = () if draft.follows is None else (_before(platform, agency, draft),)
    case = new_id("case", platform.randomness)
    envelope, statement = own_statement(
        platform,
        agency,
        "case.opened",
        {
            "case": case,
            "item": draft.item,
            "agency": agency,
            "subject": draft.subject,
            "project": draft.project,
            "premises": draft.premises,
            "parties": dict(draft.parties),
            "matter": draft.matter,
            "channel": draft.channel.value,
            "officer": draft.officer,
        },
        refs=before,
    )
    rows = rows_of(statement) + remembered(platform, once, statement, {"case": case})
    (done,) = sequence(platform, [Draft(envelope, statement, names_of(statement), rows)])
    return case, done


def _before(platform: Platform, agency: str, draft: CaseDraft) -> int:
    """The entry that opened the case before: one of the agency's own about the same subject or the
    same project, or another agency's about the same matter of the same subject."""
    for row in platform.store.rows("cases", {"id": draft.follows}):
        same = row["subject"] == draft.subject
        project = draft.project is not None and row["project"] == draft.project
        own = row["agency"] == agency and (same or project)
        if own or (same and row["matter"] == draft.matter):
            return cast(int, row["opened_index"])
    raise NotFound("There is no such case.")


def read_case(platform: Platform, agency: str, case: str) -> dict[str, Scalar]:
    """The agency's own case; a foreign one looks like an absent one. Raises NotFound."""
    return row_of(platform, "cases", case, "case", agency=agency)


def in_role(row: Mapping[str, Scalar], role: str) -> str | None:
    """The subject that plays a role in a case (its row): the applicant, or a party; None for a
    party that the case does not name."""
    if role == "applicant":
        return str(row["subject"])
    found = cast(dict[str, str], parse(str(row["parties"]).encode())).get(role)
    return None if found is None else str(found)


def close_case(
    platform: Platform, agency: str, case: str, outcome: str, once: Once | None = None
) -> Sequenced:
    """Close the agency's own open case; ``outcome`` is ``granted``, ``refused`` or ``dropped``.
    Raises NotFound, CaseClosed."""
    row = read_case(platform, agency, case)
    if row["state"] != "open":
        raise CaseClosed("The case is closed already.", outcome=row["outcome"])
    opened = row["opened_index"]
    envelope, statement = own_statement(
        platform,
        agency,
        "case.closed",
        {"case": case, "outcome": outcome},
        prev=opened if isinstance(opened, int) else None,
    )
    expects = (Expect("cases", {"id": case}, {"state": "open"}),)
    rows = rows_of(statement) + remembered(platform, once, statement, {"case": case})
    draft = Draft(envelope, statement, names_of(statement), rows, expects)
    (done,) = sequence(platform, [draft])
    return done
