"""An issuer's increment as it comes: CSV, read strictly; a row that cannot be read is kept as such.

Columns ``number`` and ``type`` (or one type for all), and any of ``status``, ``identifier``,
``sha256`` (hex), ``paper_number``. Every other column is the issuer's own affair.
"""

from __future__ import annotations

import csv
import io
import re

from ledger.errors import Malformed
from ledger.library.gaps import STATUSES, Listed

MAX_ROWS = 100_000
_HEX = re.compile(r"[0-9a-fA-F]{64}")
_LONGEST = 128


class IncrementMalformed(Malformed):
    """The list is no table of licences at all; ``row`` says where."""

    code = "increment.malformed"


def read_increment(data: bytes, type_: str | None = None) -> list[Listed]:
    """The rows of a list (RFC 4180, UTF-8, byte order mark allowed). Raises IncrementMalformed."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IncrementMalformed("The list is not UTF-8.", row=0) from error
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    listed: list[Listed] = []
    try:
        header = next(lines, [])
        known = {"number", "identifier"} & set(header)
        if len(set(header)) != len(header) or not known or not (type_ or "type" in header):
            raise IncrementMalformed(
                "The first row names each column once: number or identifier, and type.", row=1
            )
        for cells in lines:
            if not cells:
                continue
            if len(listed) == MAX_ROWS:
                raise IncrementMalformed(f"A list has at most {MAX_ROWS} rows.", row=MAX_ROWS)
            listed.append(_row(lines.line_num, header, cells, type_))
    except csv.Error as error:
        raise IncrementMalformed(f"Row {lines.line_num}: {error}.", row=lines.line_num) from error
    return listed


def _row(number: int, header: list[str], cells: list[str], type_: str | None) -> Listed:
    values = dict(zip(header, (cell.strip() for cell in cells), strict=False))
    fault = "row.length" if len(cells) != len(header) else _fault(values)
    sha256 = values.get("sha256") or None
    return Listed(
        row=number,
        type=(values.get("type") or type_ or "")[:_LONGEST],
        number=values.get("number", "")[:_LONGEST],
        status=values.get("status") or None,
        identifier=(values.get("identifier") or "")[:_LONGEST] or None,
        sha256=bytes.fromhex(sha256) if sha256 and _HEX.fullmatch(sha256) else None,
        paper=values.get("paper_number"),
        fault=fault,
    )


def _fault(values: dict[str, str]) -> str | None:
    if not (values.get("number") or values.get("identifier")):
        return "row.number"
    if max(map(len, (values.get("number", ""), values.get("identifier", "")))) > _LONGEST:
        return "row.number"
    if (status := values.get("status")) and status not in STATUSES:
        return "row.status"
    if (sha256 := values.get("sha256")) and not _HEX.fullmatch(sha256):
        return "row.sha256"
    return None
