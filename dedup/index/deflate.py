"""The format and checksum of zlib: by ISA-L, three times as fast, where that runs.

What one of the two wrote the other reads.
"""

from __future__ import annotations

try:
    from isal.isal_zlib import compress, crc32, decompress
except ImportError:
    from zlib import compress, crc32, decompress

__all__ = ["compress", "crc32", "decompress"]
