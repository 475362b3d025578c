"""Published status lists: signed by their agency, on chain, and saying what the statements say."""

from __future__ import annotations

from typing import cast

from cryptography import x509

from certs import keys
from certs.errors import CertsError
from certs.statuslist import read_status_list, token_digest
from ledger.errors import Tampered
from ledger.flows.fsck.reading import Reading
from ledger.flows.status import list_id
from ledger.platform import Platform
from ledger.statement import format_time


def check(platform: Platform, reading: Reading) -> None:
    values: dict[str, dict[int, int]] = {}
    for row in reading.rows("status_entries"):
        places = values.setdefault(str(row["uri"]), {})
        places[cast(int, row["idx"])] = cast(int, row["value"])
    for row in reading.rows("status_lists"):
        uri = str(row["uri"])
        try:
            token = cast(bytes, row["token"]).decode("ascii")
            agency = str(row["agency"])
            ref = platform.trust.status_list(uri)
            if ref is None or ref.agency != agency or row["list_id"] != list_id(uri):
                raise Tampered("the trust list names it otherwise")
            leaf = x509.load_der_x509_certificate(platform.signing.chain(agency)[0]).public_key()
            public = keys.public_from_spki(keys.spki(cast(keys.P256Public, leaf)))
            head = platform.chain.status_head(list_id(uri))
            expires = head.valid_until or platform.now()
            found = read_status_list(token, public, min(platform.now(), expires))
            if (found.uri, found.version, found.digest) != (uri, head.version, head.digest):
                raise Tampered("the chain knows another version of it")
            if row["version"] != found.version or row["valid_until"] != format_time(found.expires):
                raise Tampered("its row says something else than the list")
            if token_digest(token) != head.digest:
                raise Tampered("its digest is not the one on chain")
            for index, value in values.get(uri, {}).items():
                if found.states.get(index) != value:
                    raise Tampered(f"place {index} does not say what the log says")
        except (CertsError, Tampered, UnicodeDecodeError) as error:
            reading.found(
                "fsck.status", uri, f"状态列表 {uri}：{error}", f"Status list {uri}: {error}"
            )
        reading.counts["status lists"] += 1
