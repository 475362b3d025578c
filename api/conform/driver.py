"""Conformance driver: one JSON line in, one out, in order, flushed, in one process.

    {"id", "op", …} → {"id", "ok": true|false, "code", "out_hex"?, "out"?}

Operations and their fields stand in ``api.conform.ops`` and ``api.conform.verdicts``; they are the
very functions that API and verifier call. Codes besides those of the operations:

    ok            done, where the operation has no code of its own
    MALFORMED     no JSON object (then ``id`` is null), or a field is missing or spoilt
    UNSUPPORTED   an operation or algorithm that is not offered
    LIMIT         more bytes, time or memory than one line may take
    INTERNAL      our bug
"""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import BinaryIO, cast

from api.conform.fields import Fields, FieldSpoilt, NotOffered
from api.conform.limits import MAX_LINE, TimeIsUp, deadline, read_line, too_large
from api.conform.ops import OPERATIONS, Operation
from certs.canonical import Json, parse
from certs.errors import Coded, JsonInvalid

Reply = dict[str, Json]

_LATE = ("bundle_verify", "receipt_verify", "consent_verify")  # their imports cost start-up time
_ID_AHEAD = re.compile(
    rb'[ \t\r]*\{[ \t]*"id"[ \t]*:[ \t]*("[ !#-\[\]-~]{0,256}"|-?\d{1,15})[ \t]*,'
)


def run(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer every line of ``source`` on ``sink`` until the input ends or nobody reads."""
    while (read := read_line(source)) is not None:
        line, whole = read
        reply = answer(line) if whole else _refused(_id_ahead(line), "LIMIT")
        del line, read
        try:
            sink.write(encoded(reply) + b"\n")
            sink.flush()
        except BrokenPipeError:
            return


def answer(line: bytes) -> Reply:
    """The reply to one line; never raises for what the line holds."""
    known: Json = None
    try:
        with deadline():
            if len(line) > MAX_LINE or too_large(line):
                return _refused(_id_ahead(line), "LIMIT")
            try:
                members = parse(line, max_bytes=MAX_LINE, integers_only=False)
            except JsonInvalid:
                return _refused(_recovered(line), "MALFORMED")
            if not isinstance(members, dict):
                return _refused(None, "MALFORMED")
            known = members.get("id")
            return {"id": known, "ok": True, "code": "ok", **_done(members)}
    except Coded as error:
        return _refused(known, error.code)
    except (TimeIsUp, MemoryError, RecursionError):
        return _refused(known, "LIMIT")
    except Exception:  # the edge: a fault of ours is an answer too, and the next line is answered
        return _refused(known, "INTERNAL")


def encoded(reply: Reply) -> bytes:
    """One line of ASCII JSON, without its end."""
    return json.dumps(reply, allow_nan=False, separators=(",", ":")).encode("ascii")


def _done(members: dict[str, Json]) -> dict[str, str]:
    op = members.get("op")
    if not isinstance(op, str):
        raise FieldSpoilt("op is no text", name="op")
    return _operation(op)(Fields(members))


def _operation(op: str) -> Operation:
    if op in OPERATIONS:
        return OPERATIONS[op]
    if op in _LATE:
        return cast(Operation, getattr(import_module("api.conform.verdicts"), op))
    raise NotOffered("no such operation", op=op)


def _refused(known: Json, code: str) -> Reply:
    return {"id": known, "ok": False, "code": code}


def _recovered(line: bytes) -> Json:
    """The id of an object that the strict door refused for something else, if it is plain."""
    try:
        members = json.loads(line)
    except (ValueError, RecursionError):
        return None
    known = members.get("id") if isinstance(members, dict) else None
    if isinstance(known, str):
        return known.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return known if type(known) is int and abs(known) < 1 << 53 else None


def _id_ahead(line: bytes) -> Json:
    """The id of a line too large to parse, if it stands first and is plain."""
    found = _ID_AHEAD.match(line)
    return cast(Json, json.loads(found[1])) if found else None
