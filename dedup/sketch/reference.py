"""The specification of this room's hot loops: what the native core must equal bit for bit.

In NumPy. It is also what runs where no C compiler was at hand. Everything is whole arrays; the one
loop over tokens is over the rare ones whose key needs composition.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from dedup.sketch import unicode_table as ut
from dedup.sketch.kernels import (
    I64,
    PASSAGE_WORDS,
    SHINGLE_WORDS,
    U8,
    U32,
    U64,
    WINNOW_WINDOW,
    Bool,
    Fingerprints,
    Packed,
    Rows,
    Tokens,
)

# Of the scheme; changing one makes stored sketches worthless.
_START = np.uint64(0x27D4EB2F165667C5)
_K0 = np.uint64(0x9E3779B185EBCA87)
_K1 = np.uint64(0xC2B2AE3D27D4EB4F)
_K2 = np.uint64(0x165667B19E3779F9)
_STEP = np.uint64(0x9E3779B97F4A7C15)

# Quotation marks, and those that close them; one that is not closed soon quotes nothing.
_CLOSED_BY = {'"': '"”', "“": '”"', "„": '“”"', "«": "»", "»": "«", "「": "」", "『": "』"}
_MARK = re.compile("|".join('"“”„«»「」『』').encode())
_QUOTED_BYTES = 3000

_PERMUTED_AT_ONCE = 4096  # shingles × permutations in memory


def pack(texts: Sequence[str]) -> Packed:
    """See `Kernels.pack`."""
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"a text must be a str, not {type(text)!r}")
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(data) for data in encoded], out=offsets[1:])
    return Packed(np.frombuffer(bytearray(b"".join(encoded)), np.uint8), offsets)


def tokens(packed: Packed, *, places: bool) -> Tokens:
    """See `Kernels.tokens`."""
    parts = [_tokens_of(packed, d) for d in range(len(packed.offsets) - 1)]
    offsets = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part.hashes) for part in parts], out=offsets[1:])
    none: I64 = np.empty(0, np.int64)
    return Tokens(
        np.concatenate([p.hashes for p in parts] or [np.empty(0, np.uint64)]),
        np.concatenate([p.capitals for p in parts] or [np.empty(0, np.bool_)]),
        np.concatenate([p.quoted for p in parts] or [np.empty(0, np.bool_)]),
        np.concatenate([p.begins for p in parts] or [none]) if places else none,
        np.concatenate([p.ends for p in parts] or [none]) if places else none,
        offsets,
    )


def sketch(packed: Packed, a: U32, b: U32, rows: Rows) -> Fingerprints:
    """See `Kernels.sketch`."""
    rows.signatures[:] = 0xFFFFFFFF
    kept = []
    for d in range(len(packed.offsets) - 1):
        hashes = _tokens_of(packed, d).hashes
        rows.token_counts[d] = len(hashes)
        rows.digests[d] = _digest(hashes)
        grams, shingles = roll(hashes)
        kept.append(winnow(grams))
        if len(shingles):
            rows.signatures[d] = _permute(shingles, a, b)
    offsets = np.zeros(len(packed.offsets), np.int64)
    np.cumsum([len(values) for values in kept], out=offsets[1:])
    return Fingerprints(np.concatenate(kept or [np.empty(0, np.uint64)]), offsets)


def sketch_texts(texts: Sequence[str], a: U32, b: U32, rows: Rows) -> Fingerprints:
    """See `Kernels.sketch_texts`."""
    return sketch(pack(texts), a, b, rows)


def roll(hashes: U64) -> tuple[U64, U32]:
    """Hashes of all four words in a row and of all five; a shorter text is one of each.

    Returns:
        grams, uint64; shingles, uint32: the upper half of the 64-bit hash of five words.
    """
    if not len(hashes):
        return np.empty(0, np.uint64), np.empty(0, np.uint32)
    padding = np.zeros(SHINGLE_WORDS, np.uint64)
    n_grams = max(1, len(hashes) - PASSAGE_WORDS + 1)
    n_shingles = max(1, len(hashes) - SHINGLE_WORDS + 1)
    t = np.concatenate([hashes, padding])
    pairs = t[:-1] + _rotl(t[1:], 17)
    grams = pairs[:-2] + _rotl(pairs[2:], 34)
    wide = grams[:n_shingles] + _rotl(t[4 : 4 + n_shingles], 7)
    return grams[:n_grams], (wide >> np.uint64(32)).astype(np.uint32)


def winnow(grams: U64) -> U64:
    """The last least gram of every window (Schleimer, Wilkerson, Aiken 2003)."""
    if not len(grams):
        return grams
    window = min(WINNOW_WINDOW, len(grams))
    windows = np.lib.stride_tricks.sliding_window_view(grams, window)
    last_least = window - 1 - np.argmin(windows[:, ::-1], axis=1)
    kept: U64 = grams[np.unique(last_least + np.arange(len(windows)))]
    return kept


def _permute(shingles: U32, a: U32, b: U32) -> U32:
    """The least of every permutation: datasketch's scheme ``affine32``."""
    h = shingles ^ (shingles >> np.uint32(16))
    h = h * np.uint32(0x85EBCA6B)
    h = h ^ (h >> np.uint32(13))
    h = h * np.uint32(0xC2B2AE35)
    h = h ^ (h >> np.uint32(16))
    least = np.full(len(a), 0xFFFFFFFF, np.uint32)
    for at in range(0, len(h), _PERMUTED_AT_ONCE):
        values = h[at : at + _PERMUTED_AT_ONCE, None] * a + b
        least = np.minimum(least, values.min(axis=0))
    return least


def _digest(hashes: U64) -> U64:
    """128 bits that say which tokens stand where."""
    x = hashes + np.arange(1, len(hashes) + 1, dtype=np.uint64) * _STEP
    x = x ^ (x >> np.uint64(32))
    x = x * _K2
    x = x ^ (x >> np.uint64(29))
    squares = (x >> np.uint64(32)) * (x & np.uint64(0xFFFFFFFF))
    return np.array([x.sum(dtype=np.uint64), squares.sum(dtype=np.uint64)], np.uint64)


def _rotl(x: U64, n: int) -> U64:
    rotated: U64 = (x << np.uint64(n)) | (x >> np.uint64(64 - n))
    return rotated


@cache
def _table() -> ut.UnicodeTable:
    return ut.load()


def _tokens_of(packed: Packed, d: int) -> Tokens:
    """The tokens of text d."""
    base = int(packed.offsets[d])
    raw = packed.data[base : int(packed.offsets[d + 1])].tobytes()
    text = raw.decode("utf-8", "surrogatepass")
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    table = _table()
    entries = table.entries[table.pages[points >> 8].astype(np.int64) * 256 + (points & 255)]
    kinds = entries >> ut.CLASS_SHIFT & 7
    inside, starts = _boundaries(kinds)
    first = np.flatnonzero(starts)
    # A token ends where the next begins or where no token stands.
    stops = np.flatnonzero(np.append(starts | ~inside, True))
    last = stops[np.searchsorted(stops, first, side="right")]
    places = base + np.concatenate([[0], np.cumsum(_utf8_lengths(points))]).astype(np.int64)
    hashes = _hash_tokens(points, entries, kinds, first, last)
    capitals = (kinds[first] == ut.WORD) & ((entries[first] & ut.SAME) == 0)
    offsets = np.array([0, len(hashes)], np.int64)
    quoted = np.searchsorted(_quotations(raw), places[first] - base, side="right") % 2 == 1
    return Tokens(hashes, capitals, quoted, places[first], places[last], offsets)


def _quotations(raw: bytes) -> list[int]:
    """Where text stands between quotation marks: first and end of each place, in bytes."""
    marks = [(mark[0].decode(), *mark.span()) for mark in _MARK.finditer(raw)]
    edges: list[int] = []
    i = 0
    while i < len(marks):
        mark, _, begin = marks[i]
        closing = _CLOSED_BY.get(mark, "")
        for j in range(i + 1, len(marks)) if closing else ():
            other, end, _ = marks[j]
            if end > begin + _QUOTED_BYTES:
                break
            if other in closing:
                edges += [begin, end]
                i = j
                break
        i += 1
    return edges


def _boundaries(kinds: npt.NDArray[np.uint32]) -> tuple[Bool, Bool]:
    """Which code points stand in a token, and which begin one."""
    # What is ignorable belongs to a token when what stands before it does.
    solid = _last_where(kinds != ut.IGNORABLE)
    inside = (solid >= 0) & (kinds[solid] != ut.SEPARATOR)
    inside_before = np.append(False, inside)[:-1]
    # A letter after a one-code-point token, and the marks on it, begins another token.
    base_before = np.append(-1, _last_where((kinds == ut.WORD) | (kinds == ut.SINGLE)))[:-1]
    outside_before = np.append(-1, _last_where(~inside))[:-1]
    after_single = (base_before > outside_before) & (kinds[base_before] == ut.SINGLE)
    begins = ~inside_before | (kinds == ut.SINGLE) | ((kinds == ut.WORD) & after_single)
    return inside, inside & begins


def _last_where(mask: Bool) -> I64:
    """Of every place, the last place up to it where the mask is set, or -1."""
    last: I64 = np.maximum.accumulate(np.where(mask, np.arange(len(mask)), -1))
    return last


def _hash_tokens(points: U32, entries: U32, kinds: U32, first: I64, last: I64) -> U64:
    """Hashes of the keys of the tokens points[first[i]:last[i]]."""
    combining = (entries & ut.COMBINING) != 0
    slow = ((entries & ut.SLOW) != 0) | (kinds == ut.IGNORABLE)
    slow[1:] |= combining[1:] & combining[:-1]
    counted = np.concatenate([[0], np.cumsum(slow)])
    is_slow = counted[last] > counted[first]
    folded = np.where((entries & ut.SAME) != 0, points, entries & ut.CODE_POINT).astype("<u4")
    # What needs composition goes its own way; here it would be no text at all.
    folded[slow | (kinds == ut.SEPARATOR)] = 0x20
    data = np.frombuffer(folded.tobytes().decode("utf-32-le").encode("utf-8"), np.uint8)
    at = np.concatenate([[0], np.cumsum(_utf8_lengths(folded))]).astype(np.int64)
    hashes = _hash_keys(data, at[first], at[last])
    for i in np.flatnonzero(is_slow):
        key = np.frombuffer(_compose(points[first[i] : last[i]]), np.uint8)
        hashes[i] = _hash_keys(key, np.array([0]), np.array([len(key)]))[0]
    return hashes


def _compose(points: U32) -> bytes:
    """The key of a token that folds to more or fewer code points than it has."""
    table = _table()
    parts = []
    for point in points.tolist():
        entry = table.entries[int(table.pages[point >> 8]) * 256 + (point & 255)]
        if entry >> ut.CLASS_SHIFT & 7 == ut.IGNORABLE:
            continue
        i = int(np.searchsorted(table.decomposed, point))
        if i < len(table.decomposed) and table.decomposed[i] == point:
            expansion = table.expansions[table.decomposed_at[i] : table.decomposed_at[i + 1]]
            parts.append("".join(map(chr, expansion.tolist())))
        else:
            parts.append(chr(point))
    return unicodedata.normalize("NFC", "".join(parts)).encode("utf-8")


def _hash_keys(data: U8, first: I64, last: I64) -> U64:
    """Hashes of the keys data[first[i]:last[i]], sixteen bytes a step."""
    padded = np.concatenate([data, np.zeros(16, np.uint8)])
    hashes = np.full(len(first), _START, np.uint64)
    step = np.arange(16)
    left = np.arange(len(first))  # the keys that have bytes left, and every key at first
    at = first
    while len(left):
        inside = at[:, None] + step
        chunk = np.where(inside < last[left, None], padded[np.minimum(inside, len(data))], 0)
        words = np.ascontiguousarray(chunk.astype(np.uint8)).view("<u8")
        x = ((words[:, 0] ^ hashes[left]) * _K0) ^ _rotl(words[:, 1] * _K1, 32)
        x = (x ^ (x >> np.uint64(32))) * _K2
        hashes[left] = x ^ (x >> np.uint64(29))
        more = at + 16 < last[left]
        left, at = left[more], at[more] + 16
    return hashes


def _utf8_lengths(points: U32) -> I64:
    """Bytes that each code point takes."""
    lengths: I64 = 1 + (points >= 0x80).astype(np.int64) + (points >= 0x800) + (points >= 0x10000)
    return lengths
