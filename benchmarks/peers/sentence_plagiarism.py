"""sentence-plagiarism: every sentence with every sentence."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sentence_plagiarism import check

from benchmarks.peers import Match

_SIMILARITY = 0.5


class Sentences:
    """Its one function."""

    def match(self, source: str, derived: str) -> list[Match]:
        """See `Matcher`; it strips the texts, which moves what it counts."""
        moved_a, moved_b = (len(text) - len(text.lstrip()) for text in (source, derived))
        with tempfile.TemporaryDirectory() as folder:
            a, b = Path(folder, "a"), Path(folder, "b")
            # \r\n would be read as one character.
            a.write_text(source.replace("\r", " "), "utf-8", newline="")
            b.write_text(derived.replace("\r", " "), "utf-8", newline="")
            found = check(b, [a], _SIMILARITY, quiet=True)
        return [
            (
                (
                    one["reference_start_pos"] + moved_a,
                    one["reference_end_pos"] + 1 + moved_a,
                ),
                (one["input_start_pos"] + moved_b, one["input_end_pos"] + 1 + moved_b),
            )
            for one in found
        ]
