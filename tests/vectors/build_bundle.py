"""Write the golden bundles: one honest trace, and named defects of it.

    python tests/vectors/build_bundle.py            write bundle/
    python tests/vectors/build_bundle.py --check    write nothing; exit 1 if a file would change

``bundle/cases.json`` tells for each file the trust list, the time and the expected outcome and
code. The bundles are the product's own; what is frozen here is that their bytes and verdicts stay.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from ledger.log.statement import format_time  # noqa: E402
from tests.ledger.bundle.test_bundle_lies import LIES, RESEALED, resealed  # noqa: E402
from tests.ledger.sealed_bundles import BUNDLE, CASE, CONTENTS, WORLD  # noqa: E402
from tests.ledger.world_case import exported  # noqa: E402
from tests.ledger.world_names import AS_OF  # noqa: E402

COMPLETE = exported(
    WORLD,
    replace(CONTENTS, leaves=tuple(WORLD.leaves), threads={CASE.consent_id: CASE.thread}),
)
KEPT = {
    "another-page_fail": ("another page", RESEALED),
    "unknown-member_fail": ("an unknown member", RESEALED),
    "another-salt_fail": ("an entry with another salt", RESEALED),
    "own-root_fail": ("an exporter with a root of its own", LIES),
    "before-its-anchor_fail": ("exported before its own anchor", LIES),
    "needless-certificate_fail": ("a needless certificate beside the signature", LIES),
    "another-proof_fail": ("the proof of another entry", LIES),
    "attackers-world_indeterminate": ("a whole world of an attacker", LIES),
    "no-anchor_indeterminate": ("no anchor", LIES),
}


def spoilt(position: int) -> bytes:
    data = bytearray(BUNDLE)
    data[position] ^= 1
    return bytes(data)


def files() -> dict[str, bytes]:
    """Contents by file name."""
    bundles = {
        "trace": (BUNDLE, "passed", "passed"),
        "trace-with-thread": (COMPLETE, "passed", "passed"),
        "flipped-bit_fail": (spoilt(len(BUNDLE) // 2), "failed", "container.malformed"),
        "one-byte-more_fail": (BUNDLE + b"\n", "failed", "container.malformed"),
        "one-byte-less_fail": (BUNDLE[:-1], "failed", "container.malformed"),
    }
    for name, (title, table) in KEPT.items():
        if table is RESEALED:
            change, code = RESEALED[title]
            bundles[name] = (resealed(change), "failed", code)
        else:
            make, outcome, code = LIES[title]
            bundles[name] = (make(), outcome, code)
    written = {f"{name}.mianti": data for name, (data, _, _) in bundles.items()}
    written["trust-list.json"] = WORLD.trust_bytes
    cases = [
        {
            "file": f"{name}.mianti",
            "trust": "trust-list.json",
            "at": format_time(AS_OF),
            "outcome": outcome,
            "code": code,
        }
        for name, (_, outcome, code) in bundles.items()
    ]
    written["cases.json"] = (json.dumps(cases, indent=1) + "\n").encode()
    return written


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    folder = HERE / "bundle"
    made = files()
    standing = {path.name: path.read_bytes() for path in folder.glob("*")}
    if check:
        changed = sorted(n for n in made.keys() | standing.keys() if made.get(n) != standing.get(n))
        print("\n".join(f"{name} differs" for name in changed), end="\n" if changed else "")
        return 1 if changed else 0
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*"):
        path.unlink()
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
