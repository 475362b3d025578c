"""The built-in catalogue's files with one thing changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ledger.catalogue.data import catalogue_documents
from ledger.catalogue.file import parse_catalogue
from ledger.catalogue.json_lines import line_of
from ledger.catalogue.node import CatalogueInvalid

FILES: Mapping[str, bytes] = catalogue_documents()
Change = Callable[[Any], object]


def data_of(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def spoil(file: str, change: Change, files: Mapping[str, bytes] = FILES) -> dict[str, bytes]:
    value = json.loads(files[file])
    change(value)
    return dict(files) | {file: data_of(value)}


def refused(files: Mapping[str, bytes], file: str, path: str, why: str) -> CatalogueInvalid:
    """The refusal, which names the file, the path and the very line."""
    with pytest.raises(CatalogueInvalid, match=why) as caught:
        parse_catalogue(files)
    error = caught.value
    assert error.code == "catalogue.invalid"
    assert (error.file, error.path) == (file, path)
    steps = [int(step) if step.isdecimal() else step for step in path.split(".") if step]
    assert error.line == line_of(files[file].decode(), steps)
    assert str(error).startswith(f"{file}:{error.line}: ")
    return error
