"""The steps of a scan, timed and counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dedup.records import Stage

Progress = Callable[[str, int], None]
"""Told the name of the step that is running and how many documents or pairs it has taken."""


@dataclass
class Running:
    """A step that is under way; it sets what it took and gave."""

    taken: int
    given: int = 0


class Stages:
    """Keeps the steps that have ended, and tells `progress` of those that begin."""

    def __init__(self, progress: Progress | None = None) -> None:
        self.done: list[Stage] = []
        self.progress: Progress = progress or (lambda _name, _taken: None)

    @contextmanager
    def stage(self, name: str, taken: int = 0) -> Iterator[Running]:
        """Times what runs inside."""
        self.progress(name, taken)
        running = Running(taken)
        began = time.perf_counter()
        yield running
        self.done.append(Stage(name, time.perf_counter() - began, running.taken, running.given))
