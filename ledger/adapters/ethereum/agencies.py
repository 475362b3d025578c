"""Reading AgencyRegistry: who takes part, may do what, and with which keys, at any time.

What cannot stand in the registry (an id that is no ASCII, a region or a time out of range) is
answered as what does not stand there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ledger.adapters.ethereum.actions import SORTS, sort_number
from ledger.adapters.ethereum.address_book import AddressBook
from ledger.adapters.ethereum.contracts import AGENCIES, bytes32, contract, name32, text_of
from ledger.adapters.ethereum.moments import moment, optional_moment, seconds
from ledger.adapters.ethereum.node import Node
from ledger.adapters.ethereum.sending import call
from ledger.errors import ChainAway
from ledger.ports import AgencyName, AgencyRecord, BasisRow, DutyRow, KeyRow, ScopeRow, Span

_PAGE = 256
_UINT32 = 1 << 32
_UINT40 = 1 << 40
_NONE = bytes(32)
_ENDINGS = ("", "dissolved", "expelled")
_SOCIAL = 2
_BODIES = 64
"""More bodies than the registry's own limit of hops lets any answer pass."""

Struct = Mapping[str, Any]


class AgencyRegister:
    """The AgencyRegistry of one address book."""

    def __init__(self, node: Node, book: AddressBook) -> None:
        self._node = node
        self._place = book.contracts[AGENCIES]

    def ids(self) -> list[str]:
        return [text_of(one) for one in self._list("agencies")]

    def agency(self, agency: str) -> AgencyRecord | None:
        named = _id(agency)
        if named is None:
            return None
        (found,) = self._read("agency", named)
        if not found["admittedAt"]:
            return None
        names = self._list("names", named)
        spans = self._list("suspensions", named)
        successor = found["successor"]
        return AgencyRecord(
            id=agency,
            names=tuple(AgencyName(one["name"], moment(one["since"])) for one in names),
            region=found["region"],
            legal_code=found["legalCode"].rstrip(b"\0").decode("ascii", "replace"),
            social=found["kind"] == _SOCIAL,
            admitted_at=moment(found["admittedAt"]),
            ended_at=optional_moment(found["endedAt"]),
            ending=_ENDINGS[found["ending"]],
            successor=None if successor == _NONE else text_of(successor),
            suspensions=tuple(Span(*_period(one)) for one in spans),
        )

    def entitled(self, agency: str, licence_type: str, region: int, at: datetime) -> bool:
        ids, time = (_id(agency), _id(licence_type)), seconds(at)
        if None in ids or not (0 <= region < _UINT32 and 0 <= time < _UINT40):
            return False
        return bool(self._read("entitled", *ids, region, time)[0])

    def scope_rows(self, agency: str, licence_type: str) -> list[ScopeRow]:
        """By region in order of first granting, then in order of recording."""
        ids = (_id(agency), _id(licence_type))
        if None in ids:
            return []
        kinds = self._list("scopes", ids[0])
        return [
            ScopeRow(agency, licence_type, region, *_period(period))
            for region in [k["region"] for k in kinds if k["licenceType"] == ids[1]]
            for period in self._scope(*ids, region)
        ]

    def scopes(self, agency: str) -> list[tuple[str, int]]:
        """Licence types and regions of which there are rows."""
        named = _id(agency)
        if named is None:
            return []
        kinds = self._list("scopes", named)
        return [(text_of(one["licenceType"]), one["region"]) for one in kinds]

    def all_scope_rows(self, agency: str) -> list[ScopeRow]:
        named = _id(agency)
        return [
            ScopeRow(agency, kind, region, *_period(period))
            for kind, region in self.scopes(agency)
            for period in self._scope(named, _id(kind), region)
        ]

    def key_rows(self, agency: str) -> list[KeyRow]:
        """By key in order of first recording, then in order of recording."""
        named = _id(agency)
        if named is None:
            return []
        found = []
        for key_id in self._list("keyIds", named):
            _, compromised = self._read("keyOf", key_id)
            found += [
                KeyRow(
                    agency,
                    key_id,
                    *_period(row["period"]),
                    certificate=row["certificate"],
                    compromised_at=optional_moment(compromised),
                )
                for row in self._key(key_id)
            ]
        return found

    def key_valid(self, agency: str, key_id: bytes, at: datetime) -> bool:
        named, time = _id(agency), seconds(at)
        if named is None or len(key_id) != 32 or not 0 <= time < _UINT40:
            return False
        return bool(self._read("keyValid", named, key_id, time)[0])

    def basis_granted(self, agency: str, item: str, kind: str, sort: str, at: datetime) -> bool:
        named, time = _id(agency), seconds(at)
        if named is None or sort not in SORTS or not 0 <= time < _UINT40:
            return False
        asked = (named, name32(item), name32(kind), sort_number(sort), time)
        return bool(self._read("basisGranted", *asked)[0])

    def bases(self, agency: str) -> list[tuple[bytes, bytes, str, list[Span]]]:
        """Item and kind as :func:`contracts.name32` writes them, sort, and periods."""
        named = _id(agency)
        if named is None:
            return []
        keys = self._list("bases", named)
        return [(k["item"], k["kind"], SORTS[k["sort"] - 1], self._basis(named, k)) for k in keys]

    def basis_rows(self, agency: str) -> list[BasisRow]:
        return [
            BasisRow(
                agency, text_of(item), text_of(kind), sort, p.valid_from, p.valid_to, p.recorded_at
            )
            for item, kind, sort, periods in self.bases(agency)
            for p in periods
        ]

    def duties(self, issuer: str, licence_type: str) -> list[DutyRow]:
        kind, rows = _id(licence_type) if licence_type else _NONE, list[DutyRow]()
        if kind is None:
            return rows
        reached, waiting = {issuer}, [issuer]
        while waiting and len(reached) <= _BODIES:
            body = waiting.pop()
            named = _id(body)
            if named is None:
                continue
            for row in self._duties(body, named, kind):
                rows.append(row)
                if row.body and row.body not in reached:
                    reached.add(row.body)
                    waiting.append(row.body)
        return sorted(rows, key=lambda row: row.sequence)

    def _duties(self, body: str, named: bytes, kind: bytes) -> list[DutyRow]:
        return [
            DutyRow(
                body,
                text_of(one) if one != _NONE else "",
                "" if row["to"] == _NONE else text_of(row["to"]),
                moment(row["since"]),
                row["sequence"],
            )
            for one in dict.fromkeys((kind, _NONE))
            for row in self._list("duties", named, one)
        ]

    def _scope(self, named: bytes | None, kind: bytes | None, region: int) -> list[Struct]:
        return self._list("scopeRows", named, kind, region)

    def _key(self, key_id: bytes) -> list[Struct]:
        return self._list("keyRows", key_id)

    def _basis(self, named: bytes, key: Struct) -> list[Span]:
        asked = (named, key["item"], key["kind"], key["sort"])
        return [Span(*_period(p)) for p in self._list("basisRows", *asked)]

    def _list(self, function: str, *arguments: Any) -> list[Any]:
        """All rows of a paged list."""
        rows: list[Any] = []
        while True:
            found, total = self._read(function, *arguments, len(rows), _PAGE)
            rows.extend(found)
            if len(rows) >= total:
                return rows
            if not found:
                raise ChainAway("The chain's node answers fewer rows than it counts.")

    def _read(self, function: str, *arguments: Any) -> tuple[Any, ...]:
        return call(self._node, self._place, contract(AGENCIES).functions[function], *arguments)


def _id(text: str) -> bytes | None:
    try:
        return bytes32(text)
    except ValueError:
        return None


def _period(period: Struct) -> tuple[datetime, datetime | None, datetime]:
    end = period["endedAt"] or period["validTo"]
    return moment(period["validFrom"]), optional_moment(end), moment(period["recordedAt"])
