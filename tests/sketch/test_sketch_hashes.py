"""Tokens to shingles, fingerprints, digests and signatures: every core against Python integers."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import oracles
import pytest
from datasketch import MinHash
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.sketch.kernels import Fingerprints, Kernels, Rows
from dedup.sketch.sketcher import permutations

words = st.lists(st.sampled_from(["a", "b", "é", "漢", "long-word", "Ω", "x" * 40]), max_size=40)


def sketch(
    core: Kernels, texts: Sequence[str], num_perm: int = 16, seed: int = 1
) -> tuple[Rows, Fingerprints]:
    """What a core makes of texts."""
    a, b = permutations(num_perm, seed)
    rows = Rows.empty(len(texts), num_perm)
    return rows, core.sketch(core.pack(texts), a, b, rows)


def check(core: Kernels, texts: Sequence[str], num_perm: int = 16, seed: int = 1) -> None:
    """The core agrees with the oracle on every text."""
    rows, prints = sketch(core, texts, num_perm, seed)
    assert len(prints.offsets) == len(texts) + 1
    for d, text in enumerate(texts):
        hashes = [oracles.token_hash(word) for word in oracles.words(text)]
        got = prints.values[prints.offsets[d] : prints.offsets[d + 1]].tolist()
        assert rows.token_counts[d] == len(hashes)
        assert got == oracles.fingerprints(hashes)
        assert tuple(rows.digests[d].tolist()) == oracles.digest(hashes)
        shingles = oracles.shingle_hashes(hashes)
        assert rows.signatures[d].tolist() == oracles.signature(shingles, num_perm, seed)


def text_of(n: int, seed: int = 0) -> str:
    """n words."""
    draw = random.Random(seed)
    return " ".join(f"w{draw.randrange(n + 1)}" for _ in range(n))


@given(st.lists(words.map(" ".join), max_size=4))
@example([])
@example(["", " ", "one", "one two", "one two three", "a b c d", "a b c d e", "a b c d e f"])
def test_words(sketch_core: Kernels, texts: list[str]) -> None:
    check(sketch_core, texts)


@pytest.mark.parametrize("num_perm", [16, 31, 33, 63, 64, 65, 100, 128, 130, 256])
def test_every_length_of_signature(sketch_core: Kernels, num_perm: int) -> None:
    """Lengths that the vector registers divide and lengths that leave a rest."""
    check(sketch_core, ["", "few", text_of(6), text_of(70)], num_perm, seed=num_perm)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 7, 8, 9, 130, 131, 132, 133, 1500, 5000])
def test_every_length_of_text(sketch_core: Kernels, n: int) -> None:
    """Around the shingle, the window, winnowing's steps of 128 and blocks of 4096 bytes."""
    check(sketch_core, [text_of(n), text_of(n, 1)])


@pytest.mark.parametrize("lead", range(4085, 4097))
def test_shingles_across_blocks(sketch_core: Kernels, lead: int) -> None:
    """Words on both sides of a border of blocks, with none, one, two … carried over."""
    for before in range(6):
        text = "a b c d e "[: 2 * before] + "." * (lead - 2 * before) + " f g h i j k l"
        check(sketch_core, [text, text + " " + text])
    check(sketch_core, ["a b " + "x" * lead + " c d", "a b c d e " + "x" * lead, "x" * lead + " y"])


def test_repetition(sketch_core: Kernels) -> None:
    """Equal grams in a window: the last of them is kept."""
    check(sketch_core, ["a " * 50, "a b " * 50, "a b c a b " * 30 + "a " * 9, "a a a a", "a a a"])


def test_neighbours_in_a_batch_change_nothing(sketch_core: Kernels) -> None:
    texts = ["", text_of(3), text_of(900), "x" * 9000, text_of(5), "", text_of(4), "é " * 7]
    rows, prints = sketch(sketch_core, texts, 32)
    for d, text in enumerate(texts):
        one, one_prints = sketch(sketch_core, [text], 32)
        for name in Rows._fields:
            assert np.array_equal(getattr(rows, name)[d], getattr(one, name)[0]), name
        part = prints.values[prints.offsets[d] : prints.offsets[d + 1]]
        assert np.array_equal(part, one_prints.values)


@given(words, words, words, words, st.lists(st.integers(0, 30), min_size=7, max_size=30))
def test_seven_shared_words_share_a_fingerprint(
    sketch_core: Kernels, w: list[str], x: list[str], y: list[str], z: list[str], run: list[int]
) -> None:
    """Winnowing's promise: what two texts share is found wherever it stands."""
    shared = [f"s{i}" for i in run]
    _, prints = sketch(sketch_core, [" ".join([*w, *shared, *x]), " ".join([*y, *shared, *z])])
    a, b = np.split(prints.values, prints.offsets[1:2])
    assert np.intersect1d(a, b).size > 0


@given(words)
def test_fingerprints_are_grams_of_the_text(sketch_core: Kernels, text: list[str]) -> None:
    _, prints = sketch(sketch_core, [" ".join(text)])
    hashes = [oracles.token_hash(word) for word in oracles.words(" ".join(text))]
    padded = [*hashes, *[0] * (4 - len(hashes))]
    grams = {oracles.run_hash(padded[i : i + 4]) for i in range(len(padded) - 3)}
    assert set(prints.values.tolist()) <= grams


# ---- peers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("num_perm", [16, 100, 128, 130, 256])
@pytest.mark.parametrize("seed", [0, 1, 42, 2**32 - 1])
def test_signatures_are_datasketchs(sketch_core: Kernels, num_perm: int, seed: int) -> None:
    texts = ["one", "a b c d", text_of(9), text_of(400)]
    rows, _ = sketch(sketch_core, texts, num_perm, seed)
    for d, text in enumerate(texts):
        hashes = [oracles.token_hash(word) for word in oracles.words(text)]
        theirs = MinHash(num_perm, seed, hashfunc=lambda h: h, scheme="affine32")
        theirs.update_batch(oracles.shingle_hashes(hashes))
        assert np.array_equal(rows.signatures[d], theirs.hashvalues)


def test_permutations_are_those_of_the_definition() -> None:
    for num_perm, seed in [(16, 0), (128, 1), (130, 7), (4096, 2**32 - 1)]:
        a, b = permutations(num_perm, seed)
        assert a.dtype == b.dtype == np.uint32
        assert list(zip(a.tolist(), b.tolist(), strict=True)) == oracles.permutations(
            num_perm, seed
        )


# ---- what stored sketches depend on -------------------------------------------------------------


def test_the_scheme_does_not_drift(sketch_core: Kernels) -> None:
    """Numbers written down once: a change here makes every stored sketch worthless."""
    rows, prints = sketch(sketch_core, ["The quick brown fox jumps over the lazy dog"], 16)
    found = sketch_core.tokens(sketch_core.pack(["the ﬁsh é"]), places=False)
    assert found.hashes.tolist() == GOLDEN_TOKENS
    assert rows.signatures[0].tolist() == GOLDEN_SIGNATURE
    assert rows.digests[0].tolist() == GOLDEN_DIGEST
    assert prints.values.tolist() == GOLDEN_FINGERPRINTS


GOLDEN_TOKENS = [9361242975603501028, 15505802804090799799, 14640927757016350281]
GOLDEN_SIGNATURE = [
    531621347,
    672546284,
    977472977,
    550143070,
    1409068686,
    370846642,
    1397540770,
    14244395,
    925962785,
    654912422,
    132699625,
    165041644,
    1531077692,
    348959108,
    158512130,
    966620289,
]
GOLDEN_DIGEST = [15680966451971568347, 86727031912507468]
GOLDEN_FINGERPRINTS = [5825051606624931593, 198038845008104464]
