"""Two documents to an alignment: which sentences and passages went from one to the other."""

from dedup.aligner.aligner import align

__all__ = ["align"]
