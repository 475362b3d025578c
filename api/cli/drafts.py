"""What a person writes in a file about a licence, read strictly: JSON for one, CSV for many."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from api.cli.outcome import UsageWrong
from certs.canonical import Json, canonical, parse

if TYPE_CHECKING:
    from ledger.flows.library.issue import LicenceDraft
    from ledger.platform import Platform

MAX_ROWS = 100_000
_PLAIN = (
    "subject", "number", "valid_from", "valid_to", "premises", "project", "supersedes", "decision",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One line of a CSV file, ``line`` counted from 1 with the header; ``fault``: why it is no row
    of this table."""

    line: int
    members: dict[str, Json]
    fault: str | None = None

    def require_whole(self) -> None:
        """Raises UsageWrong for a row of another length than the header: it alone is refused."""
        if self.fault is not None:
            raise UsageWrong(self.fault)

    @property
    def key(self) -> str:
        """What makes a second run answer the same licence: the row itself, or its ``key``."""
        own = self.members.get("key")
        return str(own) if own else hashlib.sha256(canonical(self.members)).hexdigest()


def read_draft(platform: Platform, kind: str, members: Mapping[str, Json]) -> LicenceDraft:
    """The draft in a JSON object ``{subject, number, valid_from, valid_to?, premises?, project?,
    supersedes?, decision?, fields: {…}}``. Raises UsageWrong, NotFound for an unknown subject."""
    from ledger.flows.library.issue import LicenceDraft

    unknown = set(members) - {*_PLAIN, "fields"}
    fields = members.get("fields", {})
    if unknown or not isinstance(fields, dict):
        raise UsageWrong(f"A licence has no {', '.join(sorted(unknown)) or 'such fields'}.")
    texts = {name: _text(members, name) for name in _PLAIN}
    for name in ("subject", "number", "valid_from"):
        if texts[name] is None:
            raise UsageWrong(f"A licence needs {name}.", option=name)
    begins = day(texts["valid_from"], "valid_from")
    assert begins is not None
    return LicenceDraft(
        type=kind,
        subject=subject_of(platform, texts["subject"] or ""),
        number=texts["number"] or "",
        fields={name: str(value) for name, value in fields.items()},
        valid_from=begins,
        valid_to=day(texts["valid_to"], "valid_to"),
        premises=reference_of(platform, texts["premises"]),
        project=texts["project"],
        supersedes=texts["supersedes"],
        decision=texts["decision"],
    )


def read_json(data: bytes) -> dict[str, Json]:
    """An object through the strict door. Raises JsonInvalid, UsageWrong."""
    members = parse(data)
    if not isinstance(members, dict):
        raise UsageWrong("The file holds no JSON object.")
    return members


def read_rows(data: bytes) -> Iterator[BatchRow]:
    """Rows of a CSV file (RFC 4180, UTF-8, byte order mark allowed): columns ``type``, ``key`` and
    those of a draft are what they say, every other is a field. Raises UsageWrong."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageWrong("The rows are not UTF-8.") from error
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(lines, [])
        if len(set(header)) != len(header) or not {"subject", "number"} <= set(header):
            raise UsageWrong("The first row names each column once, subject and number too.")
        for cells in lines:
            if cells and lines.line_num <= MAX_ROWS + 1:
                yield _row(header, cells, lines.line_num)
            elif cells:
                raise UsageWrong(f"A batch has at most {MAX_ROWS} rows.")
    except csv.Error as error:
        raise UsageWrong(f"Row {lines.line_num}: {error}.") from error


def draft_members(row: BatchRow) -> dict[str, Json]:
    """The members of `read_draft` in a row."""
    plain = {name: value for name, value in row.members.items() if name in _PLAIN and value != ""}
    own = {*_PLAIN, "type", "key"}
    return {**plain, "fields": {n: v for n, v in row.members.items() if n not in own and v != ""}}


def reference_of(platform: Platform, text: str | None) -> str | None:
    """Premises or a project: ``premises-code=…`` is looked up, all else stands for itself."""
    return subject_of(platform, text) if text is not None and "=" in text else text


def subject_of(platform: Platform, text: str) -> str:
    """``sub_…`` itself, or the subject behind ``scheme=value``. Raises NotFound, Malformed."""
    from ledger.errors import NotFound
    from ledger.flows.door.subjects import find_subject
    from ledger.ids import check_id

    scheme, mark, value = text.partition("=")
    if not mark:
        return check_id(text, "sub")
    found = find_subject(platform, scheme, value)
    if found is None:
        raise NotFound("There is no such subject.", scheme=scheme)
    return found


def day(text: str | None, name: str) -> date | None:
    """A calendar day, YYYY-MM-DD. Raises UsageWrong."""
    if text is None:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise UsageWrong(f"{name} is a day, YYYY-MM-DD.", option=name) from error
    if found.isoformat() != text:
        raise UsageWrong(f"{name} is a day, YYYY-MM-DD.", option=name)
    return found


def _text(members: Mapping[str, Json], name: str) -> str | None:
    value = members.get(name)
    if value is not None and not isinstance(value, str):
        raise UsageWrong(f"{name} is a text.", option=name)
    return value


def _row(header: list[str], cells: list[str], line: int) -> BatchRow:
    if len(cells) != len(header):
        fault = f"Row {line} has {len(cells)} cells, not {len(header)}."
        return BatchRow(line, dict(zip(header, cells, strict=False)), fault)
    return BatchRow(line, dict(zip(header, cells, strict=True)))
