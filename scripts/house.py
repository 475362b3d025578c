"""Hold the rules of the house that no linter knows; exit 1 when one is broken.

Over the files under version control: no unfinished marks, no paths of one machine, no package
registry's address; no file named after what it is not; source files short enough to read at once;
a page for every folder that needs one; one stable code for one error.

    python scripts/house.py              report
    python scripts/house.py --lengths    also list every file that is long, but not too long
"""

import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# Written so that this file does not break its own rules.
FORBIDDEN = {
    "an unfinished mark": r"\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b",
    "a path of one machine": (
        r"(?<![\w.])/(wor[k]|hom[e]|roo[t]|User[s])/\w\w|\.\./shared/|/tmp/pla[n]"
    ),
    "a registry's address": (
        r"registry\.npmj[s]|pypi\.or[g]|pythonhoste[d]\.org|proxy\.golan[g]\.org"
    ),
    "a word of the workshop": (
        r"(?i)\b(clau[d]e|anthropi[c]|chat-?gp[t]|sub-?agen[t]s?|langua[g]e model)\b"
    ),
}
MACHINE_WRITTEN = {"package-lock.json", "scripts/requirements.lock"}
MEANINGLESS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "handler",
    "service",
    "base",
}
WITH_A_PAGE = ("", "api", "certs", "contracts", "ledger", "scripts", "tests")
LONG, TOO_LONG = 250, 330
# One meaning at two edges: a process ends on its own bug, an operation is not offered.
ALIKE = {"internal", "UNSUPPORTED"}
SOURCES = ("api/", "certs/", "ledger/", "contracts/", "scripts/")


def tracked() -> list[str]:
    """Paths under version control that exist, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = sorted(filter(None, listed.stdout.decode("utf-8").split("\0")))
    return [name for name in names if (ROOT / name).is_file()]


def text_of(name: str) -> str | None:
    """A file's text; None for one that is not text."""
    data = (ROOT / name).read_bytes()
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def words(names: list[str]) -> Iterator[str]:
    """Lines that speak of something that does not belong here."""
    rules = {what: re.compile(pattern) for what, pattern in FORBIDDEN.items()}
    for name in names:
        text = None if name in MACHINE_WRITTEN else text_of(name)
        for number, line in enumerate((text or "").splitlines(), 1):
            for what, rule in rules.items():
                if rule.search(line):
                    yield f"{name}:{number}: {what}: {line.strip()[:90]}"


def names_of_files(names: list[str]) -> Iterator[str]:
    """Source files whose name says nothing."""
    for name in names:
        path = Path(name)
        if path.suffix in {".py", ".sol"} and path.stem.lower() in MEANINGLESS:
            yield f"{name}: a name that says what lives there, please"


def lengths(names: list[str]) -> Iterator[tuple[int, str]]:
    """Source files over LONG lines. Tests, which are lists of cases, are not counted."""
    for name in names:
        path = Path(name)
        if path.suffix not in {".py", ".sol"} or not name.startswith(SOURCES):
            continue
        if path.name.endswith(".t.sol"):
            continue
        count = code_lines(path.suffix, (ROOT / name).read_text("utf-8"))
        if count > LONG:
            yield count, name


def code_lines(suffix: str, text: str) -> int:
    """Lines; those of docstrings and NatSpec do not count, so that nobody saves words there."""
    if suffix == ".py":
        text = re.sub(r'^\s*"""(?:.|\n)*?"""\n', "", text, flags=re.MULTILINE)
    else:
        text = re.sub(r"^\s*///.*\n", "", text, flags=re.MULTILINE)
    return len(text.splitlines())


def pages(names: list[str]) -> Iterator[str]:
    """Folders without their page."""
    for folder in WITH_A_PAGE:
        page = f"{folder}/README.md" if folder else "README.md"
        if page not in names or not (ROOT / page).read_text("utf-8").strip():
            yield f"{page} is missing"


def error_codes() -> Iterator[str]:
    """Errors that share a code with another that is not their parent, or have an odd one."""
    from certs.errors import Coded

    for package in ("certs", "ledger", "api"):
        folder = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(folder, f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    owners: dict[str, type] = {}
    waiting: list[type[Coded]] = [Coded]
    seen = set()
    while waiting:
        kind = waiting.pop()
        waiting += [one for one in kind.__subclasses__() if one not in seen]
        seen.update(kind.__subclasses__())
        code = kind.__dict__.get("code")
        if code is None or not kind.__module__.startswith(("certs.", "ledger.", "api.")):
            continue
        other = owners.setdefault(code, kind)
        kin = issubclass(kind, other) or issubclass(other, kind)
        if not kin and code not in ALIKE:
            yield (
                f"{kind.__module__}.{kind.__name__} and "
                f"{other.__module__}.{other.__name__} share the code {code}"
            )
        if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*|UNSUPPORTED|MALFORMED", code):
            yield f"{kind.__module__}.{kind.__name__}: odd code {code!r}"


def main() -> int:
    """Print what is broken."""
    names = tracked()
    broken = [*words(names), *names_of_files(names), *pages(names), *error_codes()]
    long = sorted(lengths(names), reverse=True)
    broken += [
        f"{name}: {count} lines, over {TOO_LONG}" for count, name in long if count > TOO_LONG
    ]
    for line in broken:
        print(line, file=sys.stderr)
    if "--lengths" in sys.argv[1:]:
        for count, name in long:
            print(f"long: {name}: {count} lines, over {LONG}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
