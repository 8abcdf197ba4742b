from collections.abc import Sequence
from typing import Any

def simd() -> str: ...
def open(table: bytes, simd: str | None, /) -> str: ...
def pack(texts: Sequence[str], /) -> tuple[bytearray, bytearray]: ...
def tokens(
    data: Any,
    offsets: Any,
    hashes: Any,
    capitals: Any,
    quoted: Any,
    begins: Any,
    ends: Any,
    counts: Any,
    /,
) -> int: ...
def sketch(
    data: Any,
    offsets: Any,
    fingerprints: Any,
    a: Any,
    b: Any,
    signatures: Any,
    digests: Any,
    counts: Any,
    fingerprint_offsets: Any,
    /,
) -> None: ...
def sketch_texts(
    texts: Sequence[str],
    text_room: bytearray,
    fingerprint_room: bytearray,
    a: Any,
    b: Any,
    signatures: Any,
    digests: Any,
    counts: Any,
    fingerprint_offsets: Any,
    /,
) -> None: ...
def postings(
    fingerprints: Any, offsets: Any, chosen: Any, most: int, /
) -> tuple[bytearray, bytearray, int]: ...
def pairs(groups: Any, documents: Any, n: int, least: int, /) -> bytearray: ...
def count(
    tokens: Any, offsets: Any, words: Any, pairs: Any, triples: Any, times: int, /
) -> tuple[bytearray, bytearray]: ...
def compare(
    tokens: Any,
    offsets: Any,
    capitals: Any,
    quoted: Any,
    sampled: Any,
    chosen: Any,
    words: Any,
    pairs: Any,
    triples: Any,
    total: float,
    words_fold: int,
    runs_fold: int,
    log2: Any,
    out: Any,
    /,
) -> None: ...
def tiles(
    stems_a: Any,
    stems_b: Any,
    firsts_a: Any,
    firsts_b: Any,
    light: Any,
    used: Any,
    pairs: Any,
    offsets: Any,
    /,
) -> bytearray: ...
def runs(a: Any, b: Any, least: int, /) -> bytearray: ...
def segments(gains: Any, least: int, /) -> bytearray: ...
def partners(
    stems_a: Any,
    firsts_a: Any,
    stems_b: Any,
    firsts_b: Any,
    weights: Any,
    least: float,
    found: Any,
    /,
) -> None: ...
