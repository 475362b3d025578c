"""Facts at release: the platform opens the one field that is asked about, and tells only yes or no.

Answered once for a release, after the key store agreed to it: the same release again gets the same
signed answer, whatever became of the licence since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from certs.sdjwt.credential import parse_credential
from ledger import tlog
from ledger.catalogue.terms import Fact
from ledger.errors import Conflict, NotFound, Tampered
from ledger.flows.door.statements import own_statement
from ledger.flows.library.files import ciphertext
from ledger.flows.library.licence_parts import credential_digest
from ledger.index import names_of, rows_of
from ledger.log.records import open_small, seal_small
from ledger.platform import Platform
from ledger.ports import Row, Scalar
from ledger.reuse.documents import State, day
from ledger.stored.disclosure import ISSUER_JWT, field_key, open_fields
from ledger.tlog import Draft, Sequenced, sequence
from ledger.use.fact_answer import FactAnswer, read_answer, sign_answer
from ledger.use.facts import Answer, Standing, answer, facts_and_fields

Licence = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers about one licence. ``token``: the signed answer, ASCII; ``entry``: the index of
    the ``fact.answered`` that names its SHA-256."""

    object: str
    answers: Mapping[str, Answer]
    token: str
    entry: int


def answer_facts(platform: Platform, used: Mapping[str, Any], index: int) -> tuple[Answered, ...]:
    """Answer the facts among the items of a release (its body), whose entry stands at ``index``.

    Its items have been checked (``wanted``). Raises Pushback where the file store is
    away: nothing is then answered, and the same release may be asked again.
    """
    told = []
    for item in used["items"]:
        facts, _ = facts_and_fields(item["fields"])
        if facts:
            told.append(
                _kept(platform, str(used["release"]), str(item["object"]))
                or _answered(platform, used, index, str(item["object"]), facts)
            )
    return tuple(told)


def told_of(platform: Platform, release: str) -> tuple[Answered, ...]:
    """What was answered under a release, again."""
    rows = platform.store.rows("fact_answers", {"release_id": release})
    found = (_kept(platform, release, str(row["object"])) for row in rows)
    return tuple(one for one in found if one is not None)


def _answered(
    platform: Platform, used: Mapping[str, Any], index: int, name: str, facts: tuple[str, ...]
) -> Answered:
    licence = platform.store.rows("licences", {"id": name.partition(":")[2]})[0]
    now = platform.now().replace(microsecond=0)
    said = FactAnswer(
        log=platform.log.origin,
        release=str(used["release"]),
        agency=str(used["agency"]),
        case=str(used["case"]),
        object=name,
        type=str(licence["type"]),
        entry=cast(int, licence["entry_index"]),
        as_of=now,
        answers={one: judged(platform, licence, platform.catalogue.fact(one)) for one in facts},
    )
    signing, operator = platform.signing, platform.operator
    token = sign_answer(said, signing.key(operator), signing.chain(operator))
    try:
        return _logged(platform, said, str(licence["subject"]), token, index)
    except Conflict:
        kept = _kept(platform, said.release, name)  # a twin of this release came first
        if kept is None:
            raise
        return kept


def _logged(platform: Platform, said: FactAnswer, subject: str, token: str, index: int) -> Answered:
    data = token.encode("ascii")
    digest = hashlib.sha256(data).digest()
    envelope, statement = own_statement(
        platform,
        platform.operator,
        "fact.answered",
        {
            "release": said.release,
            "object": said.object,
            "subject": subject,
            "agency": said.agency,
            "case": said.case,
            "facts": list(sorted(said.answers)),
        },
        files=((digest, len(data)),),
        refs=(index,),
    )
    sealed, key = seal_small(data, _purpose(digest), platform.record_key, platform.randomness)
    secret = Row("fact_tokens", {"sha256": digest, "sealed": sealed, "sealed_key": key})
    rows = (*rows_of(statement), secret)
    done: Sequenced
    (done,) = sequence(platform, [Draft(envelope, statement, names_of(statement), rows)])
    return Answered(said.object, said.answers, token, done.index)


def _kept(platform: Platform, release: str, name: str) -> Answered | None:
    rows = platform.store.rows("fact_answers", {"release_id": release, "object": name})
    if not rows:
        return None
    token = token_of(platform, cast(bytes, rows[0]["sha256"]))
    said, _ = read_answer(token)
    return Answered(name, said.answers, token, cast(int, rows[0]["entry_index"]))


def token_of(platform: Platform, digest: bytes) -> str:
    """The signed answer with this SHA-256. Raises NotFound (erased, or never), Tampered."""
    rows = platform.store.rows("fact_tokens", {"sha256": digest})
    if not rows:
        raise NotFound("There is no such answer.")
    sealed, key = cast(bytes, rows[0]["sealed"]), cast(bytes, rows[0]["sealed_key"])
    data = open_small(sealed, key, _purpose(digest), platform.record_key)
    if hashlib.sha256(data).digest() != digest:
        raise Tampered("A kept answer is not the one that was signed.")
    return data.decode("ascii")


def judged(platform: Platform, licence: Licence, fact: Fact) -> Answer:
    """The answer about a licence (its row), now. The field is opened only where it decides."""
    today, standing = day(platform.now()), standing_of(licence)
    value = None
    if fact.field is not None and standing.in_force(today):
        value = _value(platform, licence, fact.field)
    return answer(fact, standing, value, today)


def standing_of(licence: Licence) -> Standing:
    """How a licence (its row) stands; a state that the rules do not know is unknown."""
    state = str(licence["state"])
    known = State(state) if state in tuple(State) else State.UNKNOWN
    if licence["dispute"] is not None:
        known = State.DISPUTED
    begins, ends = licence["valid_from"], licence["valid_to"]
    return Standing(known, _day(begins), _day(ends))


def _value(platform: Platform, licence: Licence, field: str) -> str | None:
    """One field of the credential that the licence's own entry names."""
    kind = platform.catalogue.licence_types.get(str(licence["type"]))
    if licence["fields_file"] is None or kind is None or field not in kind.attributes:
        return None
    claims = opened_fields(platform, licence, (field,))
    return claims.get(field)


def opened_fields(
    platform: Platform, licence: Licence, fields: tuple[str, ...]
) -> Mapping[str, str]:
    """These fields of a licence (its row) in clear, and no other is opened. Raises NotFound (the
    key was destroyed), Tampered, Pushback."""
    file = str(licence["fields_file"])
    key = platform.keys.open_file_key(file)
    data = b"".join(ciphertext(platform, file))
    keys = {name: field_key(key, name) for name in (ISSUER_JWT, *fields)}
    text = open_fields(data, keys, file)
    statement = tlog.read(platform, cast(int, licence["entry_index"]))
    if statement.body.get("credential_sha256") != credential_digest(text):
        raise Tampered("The credential is not the one that the licence's entry names.", file=file)
    claims = parse_credential(text).claims
    return {name: str(claims[name]) for name in fields if name in claims}


def _purpose(digest: bytes) -> str:
    return f"fact/{digest.hex()}"


def _day(value: Scalar) -> date | None:
    return None if value is None else date.fromisoformat(str(value))
