"""Why a paper need not be asked for again, in a sentence of each language."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.reuse.ways import Way

_WORDS: Mapping[Way, tuple[str, str]] = {
    Way.LICENCE: (
        "{zh}可以直接查询，经当事人同意即可使用，不必再交。",
        "{en}: it can be looked up and used with the holder's consent.",
    ),
    Way.DATA_CHECK: (
        "{zh}可以核验是或否，经当事人同意即可，不必再交。",
        "{en}: a yes or no can be had with the holder's consent.",
    ),
    Way.MATERIAL: (
        "{zh}先前已经交过，仍然可用，经当事人同意即可取用。",
        "{en}: handed in earlier and still good; it can be used with the holder's consent.",
    ),
    Way.HANDED_IN: (
        "{zh}本案已经交过。",
        "{en}: handed in for this very case.",
    ),
}


def paper_words(way: Way, zh: str, en: str) -> tuple[str, str]:
    """The sentence about a paper of these names that serves in this way."""
    return _WORDS[way][0].format(zh=zh), _WORDS[way][1].format(en=en)
