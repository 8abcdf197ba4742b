"""text-matcher: runs of stems, joined and extended."""

from __future__ import annotations

import contextlib
import io

from text_matcher.matcher import Matcher, Text

from benchmarks.peers import Match


class Passages:
    """Its matcher; it prints what it does, which nobody needs here."""

    def match(self, source: str, derived: str) -> list[Match]:
        """See `Matcher`."""
        with contextlib.redirect_stdout(io.StringIO()):
            texts = [
                Text(text, name, removeStopwords=False)
                for name, text in (("a", source), ("b", derived))
            ]
            _, of_a, of_b = Matcher(*texts, removeStopwords=False).match()
        return list(zip(of_a, of_b, strict=True))
