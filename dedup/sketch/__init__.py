"""Text to sketches: tokens, shingle hashes, MinHash signatures, passage fingerprints.

Takes texts, gives arrays; knows nothing of files or of pairs.
"""

from dedup.sketch.sketcher import Sketcher
from dedup.sketch.sketches import Scheme, Sketches

__all__ = ["Scheme", "Sketcher", "Sketches"]
