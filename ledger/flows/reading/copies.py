"""Annotated copies (加注件): a paper drawn anew for one use, with a note and a mark of its own.

A copy is made only under a live release of the agency's, of what was released: of a whole file all
its pages, of single fields a page that shows these. Its digest and its mark's stand in the log,
signed by the agency; where it turns up, ``leaks`` says whose it was. Embedded, the
platform opens the original to draw it, and so sees it in clear.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from certs import base64url
from certs.layout.annotation import CopyNote
from certs.layout.extract import Extract, render_extract
from ledger import tlog
from ledger.errors import Conflict, NotFound, Stale
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import own_statement
from ledger.flows.library.files import plaintext
from ledger.flows.reading.facts import opened_fields
from ledger.flows.reading.live import Live, live_release
from ledger.flows.reading.wanted import Wanted, wanted_items
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.log.statement import format_time, parse_time
from ledger.platform import Platform
from ledger.reuse.documents import day
from ledger.tlog import Draft, sequence
from ledger.use.copy_errors import (
    MAX_BYTES,
    CopyNotAllowed,
    CopyNothing,
    CopyTooLarge,
    CopyTooLong,
)
from ledger.use.facts import facts_and_fields
from ledger.use.marks import PURPOSE, mark_line, mark_message, short_mark

LONGEST_OFFICER = 40


class CopyChanged(Conflict):
    """What the copy rests on, or is drawn from, is otherwise now."""

    code = "copy.changed"


@dataclass(frozen=True, slots=True)
class CopyOrder:
    """``valid_until``: the copy's last day in China; None: the last one that the release allows."""

    release: str
    object: str
    officer: str
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """``entry``: index of its ``copy.made``; ``pdf``: the copy itself."""

    copy: str
    entry: int
    pdf: bytes


@dataclass(frozen=True, slots=True)
class _Use:
    """One use, as it is noted on the copy."""

    copy: str
    order: CopyOrder
    made: datetime
    until: date


def make_copy(
    platform: Platform, agency: str, order: CopyOrder, once: Once | None = None
) -> Copied:
    """Make a copy for the agency. Raises NotFound, CaseClosed, Refused ``consent.…`` and its kin,
    CopyNotAllowed, CopyNothing, CopyTooLong, CopyUnreadable and its kin, Pushback; then nothing is
    made."""
    live, wanted = _allowed(platform, agency, order)
    made = platform.now().replace(microsecond=0)
    last = day(live.until)
    until = order.valid_until or last
    if not day(made) <= until <= last:
        raise CopyTooLong(f"A copy of this release is good until {last} at most.", until=str(last))
    use = _Use(new_id("cpy", platform.randomness), order, made, until)
    mark = mark_of(platform, use.copy, order.release, order.object, agency)
    pdf = _drawn(platform, live, wanted, use, mark)
    envelope, statement = own_statement(
        platform,
        agency,
        "copy.made",
        {
            "copy": use.copy,
            "release": order.release,
            "object": order.object,
            "subject": live.subject,
            "agency": agency,
            "case": live.case,
            "purpose": live.purpose,
            "watermark": base64url.encode(hashlib.sha256(mark).digest()),
            "made_at": format_time(made),
            "valid_until": until.isoformat(),
            "officer": order.officer,
        },
        files=((hashlib.sha256(pdf).digest(), len(pdf)),),
        refs=(live.entry,),
    )
    rows = rows_of(statement) + remembered(platform, once, statement, {"copy": use.copy})
    expects = (*live.guards, wanted.fit)
    try:
        (done,) = sequence(
            platform, [Draft(envelope, statement, names_of(statement), rows, expects)]
        )
    except Stale as error:
        raise CopyChanged("What the copy rests on changed meanwhile; ask again.") from error
    return Copied(use.copy, done.index, pdf)


def remade_copy(platform: Platform, agency: str, copy: str) -> Copied:
    """The agency's own copy once more, the same bytes, while its release holds. Raises as
    :func:`make_copy`, and CopyChanged."""
    row = row_of(platform, "copies", copy, "copy", agency=agency)
    index = cast(int, row["entry_index"])
    body = cast(Mapping[str, Any], tlog.read(platform, index).body)
    until = date.fromisoformat(body["valid_until"])
    order = CopyOrder(body["release"], body["object"], body["officer"], until)
    live, wanted = _allowed(platform, agency, order)
    mark = mark_of(platform, copy, order.release, order.object, agency)
    use = _Use(copy, order, parse_time(body["made_at"]), until)
    pdf = _drawn(platform, live, wanted, use, mark)
    if hashlib.sha256(pdf).digest() != row["sha256"]:
        raise CopyChanged("The copy cannot be drawn as it was; make a new one.")
    return Copied(copy, index, pdf)


def mark_of(platform: Platform, copy: str, release: str, object: str, agency: str) -> bytes:
    """The copy's mark, 32 bytes; only the key store can make it."""
    return platform.keys.lookup(PURPOSE, mark_message(copy, release, object, agency))


def _allowed(platform: Platform, agency: str, order: CopyOrder) -> tuple[Live, Wanted]:
    """The release that a copy is made under, and what of the object it gave."""
    live = live_release(platform, agency, order.release)
    fields = live.fields.get(order.object)
    if fields is None:
        raise NotFound("The release has no such item.")
    _, proper = facts_and_fields(fields)
    if not proper:
        raise CopyNothing("Only answers were released of this, there is nothing to copy.")
    wanted = wanted_items(platform, [{"object": order.object, "fields": proper}], live.subject)
    sort, _, identity = order.object.partition(":")
    if sort == "licence":
        row = platform.store.rows("licences", {"id": identity})[0]
        if not platform.catalogue.licence_type(str(row["type"])).policy.copies:
            raise CopyNotAllowed("The issuer does not allow copies of this kind of licence.")
    return live, wanted[0]  # of a whole file that comes first, and shows all


def _drawn(platform: Platform, live: Live, wanted: Wanted, use: _Use, mark: bytes) -> bytes:
    sort, _, identity = wanted.object.partition(":")
    row = platform.store.rows("licences" if sort == "licence" else "materials", {"id": identity})[0]
    catalogue = platform.catalogue
    kind = (
        catalogue.licence_type(str(row["type"]))
        if sort == "licence"
        else catalogue.material_kind(str(row["kind"]))
    )
    number = f"{use.copy}.{short_mark(mark).replace('-', '')}"
    note = CopyNote(
        of=kind.zh,
        agency=catalogue.agency(live.agency).zh,
        officer=use.order.officer[:LONGEST_OFFICER],
        purpose=live.purpose,
        case=live.case,
        made=use.made,
        valid_until=use.until,
        copy=use.copy,
        short=short_mark(mark),
        mark=mark_line(use.copy, mark),
        url=f"{platform.verify_url}/verify?{_identifier(platform, wanted)}copy={number}",
    )
    if wanted.fields:
        return platform.press.annotate(_extract(platform, row, wanted), "application/pdf", note)
    if wanted.size > MAX_BYTES:
        raise CopyTooLarge(f"A copy is made of {MAX_BYTES >> 20} MB at most.", limit=MAX_BYTES)
    original = b"".join(plaintext(platform, wanted.file))
    return platform.press.annotate(original, _media_type(wanted, original), note)


def _media_type(wanted: Wanted, original: bytes) -> str:
    """Of a collected licence the original may be anything; its own bytes say."""
    if wanted.object.startswith("licence:") and not original.startswith(b"%PDF-"):
        return "image/png" if original.startswith(b"\x89PNG") else "image/jpeg"
    return wanted.media_type


def _identifier(platform: Platform, wanted: Wanted) -> str:
    """What leads to the original's own verification, where it has an identifier."""
    found = tlog.read(platform, wanted.entry_index).body.get("identifier")
    return f"id={found}&" if isinstance(found, str) else ""


def _extract(platform: Platform, row: Mapping[str, Any], wanted: Wanted) -> bytes:
    kind = platform.catalogue.licence_type(str(row["type"]))
    values = opened_fields(platform, row, wanted.fields)
    shown = [one for one in kind.attributes.values() if one.name in values]
    return render_extract(
        Extract(
            title_zh=kind.zh,
            title_en=kind.en,
            fields=tuple((one.zh, one.en, values[one.name]) for one in shown),
            source=f"摘自日志第 {wanted.entry_index} 条记载的电子凭证",
            taken=tlog.read(platform, wanted.entry_index).at,
        )
    )
