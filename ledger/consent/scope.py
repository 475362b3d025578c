"""How much may be asked of whom: what a case's plan takes, within what is registered. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.catalogue.catalogue import BasisSort, Catalogue, ServiceItem
from ledger.consent.basis_errors import PolicyForbidden
from ledger.errors import Refused

Items = Sequence[Mapping[str, Any]]
Kinds = Mapping[str, str]
"""Object → ``licence:TYPE`` or ``material:KIND``."""


def check_items(items: Items, kinds: Kinds, item: ServiceItem, refusal: type[Refused]) -> None:
    """Nothing but the objects of ``kinds``, and of each no more than the item's registered need.
    Raises ``refusal`` with the ``object`` and ``field`` that are too much."""
    for one in items:
        name = one["object"]
        if name not in kinds:
            message = f"{name} is not needed for this case."
            raise refusal(message, object=name, field=one["fields"][0])
        for field in one["fields"]:
            if field not in item.need.get(kinds[name], ()):
                message = f"{field} of {name} is beyond the registered need of {item.slug}."
                raise refusal(message, object=name, field=field)


def check_covered(items: Items, granted: Items, refusal: type[Refused], what: str) -> None:
    """Nothing but what was granted. Raises ``refusal`` with ``object`` and ``field``."""
    known = {one["object"]: frozenset(one["fields"]) for one in granted}
    for one in items:
        for field in one["fields"]:
            if field not in known.get(one["object"], ()):
                message = f"{field} of {one['object']} is not in the {what}."
                raise refusal(message, object=one["object"], field=field)


def check_policies(
    items: Items, kinds: Kinds, item: str, sort: BasisSort | None, catalogue: Catalogue
) -> None:
    """The issuers of the licences allow their use for ``item``, and on a basis of ``sort`` (None:
    the holder's consent, which an issuer cannot rule out). Raises PolicyForbidden."""
    for one in items:
        what, _, slug = kinds.get(one["object"], "").partition(":")
        if what != "licence" or slug not in catalogue.licence_types:
            continue
        policy = catalogue.licence_types[slug].policy
        if sort is not None and sort not in policy.bases:
            message = f"{slug} is not for use on this basis."
            raise PolicyForbidden(message, object=one["object"], basis=sort.value)
        if policy.items is not None and item not in policy.items:
            message = f"{slug} is not for use in {item}."
            raise PolicyForbidden(message, object=one["object"], item=item)


def sensitivity(kind: str, catalogue: Catalogue) -> int:
    """1 to 3 of a ``licence:TYPE`` or ``material:KIND``; the highest for one that is not known."""
    what, _, slug = kind.partition(":")
    table: Mapping[str, Any] = (
        catalogue.licence_types if what == "licence" else catalogue.material_kinds
    )
    return int(table[slug].sensitivity) if slug in table else 3
