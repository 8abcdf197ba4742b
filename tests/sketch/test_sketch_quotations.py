"""Which tokens stand between quotation marks: every core against the oracle, and by hand."""

from __future__ import annotations

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketch.kernels import Kernels


def check(core: Kernels, texts: list[str]) -> None:
    """The core agrees with the oracle."""
    found = core.tokens(core.pack(texts), places=False)
    wanted = oracles.tokens_as_arrays(texts)
    assert np.array_equal(found.offsets, wanted.offsets)
    assert np.array_equal(found.quoted, wanted.quoted)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("a “b c” d", "bc"),
        ('a "b" c "d" e', "bd"),
        ('a „b“ c „d” e „f" g', "bdf"),
        ("«a» b »c« d", "ac"),
        ("「漢」 a 『字』", "漢字"),
        ("“a «b» c” d", "abc"),
        ("„a “b” c“ d", "a"),  # “ closes what „ opened
        ('“a" b ”c', "a"),
        ("a” b “c", ""),
        ("“a", ""),
        ("“” a", ""),
        ("'a' ‘b’ ‹c›", ""),
        ("“a “b” c”", "ab"),  # not nested
        ('"' + " " * 2999 + 'a"', "a"),
        ('"' + " " * 3000 + 'a"', ""),
        ('"' + " " * 2998 + 'é"', "é"),
        ('"' + " " * 2999 + 'é"', ""),
        ('“x "' + " " * 3000 + 'a" b "c"', "xb"),
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_quotations(sketch_core: Kernels, text: str, quoted: str) -> None:
    found = sketch_core.tokens(sketch_core.pack([text]), places=False)
    words = oracles.words(text)
    assert [w for w, q in zip(words, found.quoted.tolist(), strict=True) if q] == list(quoted)
    check(sketch_core, [text, f"{text} " * 3, "x" * 4090 + " " + text])


@given(
    st.lists(
        st.sampled_from([*'"“”„«»「」『』', "a", " é ", "漢", "x\u0301", "\ud800", " " * 1400]),
        max_size=20,
    )
)
def test_any_quotations(sketch_core: Kernels, pieces: list[str]) -> None:
    check(sketch_core, ["".join(pieces), "".join(reversed(pieces)), "a"])


def test_a_text_ends_what_it_quotes(sketch_core: Kernels) -> None:
    found = sketch_core.tokens(sketch_core.pack(["a “b", "c” d", "“e”"]), places=False)
    assert found.quoted.tolist() == [False, False, False, False, True]


@pytest.mark.parametrize("mark", ["“", "”", "«", '"', "「"])
def test_nothing_but_marks(sketch_core: Kernels, mark: str) -> None:
    """Marks that nothing closes are looked at once each and no further than 3000 bytes."""
    found = sketch_core.tokens(sketch_core.pack([mark * 2_000 + "a", "b"]), places=False)
    assert found.quoted.tolist() == [False, False]
