"""The trust roots that a person pinned on this machine, and the highest list version seen.

One JSON file: ``$MIANTI_PINS``, else ``mianti/pins.json`` below the user's configuration folder. It
belongs to whoever verifies; a platform's data folder is never taken for it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from certs import base64url
from certs.canonical import parse
from certs.errors import Base64Invalid, Coded, JsonInvalid
from certs.trust.trustlist import Roots, TrustList, open_trust_list, roots_of


class PinsSpoilt(Coded):
    """The file of pinned roots cannot be read; ``path``."""

    code = "trust.pins"


@dataclass(frozen=True, slots=True)
class Pinned:
    """``roots_list``: the list whose own roots were pinned; ``newest``: the newest seen since."""

    roots_list: bytes
    newest: bytes
    version: int

    @property
    def roots(self) -> Roots:
        return roots_of(self.roots_list)


def pins_path(environment: Mapping[str, str] = os.environ) -> Path:
    if given := environment.get("MIANTI_PINS"):
        return Path(given)
    home = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "mianti" / "pins.json"


def read_pins(path: Path) -> Pinned | None:
    """None where nothing was pinned. Raises PinsSpoilt."""
    try:
        members = parse(path.read_bytes())
        if not isinstance(members, dict):
            raise PinsSpoilt(f"{path} holds no pinned roots.", path=str(path))
        version = members["version"]
        if not isinstance(version, int):
            raise PinsSpoilt(f"{path} holds no version.", path=str(path))
        roots_list, newest = (base64url.decode(str(members[n])) for n in ("roots", "newest"))
    except FileNotFoundError:
        return None
    except (OSError, KeyError, JsonInvalid, Base64Invalid) as error:
        raise PinsSpoilt(f"{path} cannot be read.", path=str(path)) from error
    return Pinned(roots_list, newest, version)


def write_pins(path: Path, pinned: Pinned) -> None:
    """Keep pinned roots. Raises OSError."""
    members = {
        "roots": base64url.encode(pinned.roots_list),
        "newest": base64url.encode(pinned.newest),
        "version": pinned.version,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(path.name + ".new")
    made.write_text(json.dumps(members, indent=2) + "\n", "utf-8")
    made.replace(path)


def trusted(given: bytes | None, path: Path, at: datetime) -> TrustList | None:
    """The list to verify with, or None where nobody is trusted. Raises TrustError, PinsSpoilt.

    ``given`` is a list that a person names for this one run: its own roots count, and where the
    same roots are pinned here, no older version than the highest seen is taken.
    """
    pinned = read_pins(path)
    if given is None:
        if pinned is None:
            return None
        return open_trust_list(pinned.newest, pinned.roots, at, highest_seen=pinned.version)
    roots = roots_of(given)
    same = pinned is not None and pinned.roots == roots
    seen = pinned.version if pinned is not None and same else 0
    return open_trust_list(given, roots, at, highest_seen=seen)
