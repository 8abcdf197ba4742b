"""difflib: what everyone has."""

from __future__ import annotations

import difflib
import re

from benchmarks.peers import SHINGLE_WORDS, Match

_WORD = re.compile(r"\w+")


class Blocks:
    """Matching blocks over words."""

    def match(self, source: str, derived: str) -> list[Match]:
        """See `Matcher`."""
        of_a, of_b = list(_WORD.finditer(source)), list(_WORD.finditer(derived))
        matcher = difflib.SequenceMatcher(
            None, [one[0].lower() for one in of_a], [one[0].lower() for one in of_b], autojunk=False
        )
        return [
            (
                (of_a[block.a].start(), of_a[block.a + block.size - 1].end()),
                (of_b[block.b].start(), of_b[block.b + block.size - 1].end()),
            )
            for block in matcher.get_matching_blocks()
            if block.size >= SHINGLE_WORDS
        ]
