"""Refusals are logged too: who was refused, for which case, by which rule; never any value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certs.canonical import Json
from ledger.flows.door.statements import own_statement
from ledger.index import names_of, rows_of
from ledger.platform import Platform
from ledger.tlog import Draft, Sequenced, sequence


def log_refusal(platform: Platform, agency: str, body: Mapping[str, Any], code: str) -> Sequenced:
    """State a refusal as the operator; ``body`` is what was asked."""
    refused: dict[str, Json] = {
        "agency": agency,
        "case": body.get("case"),
        "request": body.get("request"),
        "consent": body.get("consent"),
        "code": code,
        "officer": body.get("officer"),
    }
    envelope, statement = own_statement(platform, platform.operator, "refused", refused)
    (done,) = sequence(
        platform, [Draft(envelope, statement, names_of(statement), rows_of(statement))]
    )
    return done
