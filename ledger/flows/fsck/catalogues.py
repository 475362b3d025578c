"""Published catalogues: the documents beside the log are those that their owners stated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, cast

from certs import base64url
from ledger.catalogue.file import digest_of, owners_of
from ledger.errors import LedgerError
from ledger.flows.fsck.reading import Reading
from ledger.platform import Platform


def check(platform: Platform, reading: Reading) -> None:
    stated: dict[bytes, dict[str, tuple[bytes, str]]] = {}
    for _, statement in reading.statements.values():
        if statement.kind == "catalogue.published":
            body = cast(Mapping[str, Any], statement.body)
            whole = stated.setdefault(base64url.decode(body["sha256"]), {})
            for one in body["documents"]:
                whole[one["name"]] = (base64url.decode(one["sha256"]), statement.actor)
    kept: dict[bytes, dict[str, bytes]] = {}
    for row in reading.rows("catalogue_documents"):
        documents = kept.setdefault(cast(bytes, row["sha256"]), {})
        documents[str(row["name"])] = cast(bytes, row["data"])
    for whole_digest in sorted(stated.keys() | kept.keys()):
        documents, said = kept.get(whole_digest, {}), stated.get(whole_digest, {})
        reading.counts["catalogues"] += 1
        if not _as_stated(whole_digest, documents, said):
            where = f"catalogue_documents {whole_digest.hex()[:16]}"
            reading.found(
                "fsck.catalogue",
                where,
                f"目录 {whole_digest.hex()[:16]} 的文件与各所有者发布的不符",
                f"The documents of catalogue {whole_digest.hex()[:16]} are not what their owners "
                "published",
            )


def _as_stated(
    whole: bytes, documents: Mapping[str, bytes], said: Mapping[str, tuple[bytes, str]]
) -> bool:
    if documents.keys() != said.keys() or digest_of(documents) != whole:
        return False
    try:
        owners = owners_of(documents)
    except LedgerError:
        return False
    return all(
        said[name] == (hashlib.sha256(data).digest(), owners[name])
        for name, data in documents.items()
    )
