"""Text that shows what it says: no control characters, and none that hide, turn or join others
(Unicode categories Cc, Cf, Zl, Zp, and letters and marks that are not drawn; UAX 9 and UTS 39 on
why). And whether two names are one, however they were typed.
"""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5"
    "\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000110bd"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def is_plain(text: str) -> bool:
    """Whether every character stands for itself, where it is read."""
    return _HIDDEN.search(text) is None


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for width, capitals, accents typed apart, spaces and
    signs between their letters and digits."""
    return name_key(one) == name_key(other)


def name_key(name: str) -> str:
    """What all the spellings of a name have in common, as `same_name` sees them."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(letter for letter in text if letter.isalnum()) or text
