"""``mianti init``: an empty folder becomes a platform."""

from api.founding.authority import issuing_agencies
from api.founding.found import FolderTaken, Founded, found

__all__ = ["FolderTaken", "Founded", "found", "issuing_agencies"]
