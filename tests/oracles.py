"""Slow and obvious twins of everything that is fast: what the tests believe.

Written from the definitions (docs and docstrings), with `unicodedata`, Python integers, sets and
nested loops, and without a look at how the package goes about it. The package is imported nowhere
but for the names of its arrays and for the Unicode version that it was made for.
"""

from __future__ import annotations

import math
import re
import struct
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from dedup.sketch.kernels import Tokens
from dedup.sketch.unicode_table import UNICODE_VERSION, load

MASK64 = (1 << 64) - 1
MASK32 = (1 << 32) - 1

# ---- text to tokens --------------------------------------------------------------------------

# DerivedCoreProperties.txt, Default_Ignorable_Code_Point, typed off the standard's file.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_UNSPACED = re.compile(
    "(HALFWIDTH )?(CJK |IDEOGRAPHIC (CLOSING|ITERATION) |HIRAGANA |KATAKANA|HENTAIGANA|THAI |"
    "LAO |KHMER |MYANMAR )"
)
SAME_UNICODE = unicodedata.unidata_version == UNICODE_VERSION


@cache
def decompose(char: str) -> str:
    """D(c), the folded and decomposed code point: what the Unicode Standard's D146 does, by one."""
    if _IGNORABLE.match(char):
        return ""
    once = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", char).casefold())
    return _IGNORABLE.sub("", unicodedata.normalize("NFKD", once.casefold()))


@cache
def kind(char: str) -> str:
    """How a code point takes part in a token: separator, word, single, mark or ignorable."""
    if _IGNORABLE.match(char):
        return "ignorable"
    category = unicodedata.category(char)
    if category in ("Cn", "Co", "Cs"):
        return "separator"
    if not SAME_UNICODE and not _known(ord(char)):
        return "separator"
    folded = unicodedata.normalize("NFC", decompose(char))
    if category[0] not in "LMN" and len(folded) == 1:
        category = unicodedata.category(folded)
    if category[0] not in "LMN" or not folded:
        return "separator"
    if category[0] != "N" and _UNSPACED.match(unicodedata.name(folded[0], "")):
        return "single"
    return "mark" if unicodedata.category(folded[0])[0] == "M" else "word"


def _known(code_point: int) -> bool:
    """Whether the package's table has it: asked only on a Python of another Unicode version.

    There is no other way to learn which characters were assigned since. With equal versions (the
    Python that CI runs first) the oracle asks `unicodedata` alone.
    """
    table = _table()
    return bool(table.entries[int(table.pages[code_point >> 8]) * 256 + (code_point & 255)])


_table = cache(load)


class Token(NamedTuple):
    """One token, with its places in code points of the text as given."""

    begin: int
    end: int
    key: str
    capital: bool


def tokens(text: str) -> list[Token]:
    """The tokens of a text, one code point after the other.

    A separator ends a token. An ignorable code point belongs to the token it follows and to none
    otherwise. A code point of a script without spaces begins a token that only marks prolong.
    """
    found: list[Token] = []
    begin = -1  # of the token that is open
    holds_single = False

    def close(end: int) -> None:
        nonlocal begin
        if begin >= 0:
            found.append(_token(text, begin, end))
        begin = -1

    for i, char in enumerate(text):
        what = kind(char)
        if what == "separator":
            close(i)
        elif what == "single" or (what == "word" and begin >= 0 and holds_single):
            close(i)
            begin, holds_single = i, what == "single"
        elif what in ("word", "mark") and begin < 0:
            begin, holds_single = i, False
    close(len(text))
    return found


def _token(text: str, begin: int, end: int) -> Token:
    key = key_of(text[begin:end])
    first = text[begin]
    changed = unicodedata.normalize("NFC", decompose(first)) != first
    return Token(begin, end, key, kind(first) == "word" and changed)


@cache
def key_of(token: str) -> str:
    """What a token is compared by."""
    return unicodedata.normalize("NFC", "".join(map(decompose, token)))


def words(text: str) -> list[str]:
    """The keys of a text's tokens."""
    return [token.key for token in tokens(text)]


def tokens_as_arrays(texts: Sequence[str]) -> Tokens:
    """What a core must return for these texts."""
    hashes: list[int] = []
    capitals: list[bool] = []
    quoted: list[bool] = []
    begins: list[int] = []
    ends: list[int] = []
    offsets = [0]
    base = 0
    for text in texts:
        places = [base]
        for char in text:
            places.append(places[-1] + _utf8_length(char))
        spans = quotations(text)
        for token in tokens(text):
            hashes.append(token_hash(token.key))
            capitals.append(token.capital)
            quoted.append(any(begin <= token.begin < end for begin, end in spans))
            begins.append(places[token.begin])
            ends.append(places[token.end])
        base = places[-1]
        offsets.append(len(hashes))
    return Tokens(
        np.array(hashes, np.uint64),
        np.array(capitals, np.bool_),
        np.array(quoted, np.bool_),
        np.array(begins, np.int64),
        np.array(ends, np.int64),
        np.array(offsets, np.int64),
    )


CLOSED_BY = {'"': '"”', "“": '”"', "„": '“”"', "«": "»", "»": "«", "「": "」", "『": "』"}


def quotations(text: str) -> list[tuple[int, int]]:
    """Places between quotation marks, one code point after the other.

    Here because the cores look for marks first and pair them afterwards; this walks the text.
    """
    spans = []
    at = 0
    while at < len(text):
        closing = CLOSED_BY.get(text[at], "")
        for end in range(at + 1, len(text)) if closing else ():
            if len(text[at + 1 : end].encode("utf-8", "surrogatepass")) > 3000:
                break
            if text[end] in closing:
                spans.append((at + 1, end))
                at = end
                break
        at += 1
    return spans


def _utf8_length(char: str) -> int:
    return len(char.encode("utf-8", "surrogatepass"))


# ---- tokens to hashes ------------------------------------------------------------------------


def rotl(x: int, n: int) -> int:
    """64 bits turned to the left."""
    return (x << n | x >> (64 - n)) & MASK64


@cache
def token_hash(key: str) -> int:
    """The hash of a token's key: sixteen bytes a step, the last filled up with zeros."""
    data = key.encode("utf-8", "surrogatepass")
    h = 0x27D4EB2F165667C5
    for at in range(0, max(len(data), 1), 16):
        low, high = struct.unpack("<QQ", data[at : at + 16].ljust(16, b"\0"))
        x = (low ^ h) * 0x9E3779B185EBCA87 & MASK64
        x ^= rotl(high * 0xC2B2AE3D27D4EB4F & MASK64, 32)
        x = (x ^ x >> 32) * 0x165667B19E3779F9 & MASK64
        h = x ^ x >> 29
    return h


def run_hash(hashes: Sequence[int]) -> int:
    """The hash of two, three, four or five tokens in a row."""
    if len(hashes) == 2:
        return (hashes[0] + rotl(hashes[1], 17)) & MASK64
    if len(hashes) == 3:
        return (run_hash(hashes[:2]) + rotl(hashes[2], 34)) & MASK64
    if len(hashes) == 4:
        return (run_hash(hashes[:2]) + rotl(run_hash(hashes[2:]), 34)) & MASK64
    return (run_hash(hashes[:4]) + rotl(hashes[4], 7)) & MASK64


def _runs(hashes: Sequence[int], size: int) -> list[int]:
    """Of all runs of `size`; of a shorter text one, filled up with zeros."""
    if not hashes:
        return []
    padded = [*hashes, *[0] * (size - len(hashes))]
    return [run_hash(padded[i : i + size]) for i in range(len(padded) - size + 1)]


def shingle_hashes(hashes: Sequence[int]) -> list[int]:
    """32 bits of every five words in a row."""
    return [run >> 32 for run in _runs(hashes, 5)]


def fingerprints(hashes: Sequence[int]) -> list[int]:
    """Winnowing as its authors define it: of every window the rightmost of the least."""
    grams = _runs(hashes, 4)
    if not grams:
        return []
    kept = set()
    for begin in range(max(1, len(grams) - 3)):
        window = range(begin, min(begin + 4, len(grams)))
        kept.add(max(i for i in window if grams[i] == min(grams[j] for j in window)))
    return [grams[i] for i in sorted(kept)]


def digest(hashes: Sequence[int]) -> tuple[int, int]:
    """The content hash: a sum over mixed tokens and places, and a sum of half times half."""
    total = squares = 0
    for place, h in enumerate(hashes, 1):
        x = (h + place * 0x9E3779B97F4A7C15) & MASK64
        x = (x ^ x >> 32) * 0x165667B19E3779F9 & MASK64
        x ^= x >> 29
        total += x
        squares += (x >> 32) * (x & MASK32)
    return total & MASK64, squares & MASK64


def permutations(num_perm: int, seed: int) -> list[tuple[int, int]]:
    """The a and b of affine32, drawn as datasketch draws them."""
    draw = np.random.RandomState(seed)
    a = [int(x) * 2 + 1 for x in draw.randint(0, 1 << 31, num_perm, np.uint32)]
    b = [int(x) for x in draw.randint(0, 1 << 32, num_perm, np.uint32)]
    return list(zip(a, b, strict=True))


def fmix32(h: int) -> int:
    """Murmur3's finaliser."""
    h = (h ^ h >> 16) * 0x85EBCA6B & MASK32
    h = (h ^ h >> 13) * 0xC2B2AE35 & MASK32
    return h ^ h >> 16


def signature(shingles: Iterable[int], num_perm: int, seed: int) -> list[int]:
    """MinHash (Broder 1997) in Python integers."""
    mixed = {fmix32(h) for h in shingles}
    return [
        min([(a * h + b) & MASK32 for h in mixed], default=MASK32)
        for a, b in permutations(num_perm, seed)
    ]


# ---- two texts -------------------------------------------------------------------------------

Words = Sequence[object]


def shingles(text: Words) -> set[tuple[object, ...]]:
    """All five words in a row; a shorter text is one shingle, an empty one has none."""
    if not text:
        return set()
    return {tuple(text[i : i + 5]) for i in range(max(1, len(text) - 4))}


def jaccard(a: Words, b: Words) -> float:
    """Of the sets of five words."""
    x, y = shingles(a), shingles(b)
    return len(x & y) / len(x | y) if x or y else 0.0


class Run(NamedTuple):
    """A shared run of words: `words` of them from place a on in one text and b in the other."""

    words: int
    a: int
    b: int


def maximal_runs(a: Words, b: Words) -> list[Run]:
    """Every shared run of three words and more that cannot be made longer, by trying all places."""
    found = []
    for i in range(len(a)):
        for j in range(len(b)):
            if a[i] != b[j] or (i and j and a[i - 1] == b[j - 1]):
                continue
            n = 0
            while i + n < len(a) and j + n < len(b) and a[i + n] == b[j + n]:
                n += 1
            if n >= 3:
                found.append(Run(n, i, j))
    return found


def tiles(a: Words, b: Words) -> list[Run]:
    """Greedy string tiling over the maximal runs: the longest first, every word used once.

    Of equally long ones the first in b goes first, then the first in a. What earlier tiles leave of
    a run is used if it has three words.
    """
    used_a: set[int] = set()
    used_b: set[int] = set()
    found = []
    for run in sorted(maximal_runs(a, b), key=lambda run: (-run.words, run.b, run.a)):
        free = [k for k in range(run.words) if run.a + k not in used_a and run.b + k not in used_b]
        pieces: list[list[int]] = []
        for k in free:
            if pieces and pieces[-1][-1] == k - 1:
                pieces[-1].append(k)
            else:
                pieces.append([k])
        for piece in pieces:
            if len(piece) >= 3:
                used_a.update(run.a + k for k in piece)
                used_b.update(run.b + k for k in piece)
                found.append(Run(len(piece), run.a + piece[0], run.b + piece[0]))
    return found


def stem_tiles(
    a: Sequence[int], b: Sequence[int], light: Sequence[int], used: Sequence[int]
) -> list[tuple[int, int, int]]:
    """Tiles of two sentences by trying every run at every place: begin in a, in b, and length.

    The longest first, down to two stems, and of equal ones the first in b, then in a; then single
    stems that are not light, or the only one in b. `used` says which of b are taken already.
    """
    free_a, free_b = {*range(len(a))}, {y for y in range(len(b)) if not used[y]}
    found = []

    def take(x: int, y: int, n: int) -> None:
        free_a.difference_update(range(x, x + n))
        free_b.difference_update(range(y, y + n))
        found.append((x, y, n))

    for n in range(min(len(a), len(b)), 1, -1):
        for y in range(len(b) - n + 1):
            for x in range(len(a) - n + 1):
                free = free_a.issuperset(range(x, x + n)) and free_b.issuperset(range(y, y + n))
                if free and [*a[x : x + n]] == [*b[y : y + n]]:
                    take(x, y, n)
    for y, stem in enumerate(b):
        if y in free_b and (not light[stem] or len(b) == 1):
            for x in sorted(free_a):
                if a[x] == stem:
                    take(x, y, 1)
                    break
    return found


class Model(NamedTuple):
    """The words of a sample of documents, counted exactly."""

    total: int
    runs: Counter[tuple[object, ...]]


def count_runs(texts: Iterable[Words]) -> Model:
    """How often each run of one, two and three words stands in the texts."""
    model = Model(0, Counter())
    for text in texts:
        for size in (1, 2, 3):
            model.runs.update(tuple(text[i : i + size]) for i in range(len(text) - size + 1))
        model = model._replace(total=model.total + len(text))
    return model


def evidence_bits(
    model: Model,
    a: tuple[Words, Sequence[bool]],
    b: tuple[Words, Sequence[bool]],
    unsampled: Iterable[Words],
) -> float:
    """How unlikely the shared tiles of two texts are, in floating point.

    Each text comes with its capitals; `unsampled` are those of the two that the model did not
    count. A word costs -log2 of its probability given the two before it (a trigram backed off to
    the bigram and the word by ten occurrences), without the occurrence in a and the one in b; at
    least its share of the two texts beyond two occurrences; at most 14 bits, and 2 for a name. A
    set of k tiles costs log2((n_a · n_b)^k / k!) for the places where they could have begun; the
    set that proves most counts.
    """
    (words_a, capitals_a), (words_b, capitals_b) = a, b
    own = count_runs(unsampled).runs
    both = Counter([*words_a, *words_b])
    size = len(words_a) + len(words_b)
    names = all(2 * sum(c) <= len(w) for w, c in (a, b))

    def elsewhere(*run: object) -> int:
        return max(0, model.runs[run] + own[run] - 2)

    worth = []
    for tile in tiles(words_a, words_b):
        bits = 0.0
        for k in range(tile.words):
            run = words_a[tile.a : tile.a + k + 1]
            p = (elsewhere(run[-1]) + 0.5) / (model.total + 1)
            if k >= 1:
                p = (elsewhere(*run[-2:]) + 10 * p) / (elsewhere(run[-2]) + 10)
            if k >= 2:
                p = (elsewhere(*run[-3:]) + 10 * p) / (elsewhere(*run[-3:-1]) + 10)
            p = max(p, (both[run[-1]] - 2) / size)
            name = names and capitals_a[tile.a + k] and capitals_b[tile.b + k]
            bits += min(max(0.0, -math.log2(p)), 2.0 if name else 14.0)
        worth.append(bits)
    worth.sort(reverse=True)
    if not worth:
        return 0.0
    places = math.log2(len(words_a) * len(words_b))
    return max(
        sum(worth[:k]) - k * places + math.log2(math.factorial(k)) for k in range(len(worth) + 1)
    )


# ---- many texts ------------------------------------------------------------------------------


def postings(documents: Sequence[Iterable[int]], most: int) -> tuple[dict[int, list[int]], int]:
    """Which documents have a fingerprint, where 2..most have it; and how many more have."""
    having: dict[int, list[int]] = {}
    for d, prints in enumerate(documents):
        for fingerprint in set(prints):
            having.setdefault(fingerprint, []).append(d)
    kept = {f: ds for f, ds in sorted(having.items()) if 2 <= len(ds) <= most}
    return kept, sum(len(ds) > most for ds in having.values())


def sharing(documents: Sequence[Iterable[int]], most: int, least: int) -> list[tuple[int, int]]:
    """Pairs of documents that share `least` fingerprints of at most `most` documents."""
    shared: Counter[tuple[int, int]] = Counter()
    for having in postings(documents, most)[0].values():
        shared.update(combinations(having, 2))
    return sorted(pair for pair, n in shared.items() if n >= least)


def components(edges: Iterable[tuple[str, str]]) -> set[frozenset[str]]:
    """Connected components, by spreading from every document until nothing is new."""
    near: dict[str, set[str]] = {}
    for a, b in edges:
        near.setdefault(a, {a}).add(b)
        near.setdefault(b, {b}).add(a)
    found = set()
    for start in near:
        reached = {start}
        while True:
            more = set().union(*(near[d] for d in reached))
            if more == reached:
                break
            reached = more
        found.add(frozenset(reached))
    return found


# ---- aligning two texts --------------------------------------------------------------------------


def runs_of(a: Sequence[int], b: Sequence[int], least: int) -> list[tuple[int, int, int]]:
    """Shared runs that cannot be made longer: (length, place in a, place in b), in order of b."""
    found = []
    for j in range(len(b)):
        for i in range(len(a)):
            if i and j and a[i - 1] == b[j - 1]:
                continue
            length = 0
            while i + length < len(a) and j + length < len(b) and a[i + length] == b[j + length]:
                length += 1
            if length >= least:
                found.append((length, i, j))
    return found


def maximal_segments(gains: Sequence[int], least: int) -> list[tuple[int, int]]:
    """Stretches all of whose parts sum up to less, and that lie in no other such stretch.

    The definition in Ruzzo and Tompa 1999, with every sum taken anew.
    """
    stretches = [(i, j) for i, j in combinations(range(len(gains) + 1), 2) if sum(gains[i:j]) > 0]

    def minimal(i: int, j: int) -> bool:
        parts = combinations(range(i, j + 1), 2)
        return all(sum(gains[k:m]) < sum(gains[i:j]) for k, m in parts if (k, m) != (i, j))

    good = [(i, j) for i, j in stretches if minimal(i, j)]
    return [
        (i, j)
        for i, j in good
        if not any(k <= i and j <= m and (k, m) != (i, j) for k, m in good)
        and sum(gains[i:j]) >= least
    ]


def greedy_partners(
    a: Sequence[Sequence[int]],
    b: Sequence[Sequence[int]],
    weights: Sequence[int],
    least: float,
) -> list[int]:
    """The partner in a of every token of b, both texts as sentences of stems; -1 for none."""

    def cosine(x: Sequence[int], y: Sequence[int]) -> float:
        dot = sum(weights[s] ** 2 * x.count(s) * y.count(s) for s in set(x))
        norm = [sum(weights[s] ** 2 * z.count(s) ** 2 for s in set(z)) for z in (x, y)]
        return dot / math.sqrt(norm[0] * norm[1]) if dot else 0.0

    partners = {(j, k): -1 for j, y in enumerate(b) for k in range(len(y))}
    used: set[tuple[int, int]] = set()
    pairs = {(i, j): cosine(x, y) for i, x in enumerate(a) for j, y in enumerate(b)}
    for (i, j), score in sorted(pairs.items(), key=lambda item: (-item[1], item[0][1], item[0][0])):
        if score <= 0 or score < least:
            continue
        for k, stem in enumerate(b[j]):
            if partners[j, k] >= 0:
                continue
            for m, other in enumerate(a[i]):
                if other == stem and (i, m) not in used:
                    used.add((i, m))
                    partners[j, k] = sum(map(len, a[:i])) + m
                    break
    return list(partners.values())
