"""The signed answer to a release's facts about one licence: a compact JWS by the operator.

    header   {alg: ES256, typ: "mianti-fact+jws", x5c: the operator's certificates}
    payload  {agency, answers: {fact_…: yes|no|unknown}, as_of, case, entry, log, object, release,
              type, v: 1}

It is bound to one release and its requester, and worth nothing under another. On one machine the
platform opens the one field that a fact asks about, and so sees it in clear; it puts the answer
alone into the token, and the log learns which facts were asked, never what was answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from certs import jws, keys
from certs.canonical import Json, canonical, parse_canonical
from certs.errors import JsonInvalid
from certs.x509.x5c import read_x5c, written_x5c
from ledger.errors import Malformed
from ledger.log.statement import format_time, parse_time
from ledger.use.facts import Answer

TYPE = "mianti-fact+jws"
_MEMBERS = frozenset(
    ("agency", "answers", "as_of", "case", "entry", "log", "object", "release", "type", "v")
)


class FactAnswerMalformed(Malformed):
    """A token that is no signed answer of version 1."""

    code = "fact.malformed"


@dataclass(frozen=True, slots=True)
class FactAnswer:
    """``entry``: the log index that the licence was described at; ``as_of`` aware UTC in whole
    seconds."""

    log: str
    release: str
    agency: str
    case: str
    object: str
    type: str
    entry: int
    as_of: datetime
    answers: Mapping[str, Answer]


def sign_answer(said: FactAnswer, private: keys.P256Private, chain: Sequence[bytes]) -> str:
    """The token; ``chain``: DER certificates of the signing key, leaf first."""
    payload: dict[str, Json] = {
        "agency": said.agency,
        "answers": {name: told.value for name, told in said.answers.items()},
        "as_of": format_time(said.as_of),
        "case": said.case,
        "entry": said.entry,
        "log": said.log,
        "object": said.object,
        "release": said.release,
        "type": said.type,
        "v": 1,
    }
    return jws.sign({"typ": TYPE, "x5c": written_x5c(chain)}, canonical(payload), private)


def read_answer(token: str) -> tuple[FactAnswer, tuple[bytes, ...]]:
    """(what it says, its signer's certificates), unverified. Raises FactAnswerMalformed,
    JwsMalformed, X5cMalformed."""
    read = jws.peek(token)
    if read.header.get("typ") != TYPE:
        raise FactAnswerMalformed("The token is of another type.")
    return _said(read.payload), read_x5c(read.header)


def verify_answer(token: str, key: keys.P256Public) -> FactAnswer:
    """What a token says that ``key`` signed. Raises what `certs.jws.verify` raises besides."""
    read = jws.verify(token, key, ("ES256",))
    if read.header.get("typ") != TYPE:
        raise FactAnswerMalformed("The token is of another type.")
    return _said(read.payload)


def _said(payload: bytes) -> FactAnswer:
    try:
        said = parse_canonical(payload)
    except JsonInvalid as error:
        raise FactAnswerMalformed(f"answer: {error}", reason=error.code) from error
    if not isinstance(said, dict) or said.keys() != _MEMBERS or said["v"] != 1:
        raise FactAnswerMalformed("Not the members of an answer.")
    answers, entry = said["answers"], said["entry"]
    texts = [said[name] for name in ("log", "release", "agency", "case", "object", "type")]
    if (
        not isinstance(answers, dict)
        or type(entry) is not int
        or not all(isinstance(text, str) for text in texts)
        or not all(told in tuple(Answer) for told in answers.values())
    ):
        raise FactAnswerMalformed("A member of the answer has not its form.")
    log, release, agency, case, object, type_ = cast(list[str], texts)
    told = {name: Answer(cast(str, one)) for name, one in answers.items()}
    as_of = parse_time(said["as_of"])
    return FactAnswer(log, release, agency, case, object, type_, entry, as_of, told)
