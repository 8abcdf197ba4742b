"""An index says what a scan says, whatever was added, removed, compacted or reopened before."""

from __future__ import annotations

import random
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import index_oracle as oracle
import planted
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup import Document, Index, Settings
from dedup.index import maintenance
from dedup.settings import Relation

FREE = Settings(min_evidence_bits=0)


def added(index: Index, documents: list[Document]) -> None:
    for result in index.add_many(documents):
        assert isinstance(result, dedup.Added)
        assert result.new


@pytest.mark.parametrize("bits", [0, 20, 55])
@pytest.mark.parametrize("seed", range(4))
def test_the_pairs_of_a_scan(tmp_path: Path, seed: int, bits: float) -> None:
    documents, terms = oracle.family(seed, 70), Settings(min_evidence_bits=bits)
    with Index.open(tmp_path / "i", create=True, settings=terms) as index:
        added(index, documents)
        wanted = oracle.scanned(documents, terms)
        assert len(wanted) > 40
        assert oracle.verdicts(index, [d.id for d in documents]) == wanted


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, list[tuple[str, int]]]:
    steps = st.tuples(
        st.sampled_from(["add", "add", "add", "remove", "again", "compact", "reopen", "ask"]),
        st.integers(0, 1 << 16),
    )
    return draw(st.integers(0, 50)), draw(st.lists(steps, min_size=3, max_size=14))


@settings(max_examples=40)
@given(histories(), st.sampled_from([1, 300, 1 << 20]))
def test_any_history(
    tmp_path_factory: pytest.TempPathFactory, history: tuple[int, list[tuple[str, int]]], hot: int
) -> None:
    """`now` is what a scan would be given: what is there, in the order of adding."""
    seed, steps = history
    folder = tmp_path_factory.mktemp("history") / "i"
    waiting = oracle.family(seed, 60)
    now: list[Document] = []
    gone: list[Document] = []
    before, maintenance.HOT_POSTINGS = maintenance.HOT_POSTINGS, hot
    index = Index.open(folder, create=True, settings=FREE)
    try:
        for what, number in steps:
            draw = random.Random(number)
            if what == "add":
                batch, waiting = waiting[: number % 9 + 1], waiting[number % 9 + 1 :]
                added(index, batch)
                now += batch
            elif what == "remove" and now:
                chosen = draw.sample(now, min(len(now), number % 4 + 1))
                assert index.remove(*(d.id for d in chosen), "nobody") == len(chosen)
                now = [d for d in now if d not in chosen]
                gone += chosen
            elif what == "again" and gone:
                back = gone.pop()
                added(index, [back])
                now.append(back)
            elif what == "compact":
                index.compact()
            elif what == "reopen":
                index.close()
                index = Index.open(folder)
            elif what == "ask" and now:
                index.query(draw.choice(now).text)
        assert oracle.verdicts(index, [d.id for d in now]) == oracle.scanned(now, FREE)
        assert len(index) == len(now)
        assert all(d.id in index for d in now)
        assert not any(d.id in index for d in gone)
        assert index.verify() == []
    finally:
        maintenance.HOT_POSTINGS = before
        index.close()


@pytest.mark.parametrize("sizes", [(1,) * 40, (7, 1, 32), (40,)])
def test_each_is_told_what_a_scan_of_all_so_far_says(tmp_path: Path, sizes: tuple[int]) -> None:
    """And asking first says the same as adding then."""
    documents = oracle.family(5, 40)
    with Index.open(tmp_path / "i", create=True, settings=FREE) as index:
        at = 0
        for size in sizes:
            batch = documents[at : at + size]
            asked = index.query_many([d.text for d in batch])
            batch_ids = {d.id for d in batch}
            wanted = oracle.scanned(documents[: at + size], FREE)
            order = {d.id: i for i, d in enumerate(documents)}
            for d, matches, result in zip(batch, asked, index.add_many(batch), strict=True):
                earlier = {k: v for k, v in wanted.items() if k[0] == d.id}
                old = {k: v for k, v in earlier.items() if order[k[1]] < at}
                earlier = {k: v for k, v in earlier.items() if order[k[1]] < order[d.id]}
                if not any(e[1] in batch_ids for e in earlier if wanted[e][0] == "identical"):
                    assert oracle.told(d.id, matches) == old
                assert isinstance(result, dedup.Added)
                assert oracle.told(d.id, result.matches) == earlier
            at += size


def test_copies_are_told_the_same_when_asked_together(tmp_path: Path) -> None:
    """A scan pairs a copy with the first of its kind only; who asks has none of them there."""
    documents = oracle.family(5, 60)
    with Index.open(tmp_path / "i", create=True, settings=FREE) as index:
        added(index, documents[:40])
        texts = [d.text for d in documents[40:]]
        once = index.query_many(texts)
        shouted = [text.upper() for text in texts]
        twice = index.query_many([*texts, *shouted, *texts[::-1]])
        assert sum(map(len, once)) > 10

        def kinds(answers: list[list[dedup.Match]]) -> list[list[tuple[str, str]]]:
            return [[(m.id, m.relation) for m in matches] for matches in answers]

        assert kinds(twice) == kinds([*once, *once, *once[::-1]])


def test_the_order_of_adding_does_not_matter(tmp_path: Path) -> None:
    """Who has the same words as another speaks for all of them; the first added does."""
    documents = [d for d in oracle.family(9, 60) if not d.text.startswith("“")]
    texts = {
        d.id: " ".join(d.text.lower().replace(",", "").replace(".", "").split()) for d in documents
    }
    documents = [Document(d.id, texts[d.id]) for d in documents]
    found = []
    for turn in range(3):
        order = random.Random(turn).sample(documents, len(documents))
        with Index.open(tmp_path / str(turn), create=True, settings=FREE) as index:
            added(index, order)
            said = oracle.verdicts(index, texts)
        found.append({(frozenset((texts[a], texts[b])), v[:5]) for (a, b), v in said.items()})
    assert found[0] == found[1] == found[2]


def test_removing_and_adding_again_is_neutral(tmp_path: Path) -> None:
    documents = oracle.family(11, 50)
    with Index.open(tmp_path / "i", create=True, settings=FREE) as index:
        added(index, documents)
        everything = [d.id for d in documents]
        before = oracle.verdicts(index, everything)
        for d in documents:  # once round: the order is the same again
            assert index.remove(d.id) == 1
            added(index, [d])
        assert oracle.verdicts(index, everything) == before
        index.compact()
        assert oracle.verdicts(index, everything) == before
        assert index.stats().removed == 0


@pytest.mark.parametrize("unless", [(), ("identical", "near-duplicate")])
def test_words_are_counted_once_whatever_becomes_of_a_batch(
    tmp_path: Path, unless: tuple[Relation, ...]
) -> None:
    """Beside what is new, a batch has documents that are there, and such as are dropped."""
    documents = oracle.family(5, 90)
    with Index.open(tmp_path / "i", create=True, settings=FREE) as index:
        added(index, documents[:40])
        results = list(index.add_many(documents[20:90:2], unless=unless))
        assert {(r.new, r.there) for r in results if isinstance(r, dedup.Added)} == {
            *((True, False), (False, True)),
            *([(False, False)] if unless else []),
        }
        now = [d for d in (*documents[:40], *documents[40:90:2]) if d.id in index]
        assert oracle.verdicts(index, [d.id for d in now]) == oracle.scanned(now, FREE)


def test_what_is_offered_is_added_at_the_end(tmp_path: Path) -> None:
    """And not where that is never reached; what another added meanwhile stands."""
    batch = [*oracle.family(7, 40), dedup.Unreadable("x", "why")]
    with Index.open(tmp_path / "i", create=True) as index:
        with suppress(BrokenPipeError), index.offer(batch, unless=()) as results:
            assert len(results) == 41
            raise BrokenPipeError
        assert len(index) == 0
        given = [*batch, Document("z", "words that nobody else has")]
        with Index.open(tmp_path / "i") as other, index.offer(given, unless=()) as results:
            assert [r.id for r in results[:40] if isinstance(r, dedup.Added)] == [
                d.id for d in batch[:40] if isinstance(d, Document)
            ]
            assert results[40] == batch[40]
            assert len(other) == 0
            other.add("d3", batch[3].text)  # type: ignore[union-attr]
            other.add("z", "quite others")
        assert len(index) == 42
        assert index.document("z").text == "quite others"
        (z,) = index.query("Words that nobody else has.")
        assert z.id.startswith("z#")
        assert index.verify() == []


def test_what_is_there_among_what_is_new(tmp_path: Path) -> None:
    """The model has each text once, also of a batch of which only what was there has matches."""
    documents = oracle.family(1, 60)
    new = Document("new", "words that nobody has a match for whatsoever")
    now = [*documents, new]
    with Index.open(tmp_path / "i", create=True, settings=FREE) as index:
        added(index, documents)
        (*_, last) = index.add_many(now)
        assert isinstance(last, dedup.Added)
        assert last.new
        ids = [d.id for d in now]
        wanted = oracle.scanned(now, FREE)
        assert oracle.verdicts(index, ids) == wanted
        index.compact()
    with Index.open(tmp_path / "i") as index:
        assert oracle.verdicts(index, ids) == wanted


def test_full_cells_of_the_word_model(tmp_path: Path) -> None:
    """A run that is there more than 65,535 times is counted, removed and counted again exactly."""
    writer = planted.Writer(3)
    base = writer.words(150)
    chorus = Document("chorus", "la " * 70_000)
    refrain = Document("refrain", "la " * 3_000 + " ".join(base))
    documents = [
        Document("a", " ".join(base)),
        chorus,
        refrain,
        Document("b", " ".join([*base[:80], *writer.words(60), "la", "la", "la"])),
    ]
    with Index.open(tmp_path / "i", create=True, settings=FREE) as index:
        added(index, documents)
        for _ in range(2):
            ids = [d.id for d in documents]
            assert oracle.verdicts(index, ids) == oracle.scanned(documents, FREE)
            for gone in ("refrain", "chorus"):
                index.remove(gone)
                documents = [d for d in documents if d.id != gone]
                ids.remove(gone)
                assert oracle.verdicts(index, ids) == oracle.scanned(documents, FREE)
            back = [chorus, refrain]
            added(index, back)
            documents += back


def test_a_sample_of_the_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a scan counts a part of the documents, the index counts the same part."""
    from dedup.find import counting

    monkeypatch.setattr(counting, "SAMPLE_WORDS", 1500)
    documents = oracle.family(13, 80)
    with Index.open(tmp_path / "i", create=True, settings=FREE) as index:
        for at in range(0, 80, 16):
            added(index, documents[at : at + 16])
            now = documents[: at + 16]
            assert oracle.verdicts(index, [d.id for d in now]) == oracle.scanned(now, FREE)
        index.remove(*(d.id for d in documents[:60]))
        left = documents[60:]
        assert oracle.verdicts(index, [d.id for d in left]) == oracle.scanned(left, FREE)


def test_many_alike_are_linked_by_the_first_and_by_neighbours(tmp_path: Path) -> None:
    """As in a scan: a bucket of more than 64 is not paired out."""
    base = planted.Writer(21).words(60)
    documents = [
        Document(f"{i}", " ".join([*base[: i % 60], f"w{i}", *base[i % 60 + 1 :]]))
        for i in range(120)
    ]
    with Index.open(tmp_path / "i", create=True) as index:
        added(index, documents)
        assert dedup.scan(documents).limits["large_buckets"] > 0
        wanted = oracle.scanned(documents, Settings())
        assert oracle.verdicts(index, [d.id for d in documents]) == wanted


@pytest.mark.parametrize(
    "relations", [("identical",), ("near-duplicate",), ("identical", "derived"), ("contains",)]
)
def test_only_what_is_asked_for(tmp_path: Path, relations: tuple[str, ...]) -> None:
    documents = oracle.family(17, 60)
    terms = Settings(min_evidence_bits=0, relations=relations)  # type: ignore[arg-type]
    with Index.open(tmp_path / "i", create=True, settings=terms) as index:
        added(index, documents)
        assert oracle.verdicts(index, [d.id for d in documents]) == oracle.scanned(documents, terms)


def test_other_words_go_by_another_id(tmp_path: Path) -> None:
    """Also where somebody has that one too; adding again changes nothing."""
    with Index.open(tmp_path / "i", create=True) as index:
        index.add("a", "some words")
        given = [
            Document("a", "other words"),
            Document("a", "Other, words"),
            Document("b", "third"),
        ]
        first, same, other = index.add_many(given, rename=True)
        assert isinstance(first, dedup.Added)
        assert re.fullmatch("a#[0-9a-f]{16}", first.id)
        assert same == replace(first, new=False, there=True)
        assert other == dedup.Added("b", new=True, matches=(), words=1)
        index.remove(first.id)
        index.add(first.id, "words of somebody else")
        for new in (True, False):
            (second,) = index.add_many(given[:1], rename=True)
            assert isinstance(second, dedup.Added)
            assert (second.id, second.new) == (first.id + first.id[1:], new)
        assert len(index) == 4
