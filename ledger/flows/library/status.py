"""Status of licences: legal moves, and the signed list that says what is valid now.

A list is published whole, never one licence at a time, in two forms; its newest version and digest
stand on chain. Places in a list are drawn at random, so that neighbours tell nothing, and never
where a decoy is.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from certs.canonical import Json
from certs.statuslist import chain_of
from ledger import tlog
from ledger.agencies.lists import list_id as list_id
from ledger.errors import Conflict, LogBusy, Malformed, NotFound, Pushback, Refused, Stale
from ledger.flows.door.duty import NotResponsible, body_for, licence_answered_for
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.statements import own_statement
from ledger.flows.library.list_versions import (
    LIST_SIZE,
    TTL_S,
    Made,
    decoys_of,
    keep,
    remember,
    signed_version,
    store_waiting,
    version_row,
)
from ledger.index import names_of, rows_of
from ledger.log.statement import Statement, format_time, parse_time
from ledger.platform import Platform
from ledger.ports import Expect, Row, Scalar
from ledger.reuse.documents import LegalEffect
from ledger.status.lifecycle import MEANING, STATE_AFTER, VALUE_OF, may_become
from ledger.tlog import Draft, Sequenced, sequence

RENEW_BEFORE = timedelta(hours=12)
ATTEMPTS = 8
"""How often a list is signed anew where others publish it at the same moment."""


class MoveForbidden(Refused):
    """The licence cannot go from ``current`` to ``wanted``: ends are final."""

    code = "status.move"


class EffectContradicts(Malformed):
    """The legal effect leads to another state than the one asked for."""

    code = "status.effect"


def list_uri(platform: Platform, agency: str) -> str:
    """Where the agency's status list is served."""
    return f"{platform.verify_url}/v1/status-lists/{agency}"


def free_index(platform: Platform, uri: str) -> int:
    """A random place of the list that no licence has yet, and that is no decoy."""
    decoys = decoys_of(platform, uri)
    for _ in range(64):
        index = int.from_bytes(platform.randomness(8), "big") % LIST_SIZE
        taken = platform.store.rows("status_entries", {"uri": uri, "idx": index})
        if index not in decoys and not taken:
            return index
    raise Conflict("The status list is full.", uri=uri)


@dataclass(frozen=True, slots=True)
class Change:
    """``state``: active, suspended or revoked; ``effect`` and ``effective_on`` as the law has it;
    ``authority``: the decision behind it."""

    licence: str
    state: str
    reason: str
    authority: str
    effect: LegalEffect
    effective_on: date


def change_status(
    platform: Platform, agency: str, change: Change, once: Once | None = None
) -> Sequenced:
    """Suspend, restore or revoke, then publish the list. Only the body that answers for the
    licence: its issuer, or after a succession who followed it.

    Raises NotFound, NotResponsible, EffectContradicts, MoveForbidden; where the chain is away the
    change stands and the list follows.
    """
    row = licence_answered_for(platform, agency, change.licence)
    meaning = MEANING[change.effect]
    if meaning.state.value != change.state:
        raise EffectContradicts(
            f"What is {change.effect.value} does not become {change.state}.",
            effect=change.effect.value,
            wanted=change.state,
        )
    if not may_become(str(row["state"]), change.state):
        raise MoveForbidden(
            f"A licence that is {row['state']!s} cannot become {change.state}.",
            current=row["state"],
            wanted=change.state,
        )
    uri = str(row["status_uri"])
    envelope, statement = own_statement(
        platform,
        agency,
        meaning.kind,
        {
            "licence": change.licence,
            "reason": change.reason,
            "authority": change.authority,
            "legal_effect": change.effect.value,
            "lifecycle": dict[str, Json](meaning.lifecycle),
            "effective_on": change.effective_on.isoformat(),
            "status": {
                "uri": uri,
                "index": cast(int, row["status_index"]),
                "value": VALUE_OF[meaning.state].value,
            },
        },
        prev=cast(int, row["entry_index"]),
    )
    # in the same commit the published list becomes due, so that the worker renews it in any case
    written = (*rows_of(statement), due(uri, platform.now()))
    answer: dict[str, Json] = {"licence": change.licence, "state": change.state}
    written += remembered(platform, once, statement, answer)
    expects = (Expect("licences", {"id": change.licence}, {"state": row["state"]}),)
    draft = Draft(envelope, statement, names_of(statement), written, expects)
    (done,) = sequence(platform, [draft])
    with suppress(Pushback):  # else the worker publishes; the old list runs out by itself
        publish_list(platform, str(row["issuer"]))
    return done


def newest_change(platform: Platform, licence: str) -> Statement | None:
    """What last changed the licence's status; None where nothing did, or it was erased."""
    for index in reversed(platform.store.find(f"licence:{licence}")):
        stored = platform.store.entry(index)
        if stored is not None and stored.kind in STATE_AFTER:
            return None if stored.record is None else tlog.read(platform, index)
    return None


def due(uri: str, now: datetime) -> Row:
    """In the commit that changes a status: the published list is to be renewed at once."""
    return Row("status_lists", {"uri": uri, "valid_until": format_time(now)}, mode="update")


def publish_list(platform: Platform, agency: str) -> str:
    """Sign the agency's list as it stands, keep its bytes, put its digest on chain, serve it.
    Answers the IETF token. Who answers for all that the agency issued signs it: itself, or who
    followed it.

    The bytes are kept before the digest goes on chain, and that before the token is served: a list
    that nobody can check is not shown. After a crash in between the next version heals it. Raises
    Pushback where the chain is away, or others keep publishing the same list, NotResponsible where
    nobody answers any more.
    """
    uri = list_uri(platform, agency)
    signer = body_for(platform, agency)
    if not signer:
        raise NotResponsible("Nobody answers for this list any more.", responsible="")
    for _ in range(ATTEMPTS):
        rows = platform.store.rows("status_lists", {"uri": uri})
        head = platform.chain.status_head(list_id(uri))
        remember(platform, uri, head)
        made = signed_version(platform, signer, uri, head)
        keep(platform, made)
        try:
            done = platform.chain.publish_status(list_id(uri), made.number, made.digest, made.ends)
        except Refused:  # another publisher was faster, or the contract says no for good
            if platform.chain.status_head(list_id(uri)).version < made.number:
                raise
            continue
        if (done.version, done.digest) != (made.number, made.digest):
            continue
        before = [Expect("status_lists", {"uri": uri}, _shown(row)) for row in rows]
        try:
            platform.store.write(_rows(uri, agency, made), before)
        except Stale:  # a status changed, or another list was published, since we read
            continue
        return made.token
    raise LogBusy("Others are publishing this status list; ask again.", retry_after=1)


def _rows(uri: str, agency: str, made: Made) -> list[Row]:
    values: dict[str, Scalar] = {
        "uri": uri,
        "agency": agency,
        "list_id": list_id(uri),
        "version": made.number,
        "token": made.token.encode(),
        "valid_until": format_time(made.ends),
    }
    forms = [
        Row("status_forms", {"uri": uri, "purpose": name, "token": form.encode()}, mode="put")
        for name, form in made.forms.items()
    ]
    return [Row("status_lists", values, mode="put"), *forms, version_row(made, uri)]


def _shown(row: Mapping[str, Scalar]) -> dict[str, Scalar]:
    return {"version": row["version"], "valid_until": row["valid_until"]}


def refresh_lists(platform: Platform) -> list[str]:
    """Publish anew every list that runs out soon, that the last crash left behind, or that was
    signed with another key than would sign it now, after a theft or a merger; then let the file
    store have what it could not take before. Raises Pushback."""
    due = format_time(platform.now() + RENEW_BEFORE)
    renewed = []
    for row in platform.store.rows("status_lists"):
        head = platform.chain.status_head(cast(bytes, row["list_id"]))
        late = str(row["valid_until"]) < due or head.version != row["version"]
        if late or _signed_otherwise(platform, row):
            with suppress(NotResponsible):  # it runs out: nobody is left to say how they stand
                publish_list(platform, str(row["agency"]))
                renewed.append(str(row["uri"]))
    store_waiting(platform)
    return renewed


def _signed_otherwise(platform: Platform, row: Mapping[str, Scalar]) -> bool:
    signer = body_for(platform, str(row["agency"]))
    if not signer or row["token"] is None:
        return False
    token = cast(bytes, row["token"]).decode("ascii")
    return chain_of(token)[0] != platform.signing.chain(signer)[0]


def current_list(platform: Platform, agency: str) -> str:
    """The newest published token. Raises NotFound."""
    rows = platform.store.rows("status_lists", {"uri": list_uri(platform, agency)})
    if not rows or rows[0]["token"] is None:
        raise NotFound("There is no such status list.")
    return cast(bytes, rows[0]["token"]).decode()


def fresh_for(platform: Platform, agency: str) -> int:
    """Seconds that a cache may keep the newest version: its ttl, never beyond its end, and none
    once a change is on its way. Raises NotFound."""
    rows = platform.store.rows("status_lists", {"uri": list_uri(platform, agency)})
    if not rows or rows[0]["valid_until"] is None:
        raise NotFound("There is no such status list.")
    left = parse_time(str(rows[0]["valid_until"])) - platform.now()
    return max(0, min(TTL_S, int(left.total_seconds())))


def current_form(platform: Platform, agency: str, purpose: str) -> str:
    """The newest published version as a W3C credential. Raises NotFound."""
    where = {"uri": list_uri(platform, agency), "purpose": purpose}
    rows = platform.store.rows("status_forms", where)
    if not rows:
        raise NotFound("There is no such status list.")
    return cast(bytes, rows[0]["token"]).decode()
