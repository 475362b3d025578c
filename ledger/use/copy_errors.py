"""What is refused of annotated copies, and how much of a file is read.

Refused                   copy.…
├── CopyNotAllowed        copy.not_allowed   the issuer's policy forbids copies
├── CopyNothing           copy.nothing       only answers were released, there is nothing to copy
└── CopyTooLong           copy.valid_until   it would outlive what the release rests on
Malformed
└── CopyUnreadable        copy.unreadable    the original, or a copy to be traced, cannot be read
    ├── CopyMedia         copy.media         neither a PDF, nor a PNG or JPEG picture
    └── CopyTooLarge      copy.too_large     too many bytes, pages or points
"""

from __future__ import annotations

from ledger.errors import Malformed, Refused

MAX_BYTES = 32 << 20


class CopyNotAllowed(Refused):
    """The issuer does not allow copies of this kind of licence."""

    code = "copy.not_allowed"


class CopyNothing(Refused):
    """Only answers to facts were released of it."""

    code = "copy.nothing"


class CopyTooLong(Refused):
    """``until``: the last day that a copy may be good for."""

    code = "copy.valid_until"


class CopyUnreadable(Malformed):
    """Bytes that cannot be read as what they are said to be; ``reason`` says how it ended."""

    code = "copy.unreadable"


class CopyMedia(CopyUnreadable):
    """A media type of which no copy can be made."""

    code = "copy.media"


class CopyTooLarge(CopyUnreadable):
    """``limit``, in bytes, pages or picture points."""

    code = "copy.too_large"
