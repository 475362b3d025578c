"""Forms that several kinds of statement share: slugs, references, items, places."""

from __future__ import annotations

from ledger.log.body_forms import (
    Form,
    id_of,
    list_of,
    matching,
    members,
    number,
    octets,
    one_of,
    text,
)
from ledger.reuse.documents import Channel, Grade

MAX_ITEMS = 64
MAX_FIELDS = 64

SLUG = matching(r"[a-z][a-z0-9-]{0,31}", "a slug")
AGENCY = matching(r"[a-z][a-z0-9-]{0,31}", "an agency id")
FIELD = matching(r"[a-z][a-z0-9_]{0,63}", "a field name")
CODE = matching(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", "a code")
REFERENCE = matching(r"[!-~]{1,128}", "a reference")
OBJECT = matching(r"(licence:lic|material:mat)_[a-z2-7]{26}", "licence:lic_… or material:mat_…")
RELIED = matching(
    r"(licence:lic|material:mat|commitment:cmt|basis:bas)_[a-z2-7]{26}",
    "licence:lic_…, material:mat_…, commitment:cmt_… or basis:bas_…",
)
DUE = matching(
    r"(licence:lic|consent:con|delegation:del|flag:flg|dispute:dsp)_[a-z2-7]{26}",
    "licence:lic_…, consent:con_…, delegation:del_…, flag:flg_… or dispute:dsp_…",
)
DISPUTABLE = matching(
    r"(licence:lic|material:mat|release:rel)_[a-z2-7]{26}",
    "licence:lic_…, material:mat_… or release:rel_…",
)
KIND = matching(r"(licence|material):[a-z][a-z0-9-]{0,31}", "licence:TYPE or material:KIND")
MEDIA_TYPE = matching(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]{0,94}", "a media type")
URI = matching(r"[!-~]{1,512}", "a URI")
CID = matching(r"b[a-z2-7]{58}", "a CIDv1")
DIGEST = octets(32, 32)
KID = octets(32, 32)
NONCE = octets(16, 64)
CHANNEL = one_of(*Channel)
GRADE = one_of(*Grade)
OFFICER = text(128)
REASON = text(500)
SUBJECT = id_of("sub")
CASE = id_of("case")
ITEMS = list_of(
    members(object=OBJECT, fields=list_of(FIELD, MAX_FIELDS)),
    MAX_ITEMS,
    by="object",
)
PLACE = members(uri=URI, index=number(0))


def stored(files: int) -> Form:
    """Where the ciphertext of each of the statement's files lies, in their order."""
    one = members(cid=CID, file=id_of("file"), size=number(1))
    return list_of(one, files, least=files, by="file")
