"""A scan from end to end: every relation, direction, clusters, thresholds, order, limits."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import oracles
import planted
import pytest

import dedup
from dedup import Document, Pair, ScanResult, Settings, core

BACKGROUND = 60


def background(seed: int = 0, n: int = BACKGROUND) -> list[Document]:
    """Unrelated texts: without them two documents are all that the word model has seen."""
    writer = planted.Writer(1000 + seed)
    return [Document(f"other{i}", writer.text(200)) for i in range(n)]


def scan(*texts: str | Sequence[str], settings: Settings | None = None) -> ScanResult:
    """A scan of texts or words, named 0, 1, 2 …, in front of the background."""
    documents = [
        Document(str(i), text if isinstance(text, str) else " ".join(text))
        for i, text in enumerate(texts)
    ]
    result = dedup.scan([*documents, *background()], settings)
    if result.settings.min_evidence_bits >= 20:  # below, chance has a say
        assert not any("other" in pair.a + pair.b for pair in result.pairs)
    return result


FREE = Settings(min_evidence_bits=0)


def first(result: ScanResult) -> Pair:
    """The pair of the first two documents."""
    return next(pair for pair in result.pairs if (pair.a, pair.b) == ("0", "1"))


def relations(result: ScanResult) -> dict[tuple[str, str], str]:
    """What was found, in short."""
    return {(pair.a, pair.b): pair.relation for pair in result.pairs}


@pytest.fixture
def writer() -> planted.Writer:
    """A writer whose texts are none of the background's."""
    return planted.Writer(7)


# ---- relations -----------------------------------------------------------------------------------


def test_identical(writer: planted.Writer) -> None:
    words = writer.words(80)
    text = planted.dress(words, random.Random(1))
    quoted = "“" + " — ".join(word.title() for word in words) + "”"
    result = scan(text, writer.text(80), text, quoted, " ".join(words).upper())
    assert relations(result) == {
        ("0", "2"): "identical",
        ("0", "3"): "identical",
        ("0", "4"): "identical",
    }
    for pair in result.pairs:
        assert pair.jaccard == pair.containment_of_a_in_b == pair.containment_of_b_in_a == 1.0
        assert pair.shared_words == pair.longest_run_words == pair.words_a == pair.words_b == 80
        assert pair.longest_run_text == text.rstrip(".")
        assert pair.source is None


@pytest.mark.parametrize("text", ["one", "one two", "a b c d", "a b c d e", "漢", "é"])
def test_identical_and_short(text: str) -> None:
    result = scan(text, text + "!", "something else " + text)
    assert relations(result) == {("0", "1"): "identical"}
    assert result.pairs[0].jaccard == 1.0


def test_order_of_words_matters(writer: planted.Writer) -> None:
    words = writer.words(60)
    assert relations(scan(words, words[::-1], words[30:] + words[:30])) != {}
    assert "identical" not in relations(scan(words, words[::-1], words[30:] + words[:30])).values()


def test_empty_documents_are_nobodys_copies() -> None:
    result = scan("", "", " .,;", "\0\0", "\ud800", "—")
    assert result.pairs == ()
    assert len(result.keep) == 6 + BACKGROUND


def test_near_duplicate(writer: planted.Writer) -> None:
    words = writer.words(200)
    other = [*words]
    other[60], other[140] = "changed", "words"
    result = scan(words, other)
    assert relations(result) == {("0", "1"): "near-duplicate"}
    assert result.pairs[0].jaccard == pytest.approx(oracles.jaccard(words, other), abs=1e-6)
    assert result.pairs[0].longest_run_words == 79


def test_contains(writer: planted.Writer) -> None:
    words = writer.words(300)
    result = scan(words[100:200], words)
    assert relations(result) == {("0", "1"): "contains"}
    assert result.pairs[0].containment_of_a_in_b == 1.0
    assert result.pairs[0].containment_of_b_in_a == pytest.approx(96 / 296, abs=1e-6)


@pytest.mark.parametrize(("own", "relation"), [(5, "contains"), (15, "derived")])
def test_contains_nearly_all(writer: planted.Writer, own: int, relation: str) -> None:
    """Up to a tenth of the shorter may be its own."""
    words = writer.words(300)
    part = words[100:200]
    other = part[: 50 - own] + writer.words(2 * own) + part[50 + own :]
    assert relations(scan(other, words)) == {("0", "1"): relation}


def test_derived(writer: planted.Writer) -> None:
    source = writer.words(300)
    made = planted.derived(source, 140, 0.05, random.Random(3), writer.words(300))
    result = scan(source, made)
    assert relations(result) == {("0", "1"): "derived"}
    assert result.pairs[0].shared_words == sum(
        tile.words for tile in oracles.tiles(source, made) if tile.words >= 4
    )


def test_shares_passages(writer: planted.Writer) -> None:
    quote = writer.words(30)
    a = writer.words(150) + quote + writer.words(150)
    b = writer.words(200) + quote + writer.words(50)
    result = scan(a, b)
    assert relations(result) == {("0", "1"): "shares-passages"}
    assert oracles.words(result.pairs[0].longest_run_text) == quote
    assert result.clusters == ()


def test_a_short_phrase_is_nothing(writer: planted.Writer) -> None:
    phrase = writer.words(5)
    assert scan(writer.words(150) + phrase, phrase + writer.words(150)).pairs == ()


@pytest.mark.parametrize("relation", dedup.Settings().relations)
def test_only_what_is_asked_for(writer: planted.Writer, relation: str) -> None:
    base, quote = writer.words(200), writer.words(30)
    texts = {
        "identical": (base, [*base]),
        "near-duplicate": (base, [*base[:-2], "other", "end"]),
        "contains": (base, base[50:150]),
        "derived": (base, base[50:150] + writer.words(100)),
        "shares-passages": (writer.words(200) + quote, quote + writer.words(200)),
    }
    documents = [
        Document(f"{name}{i}", " ".join(words))
        for name, two in texts.items()
        if name in (relation, "shares-passages")
        for i, words in enumerate(two)
    ]
    only = Settings(relations=(relation,))  # type: ignore[arg-type]
    result = dedup.scan([*documents, *background()], only)
    assert relations(result) == {(f"{relation}0", f"{relation}1"): relation}


def test_copies_alone_are_those_of_a_whole_scan_and_weigh_nothing(graded: list[Document]) -> None:
    documents = [*graded, Document("again", graded[0].text)]
    copies = dedup.scan(documents, Settings(relations=("identical", "near-duplicate")))
    whole = [p for p in dedup.scan(documents).pairs if p.relation in copies.settings.relations]
    assert {p.relation for p in copies.pairs} == {"identical", "near-duplicate"}
    assert list(copies.pairs) == [replace(pair, evidence_bits=None) for pair in whole]
    assert all(pair.evidence_bits is not None for pair in whole)


def test_less_evidence_may_be_asked_for(writer: planted.Writer) -> None:
    quote = writer.words(9)
    texts = (writer.words(100) + quote, quote + writer.words(100))
    bits = first(scan(*texts, settings=FREE)).evidence_bits
    assert 20 < bits < 50
    assert scan(*texts).pairs == ()
    assert len(scan(*texts, settings=Settings(min_evidence_bits=bits - 0.1)).pairs) == 1
    assert len(scan(*texts, settings=Settings(min_evidence_bits=bits + 0.1)).pairs) == 0


# ---- the run that is shown -----------------------------------------------------------------------


def test_a_run_in_another_script() -> None:
    run = "Ёлка, «Привет» — и 漢字かな, naïve e\u0301té: ﬁn"
    text = f"Совсем другое начало. {run} (конец другой)"
    pair = first(scan(f"Начало тут! {run} а дальше нет ничего", text, settings=FREE))
    assert pair.longest_run_text == run
    assert pair.longest_run_words == len(oracles.words(run))


def test_a_very_long_run_is_shortened(writer: planted.Writer) -> None:
    words = writer.words(2000)
    pair = scan([*words, "end"], ["begin", *words]).pairs[0]
    assert pair.longest_run_words == 2000
    assert len(pair.longest_run_text) == 2002
    assert pair.longest_run_text.endswith(" …")
    assert " ".join(words).startswith(pair.longest_run_text[:-2])


@pytest.mark.parametrize("turned", [False, True])
def test_the_run_is_shown_as_it_stands_in_the_longer(writer: planted.Writer, turned: bool) -> None:
    words = writer.words(200)
    excerpt = " ".join(words[50:150])
    documents = [excerpt.upper(), words]
    result = scan(*(documents[::-1] if turned else documents))
    assert result.pairs[0].longest_run_text == excerpt


# ---- direction -----------------------------------------------------------------------------------


@pytest.mark.parametrize("marks", ["“”", "„“", '""', "«»", "「」", "『』"])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("more", [0, 200])
def test_who_quotes_took_it(writer: planted.Writer, marks: str, first: bool, more: int) -> None:
    """Whichever comes first and whichever is longer."""
    speech = [writer.words(25) for _ in range(5)]
    source = " ".join(" ".join(part) for part in [*speech, writer.words(more)])
    story = " ".join(
        f"{marks[0]}{' '.join(part)}{marks[1]} {' '.join(writer.words(20))}" for part in speech
    )
    texts = (source, story) if first else (story, source)
    pair = scan(*texts).pairs[0]
    assert pair.relation in ("derived", "contains")
    assert pair.source == ("0" if first else "1")


def test_nobody_quotes(writer: planted.Writer) -> None:
    base = writer.words(150)
    assert scan(base + writer.words(100), writer.words(90) + base).pairs[0].source is None


def test_both_quote(writer: planted.Writer) -> None:
    quote = f"“{' '.join(writer.words(60))}”"
    texts = [f"{' '.join(writer.words(50))} {quote} {' '.join(writer.words(50))}" for _ in "ab"]
    assert scan(*texts).pairs[0].source is None


# ---- clusters ------------------------------------------------------------------------------------


def chain(writer: planted.Writer, middle: int) -> tuple[list[str], list[str], list[str]]:
    """A shares with B, B with C, A and C with one another nothing."""
    x, y = writer.words(100), writer.words(100)
    return writer.words(100) + x, x + y + writer.words(middle), y + writer.words(100)


def test_a_chain_is_shown_as_one(writer: planted.Writer) -> None:
    result = scan(*chain(writer, 0))
    assert set(relations(result)) == {("0", "1"), ("1", "2")}
    (cluster,) = result.clusters
    assert cluster.members == ("0", "1", "2")
    assert cluster.representative == "0"  # all are as long
    assert cluster.indirect == ("2",)


def test_the_longest_represents(writer: planted.Writer) -> None:
    (cluster,) = scan(*chain(writer, 5)).clusters
    assert cluster.representative == "1"
    assert cluster.indirect == ()


def test_copies_of_the_representative_are_direct(writer: planted.Writer) -> None:
    base = writer.words(200)
    result = scan(base, base, base[:150], base)
    (cluster,) = result.clusters
    assert cluster == dedup.Cluster(("0", "1", "2", "3"), "0", ())


def test_copies_of_what_is_direct_are_direct(writer: planted.Writer) -> None:
    """A copy is compared with nobody but its original, and is as near as that is."""
    base = writer.words(200)
    result = scan(base[:150], base[:150], base)
    assert set(relations(result)) == {("0", "1"), ("0", "2")}
    assert result.clusters == (dedup.Cluster(("0", "1", "2"), "2", ()),)


def test_a_quotation_joins_nobody(writer: planted.Writer) -> None:
    quote = writer.words(90)
    a, b, c = ([*writer.words(300), *quote, *writer.words(300)] for _ in "abc")
    near = [*b[:-1], "otherwise"]
    result = scan(a, b, c, near)
    kinds = relations(result)
    assert kinds.pop(("1", "3")) == "near-duplicate"
    assert set(kinds) == {("0", "1"), ("0", "2"), ("0", "3"), ("1", "2"), ("2", "3")}
    assert set(kinds.values()) == {"shares-passages"}
    assert [cluster.members for cluster in result.clusters] == [("1", "3")]


def test_keep_and_redundant_share_the_documents(writer: planted.Writer) -> None:
    base = writer.words(200)
    result = scan(base[:150], writer.words(50), base, base, writer.words(60))
    assert result.keep == tuple(name for name in result.ids if name not in ("0", "3"))
    kinds = relations(result)
    copies = {d for pair, kind in kinds.items() if kind == "identical" for d in pair}
    assert kinds["0", "2"] == "near-duplicate" or "0" not in result.redundant
    assert copies == {"2", "3"}
    assert "3" in result.redundant
    assert set(result.keep) & set(result.redundant) == set()


def test_the_end_of_a_chain_is_not_redundant(writer: planted.Writer) -> None:
    """C is like B, and B like A, which stays; C is not like A, and nobody may delete it."""
    a = writer.words(200)
    b = a[:-24] + writer.words(16)
    c = writer.words(16) + b[24:-8]
    result = scan(a, b, c)
    assert set(relations(result)) >= {("0", "1"), ("1", "2")}
    assert relations(result).get(("0", "2")) != "near-duplicate"
    assert result.redundant == ("1",)


def test_what_is_only_derived_is_not_redundant(writer: planted.Writer) -> None:
    source = writer.words(300)
    made = planted.derived(source, 140, 0.05, random.Random(3), writer.words(300))
    result = scan(source, made)
    assert set(relations(result).values()) == {"derived"}
    assert result.redundant == ()
    assert len(result.keep) == len(result.ids) - 1


def family(seed: int) -> list[Document]:
    """Copies, excerpts, rewrites and chains, a few of each, unrelated to one another."""
    writer, draw = planted.Writer(seed), random.Random(seed)
    texts: list[tuple[str, list[str]]] = []
    for i in range(6):
        base = writer.words(draw.randint(150, 260))
        texts += [(f"copy{i}a", base), (f"copy{i}b", [*base])]
        base = writer.words(draw.randint(150, 260))
        texts += [(f"near{i}{k}", [*base[: -1 - k], *writer.words(k)]) for k in range(4)]
        base = writer.words(draw.randint(200, 260))
        texts += [(f"part{i}a", base), (f"part{i}b", base[20:120])]
        made = planted.derived(base, 120, 0.1, draw, writer.words(300))
        texts += [(f"part{i}c", made)]
        texts += [(f"chain{i}{k}", words) for k, words in enumerate(chain(writer, i))]
    return [Document(name, planted.dress(words, draw)) for name, words in texts]


def test_clusters_are_the_components_of_the_pairs() -> None:
    result = dedup.scan([*family(21), *background()])
    joined = [(p.a, p.b) for p in result.pairs if p.relation != "shares-passages"]
    assert {frozenset(c.members) for c in result.clusters} == oracles.components(joined)
    place = {name: i for i, name in enumerate(result.ids)}
    size = {p.a: p.words_a for p in result.pairs} | {p.b: p.words_b for p in result.pairs}
    for cluster in result.clusters:
        members = cluster.members
        assert list(members) == sorted(members, key=place.__getitem__)
        assert cluster.representative == max(members, key=lambda m: (size[m], -place[m]))
        near = {p.b for p in result.pairs if p.a == cluster.representative}
        near |= {p.a for p in result.pairs if p.b == cluster.representative}
        assert set(cluster.indirect) == set(members) - near - {cluster.representative}
    firsts = [place[c.members[0]] for c in result.clusters]
    assert firsts == sorted(firsts)


# ---- order, threads, runs ------------------------------------------------------------------------


def unordered(result: ScanResult) -> dict[frozenset[str], Pair]:
    """The pairs with the smaller name first, whatever came first."""
    found = {}
    for pair in result.pairs:
        key = frozenset((pair.a, pair.b))
        found[key] = pair
        if pair.a > pair.b:
            found[key] = replace(
                pair,
                a=pair.b,
                b=pair.a,
                containment_of_a_in_b=pair.containment_of_b_in_a,
                containment_of_b_in_a=pair.containment_of_a_in_b,
                words_a=pair.words_b,
                words_b=pair.words_a,
            )
        if pair.relation == "identical":
            # Described by the first of the two alone, and its capitals may differ from the other's.
            found[key] = replace(found[key], longest_run_text="", evidence_bits=0.0)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_order_changes_nothing(seed: int) -> None:
    documents = [*family(30), *background()]
    shuffled = random.Random(seed).sample(documents, len(documents))
    here, there = dedup.scan(documents), dedup.scan(shuffled)
    assert len(here.pairs) > 40
    assert unordered(here) == unordered(there)
    assert {frozenset(c.members) for c in here.clusters} == {
        frozenset(c.members) for c in there.clusters
    }


def test_pairs_are_in_the_order_of_the_documents() -> None:
    result = dedup.scan(random.Random(8).sample(family(31), len(family(31))))
    place = {name: i for i, name in enumerate(result.ids)}
    places = [(place[pair.a], place[pair.b]) for pair in result.pairs]
    assert places == sorted(places)
    assert all(a < b for a, b in places)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_and_runs_change_nothing(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from dedup.find import compare, corpus, counting

    documents = [*family(32), *background()]
    whole = dedup.scan(documents)
    assert dedup.scan(iter(documents), threads=threads) == whole
    monkeypatch.setattr(corpus, "_BATCH_CHARS", 3000)
    monkeypatch.setattr(counting, "_CHUNK_BYTES", 5000)
    monkeypatch.setattr(compare, "_LEAST_BYTES", 1000)
    assert dedup.scan(documents, threads=threads) == whole


def test_a_sample_of_the_words_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model may know a part of the documents: no clear pair is lost, whatever their order.

    Some may be more: what is a set phrase elsewhere is not one where the model has not seen it.
    """
    from dedup.find import counting

    documents = [*family(33), *background(1, 300)]
    whole = dedup.scan(documents)
    monkeypatch.setattr(counting, "SAMPLE_WORDS", 20_000)
    part = dedup.scan(documents)
    clear = {(p.a, p.b) for p in whole.pairs if p.evidence_bits > 90}
    assert clear <= set(relations(part))
    assert part.pairs != whole.pairs  # the evidence is another
    shuffled = dedup.scan(random.Random(1).sample(documents, len(documents)))
    assert unordered(part) == unordered(shuffled)


# ---- thresholds ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded() -> list[Document]:
    """Pairs of every similarity, and background."""
    writer = planted.Writer(50)
    documents = background(2)
    for tail in range(0, 100, 4):
        base = writer.words(104)
        documents.append(Document(f"{tail}a", " ".join(base)))
        documents.append(Document(f"{tail}b", " ".join([*base[: 104 - tail], *writer.words(tail)])))
    return documents


@pytest.mark.parametrize("threshold", [0.3, 0.45, 0.6, 0.7, 0.85, 0.95, 1.0])
def test_rethreshold_is_a_new_scan(graded: list[Document], threshold: float) -> None:
    low = dedup.scan(graded, Settings(threshold=0.3))
    fresh = dedup.scan(graded, Settings(threshold=threshold))
    again = low.rethreshold(threshold)
    assert again.settings == fresh.settings
    assert again.pairs == fresh.pairs
    assert again.clusters == fresh.clusters
    near = [p for p in again.pairs if p.relation == "near-duplicate"]
    assert all(p.jaccard >= threshold for p in near)
    assert len(near) == sum((100 - t) / (100 + t) >= threshold for t in range(4, 100, 4))


def test_rethreshold_twice_is_once(graded: list[Document]) -> None:
    low = dedup.scan(graded, Settings(threshold=0.3))
    assert low.rethreshold(0.5).rethreshold(0.8) == low.rethreshold(0.8)
    assert low.rethreshold(0.3) == low


def test_rethreshold_knows_what_was_asked_for(graded: list[Document]) -> None:
    only = Settings(threshold=0.3, relations=("near-duplicate",))
    again = dedup.scan(graded, only).rethreshold(0.8)
    assert {p.relation for p in again.pairs} == {"near-duplicate"}
    assert min(p.jaccard for p in again.pairs) >= 0.8


@pytest.mark.parametrize("threshold", [0.69, 0.0, -1, 1.01])
def test_rethreshold_goes_up_only(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold="):
        dedup.scan([]).rethreshold(threshold)


def test_rethreshold_judges_exactly() -> None:
    """Two thirds are below .6666669, as a scan says; their six digits are not."""
    writer = planted.Writer(60)
    base = writer.words(44)
    documents = [Document(str(i), " ".join(base + writer.words(10))) for i in range(2)]
    settings = Settings(threshold=0.5, relations=("near-duplicate",))
    low = dedup.scan([*documents, *background()], settings)
    assert [round(p.jaccard, 3) for p in low.pairs] == [0.667]
    fresh = dedup.scan([*documents, *background()], replace(settings, threshold=0.6666669))
    assert fresh.pairs == ()
    assert low.rethreshold(0.6666669).pairs == ()


# ---- limits --------------------------------------------------------------------------------------


def test_many_equal_documents() -> None:
    """As many pairs as copies: nothing explodes, nothing is cut, nothing is silently left out."""
    n = 100_000 if core.selected() == "native" else 3_000
    text = "the same few words again and again and no others"
    result = dedup.scan((Document(str(i), text) for i in range(n)), Settings(num_perm=16))
    assert len(result.pairs) == n - 1
    assert {(p.a, p.relation) for p in result.pairs} == {("0", "identical")}
    assert len(result.clusters) == 1
    assert len(result.redundant) == n - 1
    assert result.keep == ("0",)
    assert result.limits == {"common_fingerprints": 0, "large_buckets": 0, "pairs_cut_short": 0}


def test_many_nearly_equal_documents() -> None:
    """One bucket of 2,000: linked to a hub and to the next, counted, and still one cluster."""
    n = 2_000 if core.selected() == "native" else 300
    words = planted.Writer(70).words(150)
    documents = [Document(str(i), " ".join([*words, f"last{i}"])) for i in range(n)]
    result = dedup.scan(documents)
    assert result.limits["large_buckets"] > 0
    assert result.limits["common_fingerprints"] > 0
    assert n - 1 <= len(result.pairs) <= 4 * n
    assert {p.relation for p in result.pairs} == {"near-duplicate"}
    (cluster,) = result.clusters
    assert len(cluster.members) == n
    assert cluster.indirect == ()


def test_repetitive_documents_are_cut_short_and_counted() -> None:
    texts = ["spam eggs bacon " * 700 + "begin", "spam eggs bacon " * 690 + "end " * 9]
    result = scan(*texts, settings=Settings(threshold=0.3))
    assert relations(result) == {("0", "1"): "near-duplicate"}
    assert result.limits["pairs_cut_short"] >= 1


def test_an_empty_corpus() -> None:
    result = dedup.scan([])
    assert (result.ids, result.pairs, result.clusters, result.keep) == ((), (), (), ())
    assert set(result.limits) == {"common_fingerprints", "large_buckets", "pairs_cut_short"}


@pytest.mark.parametrize("text", ["", "one", "one two three four five six"])
def test_one_document(text: str) -> None:
    assert dedup.scan([Document("x", text)]).pairs == ()
