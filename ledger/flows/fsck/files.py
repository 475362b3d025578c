"""Files: ciphertext by CID, opened with the kept key, compared with what the statement names."""

from __future__ import annotations

import hashlib
from typing import cast

from ledger.errors import LedgerError, Pushback, Tampered
from ledger.flows.fsck.reading import Reading
from ledger.platform import Platform
from ledger.stored.disclosure import ISSUER_JWT, field_key, open_fields
from ledger.stored.sealing import open_stream


def check(platform: Platform, reading: Reading) -> None:
    for row in reading.rows("files"):
        file_id, cid = str(row["id"]), str(row["cid"])
        if file_id in reading.erased_files:  # that it is gone is looked at with the erasure
            continue
        try:
            digest, size = hashlib.sha256(), 0
            chunks = platform.blobs.get(cid)
            key = platform.keys.open_file_key(file_id)
            if row["kind"] == "fields":  # the statement names the sealed bytes themselves
                data = b"".join(chunks)
                open_fields(data, {ISSUER_JWT: field_key(key, ISSUER_JWT)}, file_id)
                chunks = iter((data,))
            else:
                chunks = open_stream(chunks, key, file_id)
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
            if digest.digest() != row["sha256"] or size != cast(int, row["size"]):
                raise Tampered("its content is not what the statement names")
        except Pushback:
            raise
        except LedgerError as error:
            where = f"files {file_id} {cid}"
            reading.found("fsck.file", where, f"文件 {cid}：{error}", f"File {cid}: {error}")
        reading.counts["files"] += 1
