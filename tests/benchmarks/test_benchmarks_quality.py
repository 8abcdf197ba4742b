"""The measures of quality by hand, and against the scorers that come with some of the corpora."""

import importlib.util
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import gold, pan13, plagdet, ranking, texts
from benchmarks.gold import Reading
from benchmarks.ours import FoundAlignment, FoundLink
from benchmarks.plagdet import Passage, Span

CORPORA = Path(os.environ.get("DEDUP_CORPORA", "no-corpora"))
NATO = Path(__file__).parents[2] / "examples" / "nato"


def passage(a_start, a_end, b_start, b_end, pair="p"):
    return Passage(pair, Span(a_start, a_end), Span(b_start, b_end))


CASE = passage(0, 100, 1000, 1100)
NEXT = passage(200, 300, 1200, 1300)


# ---- plagdet -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cases", "detections", "precision", "recall", "granularity"),
    [
        ([CASE], [CASE], 1, 1, 1),
        ([CASE], [], 0, 0, 1),
        ([], [CASE], 0, 0, 1),
        # 50 + 100 of 200 characters, both ways.
        ([CASE], [passage(50, 150, 1000, 1100)], 0.75, 0.75, 1),
        # Overlap in one text is none.
        ([CASE], [passage(0, 100, 1100, 1200)], 0, 0, 1),
        ([CASE], [CASE._replace(pair="q")], 0, 0, 1),
        ([CASE], [passage(50, 50, 1050, 1050)], 0, 0, 1),
        # Two detections of a case, side by side, and overlapping by 20 of 120 characters.
        ([CASE], [passage(0, 50, 1000, 1050), passage(50, 100, 1050, 1100)], 1, 1, 2),
        ([CASE], [passage(0, 60, 1000, 1060), passage(40, 100, 1040, 1100)], 1, 1, 2),
        # One detection of two cases: 400 of its 600 characters.
        ([CASE, NEXT], [passage(0, 300, 1000, 1300)], 2 / 3, 1, 1),
        # Granularity is a mean over the cases that were detected.
        (
            [CASE, NEXT, passage(400, 500, 1400, 1500)],
            [passage(0, 50, 1000, 1050), passage(50, 100, 1050, 1100), NEXT],
            1,
            2 / 3,
            1.5,
        ),
        # A mean over passages, not over characters.
        (
            [passage(0, 10, 0, 10), passage(100, 1100, 100, 1100)],
            [passage(0, 10, 0, 10)],
            1,
            0.5,
            1,
        ),
        ([CASE], [CASE, passage(500, 510, 1500, 1510)], 0.5, 1, 1),
        ([CASE, CASE], [CASE, CASE], 1, 1, 1),
    ],
)
def test_plagdet_by_hand(cases, detections, precision, recall, granularity):
    score = plagdet.score(cases, detections)
    assert score.precision == pytest.approx(precision)
    assert score.recall == pytest.approx(recall)
    assert score.granularity == pytest.approx(granularity)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0
    assert score.plagdet == pytest.approx(f1 / math.log2(1 + granularity))


def test_plagdet_of_a_case_in_two_pieces():
    halves = [passage(0, 50, 1000, 1050), passage(50, 100, 1050, 1100)]
    assert plagdet.score([CASE], halves).plagdet == pytest.approx(0.6309, abs=1e-4)


# ---- ranking -------------------------------------------------------------------------------------


def test_auc_by_hand():
    assert ranking.auc([True, False], [0.9, 0.1]) == 1
    assert ranking.auc([True, False], [0.5, 0.5]) == 0.5
    # Of four pairs, three are won, one is a tie.
    assert ranking.auc([True, True, False, False], [0.9, 0.4, 0.4, 0.1]) == 3.5 / 4
    assert ranking.auc([True], [1.0]) == 0.5


def test_best_f1_by_hand():
    # From 0.9 on: 2/3. From 0.4 on: three of four are right, none is missed.
    f1, threshold = ranking.best_f1([True, False, True, True, False], [0.9, 0.8, 0.4, 0.4, 0.1])
    assert (f1, threshold) == (2 * 3 / (4 + 3), 0.4)


# ---- PAN-13 --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pan_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pan13")
    for kind in pan13.KINDS:
        (folder / kind).mkdir()
        (folder / kind / "pairs").write_text("")
    kind = folder / "02-no-obfuscation"
    # Of a0, x0 and x1, b0 and b1: what is joined through others is more than a pair.
    pairs = [(f"b{i}.txt", f"a{i // 2}.txt") for i in range(40)]
    pairs += [(f"b{i}.txt", f"x{i}.txt") for i in range(40)]
    (kind / "pairs").write_text("".join(f"{b} {a}\n" for b, a in pairs))
    for b, a in pairs:
        (kind / f"{b[:-4]}-{a[:-4]}.xml").write_text(
            f'<document reference="{b}"><feature name="about"/>'
            f'<feature name="plagiarism" source_reference="{a}" source_offset="5"'
            ' source_length="10" this_offset="7" this_length="20"/></document>'
        )
    return folder


def test_pan13_is_read(pan_folder):
    pairs = pan13.read(pan_folder)
    assert len(pairs) == 80
    assert pairs[3].name == "b3-a1"
    assert pairs[3].source == pan_folder / "src" / "a1.txt"
    assert pairs[3].suspicious == pan_folder / "susp" / "b3.txt"
    assert pairs[3].kind == "verbatim"
    assert pairs[3].cases == (passage(5, 15, 7, 27, pair="b3-a1"),)


def test_halves_have_no_text_in_common(pan_folder):
    pairs = pan13.read(pan_folder)
    first, second = (
        {path for pair in pairs if pair.half == half for path in (pair.source, pair.suspicious)}
        for half in (1, 2)
    )
    assert len(first) > 20
    assert len(second) > 20
    assert not first & second


def test_a_subset_is_about_as_large_as_was_asked_for_and_part_of_a_larger_one(pan_folder):
    pairs = pan13.read(pan_folder)
    small, large = pan13.subset(pairs, 20), pan13.subset(pairs, 40)
    assert 10 <= len(small) <= 30 < len(large) <= 50
    assert [pair for pair in large if pair in small] == small
    assert pan13.subset(pairs, 80) == pairs


def test_offsets_count_carriage_returns(tmp_path):
    (tmp_path / "x.txt").write_bytes("é\r\nb".encode())
    assert texts.whole(tmp_path / "x.txt") == "é\r\nb"


# ---- the reading by hand -------------------------------------------------------------------------

# Three sentences of ten characters on either side, with a space between them.
READING = Reading(
    "a",
    "b",
    {f"S{i}": Span(11 * i, 11 * i + 10) for i in range(3)},
    {f"T{i}": Span(11 * i, 11 * i + 10) for i in range(3)},
    {("S0", "T0"): "verbatim", ("S1", "T0"): "edited", ("S2", "T2"): "paraphrased"},
    frozenset({("S2", "T2")}),
    frozenset({("S2", "T1")}),
)
PLAIN = [Span(11 * i, 11 * i + 10) for i in range(3)]


def link(a, b, relation="verbatim", flags=(), score=1.0):
    return FoundLink(tuple(a), tuple(b), relation, flags, score)


def compare(*links, a=PLAIN, b=PLAIN):
    return gold.compare(READING, FoundAlignment(a, b, list(links), [], 0.0, None, 0.0))


def test_an_alignment_that_is_the_reading():
    found = compare(
        link([0], [0]),
        link([1], [0], "edited"),
        link([2], [2], "paraphrased", ("moved",)),
    )
    assert (found.precision, found.recall, found.f1, found.labels) == (1, 1, 1, 1)
    assert found.moved
    assert found.alike == 1
    assert (found.wrong, found.missed, found.mislabelled) == ([], [], [])


def test_an_alignment_of_nothing():
    found = compare()
    assert (found.precision, found.recall, found.f1, found.labels) == (1, 0, 0, 0)
    assert not found.moved
    assert len(found.missed) == 3


def test_what_is_wrong_missed_or_has_another_name():
    found = compare(link([0], [0], "edited", ("moved",)), link([1], [1]))
    assert (found.linked, found.precision) == (2, 0.5)
    assert found.wrong == [(11, 11)]
    assert found.missed == [("S1", "T0"), ("S2", "T2")]
    assert found.recall == pytest.approx(1 / 3)
    assert found.f1 == pytest.approx(0.4)
    assert found.mislabelled == [("S0", "T0")]
    assert found.labels == 0
    assert not found.moved  # another link was


def test_an_optional_edge_is_neither_right_nor_wrong():
    found = compare(link([2], [1]), link([0], [0]))
    assert (found.linked, found.precision, found.found) == (1, 1, 1)


def test_a_link_of_several_sentences_is_every_pair_of_them():
    found = compare(link([0, 1], [0]))
    assert (found.precision, found.found) == (1, 2)
    assert found.labels == 0.5
    assert compare(link([0, 1], [0, 2])).precision == 0.5


def test_sentences_that_are_cut_in_two():
    pieces = [Span(0, 6), Span(6, 10), *PLAIN[1:]]
    found = compare(
        link([0], [0], "edited", score=1.0), link([1], [0], "verbatim", score=2.0), a=pieces
    )
    assert (found.linked, found.precision, found.found, found.labels) == (2, 1, 1, 1)
    assert found.alike == pytest.approx(5 / 6)


def test_sentences_that_are_joined():
    joined = [Span(0, 21), PLAIN[2]]
    found = compare(link([0], [0], "edited"), a=joined)
    assert (found.linked, found.precision, found.found, found.labels) == (1, 1, 2, 0.5)
    assert found.alike == pytest.approx(4 / 6)
    assert compare(link([0], [1]), a=joined).precision == 0


def test_sentences_that_end_a_little_later():
    later = [Span(one.start - 1 if one.start else 0, one.end + 1) for one in PLAIN]
    found = compare(link([0], [0]), a=later, b=later)
    assert (found.precision, found.found, found.alike) == (1, 1, 1)


def test_a_sentence_the_reading_does_not_have():
    found = compare(link([3], [0]), a=[*PLAIN, Span(40, 50)])
    assert found.wrong == [(40, 0)]


def test_the_reading_fits_its_texts():
    reading = gold.read()
    for name, sentences in ((reading.a, reading.sentences_a), (reading.b, reading.sentences_b)):
        text = texts.whole(NATO / f"{name}.txt")
        for start, end in sentences.values():
            assert text[start:end] == text[start:end].strip() != ""
    for s, t in (*reading.edges, *reading.optional):
        assert s in reading.sentences_a
        assert t in reading.sentences_b
    assert len(reading.edges) == 28
    assert reading.moved == {("S32", "T18"), ("S31", "T19")}


# ---- against the scorers beside the corpora, where DEDUP_CORPORA says where they are -------------


def test_plagdet_is_that_of_the_scorer_of_the_corpus(tmp_path):
    folder = CORPORA / "pan13-text-alignment"
    if not (folder / "score.py").exists():
        pytest.skip("DEDUP_CORPORA has no pan13-text-alignment/score.py")
    pairs = pan13.read(folder / "train")
    found = [made for i, pair in enumerate(pairs) for made in detections(pair, i)]
    lines = [
        json.dumps(
            {
                "susp": pair.suspicious.name,
                "this_offset": one.b.start,
                "this_length": one.b.end - one.b.start,
                "source": pair.source.name,
                "source_offset": one.a.start,
                "source_length": one.a.end - one.a.start,
            }
        )
        for i, pair in enumerate(pairs)
        for one in detections(pair, i)
    ]
    (tmp_path / "found.jsonl").write_text("\n".join(lines))
    run = subprocess.run(
        [sys.executable, folder / "score.py", "--json", "--det", tmp_path / "found.jsonl"],
        capture_output=True,
        check=True,
    )
    theirs = json.loads(run.stdout)
    for kind, expected in theirs.items():
        own = [pair for pair in pairs if kind == "ALL" or pair.kind == pan13.KINDS[kind]]
        names = {pair.name for pair in own}
        hits = [one for one in found if one.pair in names]
        score = plagdet.score([case for pair in own for case in pair.cases], hits)
        assert score.cases == expected["cases"]
        if not score.cases:
            assert len({one.pair for one in hits}) == expected["false_positive_pairs"] > 0
            continue
        assert score.detections == expected["detections"]
        for name in ("plagdet", "precision", "recall", "granularity"):
            assert getattr(score, name) == pytest.approx(expected[name], abs=1e-12), (kind, name)


def detections(pair, i):
    """Of every sort: exact, shifted, in pieces that overlap, twice, none, and made up."""
    for case in pair.cases:
        (_, (a, a_end), (b, b_end)) = case
        middle_a, middle_b = (a + a_end) // 2, (b + b_end) // 2
        yield from {
            0: [case],
            1: [passage(a + 50, a_end + 90, max(0, b - 70), b_end, pair.name)],
            2: [
                passage(a, middle_a + 40, b, middle_b, pair.name),
                passage(middle_a, a_end, middle_b - 9, b_end, pair.name),
            ],
            3: [case, case],
            4: [],
        }[i % 5]
    if i % 7 == 0:
        yield passage(0, 500, 0, 400, pair.name)


def test_auc_and_best_f1_are_those_of_the_scorer_of_the_corpus():
    path = CORPORA / "clough-stevenson" / "score.py"
    if not path.exists():
        pytest.skip("DEDUP_CORPORA has no clough-stevenson/score.py")
    spec = importlib.util.spec_from_file_location("scorer_of_the_corpus", path)
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    with (path.parent / "pairs.jsonl").open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    labels = [record["label"] for record in records]
    # Rounded, so that there are ties.
    scores = [round(len(record["text1"]) / len(record["text2"]), 1) for record in records]
    assert [record["raw"] != "non" for record in records] == [label == 1 for label in labels]
    assert ranking.auc(list(map(bool, labels)), scores) == pytest.approx(theirs.auc(labels, scores))
    assert ranking.best_f1(list(map(bool, labels)), scores) == pytest.approx(
        theirs.best(labels, scores, "F1")
    )
