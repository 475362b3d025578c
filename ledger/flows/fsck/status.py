"""Published status lists: signed by their agency, on chain, and saying what the statements and the
decoys say; every version kept, linked to the one before it, none giving back what had ended."""

from __future__ import annotations

from typing import cast

from certs.errors import CertsError
from certs.statuslist import ReadStatusList, token_digest
from ledger.agencies.lists import list_of
from ledger.errors import NotFound, Tampered
from ledger.flows.fsck.reading import Reading
from ledger.flows.fsck.signers import check_signer
from ledger.flows.library.list_history import Version, versions
from ledger.flows.library.list_versions import states_at
from ledger.flows.library.status import list_id
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.ports import Scalar, StatusHead


def check(platform: Platform, reading: Reading) -> None:
    absent = {ref.uri for ref in platform.trust.status_lists}
    kept = {str(uri): n for (uri,), n in platform.store.tally("status_versions", ["uri"])}
    shown = {str(uri): n for (uri,), n in platform.store.tally("status_forms", ["uri"])}
    for row in reading.rows("status_lists"):
        uri = str(row["uri"])
        absent.discard(uri)
        head = platform.chain.status_head(list_id(uri))
        newest = _history(platform, reading, uri, head, kept.pop(uri, 0))
        _newest(platform, reading, row, head, newest)
        _forms(platform, reading, uri, newest.said if newest else None, shown.pop(uri, 0))
        reading.counts["status lists"] += 1
    for uri in sorted(absent):
        if platform.chain.status_head(list_id(uri)).version:
            _found(reading, f"status_lists {uri}", uri, "it was published and is not here")
    for table, left in (("status_versions", kept), ("status_forms", shown)):
        for uri in sorted(left):
            _found(reading, f"{table} {uri}", uri, "there is no such list")
    for row in reading.rows("status_waiting"):
        data, digest = cast(bytes, row["token"]), cast(bytes, row["digest"])
        if token_digest(data.decode("ascii", "replace")) != digest:
            _found(reading, f"status_waiting {digest.hex()[:16]}", digest.hex(), "other bytes wait")


def _history(
    platform: Platform, reading: Reading, uri: str, head: StatusHead, kept: int
) -> Version | None:
    """Walk all versions; the newest of them."""
    newest = None
    walked = 0
    for version in versions(platform, uri, head):
        newest = newest or version
        walked += 1
        for fault in version.faults:
            where = f"status_versions {uri} {version.number}"
            _found(reading, where, f"{uri} {version.number}", str(fault))
    reading.counts["status versions"] += walked
    if walked != kept:
        why = f"{kept} versions are kept, {walked} were published"
        _found(reading, f"status_versions {uri}", uri, why)
    return newest


def _newest(
    platform: Platform,
    reading: Reading,
    row: dict[str, Scalar],
    head: StatusHead,
    newest: Version | None,
) -> None:
    """The list that is served, its row, and what it has to say."""
    uri, agency = str(row["uri"]), str(row["agency"])
    try:
        ref = list_of(platform.trust, uri, agency)
        if ref is None or ref.agency != agency or row["list_id"] != list_id(uri):
            raise Tampered("the trust list names it otherwise")
        if newest is None or newest.said is None:
            raise Tampered("the version that the chain knows cannot be read")
        said, token = newest.said, cast(bytes, row["token"] or b"").decode("ascii")
        if token_digest(token) != newest.digest or row["version"] != said.version:
            raise Tampered("the chain knows another version of it")
        check_signer(platform, token, agency, head.published_at or said.issued)
        if row["valid_until"] != format_time(said.expires) or head.valid_until != said.expires:
            raise Tampered("its row or the chain says something else of its end")
        _require_states(platform, said)
    except (CertsError, Tampered, NotFound, UnicodeDecodeError) as error:
        _found(reading, f"status_lists {uri}", uri, str(error))


def _require_states(platform: Platform, said: ReadStatusList) -> None:
    wanted = states_at(platform, said.uri, said.issued)
    if wanted.size != said.states.size:
        raise Tampered("it has another number of places")
    if wanted.packed() == said.states.packed():
        return
    place = next(n for n in range(wanted.size) if wanted.get(n) != said.states.get(n))
    raise Tampered(f"place {place} does not say what the log says")


def _forms(
    platform: Platform, reading: Reading, uri: str, said: ReadStatusList | None, shown: int
) -> None:
    """The W3C credentials that are served: those that the newest token names, and no others."""
    named = {} if said is None else dict(said.forms)
    for row in platform.store.rows("status_forms", {"uri": uri}):
        data, purpose = cast(bytes, row["token"]), str(row["purpose"])
        if token_digest(data.decode("ascii", "replace")) != named.pop(purpose, None):
            _found(
                reading, f"status_forms {uri} {purpose}", uri, f"another {purpose} list is served"
            )
    if named or said is None or shown != len(said.forms):
        _found(reading, f"status_forms {uri}", uri, "not every form is served")


def _found(reading: Reading, where: str, what: str, why: str) -> None:
    reading.found("fsck.status", where, f"状态列表 {what}：{why}", f"Status list {what}: {why}")
