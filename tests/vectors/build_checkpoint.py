"""Write the named defects of checkpoints and receipts, and check the foreign examples they spoil.

    python tests/vectors/build_checkpoint.py            write checkpoint/ and receipt/refused.json
    python tests/vectors/build_checkpoint.py --check    write nothing; exit 1 if one would change

``foreign.json`` beside them was made once by other programs and is only read here. Each refused
case holds the arguments of ``open_checkpoint`` or ``verify_receipt`` and the ``code`` it ends
with. Nothing is computed by the product; the keys are those of the foreign examples.
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HERE = Path(__file__).parent
ORIGIN = "mianti.example/log"
A, B, C = "witness.example/a", "witness.example/b", "witness.example/c"


def key(label: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(label.encode()).digest())


def public(label: str) -> bytes:
    return key(label).public_key().public_bytes_raw()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def key_id(name: str, kind: int, raw: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + raw).digest()[:4]


def vkey(name: str, kind: int, raw: bytes) -> str:
    return f"{name}+{key_id(name, kind, raw).hex()}+{b64(bytes([kind]) + raw)}"


def line(text: str, name: str = ORIGIN, label: str = "foreign log") -> str:
    identifier = key_id(name, 1, public(label))
    return f"— {name} {b64(identifier + key(label).sign(text.encode()))}\n"


def cosignature(text: str, name: str, time: int = 1_760_000_000, label: str = "") -> str:
    raw = public(label or name)
    signature = key(label or name).sign(f"cosignature/v1\ntime {time}\n{text}".encode())
    return f"— {name} {b64(key_id(name, 4, raw) + time.to_bytes(8, 'big') + signature)}\n"


def with_spare_bits(encoded: str) -> str:
    """Base64 with one pad whose last digit has a spare bit set: it decodes to the same bytes."""
    return f"{encoded[:-2]}{chr(ord(encoded[-2]) + 1)}="


def checkpoint_cases(foreign: dict[str, Any]) -> list[dict[str, Any]]:
    good = next(c["note"] for c in foreign["checkpoints"] if c["name"] == "size 300")
    text, lines = good.split("\n\n")[0] + "\n", good.split("\n\n")[1]
    log, a, b = lines.splitlines(keepends=True)
    root = text.splitlines()[2]
    log_id = log.split()[2]

    def case(name: str, code: str, note: str = good, **changes: Any) -> dict[str, Any]:
        arguments = {
            "note": note,
            "origin": ORIGIN,
            "vkey": foreign["vkey"],
            "witnesses": foreign["witnesses"],
            "quorum": 2,
            "only_known": False,
        }
        return {"name": name, "code": code} | arguments | changes

    def signed(text: str) -> str:
        return f"{text}\n{line(text)}{cosignature(text, A)}{cosignature(text, B)}"

    other = line(text, "other.example/log", "another log")
    small = vkey(ORIGIN, 1, bytes(32))
    twin = log.replace(log_id, with_spare_bits(log_id))
    note, text_, sig = "note.malformed", "checkpoint.malformed", "note.signature"
    cases = [
        case("nothing", note, ""),
        case("text alone", note, text),
        case("no blank line", note, text + lines),
        case("no signature lines", note, text + "\n"),
        case("last newline cut off", note, good[:-1]),
        case("a newline more", note, good + "\n"),
        case("carriage returns", note, good.replace("\n", "\r\n")),
        case("a tab in the text", note, signed(text.replace(ORIGIN, ORIGIN + "\t"))),
        case("hyphen for the dash", note, good.replace("—", "-")),
        case("no space after the dash", note, good.replace("— ", "—")),
        case("two spaces before the signature", note, good.replace(log_id, " " + log_id)),
        case("unpadded base64", note, good.replace(log_id, log_id.rstrip("="))),
        case("base64 with spare bits", note, good.replace(log, twin)),
        case("base64url", note, good.replace(log_id, log_id.replace("+", "-").replace("/", "_"))),
        case("a signature of four bytes", note, good + f"— x {b64(b'1234')}\n"),
        case("a signer without name", note, good.replace(log, f"—  {log_id}\n")),
        case("more than 100 signatures", note, good + other * 98),
        case("size with leading zero", text_, signed(text.replace("\n300\n", "\n0300\n"))),
        case("size with sign", text_, signed(text.replace("\n300\n", "\n+300\n"))),
        case("negative size", text_, signed(text.replace("\n300\n", "\n-300\n"))),
        case("size in other digits", text_, signed(text.replace("\n300\n", "\n３００\n"))),
        case("size of 2^63", text_, signed(text.replace("\n300\n", f"\n{2**63}\n"))),
        case("size with a fraction", text_, signed(text.replace("\n300\n", "\n300.0\n"))),
        case("root of 31 bytes", text_, signed(text.replace(root, b64(bytes(31))))),
        case("root unpadded", text_, signed(text.replace(root, root[:-1]))),
        case("root with spare bits", text_, signed(text.replace(root, with_spare_bits(root)))),
        case("root in hex", text_, signed(text.replace(root, bytes(32).hex()))),
        case("no root", text_, signed(text.replace(root + "\n", ""))),
        case("empty origin", text_, signed(text.replace(ORIGIN, "")), origin=""),
        case("empty line as extension", text_, signed(text + "\n" + "extension\n")),
        case(
            "another origin in the text", "checkpoint.origin", signed(text.replace(ORIGIN, "x.y"))
        ),
        case("checkpoint of another log", "checkpoint.origin", origin="other.example/log"),
        case("text changed", sig, good.replace("\n300\n", "\n301\n")),
        case("signature changed", sig, good.replace(log_id, log_id[:20] + "AAAA" + log_id[24:])),
        case("signature cut", sig, good.replace(log_id, b64(base64.b64decode(log_id)[:-1]))),
        case("witness of no time", sig, f"{text}\n{log}{cosignature(text, A, 2**63)}"),
        case("witness signed another size", sig, f"{text}\n{log}{cosignature('x' + text, A)}"),
        case("not signed by the log", "note.unsigned", f"{text}\n{a}{b}"),
        case("signed by another log", "note.unsigned", f"{text}\n{other}"),
        case("same name, another key", "note.unsigned", f"{text}\n{line(text, ORIGIN, 'thief')}"),
        case("quorum of three", "checkpoint.quorum", quorum=3),
        case("one witness twice", "checkpoint.quorum", f"{text}\n{log}{a}{a}"),
        case("no witness known", "checkpoint.quorum", witnesses=[]),
        case(
            "one key under two names",
            "checkpoint.quorum",
            f"{text}\n{log}{a}{cosignature(text, C, label=A)}",
            witnesses=[vkey(A, 4, public(A)), vkey(C, 4, public(A))],
        ),
        case("line added by a stranger", "note.unknown_signature", good + other, only_known=True),
        case("line twice", "note.unknown_signature", good + a, only_known=True),
        case("vkey of another key id", "note.vkey", vkey=foreign["vkey"].replace("+e", "+f")),
        case(
            "vkey in capitals", "note.vkey", vkey=foreign["vkey"].replace("+e40911ed", "+E40911ED")
        ),
        case("vkey of another type", "note.vkey", vkey=vkey(ORIGIN, 2, public("foreign log"))),
        case("vkey too short", "note.vkey", vkey=vkey(ORIGIN, 1, public("foreign log")[:-1])),
        case("vkey of small order", "note.vkey", vkey=small),
        case("vkey without name", "note.vkey", vkey=vkey("", 1, public("foreign log"))),
        case("vkey with a space", "note.vkey", vkey=vkey("a log", 1, public("foreign log"))),
        case("empty vkey", "note.vkey", vkey=""),
        case("a witness's key as log", "note.vkey", vkey=foreign["witnesses"][0]),
        case("a log's key as witness", "note.vkey", witnesses=[foreign["vkey"]]),
    ]
    return cases


def receipt_cases(foreign: dict[str, Any], checkpoints: dict[str, Any]) -> list[dict[str, Any]]:
    held = {r["index"]: r for r in foreign["receipts"]}
    good, second, extra = (str(held[i]["receipt"]) for i in (1, 0, 127))
    head, note = good.split("\n\n", 1)
    lines = head.split("\n")
    smaller = next(c["note"] for c in checkpoints["checkpoints"] if c["name"] == "size 255")
    stranger = f"other.example/log\n{note.split(chr(10), 1)[1]}"

    def case(name: str, code: str, receipt: str, leaf: str = "leaf 1") -> dict[str, Any]:
        return {"name": name, "code": code, "receipt": receipt, "leaf": leaf}

    def rebuilt(*changed: str) -> str:
        return "\n".join(changed) + "\n\n" + note

    form = "receipt.malformed"
    return [
        case("nothing", form, ""),
        case("a checkpoint alone", form, note),
        case("another version", form, good.replace("@v1", "@v2")),
        case("header cut off", form, good.split("\n", 1)[1]),
        case("no blank line", form, good.replace("\n\n", "\n", 1)),
        case("no checkpoint", form, head + "\n\n"),
        case("no index", form, rebuilt(lines[0], *lines[2:])),
        case("index with leading zero", form, good.replace("index 1\n", "index 01\n")),
        case("negative index", form, good.replace("index 1\n", "index -1\n")),
        case("index without number", form, good.replace("index 1\n", "index \n")),
        case("index of 2^63", form, good.replace("index 1\n", f"index {2**63}\n")),
        case("index in capitals", form, good.replace("index", "Index")),
        case("carriage returns", form, good.replace("\n", "\r\n")),
        case("extra after index", form, rebuilt(*lines[:2], "extra AAAA", *lines[2:])),
        case("extra twice", form, extra.replace("\nindex", "\nextra AAAA\nindex")),
        case("extra not base64", form, extra.replace("extra ", "extra !")),
        case("proof line of 31 bytes", form, rebuilt(*lines[:2], b64(bytes(31)), *lines[3:])),
        case("proof line unpadded", form, rebuilt(*lines[:2], lines[2][:-1], *lines[3:])),
        case(
            "proof line with spare bits",
            form,
            rebuilt(*lines[:2], with_spare_bits(lines[2]), *lines[3:]),
        ),
        case("proof of 64 lines", form, rebuilt(*lines[:2], *[lines[2]] * 64)),
        case("proof longer by one", "merkle.proof_length", rebuilt(*lines, lines[-1])),
        case("proof shorter by one", "merkle.proof_length", rebuilt(*lines[:-1])),
        case("proof reordered", "merkle.root_mismatch", rebuilt(*lines[:2], *lines[:1:-1])),
        case("another leaf", "merkle.root_mismatch", good, "leaf 2"),
        case("another index", "merkle.root_mismatch", good.replace("index 1\n", "index 3\n")),
        case("index beyond the log", "merkle.index", good.replace("index 1\n", "index 300\n")),
        case("proof of another leaf", "merkle.root_mismatch", second),
        case("checkpoint of another size", "merkle.proof_length", f"{head}\n\n{smaller}"),
        case("checkpoint of another log", "note.signature", f"{head}\n\n{stranger}"),
        case("checkpoint not signed", "note.malformed", f"{head}\n\n{note.split(chr(8212))[0]}"),
        case("a line after the checkpoint", "note.malformed", good + "\n"),
    ]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="write nothing, report drift")
    check = arguments.parse_args().check
    checkpoints = json.loads((HERE / "checkpoint" / "foreign.json").read_text("utf-8"))
    receipts = json.loads((HERE / "receipt" / "foreign.json").read_text("utf-8"))
    assert vkey(ORIGIN, 1, public("foreign log")) == checkpoints["vkey"]
    assert [vkey(name, 4, public(name)) for name in (A, B, C)] == checkpoints["witnesses"]
    changed = []
    for folder, cases in (
        ("checkpoint", checkpoint_cases(checkpoints)),
        ("receipt", receipt_cases(receipts, checkpoints)),
    ):
        target = HERE / folder / "refused.json"
        text = json.dumps({"cases": cases}, ensure_ascii=False, indent=1) + "\n"
        if not target.exists() or target.read_text("utf-8") != text:
            changed.append(target)
            if not check:
                target.write_text(text, "utf-8")
    if check and changed:
        print("not what the builder writes:", *changed, file=sys.stderr)
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
