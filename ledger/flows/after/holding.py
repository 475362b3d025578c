"""What holds a paper: its end in law, and every open matter that rests on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from ledger import tlog
from ledger.erasure.rules import Obstacle, Standing, obstacles
from ledger.errors import NotFound
from ledger.log.records import RecordErased
from ledger.log.statement import format_time, parse_time
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.reuse.documents import CHINA

Row = Mapping[str, Scalar]
TABLES = {"licence": "licences", "material": "materials"}
ALL = 1 << 40
"""More rows than any table has."""
PAGE = 1000
ENDS = frozenset(("licence.revoked", "licence.superseded"))


@dataclass(frozen=True, slots=True)
class Paper:
    """A licence or material: its name, its row, and how long archives law keeps it."""

    object: str
    row: Row
    retention_years: int

    @property
    def licence(self) -> bool:
        return self.object.startswith("licence:")

    @property
    def table(self) -> str:
        return TABLES[self.object.partition(":")[0]]

    @property
    def filed_at(self) -> int:
        return cast(int, self.row["entry_index"])


def paper_of(platform: Platform, object: str) -> Paper:
    """Raises NotFound."""
    sort, _, identity = object.partition(":")
    rows = platform.store.rows(TABLES[sort], {"id": identity}) if sort in TABLES else []
    if not rows:
        raise NotFound("There is no such item.")
    catalogue = platform.catalogue
    kinds: Mapping[str, Any] = (
        catalogue.licence_types if sort == "licence" else catalogue.material_kinds
    )
    kind = kinds.get(str(rows[0]["type" if sort == "licence" else "kind"]))
    return Paper(object, rows[0], kind.retention_years if kind is not None else 0)


def obstacles_of(platform: Platform, paper: Paper) -> tuple[Obstacle, ...]:
    """All that stands in the way of its erasure now."""
    return obstacles(standing_of(platform, paper), _today(platform))


def obstacles_told(platform: Platform, paper: Paper) -> tuple[Obstacle, ...]:
    """`obstacles_of` as its holder may know them: without a basis that the law lets be shown from a
    later day on."""
    standing, now = standing_of(platform, paper), format_time(platform.now())
    shown = tuple(
        basis
        for basis in standing.bases
        for row in platform.store.rows("bases", {"id": basis})
        if str(row["visible_from"]) <= now
    )
    return obstacles(replace(standing, bases=shown), _today(platform))


def standing_of(platform: Platform, paper: Paper) -> Standing:
    """What holds a paper at this moment."""
    store, name = platform.store, paper.object
    relying = cases_on(platform, name)
    still = frozenset(str(row["id"]) for row in relying if row["state"] == "open")
    disputes = store.rows("disputes", {"object": name, "state": "open"}, limit=ALL)
    flags = [
        flag
        for row in relying
        for flag in store.rows("flags", {"case_id": row["id"], "state": "open"}, limit=ALL)
        if flag["object"] == name
    ]
    asked = [
        one
        for row in relying
        for one in store.rows("assistances", {"case_id": row["id"], "state": "open"}, limit=ALL)
    ]
    due = store.rows("cascades", {"object": name, "state": "due"}, limit=ALL)
    return Standing(
        object=name,
        ended_on=_ended_on(platform, paper, relying),
        retention_years=paper.retention_years,
        disputes=_ids(disputes),
        cases=tuple(sorted(still)),
        cascades=tuple(str(row["cause_index"]) for row in due),
        flags=_ids(flags),
        assistances=_ids(asked),
        consents=_running(platform, name, "consent.granted", "consents", "granted"),
        bases=_running(platform, name, "basis.stated", "bases", "stated"),
    )


def cases_on(platform: Platform, object: str) -> list[Row]:
    """The cases that rely on a paper: it was handed in for them, or reused in them."""
    store = platform.store
    return [
        row
        for item in store.rows("case_items", {"object": object}, limit=ALL)
        for row in store.rows("cases", {"id": item["case_id"]})
    ]


def entries_of(platform: Platform, object: str) -> Iterator[tuple[int, str]]:
    """(index, kind) of every entry that names a paper, ascending."""
    after = -1
    while page := platform.store.find(object, after=after, limit=PAGE):
        for index in page:
            yield index, tlog.stored_entry(platform, index).kind
        after = page[-1]


def _running(platform: Platform, object: str, kind: str, table: str, state: str) -> tuple[str, ...]:
    """Consents or bases under which it may be read still."""
    member, now = {"consents": "consent", "bases": "basis"}[table], format_time(platform.now())
    found = []
    for index, stated in entries_of(platform, object):
        if stated != kind:
            continue
        said = tlog.read(platform, index)
        for row in platform.store.rows(table, {"id": str(said.body[member]), "state": state}):
            used_up = cast(int, row["uses"]) >= cast(int, row["max_uses"])
            case = platform.store.rows("cases", {"id": row["case_id"], "state": "open"})
            if case and not used_up and str(row["until"]) > now:
                found.append(str(row["id"]))
    return tuple(found)


def _ended_on(platform: Platform, paper: Paper, relying: list[Row]) -> date | None:
    """The last day on which it was in force, handed in, or relied on in a case that is closed."""
    days = [_day(str(row["closed_at"])) for row in relying if row["closed_at"] is not None]
    if not paper.licence:
        return max([*days, _day(str(paper.row["deposited_at"]))])
    ended = _licence_ended_on(platform, paper)
    return None if ended is None else max([*days, ended])


def _licence_ended_on(platform: Platform, paper: Paper) -> date | None:
    row = paper.row
    if row["state"] in ("active", "suspended"):
        last = date.fromisoformat(str(row["valid_to"])) if row["valid_to"] else None
        return last if last is not None and last < _today(platform) else None
    ends = [index for index, kind in entries_of(platform, paper.object) if kind in ENDS]
    if not ends:
        return _day(str(row["recorded_at"]))
    try:
        said = tlog.read(platform, ends[-1])
    except RecordErased:
        return _day(str(row["recorded_at"]))
    on = said.body.get("effective_on")
    return date.fromisoformat(on) if isinstance(on, str) else said.at.astimezone(CHINA).date()


def _today(platform: Platform) -> date:
    return platform.now().astimezone(CHINA).date()


def _day(text: str) -> date:
    return parse_time(text).astimezone(CHINA).date()


def _ids(rows: list[dict[str, Scalar]]) -> tuple[str, ...]:
    return tuple(str(row["id"]) for row in rows)
