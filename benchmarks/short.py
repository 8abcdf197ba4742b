"""All benchmarks in little: what a look at everything costs, within 5 minutes on two processors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import align, quality, scale, scan, speed, startup
from benchmarks.peers import FINDERS, MATCHERS, PEERS, named
from benchmarks.report import Report

_REPETITIONS = 3
_LIMIT_SECONDS = 20.0  # for a contestant; who takes longer is not for a short run
_PAN_PAIRS = 60
_SIZES = (1_000, 10_000, 100_000)


def run(corpora: Path | None, wanted: Sequence[str] | None) -> Iterator[Report]:
    """Measures and prints one after the other.

    Args:
        corpora: folder of the texts; synthetic text when None.
        wanted: names of the peers to race; None takes all that are there.
    """
    yield startup.run(repetitions=_REPETITIONS)
    yield speed.run(
        corpora,
        rivals=named(PEERS, wanted),
        repetitions=_REPETITIONS,
        limit_seconds=_LIMIT_SECONDS,
    )
    yield scan.run(corpora, rivals=named(FINDERS, wanted), short=True, limit_seconds=_LIMIT_SECONDS)
    yield align.run(
        corpora,
        rivals=named(MATCHERS, wanted),
        pan=_PAN_PAIRS,
        repetitions=1,
        limit_seconds=_LIMIT_SECONDS,
    )
    yield quality.run(corpora, pan=_PAN_PAIRS)
    yield scale.run(_SIZES)
