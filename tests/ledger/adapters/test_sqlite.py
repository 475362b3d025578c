"""SQLite alone: crashes, full disks, locks, several processes, the writing thread, bulk speed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ledger.adapters.sql.connection import open_writer
from ledger.adapters.sql.sqlite import SqliteStore
from ledger.adapters.sql.writer import Writer
from ledger.errors import Conflict, LogBusy
from ledger.ports import Appended
from tests.ledger.adapters.entries import entry

ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def child(script: str, path: Path) -> subprocess.Popen[str]:
    """Another process that has a ``store`` on ``path`` open."""
    prelude = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ledger.adapters.sql.sqlite import SqliteStore\n"
        "from ledger.errors import LogBusy\n"
        "from tests.ledger.adapters.entries import entry\n"
        "store = SqliteStore(Path(sys.argv[1]))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", prelude + script, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


# Crashes


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(path: Path) -> None:
    script = """
import os, threading
def work(t):
    for n in range(100000):
        at = store.append([entry(f"{t}/{n}/{m}", keys=(f"n:{n}",)) for m in range(3)])[0].index
        os.write(1, f"{t}/{n}/0 {at}\\n".encode())
threads = [threading.Thread(target=work, args=(t,)) for t in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
    for _ in range(3):
        process = child(script, path)
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(40)]
        os.kill(process.pid, signal.SIGKILL)
        acknowledged += process.stdout.readlines()
        process.wait()
        store = SqliteStore(path)
        size = store.size()
        assert size % 3 == 0
        assert [e.index for e in store.entries(0, size)] == list(range(size))
        for line in acknowledged:
            if line.endswith("\n"):  # a torn line was not read by anybody
                name, at = line.split()
                found = store.entry_by_payload(entry(name).payload_sha256)
                assert found is not None
                assert found.index == int(at)
                assert int(at) in store.find(f"n:{name.split('/')[1]}", limit=100_000)
        store.check()
        store.close()


def test_processes_share_one_dense_log(path: Path) -> None:
    script = """
print("ready", flush=True)
sys.stdin.readline()
for n in range(150): store.append([entry(f"NAME {n}")])
print("done")
"""
    own = SqliteStore(path)
    processes = [child(script.replace("NAME", f"p{n}"), path) for n in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for n in range(150):
        own.append([entry(f"own {n}")])
    for process in processes:
        output, _ = process.communicate(timeout=60)
        assert output == "done\n"
    assert [e.index for e in own.entries(0, 1000)] == list(range(450))
    own.close()


def test_two_processes_may_make_the_file_at_once(path: Path) -> None:
    processes = [child("print(store.size())", path) for _ in range(3)]
    assert [process.communicate(timeout=60)[0] for process in processes] == ["0\n"] * 3


# Disk and locks


def test_a_full_disk_is_pushback_and_loses_nothing(path: Path) -> None:
    script = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
n = 0
try:
    while True:
        store.append([entry(f"entry {n} {m}") for m in range(50)])
        n += 1
except LogBusy as error:
    print(n, store.size(), error.values["reason"], flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
print(store.append([entry("after")])[0].index)
"""
    output, _ = child(script, path).communicate(timeout=60)
    full, after = output.splitlines()
    calls, size, reason = full.split()
    assert int(calls) > 3
    assert int(size) == int(calls) * 50
    assert reason.startswith(("SQLITE_FULL", "SQLITE_IOERR"))
    assert int(after) == int(size)


def test_a_lock_held_by_another_program_is_pushback(path: Path) -> None:
    store = SqliteStore(path, busy_seconds=0.05)
    store.append([entry("a")])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LogBusy) as pushed:
        store.append([entry("b")])
    assert pushed.value.retry_after == 1
    assert store.size() == 1
    other.execute("ROLLBACK")
    assert store.append([entry("b")]) == [Appended(1, True)]
    other.close()
    store.close()


def test_a_folder_that_is_not_there_is_pushback(tmp_path: Path) -> None:
    with pytest.raises(LogBusy):
        SqliteStore(tmp_path / "nowhere" / "ledger.sqlite")


# The writing thread


def test_calls_that_come_in_meanwhile_share_the_next_commit(path: Path) -> None:
    SqliteStore(path).close()
    begun: list[str] = []

    def connect() -> sqlite3.Connection:
        connection = open_writer(path, 1.0)
        connection.set_trace_callback(begun.append)
        return connection

    writer = Writer(connect)
    free, busy = threading.Event(), threading.Event()

    def wait(_: sqlite3.Connection) -> None:
        busy.set()
        free.wait(10)

    threads = [threading.Thread(target=writer.run, args=(wait,))]
    threads[0].start()
    busy.wait(10)
    results: list[object] = []

    def insert(name: str) -> None:
        sql = "INSERT INTO accounts VALUES (?, 'r', NULL, NULL, x'00', x'00', x'00')"
        try:
            writer.run(lambda db: db.execute(sql, (name,)).rowcount)
            results.append(name)
        except Conflict as error:
            results.append(type(error))

    for name in ("a", "b", "a", "c"):
        threads.append(threading.Thread(target=insert, args=(name,)))
        threads[-1].start()
    while len(writer._waiting) < 4:
        time.sleep(0.001)
    free.set()
    for thread in threads:
        thread.join(10)
    assert begun.count("COMMIT") == 2
    assert results.count(Conflict) == 1
    assert {"a", "b", "c"} <= set(results)
    writer.close()


def test_a_defect_in_one_job_reaches_its_caller_and_the_thread_lives_on(path: Path) -> None:
    SqliteStore(path).close()
    writer = Writer(lambda: open_writer(path, 1.0))
    with pytest.raises(ZeroDivisionError):
        writer.run(lambda _: 1 // 0)
    assert writer.run(lambda db: db.execute("SELECT count(*) FROM entries").fetchone()) == (0,)
    writer.close()
