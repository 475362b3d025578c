"""Keep the pages true: links resolve, shown commands run, shown output is what comes out.

In every page under version control:

* relative links and their headings exist;
* a block that opens with ```` ```console run ```` is run: the lines after ``$ `` (``> `` goes on)
  are one shell session a page, in an empty folder in which ``scripts`` is ours and ``mianti`` is on
  the path. Each command must end 0, or as its ``# exit N`` says. The other lines must come out in
  their order; ``…`` stands for anything, blanks and line breaks do not count;
* a block below ``<!-- output: COMMAND -->`` is exactly what the command prints;
* a page with a Chinese sister has as many headings, blocks and table rows as she has.

    python scripts/documents.py            write the output blocks anew
    python scripts/documents.py --check    write nothing; exit 1 when a page is not true
    python scripts/documents.py --check README.md api/README.md    only these
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SESSION_LIMIT, OUTPUT_LIMIT = 420, 60  # seconds
FENCED = re.compile(r"^(```+)([^\n`]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
OUTPUT = re.compile(r"(<!-- output: (.+?) -->\n```\w*\n)(.*?)(^```$)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
EXIT = re.compile(r"\s# exit (\d+)$")
MARK = "\x1e"


@dataclass
class Command:
    """What a page shows: a command, how it ends, and lines that come out."""

    text: str
    ends: int = 0
    shown: list[str] = field(default_factory=list)


def pages() -> list[Path]:
    """Markdown files under version control, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in sorted(set(listed.stdout.split())) if (ROOT / name).is_file()]


def environment() -> dict[str, str]:
    """Ours, with the project's programs first and no data folder of the user's."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("MIANTI_")}
    path = f"{ROOT / '.venv/bin'}{os.pathsep}{own['PATH']}"
    return own | {"PATH": path, "COLUMNS": "80", "NO_COLOR": "1", "LANG": "C.UTF-8"}


def headings(text: str) -> set[str]:
    """Anchors of a page, as GitHub makes them."""
    bare = FENCED.sub("", text)
    found = re.findall(r"^#+ (.+)$", bare, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.strip().lower()).replace(" ", "-") for one in found}


def links(page: Path) -> Iterator[str]:
    """Links of a page that lead nowhere."""
    for target in LINK.findall(FENCED.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        if not there.exists():
            yield f"leads nowhere: {target}"
        elif anchor and there.suffix == ".md" and anchor not in headings(there.read_text("utf-8")):
            yield f"no such heading: {target}"


def commands(text: str) -> list[Command]:
    """The session of a page."""
    found: list[Command] = []
    for _, info, body in FENCED.findall(text):
        if info.split() != ["console", "run"]:
            continue
        for line in body.splitlines():
            if line.startswith("$ "):
                found.append(Command(line[2:]))
            elif line.startswith("> ") and not found[-1].shown:
                found[-1].text += "\n" + line[2:]
            elif line.strip():
                found[-1].shown.append(line)
    for command in found:
        ending = EXIT.search(command.text)
        if ending:
            command.ends, command.text = int(ending[1]), command.text[: ending.start()]
    return found


def session(wanted: list[Command], folder: Path) -> Iterator[str]:
    """Run a page's commands in one shell; yields what is not as shown."""
    (folder / "scripts").symlink_to(ROOT / "scripts")
    script = ["trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT"]
    for command in wanted:
        script += [command.text, f"printf '{MARK}%d{MARK}' $?"]
    with (folder / ".session").open("w+b") as out:
        try:
            subprocess.run(
                ["bash", "-c", "\n".join(script)],
                cwd=folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=SESSION_LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            yield f"the session takes more than {SESSION_LIMIT} s"
        out.seek(0)
        parts = out.read().decode("utf-8", "replace").split(MARK)
    for number, command in enumerate(wanted):
        if len(parts) < 2 * number + 2:
            yield f"not reached: {command.text}"
            return
        said, ended = parts[2 * number], int(parts[2 * number + 1])
        if ended != command.ends:
            yield f"ends {ended}, not {command.ends}: {command.text}\n{said[-2000:]}"
        missing = unseen(command.shown, said)
        if missing is not None:
            yield f"does not print {missing.strip()!r}: {command.text}\n{said[-2000:]}"


def unseen(shown: list[str], said: str) -> str | None:
    """The first shown line that does not come out in its place."""
    text, place = re.sub(r"\s+", "", said), 0
    for line in shown:
        pieces = [re.escape(re.sub(r"\s+", "", piece)) for piece in line.split("…")]
        match = re.compile(".*?".join(pieces)).search(text, place)
        if match is None:
            return line
        place = match.end()
    return None


def renewed(text: str) -> str:
    """A page with its output blocks as they come out today."""

    def renew(match: re.Match[str]) -> str:
        run = subprocess.run(
            ["bash", "-c", match[2]],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=OUTPUT_LIMIT,
            check=False,
        )
        lines = [line.rstrip() for line in (run.stdout or run.stderr).strip("\n").splitlines()]
        return match[1] + "\n".join(lines) + "\n" + match[4]

    return OUTPUT.sub(renew, text)


def shape(text: str) -> dict[str, int]:
    """What a page and its translation must have alike."""
    bare = FENCED.sub("", text)
    return {
        "headings": len(re.findall(r"^#+ ", bare, re.MULTILINE)),
        "blocks": len(FENCED.findall(text)),
        "table rows": len(re.findall(r"^\|", bare, re.MULTILINE)),
    }


def sisters(page: Path) -> Iterator[str]:
    """Where a page and its translation differ in shape."""
    other = page.with_name(f"{page.stem}.zh-CN.md")
    if other.is_file():
        ours, theirs = shape(page.read_text("utf-8")), shape(other.read_text("utf-8"))
        for what, count in ours.items():
            if count != theirs[what]:
                yield f"{count} {what}, {other.name} has {theirs[what]}"


def main() -> int:
    """Exit status: 0 when every page is true, or was written anew."""
    parser = argparse.ArgumentParser(description="keep the pages true")
    parser.add_argument("--check", action="store_true", help="write nothing, report")
    parser.add_argument("page", nargs="*", type=Path, help="only these pages")
    arguments = parser.parse_args()
    faults = []
    for page in [path.resolve() for path in arguments.page] or pages():
        text, name = page.read_text("utf-8"), page.relative_to(ROOT)
        fresh = renewed(text)
        if fresh != text:
            if arguments.check:
                faults.append(
                    f"{name}: shown output is not what comes out: run scripts/documents.py"
                )
            else:
                page.write_text(fresh, "utf-8")
        if not arguments.check:
            continue
        faults += [f"{name}: {fault}" for fault in (*links(page), *sisters(page))]
        wanted = commands(text)
        if wanted:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                faults += [f"{name}: {fault}" for fault in session(wanted, Path(folder))]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
