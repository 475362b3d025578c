"""Complete a package lock with the optional packages of other platforms.

npm writes only those that it could fetch here, but `npm ci` demands an entry for every optional
dependency. For each one missing this adds {version, optional, os, cpu, libc} from the registry's
metadata; nothing is downloaded.

    python scripts/lock_platforms.py package-lock.json
"""

import json
import subprocess
import sys
from pathlib import Path


def missing(packages: dict[str, dict]) -> dict[str, str]:
    """Name → wanted version of optional dependencies that have no entry."""
    wanted: dict[str, str] = {}
    for entry in packages.values():
        for name, version in entry.get("optionalDependencies", {}).items():
            if not any(path.endswith(f"node_modules/{name}") for path in packages):
                wanted[name] = version
    return wanted


def platform_entry(name: str, version: str) -> dict:
    """The lock's entry, from `npm view`; only name and version where the registry has no more."""
    shown = subprocess.run(
        ["npm", "view", f"{name}@{version}", "version", "os", "cpu", "libc", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(shown.stdout) if shown.returncode == 0 and shown.stdout.strip() else {}
    if isinstance(found, list):
        found = found[-1]
    entry = {"version": found.get("version", version.lstrip("^~=")), "optional": True}
    return entry | {key: found[key] for key in ("os", "cpu", "libc") if key in found}


def main() -> int:
    path = Path(sys.argv[1])
    lock = json.loads(path.read_text("utf-8"))
    for name, version in sorted(missing(lock["packages"]).items()):
        lock["packages"][f"node_modules/{name}"] = platform_entry(name, version)
    lock["packages"] = dict(sorted(lock["packages"].items()))
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
