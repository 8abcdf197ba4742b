"""The index kept on disk: has something like this been seen before?

Sketches over time in, the pairs of a scan out, from a store that survives a crash. SQLite holds the
documents and what is newest, immutable files of sorted postings the rest.
"""

from dedup.index.index import Index

__all__ = ["Index"]
