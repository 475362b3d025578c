"""Premises as a subject (住所云): which proofs of a place are held, for an agency with a case
there.

Seen are only kinds that the case's item may ask for and that speak of a place. Whose a proof is
decides whether it serves: one recorded under the premises themselves serves whoever has a case
there, the applicant's and a party's own serve as theirs; another holder's is only said to be there,
and serves once that holder is a party and consents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ledger.catalogue.catalogue import ServiceItem, Tie
from ledger.errors import NotFound
from ledger.flows.matters.case_facts import item_of
from ledger.flows.matters.deposit import concerned
from ledger.platform import Platform
from ledger.ports import Scalar

Row = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Proof:
    """One kind of proof for one case. ``whose``: premises, applicant, party or another; ``newest``:
    when the newest came in (RFC 3339 UTC); ``in_force``: whether any stands."""

    case: str
    kind: str
    whose: str
    newest: str
    in_force: bool

    @property
    def serves(self) -> bool:
        """Whether the plan may rest on it without another holder coming in."""
        return self.in_force and self.whose != "another"


def proofs_at(platform: Platform, agency: str, premises: str) -> list[Proof]:
    """What is held about a place, as far as the agency's open cases there may ask. Raises NotFound
    where the agency has none, as for a place that nobody knows."""
    where: dict[str, Scalar] = {"premises": premises, "agency": agency, "state": "open"}
    cases = platform.store.rows("cases", where)
    if not cases:
        raise NotFound("There is no such place.")
    return [proof for case in cases for proof in _of_case(platform, case, premises)]


def _of_case(platform: Platform, case: Row, premises: str) -> Iterator[Proof]:
    for kind in _placed_kinds(platform, item_of(platform.catalogue, case)):
        sort, _, name = kind.partition(":")
        if sort == "licence":
            rows = platform.store.rows("licences", {"premises": premises, "type": name})
        else:
            rows = platform.store.rows("materials", {"premises": premises, "kind": name})
        by_owner: dict[str, list[Row]] = {}
        for row in rows:
            by_owner.setdefault(_whose(case, premises, row), []).append(row)
        for whose in sorted(by_owner):
            found = by_owner[whose]
            newest = max(str(row.get("recorded_at") or row.get("deposited_at")) for row in found)
            active = any(row["state"] == "active" for row in found)
            yield Proof(str(case["id"]), kind, whose, newest, active)


def _placed_kinds(platform: Platform, item: ServiceItem) -> list[str]:
    """Kinds of the item's registered need that speak of a place."""
    catalogue = platform.catalogue
    ties = {f"licence:{slug}": one.tied_to for slug, one in catalogue.licence_types.items()}
    ties |= {f"material:{slug}": one.tied_to for slug, one in catalogue.material_kinds.items()}
    return sorted(kind for kind in item.need if Tie.PREMISES in ties.get(kind, ()))


def _whose(case: Row, premises: str, row: Row) -> str:
    if row["subject"] == premises:
        return "premises"
    if row["subject"] == case["subject"]:
        return "applicant"
    return "party" if str(row["subject"]) in concerned(case) else "another"
