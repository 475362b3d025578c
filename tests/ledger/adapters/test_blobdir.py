"""The folder of files alone: crashes, torn files, full disks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ledger.adapters.blobdir import BlobDirectory
from ledger.errors import StoreAway, Tampered
from ledger.stored.cid import CHUNK_BYTES, cid_of

ROOT = Path(__file__).parents[3]
CONTENT = bytes(range(256)) * 2048


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """The path under which ``CONTENT`` lies in a store on ``tmp_path``."""
    cid = BlobDirectory(tmp_path).put([CONTENT])
    return tmp_path / cid[-3:-1] / cid


def child(script: str, folder: Path) -> subprocess.Popen[str]:
    prelude = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ledger.adapters.blobdir import BlobDirectory\n"
        "from ledger.errors import StoreAway\n"
        "store = BlobDirectory(Path(sys.argv[1]))\n"
    )
    command = [sys.executable, "-c", prelude + script, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    "torn",
    [CONTENT[:-1], CONTENT[:CHUNK_BYTES], b"", CONTENT + b"x", CONTENT[1:] + b"\0"],
    ids=["one byte short", "cut at a chunk", "empty", "extended", "shifted"],
)
def test_a_torn_file_is_found_on_reading_and_healed_by_storing_again(
    tmp_path: Path, stored: Path, torn: bytes
) -> None:
    store = BlobDirectory(tmp_path)
    stored.write_bytes(torn)
    with pytest.raises(Tampered):
        b"".join(store.get(stored.name))
    assert store.put([CONTENT]) == stored.name
    assert b"".join(store.get(stored.name)) == CONTENT


def test_a_file_is_on_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = BlobDirectory(tmp_path)
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        done.append("file" if "unfinished" in path else f"folder {Path(path).name}")
        fsync(descriptor)

    def replaced(source: Path, target: Path) -> None:
        done.append("rename")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    shard = store.put([CONTENT])[-3:-1]
    assert done == ["file", f"folder {tmp_path.name}", "rename", f"folder {shard}"]


def test_a_killed_writer_leaves_whole_files_only(tmp_path: Path) -> None:
    script = """
n = 0
while True:
    print(store.put(n.to_bytes(4) * 25_000 for _ in range(20)), flush=True)
    n += 1
"""
    process = child(script, tmp_path)
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().strip() for _ in range(5)]
    time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    store = BlobDirectory(tmp_path)
    cids = list(store.cids())
    assert set(acknowledged) <= set(cids)
    for cid in cids:
        assert cid_of(store.get(cid)) == cid


def test_what_a_crash_left_goes_after_a_day(tmp_path: Path) -> None:
    BlobDirectory(tmp_path)
    old, young = tmp_path / "unfinished" / "old", tmp_path / "unfinished" / "young"
    for path in (old, young):
        path.write_bytes(b"left")
    day = time.time() - 25 * 3600
    os.utime(old, (day, day))
    assert list(BlobDirectory(tmp_path).cids()) == []
    assert (old.exists(), young.exists()) == (False, True)


def test_a_full_disk_is_pushback_and_leaves_nothing(tmp_path: Path) -> None:
    script = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
try:
    store.put(b"x" * 10_000 for _ in range(20))
except StoreAway as error:
    print(error.code, len(list(store.cids())), len(list(Path(sys.argv[1]).rglob("*"))))
print(store.has(store.put([b"small"])))
"""
    output, _ = child(script, tmp_path).communicate(timeout=60)
    assert output == "store.away 0 1\nTrue\n"


def test_a_folder_that_cannot_be_made_is_pushback(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreAway):
        BlobDirectory(tmp_path / "file" / "store")
