"""A contestant that crashes, hangs or raises is reported, and the rest goes on."""

import importlib
import os

import pytest

from benchmarks.measure import Figure, Worker, WorkerFailedError, interleave, once

LIMIT = 5.0  # for a process to start; far below what a hang would take

TASKS = """
import os, time

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
    ],
)
def test_a_failure_says_what_happened(tasks, name, reason):
    with pytest.raises(WorkerFailedError) as failure:
        once(getattr(tasks, name), limit_seconds=LIMIT)
    assert str(failure.value) == reason


def test_the_rest_goes_on_when_one_fails(tasks):
    with Worker(tasks.crashing) as bad, Worker(tasks.answering, 3) as good:
        runs, failures = interleave({"bad": bad, "good": good}, 2, lambda _text: None)
    assert failures == {"bad": "crashed (exit status 7)"}
    assert [run.value for run in runs["good"]] == [3, 3]
    assert "bad" not in runs


def test_figure():
    figure = Figure("s", (3.0, 1.0, 2.0))
    assert (figure.lowest, figure.median, figure.highest) == (1.0, 2.0, 3.0)
