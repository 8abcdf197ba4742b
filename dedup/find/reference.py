"""The specification of this room's hot loops: what the native core must equal, number for number.

Plain Python where that is clearest; it is also what runs where no C compiler was at hand.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from dedup.find.kernels import (
    BIT,
    LOG2,
    RUN_WORDS,
    TILE_WORDS,
    U16,
    Comparisons,
    Full,
    Postings,
    WordModel,
)
from dedup.sketch.kernels import I64, SHINGLE_WORDS, U32, U64, Bool, Tokens

_CHAIN = 32  # occurrences in a of a run's first words that are tried
_EFFORT = 64  # words compared, at most, for each word of the two texts
_LEAST_EFFORT = 1 << 16
_BACK_OFF = 10.0  # weight of the shorter context, in occurrences
_MOST_BITS = 14  # what one word can be worth: texts on one subject share its rare words
_NAME_BITS = 2  # what a name can be worth: texts on one subject share its names and titles
_MOST_NAMES = 0.5  # share of capitals above which they do not mean names: headlines
_SPREAD = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def postings(fingerprints: U32, offsets: I64, chosen: Bool, most: int) -> Postings:
    """See `Kernels.postings`."""
    documents = np.repeat(np.arange(len(offsets) - 1, dtype=np.uint64), np.diff(offsets))
    items = fingerprints.astype(np.uint64) << np.uint64(32) | documents
    items = np.unique(items[np.repeat(chosen, np.diff(offsets))])
    keys = items >> np.uint64(32)
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
    sizes = np.diff(np.append(first, len(items)))
    kept = (sizes >= 2) & (sizes <= most)
    having = (items & np.uint64(0xFFFFFFFF)).astype(np.uint32)[np.repeat(kept, sizes)]
    return Postings(np.cumsum(sizes[kept]).astype(np.int64), having, int((sizes > most).sum()))


def pairs(postings: Postings, n: int, least: int) -> U32:
    """See `Kernels.pairs`."""
    del n
    found: list[U64] = [np.empty(0, np.uint64)]
    sizes = np.diff(postings.groups, prepend=0)
    documents = postings.documents.astype(np.uint64)
    for size in np.unique(sizes).tolist():  # all groups of one size at once
        members = documents[(postings.groups[sizes == size] - size)[:, None] + np.arange(size)]
        i, j = np.triu_indices(size, 1)
        found.append((members[:, i] << np.uint64(32) | members[:, j]).ravel())
    both, shared = np.unique(np.concatenate(found), return_counts=True)
    both = both[shared >= least]
    return np.stack([both >> np.uint64(32), both & np.uint64(0xFFFFFFFF)], 1).astype(np.uint32)


def count(model: WordModel, tokens: Tokens, times: int = 1) -> tuple[WordModel, Full]:
    """See `Kernels.count`."""
    t = tokens.hashes
    full: list[U32] = []
    # A run belongs to the text that it begins in, and ends there.
    last = np.repeat(tokens.offsets[1:], np.diff(tokens.offsets))
    left = last - np.arange(len(t))
    padded = np.concatenate([t, np.zeros(2, np.uint64)])
    two = padded[:-2] + _rotl(padded[1:-1], 17)
    three = two + _rotl(padded[2:], 34)
    for counts, keys in (
        (model.words, t),
        (model.pairs, two[left >= 2]),
        (model.triples, three[left >= 3]),
    ):
        cells = (keys * np.uint64(_SPREAD)) >> np.uint64(64 - _log2(counts))
        chosen, hits = np.unique(cells, return_counts=True)
        most = np.iinfo(counts.dtype).max
        before = counts[chosen].astype(np.int64)
        changed = np.where(before < most, np.minimum(before + times * hits, most), before)
        counts[chosen] = changed
        left_over = hits - np.abs(changed - before)
        full.append(np.repeat(chosen, left_over).astype(np.uint32))
    return model._replace(total=model.total + times * len(t)), Full(full[1], full[2])


def compare(model: WordModel, tokens: Tokens, sampled: Bool, pairs: U32) -> Comparisons:
    """See `Kernels.compare`."""
    rows = []
    for p, q in pairs.tolist():
        a, b = _text(tokens, p), _text(tokens, q)
        unsampled = [t.words for t, known in ((a, sampled[p]), (b, sampled[q])) if not known]
        rows.append(_compare(_Costs(model, a.words + b.words, unsampled), a, b))
    table = np.array(rows, np.int64).reshape(-1, len(Comparisons._fields))
    return Comparisons(*table.T)


class _Text(NamedTuple):
    """One document."""

    words: list[int]
    capitals: list[bool]
    quoted: list[bool]

    def has_names(self) -> bool:
        """Whether capitals mean names here."""
        return sum(self.capitals) <= _MOST_NAMES * len(self.words)


def _text(tokens: Tokens, d: int) -> _Text:
    part = slice(int(tokens.offsets[d]), int(tokens.offsets[d + 1]))
    return _Text(
        tokens.hashes[part].tolist(), tokens.capitals[part].tolist(), tokens.quoted[part].tolist()
    )


def _compare(costs: _Costs, text_a: _Text, text_b: _Text) -> tuple[int, ...]:
    """One row of `Comparisons`."""
    a, b = text_a.words, text_b.words
    names = text_a.has_names() and text_b.has_names()
    shingles_a, shingles_b = _shingles(a), _shingles(b)
    runs, cut = _find_runs(a, b)
    used_a, used_b = bytearray(len(a)), bytearray(len(b))
    shared_words = quoted_in_a = quoted_in_b = longest = longest_begin = 0
    worth: list[int] = []
    # Longest first, every word used once: what is left of a run that an earlier one overlaps is a
    # shorter run (greedy string tiling, Wise 1993, without looking for runs anew).
    for length, j, i in sorted(runs, key=lambda run: (-run[0], run[2], run[1])):
        free = [not used_a[j + k] and not used_b[i + k] for k in range(length)]
        edges = [-1, *(k for k in range(length) if not free[k]), length]
        for before, after in pairwise(edges):
            first, words = before + 1, after - before - 1
            if words < RUN_WORDS:
                continue
            used_a[j + first : j + after] = used_b[i + first : i + after] = b"\1" * words
            name = [
                names and text_a.capitals[j + k] and text_b.capitals[i + k]
                for k in range(first, after)
            ]
            worth.append(costs.tile(a[j + first : j + after], name))
            if words >= TILE_WORDS:
                shared_words += words
                quoted_in_a += sum(text_a.quoted[j + first : j + after])
                quoted_in_b += sum(text_b.quoted[i + first : i + after])
            if words > longest:
                longest, longest_begin = words, j + first
    return (
        len(shingles_a),
        len(shingles_b),
        len(shingles_a & shingles_b),
        shared_words,
        quoted_in_a,
        quoted_in_b,
        longest,
        longest_begin,
        _evidence(costs, worth, float(len(a)) * float(len(b))),
        cut,
    )


def _evidence(costs: _Costs, worth: list[int], places: float) -> int:
    """What the tiles are worth together, less the places where they could have begun.

    k tiles lie in one of (n_a · n_b)^k / k! ways, as no order among them is asked for. As many of
    them as prove most.
    """
    total = most = 0
    for k, bits in enumerate(sorted(worth, reverse=True), start=1):
        total += bits + costs.cost(1.0 / k) - costs.cost(1.0 / places)
        most = max(most, total)
    return most


def _find_runs(a: list[int], b: list[int]) -> tuple[list[tuple[int, int, int]], int]:
    """Maximal shared runs as (length, place in a, place in b), and whether any were given up."""
    starts: dict[int, list[int]] = {}
    for j in range(len(a) - RUN_WORDS + 1):
        starts.setdefault(_run3(a, j), []).append(j)
    runs = []
    cut = 0
    effort = _EFFORT * (len(a) + len(b)) + _LEAST_EFFORT
    for i in range(len(b) - RUN_WORDS + 1):
        places = starts.get(_run3(b, i), [])
        for j in places[:_CHAIN]:
            if i and j and a[j - 1] == b[i - 1]:
                continue  # part of a longer one
            length = RUN_WORDS
            while (
                i + length < len(b)
                and j + length < len(a)
                and effort
                and a[j + length] == b[i + length]
            ):
                length += 1
                effort -= 1
            runs.append((length, j, i))
            if not effort:
                return runs, 1
        cut |= len(places) > _CHAIN
    return runs, int(cut)


class _Costs:
    """What words are worth: an interpolated word model, in 1/1024 bits."""

    def __init__(self, model: WordModel, both: list[int], unsampled: list[list[int]]) -> None:
        self._model = model
        self._bag, self._words = Counter(both), float(len(both))
        self._own: Counter[int] = Counter()
        for text in unsampled:
            self._own.update(text)
            self._own.update(_run2(text, i) for i in range(len(text) - 1))
            self._own.update(_run3(text, i) for i in range(len(text) - 2))

    def tile(self, words: list[int], name: list[bool]) -> int:
        """What a shared run is worth, given which of its words are names."""
        model = self._model
        total = 0
        word_before = pair_before = 0.0
        for i, key in enumerate(words):
            word = self._elsewhere(model.words, key, model.words_fold)
            p = (word + 0.5) / (model.total + 1.0)
            if i >= 1:
                pair = self._elsewhere(model.pairs, _run2(words, i - 1), model.runs_fold)
                p = (pair + _BACK_OFF * p) / (word_before + _BACK_OFF)
                if i >= 2:
                    triple = self._elsewhere(model.triples, _run3(words, i - 2), model.runs_fold)
                    p = (triple + _BACK_OFF * p) / (pair_before + _BACK_OFF)
                pair_before = pair
            word_before = word
            # What the two texts say again and again is no more of a surprise here.
            p = max(p, (self._bag[key] - 2.0) / self._words)
            most = (_NAME_BITS if name[i] else _MOST_BITS) * BIT
            total += min(self.cost(p) if p < 1 else 0, most)
        return total

    @staticmethod
    def cost(p: float) -> int:
        """-log2(p)."""
        mantissa, exponent = math.frexp(p)
        return -(exponent * BIT + int(LOG2[int((mantissa - 0.5) * 8192)]))

    def _elsewhere(self, counts: U32 | U16, key: int, fold: int) -> float:
        """Occurrences: all that are known of, less the one in a and the one in b."""
        cell = (key * _SPREAD & _MASK) >> (64 - _log2(counts) + fold) << fold
        counted = min(int(counts[cell : cell + (1 << fold)].sum()), np.iinfo(counts.dtype).max)
        return max(0.0, float(counted) + self._own[key] - 2)


def _shingles(t: list[int]) -> set[int]:
    """The 64-bit hashes of all five words in a row; a shorter text is one."""
    if not t:
        return set()
    padded = t + [0] * (SHINGLE_WORDS - len(t))
    return {
        (
            padded[i]
            + _rot(padded[i + 1], 17)
            + _rot((padded[i + 2] + _rot(padded[i + 3], 17)) & _MASK, 34)
            + _rot(padded[i + 4], 7)
        )
        & _MASK
        for i in range(len(padded) - SHINGLE_WORDS + 1)
    }


def _run2(t: list[int], i: int) -> int:
    return (t[i] + _rot(t[i + 1], 17)) & _MASK


def _run3(t: list[int], i: int) -> int:
    return (t[i] + _rot(t[i + 1], 17) + _rot(t[i + 2], 34)) & _MASK


def _rot(x: int, n: int) -> int:
    return (x << n | x >> (64 - n)) & _MASK


def _rotl(x: U64, n: int) -> U64:
    rotated: U64 = (x << np.uint64(n)) | (x >> np.uint64(64 - n))
    return rotated


def _log2(counts: U32 | U16) -> int:
    return len(counts).bit_length() - 1
