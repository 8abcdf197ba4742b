"""The exact step of the funnel: candidates to pairs, judged and described."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np
import numpy.typing as npt

from dedup.find.candidates import Candidates
from dedup.find.compare import compare
from dedup.find.corpus import Corpus, Texts
from dedup.find.counting import chunks, word_model
from dedup.find.kernels import BIT, Comparisons, WordModel
from dedup.find.packing import pack, unpack
from dedup.find.relations import BY_EVIDENCE, relation
from dedup.find.stages import Stages
from dedup.records import Pair
from dedup.settings import Relation, Settings
from dedup.sketch.kernels import I64, U8, U64, Bool

LEAST_QUOTED = 0.1  # of the shared words: how many more are quoted in one text than in the other
RUN_CHARS = 2000  # of the longest run's text; what is longer ends in …

_Placed = tuple[int, int, Pair]


def verify(
    corpus: Corpus, found: Candidates, settings: Settings, stages: Stages, *, threads: int
) -> tuple[tuple[Pair, ...], dict[str, int]]:
    """The candidates that hold, sorted by the places of their documents; and what was capped."""
    with stages.stage("verify", len(found.pairs) + len(found.copies)) as stage:
        if not stage.taken:
            return (), {"pairs_cut_short": 0}
        # Most of the time of a scan for copies alone would go into a model that it has no use for.
        weighed = weighs(settings)
        model, sampled = word_model(corpus, found.alone & weighed)
        pairs, cut_short = judge(
            corpus,
            found.pairs,
            found.copies,
            settings,
            model,
            sampled,
            documents=len(corpus),
            threads=threads,
        )
        stage.given = len(pairs)
    return pairs, {"pairs_cut_short": cut_short}


def weighs(settings: Settings) -> bool:
    """Whether any relation that is asked for needs evidence."""
    return bool(BY_EVIDENCE.intersection(settings.relations))


def judge(
    texts: Texts,
    pairs: U64,
    copies: U64,
    settings: Settings,
    model: WordModel,
    sampled: Bool,
    *,
    documents: int,
    threads: int,
) -> tuple[tuple[Pair, ...], int]:
    """Compares what may be a pair and describes what is one.

    Args:
        texts: the documents of the pairs, in the order in which they came.
        pairs: candidates as first << 32 | second.
        copies: original << 32 | copy, ascending.
        settings: what to report.
        model: of the corpus.
        sampled: which of the texts the model counted.
        documents: in the whole corpus, among whose pairs chance had its try.
        threads: how many to use.

    Returns:
        The pairs, sorted by the places of their documents; and of how many of them the comparison
        was cut short.
    """
    # A copy is described by the comparison of its original with itself.
    originals = np.unique(unpack(copies)[0])
    selves = pack(originals, originals)
    packed, measured = compare(texts, np.union1d(pairs, selves), model, sampled, threads=threads)
    tries = max(1.0, documents * (documents - 1) / 2)
    bits = measured.evidence / BIT - np.log2(tries)
    if not weighs(settings):
        bits = np.full(len(bits), np.nan)
    describe = _Describer(texts, *unpack(packed), measured, bits)
    found = describe.held(settings) + describe.copies(*unpack(copies))
    found.sort(key=lambda placed: placed[:2])
    return tuple(pair for _, _, pair in found), int(measured.cut.sum())


class _Describer:
    """Turns rows of a comparison into pairs; a is the longer text of a row."""

    def __init__(
        self, corpus: Texts, a: I64, b: I64, measured: Comparisons, bits: npt.NDArray[np.float64]
    ) -> None:
        self._corpus = corpus
        self._a, self._b = a, b
        self._measured = measured
        union = measured.shingles_a + measured.shingles_b - measured.shingles_shared
        self._jaccard = measured.shingles_shared / union
        self._bits = bits

    def held(self, settings: Settings) -> list[_Placed]:
        """The rows of two documents whose relation is asked for."""
        kinds: dict[int, Relation] = {}
        promising = (self._jaccard >= settings.threshold) | (
            self._bits >= settings.min_evidence_bits
        )
        for row in np.flatnonzero(promising & (self._a != self._b)).tolist():
            kind = relation(
                settings,
                jaccard=float(self._jaccard[row]),
                evidence_bits=self._evidence(row),
                shared_words=int(self._measured.shared_words[row]),
                words=int(self._corpus.token_counts[self._b[row]]),
            )
            if kind in settings.relations:
                kinds[row] = kind
        runs = self._runs(list(kinds))
        return [
            self._pair(row, kind, int(self._a[row]), int(self._b[row]), run)
            for (row, kind), run in zip(kinds.items(), runs, strict=True)
        ]

    def copies(self, originals: I64, copies: I64) -> list[_Placed]:
        """Copies, each with its original."""
        rows = np.flatnonzero(self._a == self._b).tolist()
        runs = self._runs(rows)
        known = {int(self._a[row]): (row, run) for row, run in zip(rows, runs, strict=True)}
        pairs: list[_Placed] = []
        for original, copy in zip(originals.tolist(), copies.tolist(), strict=True):
            if pairs and pairs[-1][0] == original:  # only the name differs from the last
                pair = replace(pairs[-1][2], b=self._corpus.ids[copy])
                pairs.append((original, copy, pair))
            else:
                row, run = known[original]
                pairs.append(self._pair(row, "identical", original, copy, run))
        return pairs

    def _runs(self, rows: list[int]) -> list[str]:
        """The longest run of each row, as it stands in the longer text."""
        chosen = np.array(rows, np.int64)
        begins, words = self._measured.longest_begin[chosen], self._measured.longest[chosen]
        documents = self._a[chosen]
        runs: list[str] = []
        for chunk in chunks(np.diff(self._corpus.offsets)[documents]):
            texts, places = np.unique(documents[chunk], return_inverse=True)
            data = self._corpus.packed(texts).data
            tokens = self._corpus.tokens(texts, places=True)
            first = tokens.offsets[places] + begins[chunk]
            begin = tokens.begins[first]
            end = np.where(words[chunk] > 0, tokens.ends[first + words[chunk] - 1], begin)
            runs += [_cut(data[i:j]) for i, j in zip(begin.tolist(), end.tolist(), strict=True)]
        return runs

    def _pair(self, row: int, kind: Relation, a: int, b: int, run: str) -> _Placed:
        """The pair of a, the longer, and b, in the order in which they came."""
        corpus, measured = self._corpus, self._measured
        shared = int(measured.shingles_shared[row])
        a_in_b = shared / int(measured.shingles_a[row])
        b_in_a = shared / int(measured.shingles_b[row])
        came_from = None if kind == "identical" else self._source(row, a, b)
        first, second = min(a, b), max(a, b)
        pair = Pair(
            a=corpus.ids[first],
            b=corpus.ids[second],
            relation=kind,
            jaccard=float(self._jaccard[row]),
            containment_of_a_in_b=a_in_b if first == a else b_in_a,
            containment_of_b_in_a=b_in_a if first == a else a_in_b,
            evidence_bits=self._evidence(row),
            shared_words=int(measured.shared_words[row]),
            longest_run_words=int(measured.longest[row]),
            longest_run_text=run,
            source=None if came_from is None else corpus.ids[came_from],
            words_a=int(corpus.token_counts[first]),
            words_b=int(corpus.token_counts[second]),
        )
        return first, second, pair

    def _evidence(self, row: int) -> float | None:
        """In bits; None when it was not weighed."""
        bits = float(self._bits[row])
        return None if isnan(bits) else bits

    def _source(self, row: int, a: int, b: int) -> int | None:
        """The one that the other was probably made from; None when nothing says so.

        Who quotes has it from somebody: when clearly more of what the two have in common stands
        between quotation marks in one of them, the other is the source.
        """
        measured = self._measured
        difference = int(measured.quoted_in_b[row]) - int(measured.quoted_in_a[row])
        if abs(difference) <= LEAST_QUOTED * int(measured.shared_words[row]):
            return None
        return a if difference > 0 else b


def _cut(run: U8) -> str:
    """A run as text, or its beginning."""
    text = run[: 4 * RUN_CHARS].tobytes().decode("utf-8", "replace")
    whole = len(run) <= 4 * RUN_CHARS and len(text) <= RUN_CHARS
    return text if whole else text[:RUN_CHARS] + " …"
