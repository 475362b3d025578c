"""Published status lists: signed by their agency, on chain, and saying what the statements say."""

from __future__ import annotations

from typing import cast

from certs.errors import CertsError
from certs.statuslist import read_status_list, token_digest
from ledger.agencies.lists import list_of
from ledger.errors import NotFound, Tampered
from ledger.flows.fsck.reading import Reading
from ledger.flows.fsck.signers import check_signer, signing_key
from ledger.flows.library.status import list_id
from ledger.log.statement import format_time
from ledger.platform import Platform


def check(platform: Platform, reading: Reading) -> None:
    values: dict[str, dict[int, int]] = {}
    for row in reading.rows("status_entries"):
        places = values.setdefault(str(row["uri"]), {})
        places[cast(int, row["idx"])] = cast(int, row["value"])
    absent = {ref.uri for ref in platform.trust.status_lists}
    for row in reading.rows("status_lists"):
        uri = str(row["uri"])
        absent.discard(uri)
        try:
            token = cast(bytes, row["token"] or b"").decode("ascii")
            agency = str(row["agency"])
            ref = list_of(platform.trust, uri, agency)
            if ref is None or ref.agency != agency or row["list_id"] != list_id(uri):
                raise Tampered("the trust list names it otherwise")
            head = platform.chain.status_head(list_id(uri))
            expires = head.valid_until or platform.now()
            found = read_status_list(token, signing_key(token), min(platform.now(), expires))
            check_signer(platform, token, agency, found.issued)
            if (found.uri, found.version, found.digest) != (uri, head.version, head.digest):
                raise Tampered("the chain knows another version of it")
            if row["version"] != found.version or row["valid_until"] != format_time(found.expires):
                raise Tampered("its row says something else than the list")
            if token_digest(token) != head.digest:
                raise Tampered("its digest is not the one on chain")
            for index, value in values.get(uri, {}).items():
                if found.states.get(index) != value:
                    raise Tampered(f"place {index} does not say what the log says")
        except (CertsError, Tampered, NotFound, UnicodeDecodeError) as error:
            _found(reading, uri, str(error))
        reading.counts["status lists"] += 1
    for uri in sorted(absent):
        if platform.chain.status_head(list_id(uri)).version:
            _found(reading, uri, "it was published and is not here")


def _found(reading: Reading, uri: str, why: str) -> None:
    where = f"status_lists {uri}"
    reading.found("fsck.status", where, f"状态列表 {uri}：{why}", f"Status list {uri}: {why}")
