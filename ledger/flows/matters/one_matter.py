"""One matter across departments (一件事): a case at each agency of a bundle, opened together.

The first case is the root of the chain, the others follow it, and all carry the same matter, so
that what is handed in for one is found for the others. Each case stays its agency's own: what an
agency may see and ask is its own item's registered need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from ledger.catalogue.catalogue import Bundle, ServiceItem
from ledger.errors import Refused
from ledger.flows.door.once import Once, entry_of
from ledger.flows.door.rows import row_of
from ledger.flows.matters.case_facts import root_of
from ledger.flows.matters.cases import CaseDraft, open_case
from ledger.flows.matters.plan import plan_of
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.reuse.documents import Channel, day
from ledger.reuse.one_matter import MatterPlan

WINDOW = "window"
"""Role of the agency whose desk takes papers in for all departments (综窗)."""


class NotOfThisMatter(Refused):
    """The agency is no member of the bundle, nor the desk that serves all."""

    code = "matter.not_member"


@dataclass(frozen=True, slots=True)
class MatterDraft:
    """``bundle``: of the catalogue; ``parties`` go to the cases whose items name their roles; the
    rest as in `CaseDraft`."""

    bundle: str
    subject: str
    matter: str
    channel: Channel
    officer: str
    project: str | None = None
    premises: str | None = None
    parties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MemberCase:
    """One agency's case of the matter, and the entry that opened it."""

    agency: str
    item: str
    case: str
    entry: int


def open_matter(
    platform: Platform, agency: str, draft: MatterDraft, once: Once
) -> tuple[MemberCase, ...]:
    """A case for each member of the bundle, signed by its agency's signing service.

    Repeated with the same ``once`` after a crash it goes on where it stopped. Raises Unknown
    (bundle), NotOfThisMatter, and what `open_case` raises.
    """
    bundle = platform.catalogue.bundle(draft.bundle)
    require_part(platform, agency, bundle)
    opened: list[MemberCase] = []
    for number, member in enumerate(bundle.members):
        item = platform.catalogue.item(member.item, day(platform.now()))
        follows = opened[0].case if opened else None
        own = replace(once, key=f"{once.key}/{number}")
        case, entry = _opened(platform, member.agency, _case(draft, item, follows), own)
        opened.append(MemberCase(member.agency, member.item, case, entry))
    return tuple(opened)


def require_part(platform: Platform, agency: str, bundle: Bundle) -> None:
    """Raises NotOfThisMatter unless the agency is a member, or the desk that serves all."""
    members = {member.agency for member in bundle.members}
    if agency not in members and not serves_all(platform, agency):
        raise NotOfThisMatter("This matter is for other agencies.", bundle=bundle.slug)


def serves_all(platform: Platform, agency: str) -> bool:
    """Whether the agency's desk takes papers in for all departments."""
    return WINDOW in platform.catalogue.agency(agency).roles


def cases_of_matter(platform: Platform, case: str) -> tuple[dict[str, Scalar], ...]:
    """Rows of the cases that belong together with ``case``, the root first. Raises NotFound."""
    row = row_of(platform, "cases", case, "case")
    root = root_of(row)
    same = platform.store.rows("cases", {"subject": row["subject"], "matter": row["matter"]})
    found = [one for one in same if root_of(one) == root]
    return tuple(sorted(found, key=lambda one: cast(int, one["opened_index"])))


def plan_matter(platform: Platform, case: str) -> MatterPlan:
    """The plans of all its open cases, as of now. Raises NotFound."""
    rows = cases_of_matter(platform, case)
    return MatterPlan(tuple(plan_of(platform, row) for row in rows if row["state"] == "open"))


def _case(draft: MatterDraft, item: ServiceItem, follows: str | None) -> CaseDraft:
    return CaseDraft(
        item=item.slug,
        subject=draft.subject,
        matter=draft.matter,
        channel=draft.channel,
        officer=draft.officer,
        project=draft.project,
        premises=draft.premises,
        parties={role: who for role, who in draft.parties.items() if role in item.roles},
        follows=follows,
    )


def _opened(platform: Platform, agency: str, draft: CaseDraft, once: Once) -> tuple[str, int]:
    known = once.earlier(platform)
    if known is not None:
        return str(known["case"]), entry_of(platform, known)
    case, done = open_case(platform, agency, draft, once)
    return case, done.index
