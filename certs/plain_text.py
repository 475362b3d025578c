"""Text that shows what it says: no control characters, and none that hide, turn or join others
(Unicode categories Cc, Cf, Zl, Zp; UAX 9 and UTS 39 on why).
"""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)


def is_plain(text: str) -> bool:
    """Whether every character stands for itself, where it is read."""
    return _HIDDEN.search(text) is None
