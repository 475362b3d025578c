"""On what a reading rested, in the words that a holder is told; one table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Words = tuple[str, str]

_CONSENT: Words = ("您本人签署的同意", "your own signed consent")
_DELEGATED: Words = (
    "由您委托的人签署的同意，不是您本人签署",
    "a consent signed by who may act for you, not by you",
)
_BASES: Mapping[str, Words] = MappingProxyType(
    {
        "attended": (
            "您在窗口当面办理，核验了身份并留存了签字纸件，不是您的电子签名",
            "you were there in person, your document was read and a signed paper is kept; "
            "not signed by you",
        ),
        "statutory": (
            "机构依法履行职责，不经您签署",
            "a statutory duty of the agency; not signed by you",
        ),
        "assistance": (
            "应另一机构的协助请求，不经您签署",
            "another agency's request for assistance; not signed by you",
        ),
        "emergency": (
            "紧急情况，事后复核，不经您签署",
            "an emergency, reviewed afterwards; not signed by you",
        ),
    }
)


def ground_words(sort: str | None, *, own: bool = True) -> Words:
    """(zh, en) of a consent (``sort`` None; ``own``: the holder's key signed it) or of a basis."""
    if sort is None:
        return _CONSENT if own else _DELEGATED
    return _BASES[sort]
