"""The port of the press: foreign pages are read and drawn anew in it, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from certs.layout.annotation import CopyNote


class Press(Protocol):
    """Draws annotated copies, and reads what stands in a file.

    Parsers of foreign bytes run in it, so it is kept apart: bytes go in, bytes come out; it has no
    key and no store, and is ended where it takes too long or too much. What a paper made it do, it
    could draw something else than that paper; it cannot read another one or write anything.
    """

    def annotate(self, original: bytes, media_type: str, note: CopyNote) -> bytes:
        """The copy as PDF; the same inputs give the same bytes. Raises CopyUnreadable (also for
        what takes too long), CopyMedia, CopyTooLarge, and Pushback where it cannot work now."""
        ...

    def text(self, data: bytes) -> str:
        """Text and metadata of a PDF. Raises CopyUnreadable, CopyTooLarge, Pushback."""
        ...
