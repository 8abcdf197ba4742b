"""What is packed by ISA-L and by Python's zlib is one format: an index moves between machines."""

from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

from dedup.index import deflate


@given(st.binary(max_size=5000), st.binary(max_size=100))
def test_each_reads_what_the_other_wrote(data: bytes, more: bytes) -> None:
    assert zlib.decompress(deflate.compress(data, 1)) == data
    assert deflate.decompress(zlib.compress(data, 1)) == data
    assert deflate.crc32(data, deflate.crc32(more)) == zlib.crc32(data, zlib.crc32(more))
