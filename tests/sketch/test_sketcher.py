"""`Sketcher` and `Sketches`: batches, threads, what they refuse, what datasketch makes of them."""

from __future__ import annotations

import os
import random
import signal
from dataclasses import fields
from typing import cast

import numpy as np
import oracles
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import SchemeMismatch, Settings, Sketcher, Sketches
from dedup.sketch import Scheme, sketcher

COUNT = 400


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Of every length, the empty one too."""
    draw = random.Random(5)
    return [
        " ".join(f"w{draw.randrange(300)}" for _ in range(draw.choice([0, 1, 4, 5, 40, 200])))
        for _ in range(COUNT)
    ]


def equal(a: Sketches, b: Sketches) -> bool:
    """Everything is equal, number for number."""
    return all(
        np.array_equal(getattr(a, f.name), getattr(b, f.name))
        if f.name != "scheme"
        else a.scheme == b.scheme
        for f in fields(Sketches)
    )


@pytest.mark.parametrize("threads", [2, 3, 8])
@pytest.mark.parametrize("batch_chars", [1, 100, 5000])
def test_threads_and_batches_change_nothing(
    texts: list[str], threads: int, batch_chars: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Sketcher(threads=1).sketch(texts)
    monkeypatch.setattr(sketcher, "_SHARE_CHARS", batch_chars)
    assert equal(Sketcher(threads=threads).sketch(texts), whole)
    assert equal(Sketcher(threads=1).sketch(iter(texts)), whole)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # which is what is tested
def test_a_sketcher_survives_a_fork(texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads do not: a child that waited for its parent's would wait for ever."""
    monkeypatch.setattr(sketcher, "_SHARE_CHARS", 100)
    shared = Sketcher(threads=2)
    whole = shared.sketch(texts)
    child = os.fork()
    if not child:
        signal.alarm(20)
        os._exit(0 if equal(shared.sketch(texts), whole) else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_one_sketcher_in_many_threads(texts: list[str]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    shared = Sketcher(threads=1)
    whole = shared.sketch(texts)
    with ThreadPoolExecutor(8) as pool:
        assert all(equal(part, whole) for part in pool.map(shared.sketch, [texts] * 16))


@settings(max_examples=30)
@given(st.lists(st.text(max_size=30), max_size=8), st.integers(0, 8))
def test_a_part_is_a_part(some: list[str], cut: int) -> None:
    whole = Sketcher(Settings(num_perm=16), threads=1).sketch(some)
    left = Sketcher(Settings(num_perm=16), threads=1).sketch(some[:cut])
    right = Sketcher(Settings(num_perm=16), threads=1).sketch(some[cut:])
    assert np.array_equal(whole.signatures, np.concatenate([left.signatures, right.signatures]))
    assert np.array_equal(
        whole.fingerprints, np.concatenate([left.fingerprints, right.fingerprints])
    )
    assert np.array_equal(
        whole.content_hashes, np.concatenate([left.content_hashes, right.content_hashes])
    )


def test_shapes_and_types(texts: list[str]) -> None:
    found = Sketcher().sketch(texts)
    assert len(found) == COUNT
    shapes = {
        "signatures": ((COUNT, 128), "uint32"),
        "content_hashes": ((COUNT, 2), "uint64"),
        "token_counts": ((COUNT,), "int64"),
        "fingerprints": ((len(found.fingerprints),), "uint64"),
        "fingerprint_offsets": ((COUNT + 1,), "int64"),
    }
    for name, (shape, dtype) in shapes.items():
        assert getattr(found, name).shape == shape, name
        assert getattr(found, name).dtype == dtype, name
    assert found.fingerprint_offsets[-1] == len(found.fingerprints)
    assert found.token_counts.tolist() == [len(text.split()) for text in texts]


def test_nothing() -> None:
    for threads in (1, 4):
        found = Sketcher(threads=threads).sketch([])
        assert len(found) == 0
        assert found.signatures.shape == (0, 128)
        assert found.fingerprint_offsets.tolist() == [0]


def test_empty_texts_match_nothing() -> None:
    found = Sketcher().sketch(["", " .,;", "\ud800", "words are here and more of them"])
    assert (found.signatures[:3] == 0xFFFFFFFF).all()
    assert found.token_counts.tolist()[:3] == [0, 0, 0]
    assert found.jaccard_estimate(0, found, 0) == 0.0
    assert found.jaccard_estimate(0, found, 1) == 0.0
    assert found.jaccard_estimate(3, found, 0) == 0.0
    assert found.jaccard_estimate(3, found, 3) == 1.0


@pytest.mark.parametrize("wrong", ["one text", "", None, 5, [None], [5], ["fine", 5]])
def test_what_is_no_list_of_texts(wrong: object) -> None:
    with pytest.raises(TypeError):
        Sketcher().sketch(cast("list[str]", wrong))


@pytest.mark.parametrize("wrong", [[b"bytes"], ["fine", ["a", "b"]]])
def test_what_has_a_length_but_is_no_text(wrong: object) -> None:
    with pytest.raises(TypeError):
        Sketcher().sketch(cast("list[str]", wrong))


@pytest.mark.parametrize("threads", [0, -1])
def test_no_threads(threads: int) -> None:
    with pytest.raises(ValueError, match=f"threads={threads}"):
        Sketcher(threads=threads)


@pytest.mark.parametrize("other", [{"num_perm": 64}, {"seed": 2}, {"num_perm": 16, "seed": 0}])
def test_schemes_do_not_mix(other: dict[str, int]) -> None:
    text = ["some words that are equal here"]
    a, b = Sketcher().sketch(text), Sketcher(Settings(**other)).sketch(text)  # type: ignore[arg-type]
    with pytest.raises(SchemeMismatch):
        a.jaccard_estimate(0, b, 0)


def test_the_scheme_says_all_that_matters() -> None:
    found = Sketcher(Settings(num_perm=64, seed=9)).sketch(["x"])
    assert found.scheme == Scheme(64, 9, "affine32", 5, 4, 4, "14.0.0")
    assert found.scheme != Scheme(64, 9, unicode_version="15.0.0")


# ---- datasketch ----------------------------------------------------------------------------------


def words(n: int, seed: int) -> list[str]:
    """n words that nobody else has."""
    draw = random.Random(seed)
    return [f"w{draw.randrange(10**9)}" for _ in range(n)]


def test_datasketch_compares_as_we_do(texts: list[str]) -> None:
    found = Sketcher().sketch(texts[:40])
    theirs = [found.to_datasketch(i) for i in range(40)]
    for i in range(40):
        for j in range(40):
            if found.token_counts[i] and found.token_counts[j]:
                assert theirs[i].jaccard(theirs[j]) == found.jaccard_estimate(i, found, j)


def test_datasketchs_own_sketch_is_equal() -> None:
    text = " ".join(words(60, 1))
    hashes = [oracles.token_hash(word) for word in oracles.words(text)]
    ours = Sketcher(Settings(seed=3, num_perm=100)).sketch([text]).to_datasketch(0)
    theirs = MinHash(100, 3, hashfunc=lambda h: h, scheme="affine32")
    theirs.update_batch(oracles.shingle_hashes(hashes))
    assert ours == theirs
    merged = ours.copy()
    merged.merge(theirs)
    assert merged == ours


def test_datasketchs_lsh_takes_it() -> None:
    base = words(200, 2)
    texts = [" ".join(base), " ".join([*base[:195], *words(5, 3)]), " ".join(words(200, 4))]
    found = Sketcher().sketch(texts)
    index = MinHashLSH(threshold=0.7, num_perm=128)
    for i in range(3):
        index.insert(str(i), found.to_datasketch(i))
    assert sorted(index.query(found.to_datasketch(0))) == ["0", "1"]
    assert index.query(found.to_datasketch(2)) == ["2"]


def test_lean_round_trip() -> None:
    found = Sketcher().sketch([" ".join(words(50, 6))])
    lean = LeanMinHash(found.to_datasketch(0))
    data = bytearray(lean.bytesize())
    lean.serialize(data)
    assert LeanMinHash.deserialize(data) == lean
    assert np.array_equal(LeanMinHash.deserialize(data).hashvalues, found.signatures[0])


def test_what_datasketch_does_to_its_own_stays_there() -> None:
    found = Sketcher().sketch(["some words stand here", "others stand there"])
    before = found.signatures.copy()
    theirs = found.to_datasketch(0)
    theirs.merge(found.to_datasketch(1))
    theirs.update(b"more")
    assert np.array_equal(found.signatures, before)
