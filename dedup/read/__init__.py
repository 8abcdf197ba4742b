"""Reading: paths, folders, stdin and JSONL in, documents out.

    read(sources, options)   Document(id, text, meta), or Unreadable(source, reason)
    read_list(stream)        the paths in a list of files
    ReadOptions              what to read, and as what
    Skipped                  what was passed over on purpose

Knows nothing of hashing. A path that cannot be read is given as an ``Unreadable``, never raised.
"""

from __future__ import annotations

from dedup.read.reader import InputFormat, ReadOptions, read, read_list
from dedup.read.walk import Skipped

__all__ = ["InputFormat", "ReadOptions", "Skipped", "read", "read_list"]
