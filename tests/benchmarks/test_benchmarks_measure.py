"""A contestant that crashes, hangs or raises is reported, and the rest goes on."""

import importlib
import os
import signal
import time
from pathlib import Path

import pytest

from benchmarks import worker
from benchmarks.measure import Figure, interleave, once
from benchmarks.worker import Worker, WorkerFailedError

LIMIT = 5.0  # for a process to start; far below what a hang would take

TASKS = r"""
import os, signal, subprocess, sys, threading, time

def answering(value):
    return lambda: value

def environment(name):
    return lambda: os.environ.get(name)

def crashing():
    return lambda: os._exit(7)

def hanging():
    return lambda: time.sleep(1000)

def raising():
    return lambda: 1 / 0

def exiting():
    return lambda: sys.exit(3)

def segfaulting():
    return lambda: os.kill(os.getpid(), signal.SIGSEGV)

def killed():
    return lambda: os.kill(os.getpid(), signal.SIGKILL)

def hanging_up():
    def hang_up():
        os.closerange(3, 100)
        time.sleep(1000)
    return hang_up

def crashing_when_it_is_built():
    os._exit(7)

def dying_between_two_runs():
    return lambda: threading.Timer(0.2, os._exit, [7]).start()

def chatty():
    def chat():
        raise RuntimeError("no\nluck " + "at all " * 100)
    return chat

class Private:
    def __reduce__(self):
        return (__import__, ("no_such_module",))

def private():
    return Private

def eating(size):
    def eat():
        eaten = []
        while True:
            eaten.append(bytearray(os.urandom(1)) * size)
            time.sleep(0.01)
    return eat

def eating_in_a_child(size):
    return lambda: subprocess.run(
        [sys.executable, "-c", f"x = bytearray(b'x') * {size}; import time; time.sleep(1000)"]
    )

def leaving_a_child(path):
    def leave():
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
        with open(path, "w") as file:
            file.write(str(child.pid))
        os._exit(7)
    return leave

def working():
    def work():
        for _ in range(10**6):
            pass
    return work

def filling(size):
    return lambda: len(bytearray(os.urandom(1)) * size)
"""


@pytest.fixture
def tasks(tmp_path, monkeypatch):
    (tmp_path / "tasks_of_a_test.py").write_text(TASKS)
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module("tasks_of_a_test")


def test_a_run_gives_value_time_and_memory(tasks):
    run = once(tasks.answering, [1, 2])
    assert run.value == [1, 2]
    assert run.peak_bytes > 1_000_000


def test_cpu_time_is_that_of_the_work(tasks):
    assert once(tasks.working).cpu_seconds > 0


def test_peak_memory_is_that_of_the_process_alone(tasks):
    size = 200_000_000
    mine = bytearray(os.urandom(1)) * size
    small = once(tasks.filling, 1).peak_bytes
    assert len(mine) == size
    assert small < size
    assert once(tasks.filling, size).peak_bytes > size


def test_the_environment_is_the_workers_own(tasks):
    with Worker(tasks.environment, "DEDUP_TEST", environment={"DEDUP_TEST": "x"}) as worker:
        assert worker.run().value == "x"
    assert "DEDUP_TEST" not in os.environ


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("crashing", "crashed (exit status 7)"),
        ("hanging", "took longer than 5 s"),
        ("raising", "raised ZeroDivisionError: division by zero"),
        ("exiting", "crashed (exit status 3)"),
        ("segfaulting", "crashed (SIGSEGV)"),
        ("killed", "crashed (SIGKILL, as where no memory is left)"),
        ("crashing_when_it_is_built", "crashed (exit status 7)"),
        ("private", "gave an answer that cannot be read: No module named 'no_such_module'"),
    ],
)
def test_a_failure_says_what_happened(tasks, name, reason):
    with pytest.raises(WorkerFailedError) as failure:
        once(getattr(tasks, name), limit_seconds=LIMIT)
    assert str(failure.value) == reason


def test_who_hangs_up_and_goes_on_is_ended(tasks, monkeypatch):
    monkeypatch.setattr(worker, "_GRACE_SECONDS", 0.2)
    with pytest.raises(WorkerFailedError, match="hung up, and went on"):
        once(tasks.hanging_up)


def test_a_message_is_one_line_and_not_without_end(tasks):
    with pytest.raises(WorkerFailedError) as failure:
        once(tasks.chatty)
    assert str(failure.value).startswith("raised RuntimeError: no luck at all at all")
    assert len(str(failure.value)) == 300


def test_a_contestant_may_die_while_nobody_looks(tasks):
    with Worker(tasks.dying_between_two_runs) as worker:
        worker.run()
        time.sleep(1)
        with pytest.raises(WorkerFailedError, match=r"crashed \(exit status 7\)"):
            worker.run()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")
@pytest.mark.parametrize("name", ["eating", "eating_in_a_child"])
def test_memory_has_a_limit(tasks, name, monkeypatch):
    monkeypatch.setattr(worker, "LIMIT_BYTES", 200e6)
    with pytest.raises(WorkerFailedError) as failure:
        once(getattr(tasks, name), 10_000_000 if name == "eating" else 300_000_000)
    assert str(failure.value) == "took more than 0.2 GB of memory"


def test_what_a_contestant_started_ends_with_it(tasks, tmp_path):
    with pytest.raises(WorkerFailedError, match=r"crashed \(exit status 7\)"):
        once(tasks.leaving_a_child, str(tmp_path / "pid"))
    child = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if not alive(child):
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    pytest.fail("it is still there")


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    # Ended, and nobody has asked how: what adopts orphans here may not do so.
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def test_the_rest_goes_on_when_one_fails(tasks):
    with Worker(tasks.crashing) as bad, Worker(tasks.answering, 3) as good:
        runs, failures = interleave({"bad": bad, "good": good}, 2, lambda _text: None)
    assert failures == {"bad": "crashed (exit status 7)"}
    assert [run.value for run in runs["good"]] == [3, 3]
    assert "bad" not in runs


def test_figure():
    figure = Figure("s", (3.0, 1.0, 2.0))
    assert (figure.lowest, figure.median, figure.highest) == (1.0, 2.0, 3.0)
