"""Documents to pairs and clusters: a funnel in which every step works on what the last one left.

Identical (equal words) → near-duplicate (MinHash bands, then exact Jaccard) → derived (passages
that few documents have, then evidence in bits) → clusters over verified pairs. Knows nothing of
sentences or of output.
"""

from dedup.find.corpus import Corpus, CorpusBuilder
from dedup.find.funnel import find
from dedup.find.lsh import Bands, choose_bands
from dedup.find.result import ScanResult, pair_values
from dedup.find.stages import Progress, Stages

__all__ = [
    "Bands",
    "Corpus",
    "CorpusBuilder",
    "Progress",
    "ScanResult",
    "Stages",
    "choose_bands",
    "find",
    "pair_values",
]
