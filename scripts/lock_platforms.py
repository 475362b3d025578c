"""Complete a package lock with the optional packages of other platforms.

npm writes only those that it could fetch here, but `npm ci` demands an entry for every optional
dependency. For each one missing this adds {version, integrity, optional, os, cpu, libc} from the
registry's metadata; nothing is downloaded. A platform's package that this registry does not know
is written without its hash, and named; any other entry without a hash is an error.

    python scripts/lock_platforms.py package-lock.json
"""

import json
import subprocess
import sys
from pathlib import Path

SHOWN = ["version", "dist.integrity", "os", "cpu", "libc"]


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
        ["npm", "view", f"{name}@{version}", *SHOWN, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(shown.stdout) if shown.returncode == 0 and shown.stdout.strip() else {}
    if isinstance(found, list):
        found = found[-1]
    entry = {"version": found.get("version", version.lstrip("^~="))}
    if "dist.integrity" in found:
        entry["integrity"] = found["dist.integrity"]
    else:
        print(f"no hash for {name}: this registry does not know it", file=sys.stderr)
    return entry | {"optional": True} | {k: found[k] for k in ("os", "cpu", "libc") if k in found}


def main() -> int:
    path = Path(sys.argv[1])
    lock = json.loads(path.read_text("utf-8"))
    packages = lock["packages"]
    unhashed = [name for name, entry in packages.items() if name and "integrity" not in entry]
    for name, version in sorted(missing(packages).items()):
        packages[f"node_modules/{name}"] = platform_entry(name, version)
    lock["packages"] = dict(sorted(packages.items()))
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")
    for name in unhashed:
        print(f"no hash for {name}", file=sys.stderr)
    return 1 if unhashed else 0


if __name__ == "__main__":
    sys.exit(main())
