from collections.abc import Sequence
from typing import Any

def simd() -> str: ...
def open(table: bytes, simd: str | None, /) -> str: ...
def pack(texts: Sequence[str], /) -> tuple[bytearray, bytearray]: ...
def tokens(
    data: Any, offsets: Any, hashes: Any, begins: Any, ends: Any, counts: Any, /
) -> int: ...
def sketch(
    data: Any,
    offsets: Any,
    a: Any,
    b: Any,
    signatures: Any,
    digests: Any,
    counts: Any,
    fingerprints: Any,
    fingerprint_offsets: Any,
    /,
) -> None: ...
