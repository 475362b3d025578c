"""The command line ``mianti``. Modules here are imported when their command is used."""

from __future__ import annotations

from api.cli.entry import main

__all__ = ["main"]
