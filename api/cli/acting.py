"""Who acts: the agency that is named, else the only one that can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.outcome import UsageWrong

if TYPE_CHECKING:
    from ledger.platform import Platform
    from ledger.ports import Scalar

_OPTION = typer.Option("--agency", envvar="MIANTI_AGENCY")
Agency = Annotated[str | None, _OPTION]
OwnAgency = Annotated[str, _OPTION]  # where nothing else says who acts


def issuer_of(platform: Platform, kind: str, agency: str | None) -> str:
    """The agency named, else the only one that issues this type here. Raises UsageWrong."""
    issuers = platform.catalogue.licence_type(kind).issued_by
    if agency is not None:
        return platform.catalogue.agency(agency).id
    if len(issuers) != 1:
        raise UsageWrong(f"Say who issues it: --agency ({', '.join(issuers) or 'any'}).")
    return issuers[0]


def agency_of(platform: Platform, case: str) -> str:
    """Whose case it is. Raises NotFound."""
    return str(case_row(platform, case)["agency"])


def case_row(platform: Platform, case: str) -> dict[str, Scalar]:
    """The row of a case. Raises NotFound."""
    return row_of(platform, "cases", case, "case")


def row_of(
    platform: Platform, table: str, identity: str, thing: str = "thing", **where: Scalar
) -> dict[str, Scalar]:
    """:func:`ledger.flows.door.rows.row_of`, read only when a command needs it."""
    from ledger.flows.door.rows import row_of as found

    return found(platform, table, identity, thing, **where)
