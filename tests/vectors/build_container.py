"""Write the frozen vectors of bundle containers.

    python tests/vectors/build_container.py            write tests/vectors/container/zip.json
    python tests/vectors/build_container.py --check    write nothing; exit 1 if it would change

The archives are made by Python's own `zipfile`, told to write the one form; nothing is computed
by the product. ``good``: members and archive; ``refused``: archives that end with ``code``, most
of which any unzip program would take. Bytes are base64.
"""

import argparse
import base64
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent / "container" / "zip.json"
Members = list[tuple[str, bytes]]
MEMBERS: Members = [
    ("items/0.pdf", bytes(range(256)) * 3),
    ("manifest.json", b'{"v":1}'),
    ("notes/empty.txt", b""),
]


def archive(members: Members, comment: bytes = b"", **changes: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.create_system, info.create_version, info.extract_version = 3, 10, 10
            info.external_attr = 0o100644 << 16
            for attribute, value in changes.items():
                setattr(info, attribute, value)
            made.writestr(info, data, info.compress_type)
        made.comment = comment
    return buffer.getvalue()


def refused() -> list[tuple[str, str, bytes]]:
    good = archive(MEMBERS)
    central = good.index(b"PK\x01\x02")
    end = good.index(b"PK\x05\x06")

    def named(name: str) -> bytes:
        return archive([(name, b"x")])

    form, name = "container.malformed", "container.name"
    return [
        ("nothing", form, b""),
        ("no archive", form, b"%PDF-1.7"),
        ("one byte cut off", form, good[:-1]),
        ("one byte added", form, good + b"\0"),
        ("a byte before", form, b"\0" + good),
        ("directory cut off", form, good[:central]),
        ("end record cut off", form, good[:end]),
        ("cut inside a header", form, good[:20]),
        ("cut inside a member", form, good[:100]),
        ("with a comment", form, archive(MEMBERS, b"hello")),
        ("compressed", form, archive(MEMBERS, compress_type=zipfile.ZIP_DEFLATED)),
        ("another date", form, archive(MEMBERS, date_time=(2026, 3, 3, 0, 0, 0))),
        ("another mode", form, archive(MEMBERS, external_attr=0o100755 << 16)),
        ("another system", form, archive(MEMBERS, create_system=0)),
        ("an extra field", form, archive(MEMBERS, extra=b"\xfe\xca\x00\x00")),
        ("a member's comment", form, archive(MEMBERS, comment=b"x")),
        ("not sorted", form, archive(MEMBERS[::-1])),
        ("gap between members", form, good[:central] + b"\0" + good[central:]),
        (
            "directory names another",
            form,
            good[:central] + good[central:].replace(b"0.pdf", b"1.pdf"),
        ),
        ("data changed", form, good.replace(b'{"v":1}', b'{"v":2}')),
        ("two archives", form, good + good),
        ("folder entry", name, named("items/")),
        ("parent folder", name, named("../x")),
        ("parent folder inside", name, named("a/../x")),
        ("absolute", name, named("/etc/passwd")),
        ("drive", name, named("C:/x")),
        ("backslash", name, named("a\\x")),
        ("hidden", name, named(".profile")),
        ("option", name, named("-rf")),
        ("empty element", name, named("a//x")),
        ("not ASCII", name, named("名称.txt")),
        ("a space", name, named("a b")),
        ("too deep", name, named("/".join("abcdefghi"))),
        ("file and folder of one name", name, archive([("a", b""), ("a/b", b"")])),
    ]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="write nothing, report drift")
    check = arguments.parse_args().check
    good = [("three members", MEMBERS), ("empty", []), ("one", [("a/b/c.d-e_f", b"x" * 1000)])]
    made = {
        "good": [
            {
                "name": name,
                "members": {n: base64.b64encode(data).decode() for n, data in members},
                "archive": base64.b64encode(archive(members)).decode(),
            }
            for name, members in good
        ],
        "refused": [
            {"name": name, "code": code, "archive": base64.b64encode(data).decode()}
            for name, code, data in refused()
        ],
    }
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    if check:
        if not TARGET.exists() or TARGET.read_text("utf-8") != text:
            print(f"{TARGET} is not what its builder writes", file=sys.stderr)
            return 1
        return 0
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
